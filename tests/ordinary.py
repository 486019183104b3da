"""Running a command as an ordinary user, for tests that run as root."""

import sys
from collections.abc import Sequence
from pathlib import Path

NOBODY = 65534
_MOUNTS = """
mount --rbind "$1" /mnt && mount -t tmpfs -o mode=755 tmpfs /root && mkdir -p "$1" && mount --move /mnt "$1"
"""
"""In mounts of its own, where root's interpreter is one that everybody may read."""
_RUN = f'exec setpriv --reuid {NOBODY} --regid {NOBODY} --clear-groups "${{@:2}}" </dev/null'


def as_ordinary(command: Sequence[str]) -> list[str]:
    """The command line that runs `command` as nobody. Needs root, and `unshare` and `setpriv` of util-linux."""
    base = Path(sys.base_prefix)
    script = (_MOUNTS if base.is_relative_to("/root") else "") + _RUN
    return ["unshare", "-m", "bash", "-ec", script, "bash", str(base), *command]
