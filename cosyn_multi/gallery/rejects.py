"""What a run dropped: found by stage, reason and text, without holding it in memory."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from pydantic import Field

from cosyn_multi.errors import RunError
from cosyn_multi.model import Frozen
from cosyn_multi.shards.lazy import LazyRun


class Wanted(Frozen):
    """Which rejects; empty means any."""

    stage: str = ""
    reason: str = ""
    kind: str = ""
    text: str = Field("", description="Stands in the question or the detail, whatever the case.")

    @property
    def anything(self) -> bool:
        return not any(self.model_dump().values())

    def marks(self) -> list[str]:
        """What stands in the line of every reject that is wanted, as its writer spells it."""
        named = {n: v for n in ("stage", "reason", "kind") if (v := getattr(self, n))}
        return [f'"{name}": {json.dumps(value, ensure_ascii=False)}' for name, value in named.items()]


def page_of(lazy: LazyRun, wanted: Wanted, first: int, count: int) -> tuple[list[dict[str, Any]], int]:
    """`count` rejects from the `first` on (from 0), and how many there are."""
    if wanted.anything:
        return list(_whole(lazy, first, count)), sum(r.rejects.rows for r in lazy.records)
    kept, seen = [], 0
    marks, text = wanted.marks(), wanted.text.casefold()
    for line in _lines(lazy):
        if all(m in line for m in marks) and (not text or _holds(line, text)):
            if first <= seen < first + count:
                kept.append(json.loads(line))
            seen += 1
    return kept, seen


def reasons_of(lazy: LazyRun) -> Counter[tuple[str, str]]:
    """How often each stage and reason occurs."""
    counted: Counter[tuple[str, str]] = Counter()
    for line in _lines(lazy):
        fields = json.loads(line)
        counted[fields["stage"], fields["reason"]] += 1
    return counted


def _whole(lazy: LazyRun, first: int, count: int) -> Iterator[dict[str, Any]]:
    """A stretch of all rejects; shards before it aren't opened."""
    for record in lazy.records:
        if first >= record.rejects.rows:
            first -= record.rejects.rows
            continue
        for number, line in enumerate(_lines_of(lazy, record.rejects.path)):
            if number >= first and count:
                count -= 1
                yield json.loads(line)
        first = 0
        if not count:
            return


def _lines(lazy: LazyRun) -> Iterator[str]:
    for record in lazy.records:
        yield from _lines_of(lazy, record.rejects.path)


def _lines_of(lazy: LazyRun, path: str) -> Iterator[str]:
    try:
        with (lazy.path / path).open(encoding="utf-8") as lines:
            yield from lines
    except OSError as error:
        raise RunError(f"{lazy.path / path}: can't be read: {error.strerror}; run `verify`") from error


def _holds(line: str, text: str) -> bool:
    fields = json.loads(line)
    return any(text in str(fields.get(name, "")).casefold() for name in ("question", "detail", "template"))
