"""Prompts as requests: the blocks of a Jinja2 file, what sets share first and marked, so that providers can cache it.

A file of the user's own, `prompts/NAME.j2` in the folder they work in, wins over the built-in one of that name.
"""

import hashlib
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel

from cosyn_multi.assets import PROMPTS
from cosyn_multi.llm.request import Block, Message, Request
from cosyn_multi.llm.structured import strict_schema
from cosyn_multi.model import Column, Part, show
from cosyn_multi.prompting import PromptFiles

from .answers import AskAnswer, CodeAnswer, DeriveAnswer, PlanAnswer, WorldAnswer

ANSWERS: Final[dict[str, type[BaseModel]]] = {
    "plan": PlanAnswer, "world": WorldAnswer, "code": CodeAnswer, "ask": AskAnswer, "derive": DeriveAnswer,
}  # fmt: skip
MOST_TOKENS: Final = {"plan": 8000, "world": 8000, "code": 8000, "ask": 14_000, "derive": 8000}
"""Tokens of an answer at most, thinking included: about twice what a full answer takes."""
MOST_FINDINGS: Final = 12
LONGEST_BEFORE: Final = 24_000
"""Characters of an earlier answer that a repair quotes."""


class Prompts(PromptFiles):
    """The prompts of a run."""

    def __init__(self, own: Path | None = None) -> None:
        """own: the user's folder, whose files win by name. Raises: ConfigError if one of them can't be read."""
        super().__init__(own, range_of=range_of)
        for stage in ANSWERS:
            self.template(stage, "shared")

    @cached_property
    def digest(self) -> str:
        """Digest of all prompt files in use; those of the other pipelines have its name in front."""
        found = [f for folder in (PROMPTS, self.own) if folder for f in folder.glob("*.j2")]
        files = {f.name: f for f in found if not f.name.startswith(("points_", "qa_"))}
        state = hashlib.sha256()
        for name, file in sorted(files.items()):
            state.update(name.encode() + b"\0" + file.read_bytes() + b"\0")
        return state.hexdigest()[:16]

    def request(self, stage: str, model: str, *, shared: dict[str, Any] | None = None, **task: Any) -> Request:
        """A stage's request. `shared`: what the shared block depends on; the same for many sets."""
        return Request(
            stage=stage,
            model=model,
            system=(Block(text=self.block(stage, "shared", **(shared or {})), shared=True),),
            messages=(Message(role="user", text=self.block(stage, "task", **task)),),
            answer_schema=strict_schema(ANSWERS[stage]),
            max_tokens=MOST_TOKENS[stage],
        )

    def repaired(self, before: Request, answer: str, findings: list[str]) -> Request:
        """The request that follows an answer which was refused: the same talk, the exact findings, the same schema."""
        told = Message(role="assistant", text=answer[:LONGEST_BEFORE])
        told_more = [f"... and {len(findings) - MOST_FINDINGS} more"] if len(findings) > MOST_FINDINGS else []
        asked = Message(role="user", text=self.block("repair", "task", findings=findings[:MOST_FINDINGS] + told_more))
        return before.model_copy(update={"stage": "repair", "messages": (*before.messages, told, asked)})


def range_of(part: Part, column: Column) -> str:
    """What a column's cells look like: their extent and longest text, which a layout needs; not the data themselves."""
    values = [v for v in part.values(column.name) if v is not None]
    if not values:
        return "empty"
    texts = [show(v, column.format, "en_US") for v in values]
    empty = f", {len(part.rows) - len(values)} empty" if len(values) < len(part.rows) else ""
    numbers = sorted(float(v) for v in values if not isinstance(v, str) and column.numeric)  # type: ignore[arg-type]
    if numbers:
        return f"from {numbers[0]:g} to {numbers[-1]:g}, at most {max(map(len, texts))} characters{empty}"
    return f"texts of {min(map(len, texts))} to {max(map(len, texts))} characters{empty}"
