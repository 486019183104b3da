"""Prompts as requests: the blocks of a Jinja2 file, what sets share first and marked, so that providers can cache it."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import BaseModel

from cosyn_multi.llm.request import Block, Message, Request
from cosyn_multi.llm.structured import strict_schema
from cosyn_multi.model import Column, Part, show

from .answers import AskAnswer, CodeAnswer, DeriveAnswer, PlanAnswer, WorldAnswer

FOLDER: Final = Path(__file__).parents[2] / "prompts"
ANSWERS: Final[dict[str, type[BaseModel]]] = {
    "plan": PlanAnswer, "world": WorldAnswer, "code": CodeAnswer, "ask": AskAnswer, "derive": DeriveAnswer,
}  # fmt: skip
MOST_TOKENS: Final = {"plan": 8000, "world": 8000, "code": 8000, "ask": 14_000, "derive": 8000}
"""Tokens of an answer at most, thinking included: about twice what a full answer takes."""
MOST_FINDINGS: Final = 12
LONGEST_BEFORE: Final = 24_000
"""Characters of an earlier answer that a repair quotes."""


@cache
def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )
    made.globals["range_of"] = range_of
    return made


@cache
def digest() -> str:
    """Digest of all prompt files but those of the other pipelines, which have their name in front."""
    state = hashlib.sha256()
    for file in sorted(f for f in FOLDER.glob("*.j2") if not f.name.startswith(("points_", "qa_"))):
        state.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return state.hexdigest()[:16]


def block(stage: str, name: str, **values: Any) -> str:
    """One block of a stage's prompt."""
    template = environment().get_template(f"{stage}.j2")
    return "".join(template.blocks[name](template.new_context(values))).strip()


def request(stage: str, model: str, *, shared: dict[str, Any] | None = None, **task: Any) -> Request:
    """A stage's request. `shared`: what the shared block depends on; the same for many sets."""
    return Request(
        stage=stage,
        model=model,
        system=(Block(text=block(stage, "shared", **(shared or {})), shared=True),),
        messages=(Message(role="user", text=block(stage, "task", **task)),),
        answer_schema=strict_schema(ANSWERS[stage]),
        max_tokens=MOST_TOKENS[stage],
    )


def repaired(before: Request, answer: str, findings: list[str]) -> Request:
    """The request that follows an answer which was refused: the same talk, the exact findings, the same schema."""
    told = Message(role="assistant", text=answer[:LONGEST_BEFORE])
    told_more = [f"... and {len(findings) - MOST_FINDINGS} more"] if len(findings) > MOST_FINDINGS else []
    asked = Message(role="user", text=block("repair", "task", findings=findings[:MOST_FINDINGS] + told_more))
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
