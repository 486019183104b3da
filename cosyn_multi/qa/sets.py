"""The sets of a run, who holds which, and why some were skipped.

A set is held by at most one person at a time. A hold lasts as long as its page is open and some minutes more; another
person gets the set before that only by asking for it.
"""

import json
import time
from collections.abc import Sequence
from typing import Final

from cosyn_multi.errors import RunError, UserError, unknown
from cosyn_multi.model import Frozen

from .database import NOW, Database, Row
from .pictures import Picture

HOLD_S: Final = 15 * 60
SKIPS: Final = {
    "unrelated": "the images have nothing to do with each other",
    "same": "the images are as good as the same",
    "unreadable": "an image can't be read",
    "expert": "only an expert could ask or answer here",
    "unfit": "an image shouldn't be in a data set (people, private matters, violence)",
    "nothing": "no good question comes to mind",
}
"""Slug -> what a person reads."""


class Group(Frozen):
    """2 to 5 images in their order."""

    id: str
    members: tuple[Picture, ...]
    similarities: tuple[float, ...]
    """Of every pair, in the order of `combinations(members, 2)`."""
    holder: str = ""
    held_until_s: float = 0


class Standing(Frozen):
    """What the list of sets shows of one."""

    id: str
    images: int
    holder: str
    """'' if nobody holds it now."""
    submitted: int
    open_by: tuple[str, ...]
    skipped_by: tuple[str, ...]


class Sets:
    def __init__(self, database: Database) -> None:
        self.database = database

    def replace(self, formed: Sequence[tuple[str, Sequence[str], Sequence[float]]]) -> tuple[int, int]:
        """Make these the sets: (id, digests, similarities). Sets on which somebody worked or works stay.

        Returns: how many were added, and how many others stayed for the work on them.
        """
        ids = {set_id for set_id, _, _ in formed}
        with self.database.writing() as db:
            touched = {
                row[0]
                for row in db.execute(
                    "SELECT set_id FROM questions UNION SELECT set_id FROM skips UNION SELECT id FROM sets "
                    "WHERE holder != '' AND held_until_s > ?",
                    (time.time(),),
                )
            }
            there = {row[0] for row in db.execute("SELECT id FROM sets")}
            gone = [(i,) for i in there - touched - ids]
            db.executemany("DELETE FROM members WHERE set_id = ?", gone)
            db.executemany("DELETE FROM sets WHERE id = ?", gone)
            for place, (set_id, digests, similarities) in enumerate(formed):
                told = json.dumps([round(s, 4) for s in similarities])
                db.execute(
                    "INSERT INTO sets (id, place, similarities) VALUES (?1, ?2, ?3) "
                    "ON CONFLICT (id) DO UPDATE SET place = ?2, similarities = ?3",
                    (set_id, place, told),
                )
                rows = [(set_id, n, d) for n, d in enumerate(digests, 1)]
                db.executemany("INSERT OR IGNORE INTO members VALUES (?, ?, ?)", rows)
        return len(ids - there), len((there & touched) - ids)

    def get(self, set_id: str) -> Group:
        """Raises: RunError naming the nearest."""
        row = self.database.one("SELECT * FROM sets WHERE id = ?", set_id)
        if row is None:
            raise RunError(unknown("set", set_id[:60], [r["id"] for r in self.database.all("SELECT id FROM sets")]))
        return self._group(row)

    def all(self) -> list[Group]:
        return [self._group(row) for row in self.database.all("SELECT * FROM sets ORDER BY place, id")]

    def _group(self, row: Row) -> Group:
        members = self.database.all(
            "SELECT i.sha256, i.address, i.file, i.width, i.height FROM members m JOIN images i USING (sha256) "
            "WHERE m.set_id = ? ORDER BY m.number",
            row["id"],
        )
        return Group(
            id=row["id"], members=tuple(Picture(**m) for m in members), similarities=json.loads(row["similarities"]),
            holder=row["holder"], held_until_s=row["held_until_s"],
        )  # fmt: skip

    def hold(self, set_id: str, person: str, ask: bool = False) -> str:
        """Take or renew a hold; `ask`: take it from whoever has it. Returns who holds the set now."""
        now = time.time()
        with self.database.writing() as db:
            row = db.execute("SELECT holder, held_until_s FROM sets WHERE id = ?", (set_id,)).fetchone()
            if row is None:
                raise RunError(f"{set_id[:60]!r}: no such set any more; go back to the list")
            if row["holder"] not in ("", person) and row["held_until_s"] > now and not ask:
                return str(row["holder"])
            since = "held_since_s" if row["holder"] == person else "?2"
            db.execute(
                f"UPDATE sets SET holder = ?1, held_since_s = {since}, held_until_s = ?3 WHERE id = ?4",
                (person, now, now + HOLD_S, set_id),
            )
        return person

    def release(self, set_id: str, person: str) -> None:
        with self.database.writing() as db:
            db.execute("UPDATE sets SET holder = '', held_until_s = 0 WHERE id = ? AND holder = ?", (set_id, person))

    def next_for(self, person: str) -> str | None:
        """Take the first set that wants a question of this person's, and hold it; None if there is none.

        Sets that the person has an open question on come first, then those that nobody wrote on, holds or has begun,
        then those that others wrote on. Never one that others hold, or that the person skipped or wrote on.
        """
        now = time.time()
        with self.database.writing() as db:
            row = db.execute(
                "SELECT s.id FROM sets s WHERE (s.holder IN ('', ?1) OR s.held_until_s <= ?2) "
                "AND s.id NOT IN (SELECT set_id FROM skips WHERE person = ?1) "
                "AND s.id NOT IN (SELECT set_id FROM questions WHERE writer = ?1 AND state = 'submitted') "
                "ORDER BY s.id NOT IN (SELECT set_id FROM questions WHERE writer = ?1), "
                "(SELECT count(*) FROM questions q WHERE q.set_id = s.id), "
                "(SELECT count(*) FROM skips k WHERE k.set_id = s.id), s.place, s.id LIMIT 1",
                (person, now),
            ).fetchone()
            if row is None:
                return None
            db.execute(
                "UPDATE sets SET holder = ?, held_since_s = ?, held_until_s = ? WHERE id = ?",
                (person, now, now + HOLD_S, row["id"]),
            )
        return str(row["id"])

    def skip(self, set_id: str, person: str, reason: str, note: str) -> None:
        """Raises: UserError for a reason that isn't one."""
        if reason not in SKIPS:
            raise UserError(unknown("reason to skip", reason[:40], SKIPS))
        with self.database.writing() as db:
            db.execute(
                f"INSERT INTO skips (set_id, person, reason, note, at) VALUES (?, ?, ?, ?, {NOW})",
                (set_id, person, reason, note),
            )
            db.execute("UPDATE sets SET holder = '', held_until_s = 0 WHERE id = ? AND holder = ?", (set_id, person))

    def skipped(self) -> dict[str, int]:
        """How often for which reason."""
        rows = self.database.all("SELECT reason, count(*) n FROM skips GROUP BY 1 ORDER BY 2 DESC, 1")
        return {row["reason"]: row["n"] for row in rows}

    def standing(self) -> list[Standing]:
        """All sets as the list shows them."""
        rows = self.database.all(
            "SELECT s.id, (SELECT count(*) FROM members m WHERE m.set_id = s.id) images, "
            "CASE WHEN s.held_until_s > ?1 THEN s.holder ELSE '' END holder, "
            "(SELECT count(*) FROM questions q WHERE q.set_id = s.id AND q.state = 'submitted') submitted, "
            "(SELECT json_group_array(q.writer) FROM questions q WHERE q.set_id = s.id AND q.state = 'open') open_by, "
            "(SELECT json_group_array(DISTINCT k.person) FROM skips k WHERE k.set_id = s.id) skipped_by "
            "FROM sets s ORDER BY s.place, s.id",
            time.time(),
        )
        return [
            Standing(**{**row, "open_by": json.loads(row["open_by"]), "skipped_by": json.loads(row["skipped_by"])})
            for row in rows
        ]
