"""Rules on what names things: ties, equal names, sources that disagree, degenerate 'all' and 'none'."""

from collections import Counter
from typing import Any, Final

from sqlglot import exp

from cosyn_multi.checks.case import Case, label_of
from cosyn_multi.model import Origin, Value
from cosyn_multi.programs import ProgramError, answer_of
from cosyn_multi.scoring import folded, same_answer

from .base import Broken

_SWAPPED: Final[dict[Any, Any]] = {exp.GT: exp.GTE, exp.GTE: exp.GT, exp.LT: exp.LTE, exp.LTE: exp.LT}


def tie(case: Case) -> Broken | None:
    """No comparison of two drawn numbers is decided by whether equal counts: with > for >= the answer stays.

    Not asked where things are counted or listed: there 'higher' leaves out equals, and that is plain.
    """
    if not case.program.ordered or case.draft.answer_type in ("int", "float", "list", "points"):
        return None
    swapped = case.program.tree.transform(_swap)
    try:
        answer = answer_of(case.bench.read.run(swapped.sql("sqlite")), case.draft)
    except ProgramError as error:
        return "tie", f"two compared numbers are equal: {error.detail}"
    if not same_answer(answer, case.answer, case.draft, slack=False):
        return "tie", "two compared numbers are equal, and whether equal counts decides the answer"
    return None


def _swap(node: Any) -> Any:
    other = _SWAPPED.get(type(node))
    if other is None or any(isinstance(side.unnest(), exp.Literal) for side in (node.left, node.right)):
        return node
    return other(this=node.this, expression=node.expression)


def entity_not_unique(case: Case) -> Broken | None:
    """A name in the question or the answer means one row of each table that is read."""
    named = {folded(n) for n in case.draft.names} | {folded(t) for _, _, t in case.program.named}
    named |= {folded(a) for a in case.answer} if case.draft.answer_type in ("str", "list", "choice") else set()
    for sheet, column in case.columns:
        if sheet.part == "facts" or column.name != label_of(sheet).name or column.kind == "date":
            continue
        counts = Counter(folded(v) for v in sheet.values(column.name) if isinstance(v, str))
        twice = sorted(n for n in named if counts[n] > 1)
        if twice:
            return (
                "entity_not_unique",
                f"{twice[0]!r} names {counts[twice[0]]} rows of {sheet.part} in image {sheet.image}",
            )
    return None


def sources_disagree(case: Case) -> Broken | None:
    """Where two images print the same thing differently, the question says which image it means."""
    if case.draft.kind in ("consistency_check", "odd_one_out", "difference_spotting", "claim_verification"):
        return None
    clashes = case.bench.once("clashes", lambda: _clashes(case))
    for sheet, column in case.columns:
        place = sheet.index(column.name)
        for origins in sheet.origins:
            images = clashes.get(origins[place])
            if images and sheet.image in images and f"image {sheet.image}" not in case.draft.text.lower():
                return "sources_disagree", f"images {images} print different values of {column.label}"
    return None


def _clashes(case: Case) -> dict[Origin, tuple[int, ...]]:
    """World cells that two images print with values further apart than reading and rounding explain."""
    seen: dict[Origin, list[tuple[int, Value]]] = {}
    for sheet in case.bench.views.read:
        for values, tolerances, origins in zip(sheet.rows, sheet.tolerances, sheet.origins, strict=True):
            for column, value, tolerance, origin in zip(sheet.columns, values, tolerances, origins, strict=True):
                if value is not None and not tolerance and column.format.style != "compact":
                    seen.setdefault(origin, []).append((sheet.image, value))
    return {
        origin: tuple(sorted({i for i, _ in found})) for origin, found in seen.items() if _apart([v for _, v in found])
    }


def _apart(values: list[Value]) -> bool:
    if all(isinstance(v, str) for v in values):
        return len({folded(str(v)) for v in values}) > 1
    first, *others = values
    for other in others:
        if isinstance(first, str) or isinstance(other, str) or type(first).__name__ == "date":
            if first != other:
                return True
        elif abs(float(first or 0) - float(other or 0)) > 0.01 * abs(float(first or 0)):  # type: ignore[arg-type]
            return True
    return False


def degenerate(case: Case) -> Broken | None:
    """A filter that lets everything through, or nothing, asks nothing: 'all' and 'none' are not degenerate."""
    tree = case.program.tree
    counts = isinstance(tree, exp.Select) and any(isinstance(e.unalias(), exp.Count) for e in tree.expressions)
    if case.draft.answer_type == "int" and counts and case.answer == ("0",):
        return "degenerate_none", "nothing meets the condition"
    if not (counts or case.draft.answer_type in ("list", "points")):
        return None
    loosened = _without_filters(tree)
    if loosened is None:
        return None
    try:
        answer = answer_of(case.bench.read.run(loosened.sql("sqlite")), case.draft)
    except ProgramError:
        return None
    if same_answer(answer, case.answer, case.draft, slack=False):
        return "degenerate_all", "everything meets the condition"
    return None


def _without_filters(tree: exp.Query) -> exp.Query | None:
    """The program without its conditions of the form: number against number. None if it has none."""
    loosened = tree.copy()
    found = False
    for where in list(loosened.find_all(exp.Where)):
        for node in list(where.find_all(*_SWAPPED)):
            sides = (node.left.unnest(), node.right.unnest())
            if any(isinstance(s, exp.Literal) and not s.is_string for s in sides):
                node.replace(exp.EQ(this=exp.Literal.number(1), expression=exp.Literal.number(1)))
                found = True
    return loosened if found else None
