# tries: turn itself into another program, from a file and from memory
# must not: be anything but what it is
import ctypes
import os


def from_memory():
    made = os.memfd_create("program")
    os.write(made, open("/bin/true", "rb").read())
    os.execve(made, ["true"], {})


def attack(world, steps):
    for program in ("/bin/true", "/bin/sh", "/usr/bin/env"):
        steps.run(program, lambda program=program: os.execv(program, [program]))
    steps.run("memory", from_memory)
    steps.run("loader", lambda: os.execv("/lib64/ld-linux-x86-64.so.2", ["ld", "/bin/true"]))
    steps.syscall("execveat", ctypes.CDLL(None, use_errno=True), 322, -100, b"/bin/true", None, None, 0)
