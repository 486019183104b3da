# tries: every system call that opens a door in the kernel: mounts, namespaces, keys, programs in the kernel, modules
# must not: have one of them do anything
# needs: x86_64
import ctypes

CALLS = {
    "mount": 165, "umount2": 166, "pivot_root": 155, "chroot": 161, "unshare": 272, "setns": 308, "fsopen": 430, "open_tree": 428,
    "move_mount": 429, "add_key": 248, "request_key": 249, "keyctl": 250, "bpf": 321, "perf_event_open": 298, "userfaultfd": 323,
    "init_module": 175, "finit_module": 313, "delete_module": 176, "kexec_load": 246, "reboot": 169, "swapon": 167, "acct": 163,
    "sethostname": 170, "settimeofday": 164, "adjtimex": 159, "iopl": 172, "ioperm": 173, "quotactl": 179, "syslog": 103,
    "personality": 135, "modify_ldt": 154, "fanotify_init": 300, "inotify_init1": 294, "name_to_handle_at": 303,
    "open_by_handle_at": 304, "process_madvise": 440, "pidfd_open": 434, "pidfd_getfd": 438, "memfd_create": 319,
    "memfd_secret": 447, "move_pages": 279, "migrate_pages": 256, "mbind": 237, "vmsplice": 278, "tee": 276, "splice": 275,
    "timerfd_create": 283, "signalfd4": 289, "eventfd2": 290, "epoll_create1": 291, "ioprio_set": 251, "sched_setscheduler": 144,
    "capset": 126, "setuid": 105, "setgid": 106, "setresuid": 117, "setgroups": 116, "mlock": 149, "mlockall": 151, "seccomp": 317,
    "landlock_create_ruleset": 444, "landlock_restrict_self": 446, "arch_prctl": 158, "prctl": 157, "shmget": 29, "msgget": 68, "semget": 64,
    "mq_open": 240, "vhangup": 153, "lookup_dcookie": 212, "remap_file_pages": 216, "mknod": 133, "flock": 73, "truncate": 76,
    "openat2": 437, "statmount": 457, "map_shadow_stack": 453,
}  # fmt: skip


def attack(world, steps):
    libc = ctypes.CDLL(None, use_errno=True)
    for name, number in CALLS.items():
        steps.syscall(name, libc, number, 0, 0, 0, 0, 0, 0)
