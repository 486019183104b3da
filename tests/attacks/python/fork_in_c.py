# tries: make processes by system calls that Python doesn't use
# must not: have one more process
# needs: x86_64
import ctypes
import os


def attack(world, steps):
    libc = ctypes.CDLL(None, use_errno=True)
    here = os.getpid()
    arguments = ctypes.create_string_buffer(88)
    for name, number, given in (("fork", 57, ()), ("clone", 56, (17, 0, 0, 0, 0)), ("clone3", 435, (arguments, 88)), ("clone as sibling", 56, (0x8000 | 17, 0, 0, 0, 0))):
        steps.syscall(name, libc, number, *given)
        if os.getpid() != here:
            os._exit(9)
