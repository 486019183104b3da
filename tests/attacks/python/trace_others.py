# tries: look into, or change, other processes
# must not: read or write a byte of them
# needs: x86_64
import ctypes
import os
import resource


def attack(world, steps):
    libc = ctypes.CDLL(None, use_errno=True)
    parts = (ctypes.c_uint64 * 2)(ctypes.addressof(ctypes.create_string_buffer(8)), 8)
    for name, pid in (("parent", os.getppid()), ("outer", world["outer"]), ("victim", world["victim"])):
        for request in (16, 0x4206):
            steps.syscall(f"ptrace {request:x} {name}", libc, 101, request, pid, 0, 0)
        steps.syscall(f"read {name}", libc, 310, pid, parts, 1, parts, 1, 0)
        steps.syscall(f"write {name}", libc, 311, pid, parts, 1, parts, 1, 0)
        steps.run(f"limit {name}", lambda pid=pid: resource.prlimit(pid, resource.RLIMIT_CPU, (1, 1)))
        steps.run(f"priority {name}", lambda pid=pid: os.setpriority(os.PRIO_PROCESS, pid, 19))
        steps.run(f"processors {name}", lambda pid=pid: os.sched_setaffinity(pid, {0}))
        steps.syscall(f"compare {name}", libc, 312, os.getpid(), pid, 0, 0, 0)
    steps.syscall("trace me", libc, 101, 0, 0, 0, 0)
