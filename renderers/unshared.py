"""A browser's cage where there is no bubblewrap: `python unshared.py PROFILE CACHE SHOWN... -- BROWSER ARGUMENTS...`.

Gives up the network, other processes' signals and all files but those shown, then turns into the browser. A program by
itself, and lean: it is on the way of each start.
"""

import ctypes
import os
import sys

NEWIPC, NEWUSER, NEWNET = 0x08000000, 0x10000000, 0x40000000
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
LOOK, ANY = 0b1101, (1 << 16) - 1
"""Landlock's rights: execute, read files and folders; everything."""
ON_FILES = 0b1100000000000111
NO_NEW_PRIVS = 38

libc = ctypes.CDLL(None, use_errno=True)


def main() -> None:
    split = sys.argv.index("--")
    profile, cache, *shown = sys.argv[1:split]
    leave_network()
    confine([profile, cache, "/proc", "/dev"], [*shown, "/sys"])
    os.environ |= {"HOME": profile, "TMPDIR": profile, "PATH": os.defpath}
    os.chdir("/")
    os.execv(sys.argv[split + 1], sys.argv[split + 1 :])


def leave_network() -> None:
    """Into an empty network, as nobody in a user namespace of one. Raises: OSError."""
    user, group = os.geteuid(), os.getegid()
    check(libc.unshare(NEWUSER | NEWNET | NEWIPC))
    for name, told in (("setgroups", "deny"), ("uid_map", f"65534 {user} 1"), ("gid_map", f"65534 {group} 1")):
        with open(f"/proc/self/{name}", "w") as file:  # noqa: PTH123  pathlib takes longer to import than all of this
            file.write(told)


def confine(writable: list[str], readable: list[str]) -> None:
    """Leave these files, and no others, where the kernel has Landlock. Raises: OSError."""
    abi = libc.syscall(CREATE_RULESET, None, 0, 1)
    if abi < 1:
        return
    handled = (1 << (13 + (abi >= 2) + (abi >= 3) + (abi >= 5))) - 1
    wanted = (ctypes.c_uint64 * 3)(handled, 0, 0b11 if abi >= 6 else 0)
    rules = check(libc.syscall(CREATE_RULESET, wanted, 24 if abi >= 6 else 8, 0))
    for paths, rights in ((readable, LOOK), (writable, ANY)):
        for path in filter(os.path.exists, paths):
            allow(rules, path, rights & handled)
    check(libc.prctl(NO_NEW_PRIVS, 1, 0, 0, 0))
    check(libc.syscall(RESTRICT_SELF, rules, 0))
    os.close(rules)


def allow(rules: int, path: str, rights: int) -> None:
    opened = os.open(path, os.O_PATH)
    rule = (ctypes.c_char * 12).from_buffer_copy(
        (rights if os.path.isdir(path) else rights & ON_FILES).to_bytes(8, sys.byteorder)  # noqa: PTH112
        + opened.to_bytes(4, sys.byteorder)
    )
    check(libc.syscall(ADD_RULE, rules, 1, rule, 0))
    os.close(opened)


def check(returned: int) -> int:
    if returned < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return returned


if __name__ == "__main__":
    main()
