"""Answers by files: requests lie in requests/*.jsonl, answers are put into responses/*.jsonl by whom or what one likes.

A line of a request: {"id", "stage", "model", "system", "messages", "schema", "max_tokens"}. A message is {"role",
"content"}, with "images": [{"media_type", "base64"}] where pictures go with it.
A line of an answer: {"id", "text"}, or {"id", "error"} for one that can't be had; `usage`, `stop` and `model` may be there.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from cosyn_multi.model import Frozen
from cosyn_multi.shards.atomic import write_text

from .base import Tally
from .budget import Budget
from .ledger import Ledger, keep_answer, keep_rejection
from .request import Message, Reply, Request, Stop, Usage

MOST_NOTES = 20


class Line(Frozen):
    """One line of a responses file."""

    id: str
    text: str | None = None
    error: str | None = None
    stop: Stop = "end"
    model: str = ""
    usage: Usage = Field(Usage(), description="If whoever answers counts tokens.")


class FilesCarrier:
    """A person, a cluster, another program."""

    name = "files"

    def __init__(self, folder: Path) -> None:
        self.requests, self.responses = folder / "requests", folder / "responses"

    def close(self) -> None:
        """Nothing is held."""

    def visit(self, ledger: Ledger, budget: Budget) -> Tally:
        """Take in what lies in responses/, and lay out in requests/ exactly what still waits: a file per stage."""
        asked = {r.id: r for r in ledger.requests()}
        outcomes: Counter[str] = Counter()
        notes: list[str] = []
        for file in sorted(self.responses.glob("*.jsonl")):
            with ledger.writing() as db:
                for where, line in _lines(file, notes):
                    request = asked.get(line.id)
                    if request is None:
                        notes.append(f"{where}: id {line.id!r}: nobody asked this in this run")
                    else:
                        outcomes[_take(db, ledger, request, line, where, notes)] += 1
        waiting = ledger.waiting()
        self._lay_out(waiting)
        if waiting:
            notes.append(
                f"{len(waiting)} requests wait in {self.requests}/; put answers into {self.responses}/, run again"
            )
        more = [f"... and {len(notes) - MOST_NOTES} lines more"] if len(notes) > MOST_NOTES else []
        return Tally(
            answered=outcomes["answered"],
            failed=outcomes["error"],
            waiting=len(waiting),
            outcomes=dict(sorted(outcomes.items())),
            notes=(*notes[:MOST_NOTES], *more),
        )

    def _lay_out(self, waiting: list[Request]) -> None:
        self.requests.mkdir(parents=True, exist_ok=True)
        self.responses.mkdir(parents=True, exist_ok=True)
        stages: dict[str, list[str]] = {}
        for request in waiting:
            stages.setdefault(request.stage, []).append(json.dumps(as_line(request), ensure_ascii=False))
        for file in self.requests.glob("*.jsonl"):
            if file.stem not in stages:
                file.unlink()
        for stage, lines in stages.items():
            write_text(self.requests / f"{stage}.jsonl", "\n".join(lines) + "\n")


def _lines(file: Path, notes: list[str]) -> Iterator[tuple[str, Line]]:
    """Every readable line of a file with its place; the others become notes."""
    for number, raw in enumerate(file.read_bytes().split(b"\n"), 1):
        where = f"{file.name}:{number}"
        if not raw.strip():
            continue
        try:
            line = Line.model_validate_json(raw.removeprefix(b"\xef\xbb\xbf"))
        except ValidationError as error:
            first = error.errors()[0]
            notes.append(f"{where}: {'.'.join(str(p) for p in first['loc']) or 'line'}: {first['msg']}")
            continue
        if (line.text is None) == (line.error is None):
            notes.append(f"{where}: id {line.id!r}: give either text or error")
            continue
        yield where, line


def as_line(request: Request) -> dict[str, Any]:
    """A request as people get it."""
    return {
        "id": request.id,
        "stage": request.stage,
        "model": request.model,
        "system": "\n\n".join(block.text for block in request.system),
        "messages": [_as_told(m) for m in request.messages],
        "schema": request.answer_schema,
        "max_tokens": request.max_tokens,
    }


def _as_told(message: Message) -> dict[str, Any]:
    shown = [{"media_type": i.media_type, "base64": i.data} for i in message.images]
    return {"role": message.role, "content": message.text, **({"images": shown} if shown else {})}


def _take(db: sqlite3.Connection, ledger: Ledger, request: Request, line: Line, where: str, notes: list[str]) -> str:
    """Keep one answer or error; what became of the line. A later text mends an earlier error, nothing else changes."""
    before = ledger.answer(request.digest)
    if line.text is None:
        known = before or ledger.rejection(request.digest)
        if not known:
            keep_rejection(db, request.digest, "carrier", line.error or "no reason given")
        return "known" if known else "error"
    if before:
        if before.text != line.text:
            notes.append(f"{where}: id {line.id!r}: answered before by another text; the first one stays")
        return "known"
    reply = Reply(text=line.text, stop=line.stop, usage=line.usage, model=line.model)
    keep_answer(db, request.digest, reply, way=FilesCarrier.name, dollars=0.0)
    return "answered"
