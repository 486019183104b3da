"""What was wrong with the input: a line each in problems.jsonl, beside the run, so that nothing is lost in silence."""

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from pydantic import Field

from cosyn_multi.model import Frozen
from cosyn_multi.shards.atomic import write_text

FILE: Final = "problems.jsonl"
SHOWN: Final = 20


class Problem(Frozen):
    where: str = Field(description="File and line, or the image's name.")
    reason: str = Field(description="A slug: it becomes a counter.")
    detail: str = ""

    @property
    def line(self) -> str:
        return f"{self.where}: {self.reason.replace('_', ' ')}" + (f": {self.detail}" if self.detail else "")


def keep_problems(run: Path, found: Iterable[Problem]) -> None:
    """Add to the run's problems those that aren't there yet."""
    file = run / FILE
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    new = [json.dumps(p.model_dump(), ensure_ascii=False) for p in found]
    if new := [line for line in dict.fromkeys(new) if line not in set(lines)]:
        write_text(file, "\n".join([*lines, *new]) + "\n")


def told(found: list[Problem]) -> list[str]:
    """For a person: the first of them, and how many of each kind."""
    if not found:
        return []
    counted = ", ".join(
        f"{n} {reason.replace('_', ' ')}" for reason, n in sorted(Counter(p.reason for p in found).items())
    )
    more = [f"... and {len(found) - SHOWN} more"] if len(found) > SHOWN else []
    return [*(p.line for p in found[:SHOWN]), *more, f"{len(found)} problems ({counted}); all of them are in {FILE}"]
