# tries: find the key in its own environment, from Python, from C and from the kernel
# must not: find it
# teeth: key
# harmless: environ; getenv; block
import ctypes
import os


def block():
    environ = ctypes.POINTER(ctypes.c_char_p).in_dll(ctypes.CDLL(None), "environ")
    found = []
    while environ and environ[len(found)]:
        found.append(environ[len(found)])
    return found


def getenv():
    libc = ctypes.CDLL(None)
    libc.getenv.restype = ctypes.c_char_p
    return libc.getenv(b"ANTHROPIC_API_KEY")


def attack(world, steps):
    steps.run("environ", lambda: dict(os.environ))
    steps.run("getenv", getenv)
    steps.run("block", block)
    steps.run("kernel", lambda: open("/proc/self/environ", "rb").read())
