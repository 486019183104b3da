"""Putting a draft together: how its answer is to be given, and the record itself."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import TypeVar

from cosyn_multi.model import AnswerType, Column, Draft, Sheet, Value, Views, Witness
from cosyn_multi.model.canonical import canonical

from . import words
from .base import Kind, pick, q
from .sheets import Cell, label_of, naming

T = TypeVar("T")

_HOW = ("Give the answer {}.", "Answer {}.", "State it {}.", "Give it {}.")
_BY = ("Answer with the {}.", "Give the {}.", "Answer by {} alone.")
_BY_WHAT = re.compile(r'".*"')
_LIST_BY = ("List them by {}, separated by semicolons.", "Give the {} of each, separated by semicolons.")
_YES_NO = ("Answer Yes or No.", "Say Yes or No.", "Yes or No?")
_LIST = (
    "Give the {} separated by semicolons.",
    "List the {}, separated by semicolons.",
    "Separate the {} with semicolons.",
)


@dataclass(frozen=True)
class Reply:
    """How an answer is given: its type, unit and digits, and the sentence of the question that says so."""

    answer_type: AnswerType
    how: str = ""
    unit: str = ""
    decimals: int | None = None
    member_type: AnswerType = "str"
    ordered: bool = False
    tolerance: Decimal = Decimal(0)

    def sql(self, expression: str) -> str:
        """The expression, rounded as the reply asks."""
        kind = self.member_type if self.answer_type == "list" else self.answer_type
        return f"round({expression}, {self.decimals})" if kind == "float" else expression

    def text(self, value: Value | bool | Fraction) -> str:
        """An answer in canonical form, for witnesses."""
        if isinstance(value, Fraction):
            value = half_up(value, self.decimals or 0)
        return canonical(value, self.decimals)


def number(
    rng: Random, column: Column, slack: Decimal = Decimal(0), places: int | None = None, gap: bool = False
) -> Reply:
    """A number in a column's unit. `slack` is what reading error may add up to; `places` overrides the digits.

    gap: what one value exceeds another by, which for percentages is in percentage points. Where reading error is allowed for, no digits are asked for.
    """
    tolerance = words.slack(slack)
    how = words.in_unit(column, places, loose=bool(tolerance), gap=gap)
    told = rng.choice(_HOW).format(how) if how else ""
    told += words.allowing(tolerance, column)
    if column.kind == "count" and places is None and not tolerance:
        return Reply("int", told, column.unit)
    digits = words.decimals(column) if places is None else places
    unit = words.unit_of(column, gap) if gap else words.unit_sign(column)
    return Reply("float", told, unit, digits, tolerance=tolerance)


def ratio(rng: Random, places: int, unit: str = "") -> Reply:
    """A bare factor or a percentage."""
    how = words.rounding(places)
    return Reply("float", rng.choice(_HOW).format(f"in percent, {how}" if unit == "%" else how), unit, places)


def yes_no(rng: Random) -> Reply:
    return Reply("bool", rng.choice(_YES_NO))


def which_image() -> Reply:
    return Reply("image")


def label(rng: Random, sheet: Sheet) -> Reply:
    """A row's name; months and years in a form that can be checked; the column is told where several name rows."""
    column = label_of(sheet)
    if column is None or column.kind != "date":
        told = column and (naming(sheet) or words.row_noun(sheet) == "entry")
        return Reply("str", rng.choice(_BY).format(words.quoted(column.header)) if column and told else "")
    return Reply("int" if form_of(column) == "year" else "date", rng.choice(_HOW).format(date_form(column)))


def several(rng: Random, reply: Reply, noun: str, ordered: bool = False, how: str = "") -> Reply:
    """A list of such replies. how: what is said of the list itself; default: what its members are and what parts them."""
    by = re.search(_BY_WHAT, reply.how)
    if by:
        each, told = "", how or rng.choice(_LIST_BY).format(by[0])
    else:
        each = re.sub("^(Give the answer|Give it|Answer|State it|Write it)", "Give each", reply.how)
        told = how or rng.choice(_LIST).format(words.plural(noun))
    return replace(
        reply, answer_type="list", member_type=reply.answer_type, how=f"{told} {each}".strip(), ordered=ordered
    )


def form_of(column: Column) -> str:
    """What a date column prints: 'day', 'month' or 'year'."""
    pattern = column.format.pattern or "d MMMM yyyy"
    return "day" if "d" in pattern else "month" if "M" in pattern else "year"


def date_form(column: Column) -> str:
    return {"day": "as YYYY-MM-DD", "month": "as YYYY-MM", "year": "as a year"}[form_of(column)]


def label_sql(column: Column, expression: str | None = None) -> str:
    """A row's name as the reply `label` asks for it."""
    name = expression or q(column.name)
    if column.kind != "date" or form_of(column) == "day":
        return name
    return f"substr({name}, 1, 7)" if form_of(column) == "month" else f"CAST(substr({name}, 1, 4) AS INTEGER)"


def label_answer(column: Column, value: Value) -> str:
    """The same for a witness."""
    if isinstance(value, date) and form_of(column) != "day":
        return f"{value.year:04d}-{value.month:02d}" if form_of(column) == "month" else str(value.year)
    return canonical(value)


def half_up(value: Fraction, places: int) -> Decimal:
    """Exact rounding, half away from zero."""
    scaled = abs(value) * 10**places
    whole = int(scaled + Fraction(1, 2))
    return Decimal(whole if value >= 0 else -whole).scaleb(-places)


def borderline(value: Fraction, places: int) -> bool:
    """Whether a number lies so near to a rounding boundary that floats may fall on either side of it."""
    scaled = abs(value) * 10**places
    return bool(abs(scaled - int(scaled) - Fraction(1, 2)) < Fraction(1, 10**5))


def some(rng: Random, items: Sequence[T], most: int = 6) -> list[T]:
    """Up to `most` of them, in random order."""
    return rng.sample(list(items), min(most, len(items)))


def draft(
    kind: Kind,
    views: Views,
    rng: Random,
    phrasings: Sequence[str],
    reply: Reply,
    *,
    program: str,
    answer: Sequence[str],
    cells: Sequence[Cell],
    close: str,
    images: Sequence[int] = (),
    story: str = "",
    choices: Sequence[str] = (),
    named: Sequence[Cell] | None = None,
    first: int = 0,
    fill: Mapping[str, str],
) -> Draft:
    """One draft.

    Args: phrasings: texts with slots that `fill` fills. answer: the witness's, in canonical form.
        cells: what it rests on. close: the explanation's last sentence, with {answer}. story: the sentences before it;
        default: what each cell says. images: default: those of the cells. named: the cells whose rows the text
        names; default: all. first: number of the first phrasing, where a kind has several tuples of them.
    """
    at, phrase = pick(rng, phrasings)
    asked = words.sentence(phrase.format_map({**words.agreement(fill), **fill}))
    told = f"{story} {words.sentence(close)}" if story else words.walk(views, cells, close)
    return Draft(
        kind=kind.name,
        text=f"{asked} {reply.how}".strip(),
        answer_type=reply.answer_type,
        member_type=reply.member_type,
        unit=reply.unit,
        decimals=reply.decimals,
        tolerance=reply.tolerance,
        choices=tuple(" ".join(c.split()) for c in choices),
        program=program,
        witnesses=(Witness(name="world", answer=tuple(answer)),),
        images=tuple(images) or tuple(sorted({c.image for c in cells})),
        evidence=words.evidence(*cells),
        names=words.names(views, *(cells if named is None else named)),
        explanation=told,
        phrasing=first + at,
        order_matters=reply.ordered,
    )
