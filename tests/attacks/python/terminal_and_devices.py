# tries: type into the user's terminal, and open devices that lead to memory, disks and machines
# must not: type a letter, or open one
import fcntl
import os

DEVICES = ("tty", "console", "kmsg", "mem", "kvm", "fuse", "loop0", "sda", "vda", "ptmx", "pts/0", "net/tun", "vhost-net", "userfaultfd", "random", "full")


def attack(world, steps):
    for number in (0, 1, 2):
        steps.run(f"type into {number}", lambda number=number: fcntl.ioctl(number, 0x5412, b"x"))
    for name in DEVICES:
        steps.run(name, lambda name=name: os.open(f"/dev/{name}", os.O_RDWR))
