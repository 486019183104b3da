"""What a model is asked about people's questions, and in which shape it answers."""

from collections.abc import Sequence
from typing import Final, Literal

from pydantic import BaseModel

from cosyn_multi.llm.request import Block, Image, Message, Request
from cosyn_multi.llm.structured import strict_schema
from cosyn_multi.prompting import block

from .questions import LONGEST_ANSWER
from .talk import Turn

MOST_TOKENS: Final = 4000
LONGEST_CAPTION: Final = 4000
"""Characters of a caption that go into a prompt."""


class Drafted(BaseModel):
    answer: str
    remark: str


class Captioned(BaseModel):
    caption: str


class Judged(BaseModel):
    fault: Literal["none", "language", "unfit", "counting", "repeats", "identity", "one_image", "expert"]
    detail: str


def draft_request(model: str, captions: Sequence[str], turns: Sequence[Turn]) -> Request:
    """Ask for the draft of the last turn. Turns before it that brought none are told as part of what was asked next."""
    first = turns[0]
    messages: list[Message] = []
    told = block("qa_answer", "task", captions=_cut(captions), question=first.asked)
    asked = first.asked
    for turn in turns:
        if turn is not first:
            changed = turn.asked if turn.asked != asked else ""
            more = block("qa_answer", "more", question=changed, said=turn.said or "Answer the question.")
            told, asked = (f"{told}\n\n{more}" if told else more), turn.asked
        if turn.state == "there":
            answered = Drafted(answer=turn.answer, remark=turn.remark).model_dump_json()
            messages += [Message(role="user", text=told), Message(role="assistant", text=answered)]
            told = ""
    messages.append(Message(role="user", text=told))
    tried = sum(t.state in ("refused", "failed") for t in turns)
    return _request("qa_answer", model, Drafted, messages, sample=tried)


def caption_request(model: str, image: Image) -> Request:
    return _request(
        "qa_caption", model, Captioned, [Message(role="user", text=block("qa_caption", "task"), images=(image,))]
    )


def judge_request(model: str, captions: Sequence[str], question: str, answer: str, language: str) -> Request:
    task = block("qa_judge", "task", captions=_cut(captions), question=question, answer=answer[:LONGEST_ANSWER])
    return _request("qa_judge", model, Judged, [Message(role="user", text=task)], language=language)


def _request(
    stage: str, model: str, shape: type[BaseModel], messages: list[Message], sample: int = 0, **shared: str
) -> Request:
    return Request(
        stage=stage, model=model, system=(Block(text=block(stage, "shared", **shared), shared=True),),
        messages=tuple(messages), answer_schema=strict_schema(shape), max_tokens=MOST_TOKENS, sample=sample,
    )  # fmt: skip


def _cut(captions: Sequence[str]) -> list[str]:
    return [c if len(c) <= LONGEST_CAPTION else c[:LONGEST_CAPTION] + " ..." for c in captions]
