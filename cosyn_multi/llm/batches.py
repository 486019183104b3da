"""The ledger's side of batches: what was sent, in which round, and how each item ended."""

import os
import sqlite3
import time
from collections.abc import Iterable
from typing import Literal

from cosyn_multi.model import Frozen

from .ledger import Ledger, unpacked
from .request import Request

UNPAID = "unpaid"
"""Outcome of an item that failed for the account's sake: it is sent again once that is mended, and is no round."""


State = Literal["sending", "open", "found", "closed"]
"""`found`: taken for ours by its size and time after a process died, until its results say whether it is."""


class Batch(Frozen):
    number: int
    mark: str
    remote: str | None
    state: State
    at_s: float


class Lot(Frozen):
    """Requests to be sent as one batch, with the worst that each may cost."""

    requests: tuple[Request, ...]
    worst: tuple[float, ...]


def begin(ledger: Ledger, lot: Lot) -> Batch:
    """Write down a batch before it is sent: if the process dies meanwhile, `mark` finds it again."""
    mark, now = os.urandom(4).hex(), time.time()
    with ledger.writing() as db:
        number = (
            db.execute("INSERT INTO batches (mark, state, at_s) VALUES (?, 'sending', ?)", (mark, now)).lastrowid or 0
        )
        items = [(number, r.digest, w) for r, w in zip(lot.requests, lot.worst, strict=True)]
        db.executemany("INSERT INTO batch_items (batch, digest, worst) VALUES (?, ?, ?)", items)
    return Batch(number=number, mark=mark, remote=None, state="sending", at_s=now)


def sent(ledger: Ledger, batch: Batch, remote: str, state: State = "open") -> None:
    with ledger.writing() as db:
        db.execute("UPDATE batches SET remote = ?, state = ? WHERE id = ?", (remote, state, batch.number))


def forget(ledger: Ledger, batch: Batch) -> None:
    """It was never made: its requests wait again, and no round is counted."""
    with ledger.writing() as db:
        db.execute("DELETE FROM batch_items WHERE batch = ?", (batch.number,))
        db.execute("DELETE FROM batches WHERE id = ?", (batch.number,))


def in_state(ledger: Ledger, *states: State) -> list[Batch]:
    marks = ", ".join("?" * len(states))
    query = f"SELECT id, mark, remote, state, at_s FROM batches WHERE state IN ({marks}) ORDER BY id"
    rows = ledger.db.execute(query, states).fetchall()
    return [Batch(number=row[0], mark=row[1], remote=row[2], state=row[3], at_s=row[4]) for row in rows]


def remotes(ledger: Ledger) -> set[str]:
    return {row[0] for row in ledger.db.execute("SELECT remote FROM batches WHERE remote IS NOT NULL")}


def items(ledger: Ledger, batch: Batch) -> dict[str, Request]:
    """Items of a batch whose end isn't known, by custom id."""
    rows = ledger.db.execute(
        "SELECT r.body FROM batch_items i JOIN requests r USING (digest) WHERE i.batch = ? AND i.outcome IS NULL",
        (batch.number,),
    )
    return {custom_id(r, batch): r for r in unpacked(ledger.db, [body for (body,) in rows])}


def custom_id(request: Request, batch: Batch) -> str:
    """At most 58 characters of [a-zA-Z0-9_-]; the API allows 64."""
    return f"{request.id}-{batch.mark}"


def ended(db: sqlite3.Connection, batch: Batch, digest: str, outcome: str, detail: str = "") -> None:
    """Within a transaction: how one item ended."""
    values = (outcome, detail[:500], batch.number, digest)
    db.execute("UPDATE batch_items SET outcome = ?, detail = ? WHERE batch = ? AND digest = ?", values)


def close(ledger: Ledger, batch: Batch) -> int:
    """Nothing more will come; items that never came back end as missing. Returns how many did."""
    with ledger.writing() as db:
        missing = db.execute(
            "UPDATE batch_items SET outcome = 'missing' WHERE batch = ? AND outcome IS NULL", (batch.number,)
        ).rowcount
        db.execute("UPDATE batches SET state = 'closed' WHERE id = ?", (batch.number,))
    return missing


def out(ledger: Ledger) -> set[str]:
    """Digests of the requests that are in a batch now."""
    return {row[0] for row in ledger.db.execute("SELECT digest FROM batch_items WHERE outcome IS NULL")}


def rounds(ledger: Ledger, digests: Iterable[str]) -> dict[str, tuple[int, str]]:
    """For requests that were sent before: how often, and how they ended last."""
    wanted = set(digests)
    found: dict[str, tuple[int, str]] = {}
    query = "SELECT digest, outcome, detail FROM batch_items WHERE outcome NOT IN ('succeeded', ?) ORDER BY batch"
    for digest, outcome, detail in ledger.db.execute(query, (UNPAID,)):
        if digest in wanted:
            found[digest] = (found.get(digest, (0, ""))[0] + 1, f"{outcome} {detail}".strip())
    return found
