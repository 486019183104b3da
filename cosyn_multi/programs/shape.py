"""`answer_of`: a program's rows as an answer in canonical form, or why they have not its shape."""

import re
from decimal import Decimal
from typing import Final

from cosyn_multi.model import AnswerType, Draft
from cosyn_multi.model.canonical import canonical

from .database import Result, Row
from .exact import Cell, decimal
from .safe import ProgramError

MOST_MEMBERS: Final = 24
"""Most members of a list answer."""

LARGEST: Final = 10**15
"""Floats keep 15 digits; a larger number would not be exact."""

CELL: Final = re.compile(r"image([1-9]):([^|.]+)\.([^|]+)\|(.*)", re.DOTALL)
"""A member of a points answer: image, part, column, and what names the cell there."""
_IMAGE = re.compile(r"(?:image )?([1-9])\Z", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d{2}(-\d{2})?\Z")


def answer_of(result: Result, draft: Draft) -> tuple[str, ...]:
    """The answer's members in canonical form; () for Not answerable.

    Shapes: none: no row, or one NULL. list: one column of 1 to 24 rows, or one row of 2 to 24 columns; a list whose
    order doesn't matter is sorted and has no member twice. All others: one row, one column, not NULL.
    points: one to 24 rows of three columns, no two alike: the image's number, 'part.column', and the name of the row (of a
    fact, which has none, its value); sorted, as 'image1:items.amount|Rye flour'.
    Members: int: digits. float: at `draft.decimals` places. bool: 'Yes' or 'No', from 1 or 0. image: 'image 2', from
    that or 2. date: ISO, or YYYY-MM for a month. choice: one of `draft.choices`. str: the text, white space folded.

    Raises: ProgramError: no_rows, several_rows, several_columns, null_answer, too_many_members, repeated_member,
        wrong_type, not_a_choice, answers_the_unanswerable.
    """
    rows = result.rows
    if draft.answer_type == "none":
        if rows and rows != ((None,),):
            raise ProgramError("answers_the_unanswerable", f"the program finds {rows[0]}")
        return ()
    if not rows:
        raise ProgramError("no_rows", "the program finds nothing")
    if draft.answer_type == "list":
        return _list(rows, draft)
    if draft.answer_type == "points":
        return _cells(rows)
    if len(rows[0]) != 1:
        raise ProgramError("several_columns", f"{len(rows[0])} columns for one answer")
    if len(rows) > 1:
        raise ProgramError("several_rows", f"{len(rows)} rows for one answer: {rows[0][0]!r}, {rows[1][0]!r} ...")
    return (member(rows[0][0], draft.answer_type, draft),)


def _list(rows: tuple[Row, ...], draft: Draft) -> tuple[str, ...]:
    if len(rows[0]) > 1 and len(rows) > 1:
        raise ProgramError("several_columns", f"{len(rows)} rows of {len(rows[0])} columns are no list")
    cells = rows[0] if len(rows) == 1 else [row[0] for row in rows]
    if len(cells) > MOST_MEMBERS:
        raise ProgramError("too_many_members", f"{len(cells)} members")
    members = [member(cell, draft.member_type, draft) for cell in cells]
    if draft.order_matters:
        return tuple(members)
    if len(set(members)) < len(members):
        raise ProgramError("repeated_member", "a set holds a member twice")
    return tuple(sorted(members))


def _cells(rows: tuple[Row, ...]) -> tuple[str, ...]:
    if len(rows) > MOST_MEMBERS:
        raise ProgramError("too_many_members", f"{len(rows)} things to point at")
    found = []
    for row in rows:
        if len(row) != 3 or None in row:
            raise ProgramError("wrong_type", f"{row!r} is not an image, a column and a name")
        image, where, name = row
        cell = f"image{image}:{where}|{canonical(name if isinstance(name, str) else decimal(name or 0))}"
        if not isinstance(image, int) or not CELL.fullmatch(cell):
            raise ProgramError("wrong_type", f"{row!r} names no cell of an image")
        found.append(cell)
    if len(set(found)) < len(found):
        raise ProgramError("repeated_member", "two of the things to point at have one name")
    return tuple(sorted(found))


def member(cell: Cell, kind: AnswerType, draft: Draft) -> str:
    """One cell in canonical form. Raises: ProgramError null_answer, wrong_type, not_a_choice."""
    if cell is None:
        raise ProgramError("null_answer", "the program gives NULL")
    if isinstance(cell, int | float) and not abs(cell) < LARGEST:
        raise ProgramError("wrong_type", f"{cell!r} is too large for an answer")
    text = canonical(cell) if isinstance(cell, str) else ""
    found: str | None = None
    if kind == "int":
        found = _whole(cell)
    elif kind == "float":
        found = None if isinstance(cell, str) else canonical(decimal(cell), draft.decimals)
    elif kind == "bool":
        found = {"0": "No", "1": "Yes", "no": "No", "yes": "Yes"}.get(str(cell).lower())
    elif kind == "image":
        match = _IMAGE.match(str(cell))
        found = f"image {match[1]}" if match else None
    elif kind == "date":
        found = text if _DATE.match(text) else None
    elif kind == "choice":
        return _choice(cell, draft)
    elif text:
        found = text
    if found is None:
        raise ProgramError("wrong_type", f"{cell!r} is not of type {kind}")
    return found


def _whole(cell: int | float | str) -> str | None:
    if isinstance(cell, str):
        return None
    number = decimal(cell)
    return str(int(number)) if number == int(number) else None


def _choice(cell: int | float | str, draft: Draft) -> str:
    """The choice that a cell is: by its text, or for a number by its value."""
    for choice in draft.choices:
        if canonical(choice) == canonical(cell if isinstance(cell, str) else decimal(cell), _places(cell, choice)):
            return canonical(choice)
    raise ProgramError("not_a_choice", f"{cell!r} is not among {', '.join(draft.choices)}")


def _places(cell: Cell, choice: str) -> int | None:
    """Digits after the point that a choice is printed with."""
    return len(choice.partition(".")[2]) if isinstance(cell, float) and "." in choice else None


def as_number(text: str) -> Decimal | None:
    """A canonical member as a number, None if it isn't one."""
    return Decimal(text) if re.fullmatch(r"-?\d+(\.\d+)?", text) else None
