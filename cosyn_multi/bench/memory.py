"""Memory of a process and all its descendants, from /proc (Linux)."""

import os
import threading
from pathlib import Path

MIB = 2**20


def tree_mib(root: int) -> float:
    """Proportional set size of a process tree in MiB (shared pages are split among their users); 0 where unknown."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    total, queue = 0.0, [root]
    while queue:
        pid = queue.pop()
        total += _pss_bytes(pid) / MIB
        queue += children.get(pid, [])
    return total


def _pss_bytes(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


class Peak:
    """Watches the tree below this process; `mib` is the highest it saw."""

    def __init__(self, every_s: float = 0.5) -> None:
        self.mib = 0.0
        self._every_s = every_s
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "Peak":
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._end.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._end.wait(self._every_s):
            self.mib = max(self.mib, tree_mib(os.getpid()))
