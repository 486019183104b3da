# tries: make anything but plain files: devices, pipes, sockets, set-user-id programs, files without a name, locks
# must not: get one
import ctypes
import fcntl
import os
import stat


def attack(world, steps):
    steps.run("device", lambda: os.mknod("a", stat.S_IFCHR | 0o666, os.makedev(1, 1)))
    steps.run("pipe", lambda: os.mkfifo("b"))
    steps.run("folder", lambda: os.mkdir("c"))
    steps.run("mode", lambda: os.chmod("main.py", 0o6777))
    steps.run("owner", lambda: os.chown("main.py", 0, 0))
    steps.run("attribute", lambda: os.setxattr("main.py", "user.x", b"1"))
    steps.run("without a name", lambda: os.open(".", os.O_TMPFILE | os.O_RDWR))
    steps.run("lock", lambda: fcntl.flock(os.open("main.py", os.O_RDONLY), fcntl.LOCK_EX))
    steps.run("lock on a library", lambda: fcntl.flock(os.open(ctypes.__file__, os.O_RDONLY), fcntl.LOCK_EX))
    steps.run("lease on a library", lambda: fcntl.fcntl(os.open(ctypes.__file__, os.O_RDONLY), fcntl.F_SETLEASE, fcntl.F_WRLCK))
    steps.run("memory", lambda: os.memfd_create("x"))
    steps.run("remove", lambda: os.remove("main.py"))
