"""`--where`: a predicate over a question and its set, in Python's notation for comparisons; parsed, never evaluated.

kind != "direct_lookup" and num_images >= 3
domain in ("gym", "museum") or "percent" in question
"""

import ast
import operator
import warnings
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

from cosyn_multi.errors import ConfigError, unknown

Facts = Mapping[str, Any]
Test = Callable[[Facts], Any]

FIELDS: Final[dict[str, type]] = {
    "id": str, "config": str, "scenario": str, "domain": str, "locale": str, "persona": str, "topic": str,
    "author": str, "model": str, "seed": int, "num_images": int,
    "kind": str, "answer_type": str, "unit": str, "question": str, "answer": str, "explanation": str,
    "difficulty": str, "needs": int, "cells": int, "choices": int,
}  # fmt: skip
"""Field -> its type. needs: how many images the question claims to need; cells: how many it rests on."""
LONGEST: Final = 2000
_COMPARE: Final[dict[type[ast.cmpop], Callable[[Any, Any], Any]]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt,
    ast.GtE: operator.ge, ast.In: lambda a, b: a in b, ast.NotIn: lambda a, b: a not in b,
}  # fmt: skip
_HELP: Final = 'write comparisons of fields, e.g. kind != "direct_lookup" and num_images >= 3'


def where(text: str) -> Test:
    """The test that a predicate's text stands for. Raises: ConfigError, one line, if it isn't a predicate."""
    try:
        if len(text) > LONGEST:
            raise SyntaxError(f"longer than {LONGEST} characters")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an odd escape in a string is the user's own affair
            tree = ast.parse(text.strip(), mode="eval").body
        return _predicate(tree)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        said = error.msg if isinstance(error, SyntaxError) else str(error)
        shown = text if len(text) <= 80 else text[:77] + "..."
        raise ConfigError(f"--where {shown!r}: {said or 'nested too deeply'}; {_HELP}".replace("\n", " ")) from None


def _predicate(node: ast.expr) -> Test:
    if isinstance(node, ast.BoolOp):
        tests = [_predicate(v) for v in node.values]
        every = all if isinstance(node.op, ast.And) else any
        return lambda facts: every(t(facts) for t in tests)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        inner = _predicate(node.operand)
        return lambda facts: not inner(facts)
    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        tests = [_comparison(*three) for three in zip(sides, node.ops, sides[1:], strict=False)]
        return lambda facts: all(t(facts) for t in tests)
    raise ValueError(f"{ast.unparse(node)[:60]!r} is no comparison")


def _comparison(left: ast.expr, op: ast.cmpop, right: ast.expr) -> Test:
    compare = _COMPARE.get(type(op))
    if compare is None:
        raise ValueError("'is' compares nothing here; write ==")
    (one, kind), (other, kinds) = _operand(left), _operand(right)
    inside = isinstance(op, ast.In | ast.NotIn)
    fits = kinds == (kind,) or kinds is kind is str if inside else kinds == kind
    if not fits or isinstance(kind, tuple):
        raise ValueError(f"{ast.unparse(left)[:40]!r} and {ast.unparse(right)[:40]!r} can't be compared so")
    _known_values(left, right)
    return lambda facts: compare(one(facts), other(facts))


def _operand(node: ast.expr) -> tuple[Test, Any]:
    """What gives an operand's value, and its type: str, int, or (that,) for several."""
    if isinstance(node, ast.Name):
        if node.id not in FIELDS:
            raise ValueError(unknown("field", node.id, FIELDS))
        name = node.id
        return lambda facts: facts[name], FIELDS[name]
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        values = [_constant(e) for e in node.elts]
        kinds = {_kind(v) for v in values}
        if len(kinds) != 1:
            raise ValueError(f"{ast.unparse(node)[:60]!r} must hold texts alone, or numbers alone")
        return lambda facts: values, (kinds.pop(),)
    value = _constant(node)
    return lambda facts: value, _kind(value)


def _constant(node: ast.expr) -> str | int | float:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        value = _constant(node.operand)
        if not isinstance(value, str):
            return -value
    elif (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str | int | float)
        and not isinstance(node.value, bool)
    ):
        return node.value
    raise ValueError(f"{ast.unparse(node)[:60]!r} is neither a field nor a text or number")


def _kind(value: str | float) -> type:
    return str if isinstance(value, str) else int


def _known_values(*sides: ast.expr) -> None:
    """Raises: ValueError if a field whose values are a closed list is compared with something else."""
    names = [s.id for s in sides if isinstance(s, ast.Name)]
    constants = [c.value for s in sides for c in ast.walk(s) if isinstance(c, ast.Constant)]
    for name in names:
        known = _closed(name)
        for value in constants if known else ():
            if value not in known:
                raise ValueError(unknown(name, str(value), known))


@cache
def _closed(field: str) -> frozenset[str]:
    """All values that a field can have; empty if they can't be listed."""
    if field == "kind":
        from cosyn_multi.questions import all_kinds

        return frozenset(all_kinds())
    lists = {
        "config": ("chart", "table", "doc", "mixed"),
        "answer_type": ("int", "float", "str", "list", "date", "bool", "image", "choice", "points", "none"),
        "difficulty": ("easy", "medium", "hard"),
    }
    return frozenset(lists.get(field, ()))
