"""The ledger: one SQLite file per run that holds every request, every answer, and what it cost.

An answer is on disk before anyone uses it, and a request has at most one. Several processes may write at once. Asking
again what is answered, or what was given up, costs nothing.
"""

import hashlib
import json
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import Field

from cosyn_multi.errors import RunError
from cosyn_multi.model import Frozen

from .request import Reply, Request, Usage

VERSION = 1
TABLES = """
CREATE TABLE IF NOT EXISTS requests (
    digest TEXT PRIMARY KEY, stage TEXT NOT NULL, model TEXT NOT NULL, set_index INTEGER, body TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS texts (digest TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS answers (
    digest TEXT PRIMARY KEY REFERENCES requests, text TEXT NOT NULL, stop TEXT NOT NULL, detail TEXT NOT NULL,
    model TEXT NOT NULL, input INTEGER NOT NULL, cache_read INTEGER NOT NULL, cache_write_5m INTEGER NOT NULL,
    cache_write_1h INTEGER NOT NULL, output INTEGER NOT NULL, dollars REAL, seconds REAL NOT NULL, way TEXT NOT NULL,
    at_s REAL NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS rejections (
    digest TEXT PRIMARY KEY REFERENCES requests, reason TEXT NOT NULL, detail TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS repairs (
    digest TEXT PRIMARY KEY REFERENCES requests, rule TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS spent (only INTEGER PRIMARY KEY CHECK (only = 1), dollars REAL NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS calls (
    id INTEGER PRIMARY KEY, digest TEXT NOT NULL, host TEXT NOT NULL, pid INTEGER NOT NULL, worst REAL NOT NULL,
    at_s REAL NOT NULL, lost INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE IF NOT EXISTS pace (only INTEGER PRIMARY KEY CHECK (only = 1), slots REAL NOT NULL, pause_until_s REAL NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS outage (only INTEGER PRIMARY KEY CHECK (only = 1), since_s REAL, answered INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS batches (
    id INTEGER PRIMARY KEY, mark TEXT NOT NULL, remote TEXT, state TEXT NOT NULL, at_s REAL NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS batch_items (
    batch INTEGER NOT NULL REFERENCES batches, digest TEXT NOT NULL REFERENCES requests, worst REAL NOT NULL,
    outcome TEXT, detail TEXT NOT NULL DEFAULT '', PRIMARY KEY (batch, digest)
) STRICT;
CREATE INDEX IF NOT EXISTS batch_items_by_digest ON batch_items (digest);
CREATE INDEX IF NOT EXISTS batch_items_out ON batch_items (batch, worst) WHERE outcome IS NULL;
"""
"""`texts` holds once what many requests share: marked parts of prompts, schemas, images in base64; a body names it by its
digest.
A call is a request in flight; one that broke off is `lost`: it may have been billed. `spent` is the sum of all answers'
dollars, kept beside them so that asking for it costs the same in a run of four million answers."""
WAITING = (
    "FROM requests r WHERE NOT EXISTS (SELECT 1 FROM answers a WHERE a.digest = r.digest) "
    "AND NOT EXISTS (SELECT 1 FROM rejections x WHERE x.digest = r.digest)"
)


class Rejection(Frozen):
    """Why a request or its answer is of no use, for good."""

    reason: str = Field(description="A slug: it becomes a counter.")
    detail: str = ""


class CostRow(Frozen):
    """Sums over one stage, model and way of asking."""

    stage: str
    model: str
    way: str = Field(description="Name of the provider or carrier that answered.")
    requests: int
    usage: Usage
    dollars: float
    unpriced: int = Field(description="Answers of models without a price; not in `dollars`.")


class Ledger:
    """One run's ledger. Connections are per process and thread, so a Ledger may be handed to both."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        with self.writing() as db:
            found = db.execute("PRAGMA user_version").fetchone()[0]
            if found not in (0, VERSION):
                raise RunError(f"{path}: a ledger of version {found}, this program writes {VERSION}; use the newer one")
            for statement in TABLES.split(";\n"):
                db.execute(statement)
            db.execute("INSERT OR IGNORE INTO pace VALUES (1, 1, 0)")
            db.execute("INSERT OR IGNORE INTO outage VALUES (1, NULL, 0)")
            db.execute("INSERT OR IGNORE INTO spent VALUES (1, 0)")
            db.execute(f"PRAGMA user_version = {VERSION}")

    @property
    def db(self) -> sqlite3.Connection:
        """This thread's connection, for reading."""
        if getattr(self._local, "pid", None) != os.getpid():
            self._local.inherited = getattr(self._local, "db", None)  # a fork's copy is neither used nor closed
            self._local.db, self._local.pid = self._connect(), os.getpid()
        found: sqlite3.Connection = self._local.db
        return found

    def _connect(self) -> sqlite3.Connection:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            db = sqlite3.connect(self.path, timeout=60, isolation_level=None)
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")  # an answer is paid: it survives a power cut, too
        except (sqlite3.Error, OSError) as error:
            raise RunError(f"{self.path}: can't be opened as a ledger: {error}; it should be a SQLite file") from error
        return db

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction, alone: no other process writes meanwhile. Rolled back if the block raises."""
        db = self.db
        db.execute("BEGIN IMMEDIATE")
        try:
            yield db
        except BaseException:
            db.execute("ROLLBACK")
            raise
        db.execute("COMMIT")

    def close(self) -> None:
        """Close this thread's connection."""
        if getattr(self._local, "pid", None) == os.getpid():
            self._local.db.close()
            self._local.pid = None

    def note(self, request: Request, set_index: int | None = None) -> None:
        """Keep a request that is asked, or that waits to be."""
        with self.writing() as db:
            keep_request(db, request, set_index)

    def answer(self, digest: str) -> Reply | None:
        row = self.db.execute(
            "SELECT text, stop, detail, model, input, cache_read, cache_write_5m, cache_write_1h, output "
            "FROM answers WHERE digest = ?",
            (digest,),
        ).fetchone()
        if row is None:
            return None
        usage = Usage(input=row[4], cache_read=row[5], cache_write_5m=row[6], cache_write_1h=row[7], output=row[8])
        return Reply(text=row[0], stop=row[1], detail=row[2], model=row[3], usage=usage)

    def rejection(self, digest: str) -> Rejection | None:
        row = self.db.execute("SELECT reason, detail FROM rejections WHERE digest = ?", (digest,)).fetchone()
        return Rejection(reason=row[0], detail=row[1]) if row else None

    def reject(self, digest: str, reason: str, detail: str = "") -> None:
        """Remember that this request, or its answer, is of no use. The first reason stays."""
        with self.writing() as db:
            keep_rejection(db, digest, reason, detail)

    def repaired(self, digest: str, rule: str) -> None:
        """Remember that an answer was read by a repair rule, for the sums."""
        with self.writing() as db:
            db.execute("INSERT OR IGNORE INTO repairs VALUES (?, ?)", (digest, rule))

    def waiting(self) -> list[Request]:
        """Requests with neither answer nor rejection, in the order of sets, then of asking."""
        rows = self.db.execute(f"SELECT body {WAITING} ORDER BY r.set_index, r.rowid").fetchall()
        return unpacked(self.db, [body for (body,) in rows])

    def waiting_digests(self) -> list[str]:
        """Their digests alone, in the same order."""
        return [d for (d,) in self.db.execute(f"SELECT digest {WAITING} ORDER BY r.set_index, r.rowid")]

    def requests(self) -> list[Request]:
        """Every request ever noted, in the order of asking."""
        return unpacked(self.db, [body for (body,) in self.db.execute("SELECT body FROM requests ORDER BY rowid")])

    def costs(self) -> list[CostRow]:
        """Sums per stage, model and way, in the order in which stages were first asked."""
        rows = self.db.execute(
            "SELECT r.stage, r.model, a.way, count(*), sum(a.input), sum(a.cache_read), sum(a.cache_write_5m), "
            "sum(a.cache_write_1h), sum(a.output), total(a.dollars), sum(a.dollars IS NULL) "
            "FROM answers a JOIN requests r USING (digest) GROUP BY 1, 2, 3 ORDER BY min(r.rowid)"
        )
        return [
            CostRow(
                stage=row[0], model=row[1], way=row[2], requests=row[3], dollars=row[9], unpriced=row[10],
                usage=Usage(
                    input=row[4], cache_read=row[5], cache_write_5m=row[6], cache_write_1h=row[7], output=row[8]
                ),
            )
            for row in rows
        ]  # fmt: skip

    def counts(self, table: str) -> dict[str, int]:
        """Rows per reason of `rejections` or per rule of `repairs`."""
        column = {"rejections": "reason", "repairs": "rule"}[table]
        return dict(self.db.execute(f"SELECT {column}, count(*) FROM {table} GROUP BY 1 ORDER BY 1").fetchall())


def keep_request(db: sqlite3.Connection, request: Request, set_index: int | None = None) -> None:
    """Within a transaction: keep a request, if it isn't there."""
    if db.execute("SELECT 1 FROM requests WHERE digest = ?", (request.digest,)).fetchone():
        return
    body = request.model_dump(mode="json")
    for block in body["system"]:
        if block["shared"]:
            block["text"] = _keep_text(db, block["text"])
    for image in _images(body):
        image["data"] = _keep_text(db, image["data"])
    if request.answer_schema is not None:
        body["answer_schema"] = {"text": _keep_text(db, json.dumps(request.answer_schema, ensure_ascii=False))}
    values = (request.digest, request.stage, request.model, set_index, json.dumps(body, ensure_ascii=False))
    db.execute("INSERT INTO requests VALUES (?, ?, ?, ?, ?)", values)


def _images(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for message in body["messages"]:
        yield from message.get("images", ())


def _keep_text(db: sqlite3.Connection, text: str) -> str:
    digest = hashlib.sha256(text.encode()).hexdigest()
    db.execute("INSERT OR IGNORE INTO texts VALUES (?, ?)", (digest, text))
    return digest


def unpacked(db: sqlite3.Connection, bodies: list[str]) -> list[Request]:
    """Requests as they were asked."""

    @cache
    def text(digest: str) -> str:
        found: str = db.execute("SELECT text FROM texts WHERE digest = ?", (digest,)).fetchone()[0]
        return found

    @cache
    def schema(digest: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(text(digest))
        return found

    requests = []
    for body in bodies:
        data = json.loads(body)
        for block in data["system"]:
            if block["shared"]:
                block["text"] = text(block["text"])
        for image in _images(data):
            image["data"] = text(image["data"])
        if data["answer_schema"] is not None:
            data["answer_schema"] = schema(data["answer_schema"]["text"])
        requests.append(Request.model_validate(data))
    return requests


def keep_answer(
    db: sqlite3.Connection, digest: str, reply: Reply, *, way: str, dollars: float | None, seconds: float = 0.0
) -> bool:
    """Within a transaction: keep an answer; the first one stays. Returns whether this is it."""
    usage = reply.usage
    values: tuple[Any, ...] = (
        digest, reply.text, reply.stop, reply.detail, reply.model, usage.input, usage.cache_read, usage.cache_write_5m,
        usage.cache_write_1h, usage.output, dollars, seconds, way, time.time(),
    )  # fmt: skip
    kept = db.execute(f"INSERT OR IGNORE INTO answers VALUES ({', '.join('?' * len(values))})", values).rowcount == 1
    if kept:
        db.execute("UPDATE spent SET dollars = dollars + ?", (dollars or 0.0,))
        db.execute("DELETE FROM rejections WHERE digest = ?", (digest,))  # a carrier's failure, mended since
    return kept


def keep_rejection(db: sqlite3.Connection, digest: str, reason: str, detail: str) -> None:
    db.execute("INSERT OR IGNORE INTO rejections VALUES (?, ?, ?)", (digest, reason, detail[:2000]))
