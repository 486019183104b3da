"""The images of a run and their captions, as stored."""

from collections.abc import Iterable

from cosyn_multi.model import Frozen

from .database import Database


class Picture(Frozen):
    """One image: its bytes lie in the run's folder, under its digest."""

    sha256: str
    address: str
    """Where it came from, if others can fetch it there; else ''."""
    file: str
    """Relative to the run's folder."""
    width: int
    height: int


class Caption(Frozen):
    sha256: str
    text: str
    source: str
    """`file`, `run`, or the model that wrote it."""


class Pictures:
    def __init__(self, database: Database) -> None:
        self.database = database

    def keep(self, picture: Picture, names: Iterable[str]) -> bool:
        """Keep an image under all its names; whether it is new."""
        with self.database.writing() as db:
            place = db.execute("SELECT coalesce(max(rowid), 0) FROM images").fetchone()[0]  # none is ever taken out
            values = (picture.sha256, place, picture.address, picture.file, picture.width, picture.height)
            new = db.execute("INSERT OR IGNORE INTO images VALUES (?, ?, ?, ?, ?, ?)", values).rowcount == 1
            db.executemany("INSERT OR IGNORE INTO names VALUES (?, ?)", [(n, picture.sha256) for n in names])
        return new

    def caption(self, caption: Caption) -> str | None:
        """Keep a caption in place of an earlier one; the text it replaced, if it differs."""
        with self.database.writing() as db:
            before = db.execute("SELECT text FROM captions WHERE sha256 = ?", (caption.sha256,)).fetchone()
            values = (caption.sha256, caption.text, caption.source)
            db.execute("INSERT OR REPLACE INTO captions VALUES (?, ?, ?)", values)
        return before[0] if before and before[0] != caption.text else None

    def all(self) -> list[Picture]:
        rows = self.database.all("SELECT sha256, address, file, width, height FROM images ORDER BY place")
        return [Picture(**row) for row in rows]

    def named(self, name: str) -> list[str]:
        """Digests of the images that came under a name, or have it as their digest."""
        found = self.database.all(
            "SELECT sha256 FROM names WHERE name = ?1 UNION SELECT sha256 FROM images WHERE sha256 = ?1 ORDER BY 1",
            name,
        )
        return [row["sha256"] for row in found]

    def texts(self, pictures: Iterable[Picture]) -> list[str]:
        """The captions of some images, in their order; '' for one that has none."""
        wanted = [p.sha256 for p in pictures]
        marks = ", ".join("?" * len(wanted))
        rows = self.database.all(f"SELECT sha256, text FROM captions WHERE sha256 IN ({marks})", *wanted)
        known = {row["sha256"]: row["text"] for row in rows}
        return [known.get(digest, "") for digest in wanted]

    def captions(self) -> dict[str, Caption]:
        """By digest, in the order of the images."""
        rows = self.database.all("SELECT c.* FROM captions c JOIN images i USING (sha256) ORDER BY i.place")
        return {row["sha256"]: Caption(**row) for row in rows}

    def uncaptioned(self) -> list[Picture]:
        known = self.captions()
        return [p for p in self.all() if p.sha256 not in known]
