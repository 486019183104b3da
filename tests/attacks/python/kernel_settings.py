# tries: change the kernel's settings through its files
# must not: change one
import os

FILES = ("/proc/sysrq-trigger", "/proc/sys/kernel/core_pattern", "/proc/self/oom_score_adj", "/proc/self/uid_map", "/proc/self/setgroups",
         "/proc/self/comm", "/proc/self/clear_refs", "/proc/self/mem", "/sys/kernel/uevent_helper", "/sys/power/state", "/sys/fs/cgroup/cgroup.procs")  # fmt: skip


def attack(world, steps):
    for file in FILES:
        steps.run(file, lambda file=file: os.write(os.open(file, os.O_WRONLY), b"1"))
