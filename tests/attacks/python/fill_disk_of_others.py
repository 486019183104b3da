# tries: fill the shared memory and the temporary folders of the machine
# must not: leave a file there
import mmap
import multiprocessing.shared_memory
import tempfile


def attack(world, steps):
    for folder in world["places"]:
        steps.run(folder, lambda folder=folder: tempfile.NamedTemporaryFile(dir=folder, delete=False))
    steps.run("shared memory", lambda: multiprocessing.shared_memory.SharedMemory(create=True, size=1 << 20))
    steps.run("huge pages", lambda: mmap.mmap(-1, 1 << 21, flags=mmap.MAP_SHARED | mmap.MAP_ANONYMOUS | 0x40000))
