"""How many requests may be in flight at once, over all processes of a run: fewer after a 429, more after answers."""

import os
import socket
import sqlite3
import time
from collections.abc import Mapping
from datetime import UTC, datetime

from .ledger import Ledger

HOST = socket.gethostname()
LONGEST_PAUSE_S = 600.0
LONGEST_CALL_S = 7200.0
UNSAID_PAUSE_S = 1.0
"""The pause after a refusal that names none."""


class Pace:
    """Additive increase, multiplicative decrease, shared through the ledger."""

    def __init__(self, ledger: Ledger, most: int = 8) -> None:
        self.ledger, self.most = ledger, max(1, most)

    def restart(self) -> None:
        """At the start of an invocation: all slots, no pause."""
        with self.ledger.writing() as db:
            db.execute("UPDATE pace SET slots = ?, pause_until_s = 0", (float(self.most),))

    @property
    def slots(self) -> int:
        return max(1, int(self.ledger.db.execute("SELECT slots FROM pace").fetchone()[0]))

    def allows(self, db: sqlite3.Connection, in_flight: int) -> bool:
        """Whether one more may start now."""
        slots, until = db.execute("SELECT slots, pause_until_s FROM pace").fetchone()
        return in_flight < max(1, int(slots)) and time.time() >= until

    def slower(self, pause_s: float | None = None) -> None:
        """After a refusal for haste: half the slots, and nobody starts before the pause is over."""
        with self.ledger.writing() as db:
            db.execute("UPDATE pace SET slots = max(1, slots / 2)")
        self.pause(UNSAID_PAUSE_S if pause_s is None else pause_s)

    def pause(self, seconds: float) -> None:
        until = time.time() + min(max(seconds, 0.0), LONGEST_PAUSE_S)
        with self.ledger.writing() as db:
            db.execute("UPDATE pace SET pause_until_s = max(pause_until_s, ?)", (until,))

    def faster(self, db: sqlite3.Connection) -> None:
        """After an answer, within its transaction: one slot more for as many answers as there are slots."""
        db.execute("UPDATE pace SET slots = min(?, slots + 1.0 / slots) WHERE slots < ?", (self.most, self.most))

    def heed(self, headers: Mapping[str, str]) -> None:
        """Pause if its headers say that nothing is left of a limit.

        A quarter of the time to its reset is enough: limits refill all the while, the reset is when they are full.
        """
        for name in ("requests", "tokens", "input-tokens", "output-tokens"):
            if headers.get(f"anthropic-ratelimit-{name}-remaining") == "0":
                self.pause(_seconds_until(headers.get(f"anthropic-ratelimit-{name}-reset", "")) / 4)


def _seconds_until(moment: str) -> float:
    """Seconds to an RFC 3339 moment; 0 for one that has passed or can't be read."""
    try:
        then = datetime.fromisoformat(moment)
    except ValueError:
        return 0.0
    if then.tzinfo is None:
        then = then.replace(tzinfo=UTC)
    return max(0.0, then.timestamp() - time.time())


def alive(host: str, pid: int, at_s: float) -> bool:
    """Whether the process that began a call still runs; on another machine it is taken to, for as long as calls last."""
    if time.time() - at_s > LONGEST_CALL_S:
        return False
    if host != HOST:
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it runs, as another user
        pass
    return True
