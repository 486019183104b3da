# tries: kill its parent, the outer process, its group and everybody
# must not: end or stop any of them
# needs: x86_64
import ctypes
import os
import signal


def attack(world, steps):
    libc = ctypes.CDLL(None, use_errno=True)
    for name, pid in (("parent", os.getppid()), ("first", 1), ("outer", world["outer"]), ("victim", world["victim"]), ("everybody", -1), ("group", 0)):
        for number in (signal.SIGKILL, signal.SIGSTOP, signal.SIGTERM):
            steps.run(f"{name} {number.name}", lambda pid=pid, number=number: os.kill(pid, number))
    steps.run("own group", lambda: os.killpg(0, signal.SIGKILL))
    steps.run("handle", lambda: signal.pidfd_send_signal(os.pidfd_open(os.getppid()), signal.SIGKILL))
    information = ctypes.create_string_buffer(128)
    steps.syscall("queued", libc, 129, os.getppid(), 9, information)
    steps.syscall("to a thread", libc, 234, os.getppid(), os.getppid(), 9)
    steps.syscall("to a thread, old", libc, 200, os.getppid(), 9)
