# tries: fork by the 32-bit way into the kernel, past a filter that knows the 64-bit numbers only
# must not: get past it: the process ends at once
# ends: forbidden
# needs: x86_64
import ctypes
import mmap


def attack(world, steps):
    # push rbx; mov eax, 2 (fork); int 0x80; pop rbx; ret
    code = b"\x53\xb8\x02\x00\x00\x00\xcd\x80\x5b\xc3"
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(code)
    call = ctypes.CFUNCTYPE(ctypes.c_long)(ctypes.addressof(ctypes.c_char.from_buffer(page)))
    steps.run("fork", call)
