"""The documented text form of each answer type, and of a question with choices."""

from collections.abc import Sequence
from string import ascii_uppercase
from typing import Final

from cosyn_multi.model import NOT_ANSWERABLE, Draft
from cosyn_multi.pointing import Area, written

SEPARATOR: Final = "; "


class Unstorable(ValueError):
    """An answer that has no text form that can be read back."""


def stored(members: Sequence[str], draft: Draft) -> str:
    """The answer as it stands in qa_pairs. `members` are canonical, `()` is Not answerable.

    int, float: plain digits with '.', no grouping; a percentage carries its sign ('52.8%'), other units stand in the
    question. bool: 'Yes' or 'No'. image: 'image 2'. date: ISO, or YYYY-MM for a month, as the question says. str: as
    printed. choice: the text of the choice. none: 'Not answerable'. list: its members' forms joined by '; '.
    points: from areas, the middle of each, in the text form of `pointing`.

    Raises: Unstorable if a list's member holds ';', so that the list could not be read back, or if a member is the
        text 'Not answerable' itself, which means that there is none.
    """
    if not members:
        return NOT_ANSWERABLE
    if draft.answer_type == "points":
        return written((Area.of_text(m) for m in members), draft.label)
    if any(m.strip(" .").casefold() == NOT_ANSWERABLE.casefold() for m in members):
        raise Unstorable(f"a cell that says {NOT_ANSWERABLE!r} can't be told from there being no answer")
    percent = "%" if draft.unit == "%" else ""
    if draft.answer_type != "list":
        return members[0] + (percent if draft.answer_type in ("int", "float") else "")
    if bad := [m for m in members if ";" in m]:
        raise Unstorable(f"{bad[0]!r} holds a semicolon, which parts the members of a list")
    return SEPARATOR.join(m + (percent if draft.member_type in ("int", "float") else "") for m in members)


def options(choices: Sequence[str]) -> str:
    """The block of choices that stands at the end of a question's text."""
    return "".join(f"\n{letter}. {choice}" for letter, choice in zip(ascii_uppercase, choices, strict=False))


def with_options(draft: Draft) -> Draft:
    """The draft with its choices written out below its text, unless they are."""
    block = options(draft.choices)
    if not block or draft.text.endswith(block):
        return draft
    return draft.model_copy(update={"text": draft.text.rstrip() + block})


def without_options(draft: Draft) -> str:
    """The text without the choices."""
    return draft.text.removesuffix(options(draft.choices)) if draft.choices else draft.text
