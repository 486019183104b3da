"""American spelling: all text is written in British English; sets that play in the United States are respelt."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Final, TypeVar

from cosyn_multi.model import Column, Part, Plan, Table, Value, View

LOCALES: Final = frozenset({"en_US"})
"""Where American spelling is expected. Canada writes 'colour' and 'centre'."""

_WORDS: Final = {
    "adviser": "advisor", "ageing": "aging", "aluminium": "aluminum", "anaesthesia": "anesthesia", "anaesthetic": "anesthetic",
    "archaeologist": "archeologist", "archaeology": "archeology", "armoured": "armored", "autumn": "fall",
    "cancelled": "canceled", "catalogue": "catalog", "cataloguer": "cataloger", "centre": "center", "ringcentre": "ringcenter",
    "cheque": "check", "colour": "color", "coloured": "colored", "draught": "draft", "enquiry": "inquiry",
    "enrolment": "enrollment", "faecal": "fecal", "fibre": "fiber", "grey": "gray", "harbour": "harbor",
    "jewellery": "jewelry", "labelled": "labeled", "labelling": "labeling", "labour": "labor", "leukaemia": "leukemia",
    "licence": "license", "lorry": "truck", "maths": "math", "modelling": "modeling", "moulding": "molding", "mould": "mold",
    "neighbour": "neighbor", "neighbouring": "neighboring", "panelling": "paneling", "parlour": "parlor",
    "programme": "program", "relabelled": "relabeled", "savoury": "savory", "sceptical": "skeptical", "sulphur": "sulfur",
    "theatre": "theater", "towards": "toward", "travelled": "traveled", "traveller": "traveler", "travelling": "traveling",
    "tyre": "tire", "burnt": "burned",
}  # fmt: skip
_METRES: Final = re.compile(r"(\w*)(met|lit)re(s?)", re.IGNORECASE)
_ISE: Final = re.compile(
    r"(authori|digiti|fertili|galvani|moderni|optimi|organi|sterili|utili|vapori)s(e\w*|ing|ation\w*)"
)
_WORD: Final = re.compile(r"\{[^}]*\}|[^\W\d_]+")
"""A word; or a slot of prose, which holds names of columns and stays as it is."""

T = TypeVar("T", Table, Part)


def respelt(plan: Plan) -> Plan:
    """The plan with every text that is printed or asked about in American spelling. Names of columns stay."""
    world = plan.world.model_copy(update={"tables": tuple(_grid(t) for t in plan.world.tables)})
    views = tuple(_view(v) for v in plan.views)
    return plan.model_copy(
        update={"world": world, "views": views, "topic": american(plan.topic), "persona": american(plan.persona)}
    )


def american(text: str) -> str:
    return _WORD.sub(lambda m: m[0] if m[0].startswith("{") else _word(m[0]), text)


@cache
def _word(word: str) -> str:
    lower = word.casefold()
    plural = lower.endswith("s") and lower not in _WORDS and lower[:-1] in _WORDS
    found = _WORDS.get(lower[:-1] if plural else lower)
    if found is None:
        found = _ISE.sub(r"\1z\2", _METRES.sub(r"\1\2er\3", lower))
    elif plural:
        found += "s"
    if found == lower:
        return word
    return found.upper() if word.isupper() else found.capitalize() if word[0].isupper() else found


def _view(view: View) -> View:
    return view.model_copy(
        update={
            "title": american(view.title),
            "subtitle": american(view.subtitle),
            "subject": american(view.subject),
            "parts": tuple(_grid(p) for p in view.parts),
            "prose": _all(view.prose),
            "notes": _all(view.notes),
        }
    )


def _all(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(american(t) for t in texts)


def _grid(grid: T) -> T:
    change: dict[str, object] = {
        "columns": tuple(_column(c) for c in grid.columns),
        "rows": tuple(tuple(_value(v) for v in row) for row in grid.rows),
        "row_noun": american(grid.row_noun),
    }
    if isinstance(grid, Part):
        change["title"] = american(grid.title)
    return grid.model_copy(update=change)


def _column(column: Column) -> Column:
    suffix = american(column.format.suffix)
    return column.model_copy(
        update={
            "label": american(column.label),
            "unit": american(column.unit),
            "noun": american(column.noun),
            "format": column.format.model_copy(update={"suffix": suffix}),
        }
    )


def _value(value: Value) -> Value:
    return american(value) if isinstance(value, str) else value
