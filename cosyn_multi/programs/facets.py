"""What is known of an expression before it runs: its type, its unit, whether floats may have blurred it."""

from dataclasses import dataclass, replace
from typing import Final, Literal

from cosyn_multi.model import Column

from .safe import ProgramError

Type = Literal["int", "real", "bool", "text", "digits", "date", "null"]
"""'digits' is text that is all digits by construction (a year cut out of a date)."""

NUMBERS: Final = frozenset({"int", "real", "bool"})
TEXTS: Final = frozenset({"text", "digits", "date"})


@dataclass(frozen=True)
class Facet:
    """An expression's type and what goes with it."""

    type: Type
    unit: str | None = None
    """Unit of a number; '' for a bare number; None where it isn't known or any fits (a literal)."""
    raw: bool = False
    """Whether it is the unrounded result of arithmetic on floats, so that `=` and `<` may fail at a tie."""
    source: tuple[str, str] | None = None
    """The (table, column) that it is, if it is nothing but a column."""
    constant: str | None = None
    """Its text, if it is a literal."""
    difference: bool = False
    """Whether it is one number minus another: compared with 0, floats can't blur it."""

    @property
    def number(self) -> bool:
        return self.type in NUMBERS


BARE: Final = Facet("int")
TEXT: Final = Facet("text")
TRUTH: Final = Facet("bool")
NULL: Final = Facet("null")


def of_column(table: str, column: Column) -> Facet:
    """The facet of a sheet's column."""
    unit = (column.unit or ("%" if column.kind == "percent" else "")) if column.numeric else None
    types: dict[str, Type] = {"count": "int", "amount": "real", "percent": "real", "date": "date"}
    return Facet(types.get(column.kind, "text"), unit=unit, source=(table, column.name))


def arithmetic(operator: str, left: Facet, right: Facet) -> Facet:
    """The facet of `left operator right`, operator one of + - * / %.

    Raises: ProgramError: text_arithmetic, integer_division, real_remainder, mixed_units.
    """
    for side in (left, right):
        if side.type in TEXTS:
            raise ProgramError(
                "text_arithmetic", f"{side.source or side.constant or 'an operand'} of {operator} is text"
            )
    whole = {left.type, right.type} <= {"int", "bool"}
    if operator == "/" and whole:
        raise ProgramError("integer_division", "both sides of / are whole numbers: 7/2 would be 3; write 1.0 * a / b")
    if operator == "%" and not whole:
        raise ProgramError("real_remainder", "% cuts its operands to whole numbers")
    unit = _unit(operator, left, right)
    exact = whole or (operator == "*" and {left.constant, right.constant} & {"1", "1.0", "2", "0.5"})
    blurred = left.raw or right.raw or not exact
    return Facet("int" if whole else "real", unit=unit, raw=blurred, difference=operator == "-")


def _unit(operator: str, left: Facet, right: Facet) -> str | None:
    if operator in "+-":
        return common_unit(f"the sides of {operator}", left, right)
    if operator == "/" and left.unit is not None and left.unit == right.unit:
        return ""
    if left.constant is not None:
        return right.unit if operator == "*" else None
    return left.unit if right.constant is not None else None


def common_unit(where: str, *facets: Facet) -> str | None:
    """The unit that all share. Raises: ProgramError mixed_units."""
    known = [f.unit for f in facets if f.number and f.unit is not None]
    if len(set(known)) > 1:
        raise ProgramError(
            "mixed_units", f"{where} have the units {' and '.join(u or 'none' for u in dict.fromkeys(known))}"
        )
    return known[0] if known else None


def compared(operator: str, left: Facet, right: Facet) -> None:
    """Refuse comparisons that SQLite answers without complaint, but not as meant.

    Raises: ProgramError: mixed_comparison, date_literal, float_comparison, mixed_units.
    """
    if "null" in (left.type, right.type):
        return
    if left.number != right.number:
        raise ProgramError("mixed_comparison", f"a number is compared ({operator}) with text: never equal, never close")
    if not left.number:
        for date, other in ((left, right), (right, left)):
            if date.type == "date" and other.constant is not None and not _iso(other.constant):
                raise ProgramError("date_literal", f"{other.constant!r} is compared with a date; write YYYY-MM-DD")
        return
    common_unit(f"the sides of {operator}", left, right)
    for blurred, other in ((left, right), (right, left)):
        if blurred.raw and not (blurred.difference and other.constant == "0"):
            raise ProgramError(
                "float_comparison", f"unrounded arithmetic is compared ({operator}); wrap it in round(x, digits)"
            )


def _iso(text: str) -> bool:
    return len(text) == 10 and text[4] == text[7] == "-" and text.replace("-", "").isdigit()


def joined(where: str, *facets: Facet) -> Facet:
    """The facet of a value that is one of these: of CASE, COALESCE, UNION. Raises: ProgramError mixed_types, mixed_units."""
    known = [f for f in facets if f.type != "null"]
    if not known:
        return NULL
    if len({f.number for f in known}) > 1:
        raise ProgramError("mixed_types", f"{where} gives now a number, now text")
    unit = common_unit(where, *known)
    types = {f.type for f in known}
    source = known[0].source if len({f.source for f in known}) == 1 else None
    constant = known[0].constant if len({f.constant for f in known}) == 1 else None
    found: Type = (
        known[0].type if len(types) == 1 else "text" if not known[0].number else "real" if "real" in types else "int"
    )
    return Facet(found, unit=unit, raw=any(f.raw for f in known), source=source, constant=constant)


def settled(facet: Facet) -> Facet:
    """The facet after rounding or exact summing: no longer blurred, no longer a bare column."""
    return replace(facet, raw=False, source=None, constant=None, difference=False)


def derived(facet: Facet) -> Facet:
    """The facet after something that keeps type and unit (abs, min, max)."""
    return replace(facet, constant=None, difference=False)
