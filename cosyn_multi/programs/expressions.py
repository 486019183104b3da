"""Facets of expressions: a walk over one SELECT's syntax tree, which refuses what SQLite would answer not as meant."""

from collections.abc import Callable
from typing import Any, Final, Protocol

from sqlglot import exp

from .facets import BARE, NULL, TEXT, TRUTH, Facet, arithmetic, common_unit, compared, derived, joined, settled
from .safe import ProgramError

ARITHMETIC: Final = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/", exp.Mod: "%"}
COMPARISONS: Final = {
    exp.EQ: "=", exp.NEQ: "<>", exp.GT: ">", exp.GTE: ">=", exp.LT: "<", exp.LTE: "<=", exp.Is: "IS", exp.NullSafeEQ: "IS",
    exp.NullSafeNEQ: "IS NOT",
}  # fmt: skip
AGGREGATES: Final = (exp.Sum, exp.Avg, exp.Min, exp.Max, exp.Count)
WINDOWED: Final = (exp.Rank, exp.DenseRank, exp.Lag, exp.Lead)


class Scope(Protocol):
    """What an expression can see; `static.Select` is one."""

    def column(self, node: exp.Column) -> Facet: ...

    def grouped(self, node: exp.Expression) -> Facet | None:
        """The facet of an expression that is a GROUP BY key, None if it isn't one."""
        ...

    def scalar(self, query: exp.Expression) -> Facet:
        """A subquery that stands for one value."""
        ...

    def members(self, query: exp.Expression) -> Facet:
        """A subquery that stands for a set of values, or is asked whether it is empty."""
        ...

    def aggregate(self, inside: Callable[[], Facet]) -> Facet:
        """Evaluate what stands inside an aggregate."""
        ...

    def named(self, column: Facet, literal: Facet) -> None:
        """Note that a column is compared with a text."""
        ...

    def ordered(self, operator: str, left: Facet, right: Facet) -> None:
        """Note a comparison of two numbers."""
        ...


def facet(node: Any, scope: Scope) -> Facet:
    """The facet of an expression. Raises: ProgramError with the slug of what is wrong."""
    found = scope.grouped(node)
    if found is not None:
        return found
    for rule in _RULES:
        if isinstance(node, rule[0]):
            return rule[1](node, scope)
    raise ProgramError("unsupported", f"programs don't use {type(node).__name__}: {node.sql('sqlite')[:80]}")


def _literal(node: exp.Literal, scope: Scope) -> Facet:
    text = str(node.this)
    if node.is_string:
        return Facet("text", constant=text)
    return Facet("int" if text.isdigit() else "real", constant=text)


def _arithmetic(node: exp.Binary, scope: Scope) -> Facet:
    return arithmetic(ARITHMETIC[type(node)], facet(node.left, scope), facet(node.right, scope))


def _negative(node: exp.Neg, scope: Scope) -> Facet:
    inner = facet(node.this, scope)
    if not inner.number:
        raise ProgramError("text_arithmetic", "the operand of - is text")
    return derived(inner) if inner.constant is None else Facet(inner.type, constant=f"-{inner.constant}")


def _comparison(node: exp.Binary, scope: Scope) -> Facet:
    if isinstance(node, exp.Is) and isinstance(node.right, exp.Null | exp.Boolean):
        facet(node.left, scope)
        return TRUTH
    _compare(COMPARISONS[type(node)], facet(node.left, scope), facet(node.right, scope), scope)
    return TRUTH


def _compare(operator: str, left: Facet, right: Facet, scope: Scope) -> None:
    compared(operator, left, right)
    for column, literal in ((left, right), (right, left)):
        if operator in ("=", "IS") and column.source and literal.constant is not None and not literal.number:
            scope.named(column, literal)
    if left.number and right.number:
        scope.ordered(operator, left, right)


def _between(node: exp.Between, scope: Scope) -> Facet:
    inner = facet(node.this, scope)
    _compare(">=", inner, facet(node.args["low"], scope), scope)
    _compare("<=", inner, facet(node.args["high"], scope), scope)
    return TRUTH


def _in(node: exp.In, scope: Scope) -> Facet:
    inner = facet(node.this, scope)
    query = node.args.get("query")
    if query is not None:
        compared("IN", inner, scope.members(query))
    for member in node.expressions:
        _compare("=", inner, facet(member, scope), scope)
    return TRUTH


def _all_true(node: exp.Expression, scope: Scope) -> Facet:
    for child in node.iter_expressions():
        facet(child, scope)
    return TRUTH


def _like(node: exp.Binary, scope: Scope) -> Facet:
    if facet(node.left, scope).number:
        raise ProgramError("mixed_comparison", "LIKE is for text")
    facet(node.right, scope)
    return TRUTH


def _concat(node: exp.Expression, scope: Scope) -> Facet:
    if any(facet(child, scope).type == "real" for child in node.iter_expressions()):
        raise ProgramError("number_as_text", "|| would write a number with all its digits")
    return TEXT


def _case(node: exp.Case, scope: Scope) -> Facet:
    subject = facet(node.this, scope) if node.this else None
    given = []
    for branch in node.args["ifs"]:
        condition = facet(branch.this, scope)
        if subject:
            _compare("=", subject, condition, scope)
        given.append(facet(branch.args["true"], scope))
    given.append(facet(node.args["default"], scope) if node.args.get("default") else NULL)
    return joined("CASE", *given)


def _if(node: exp.If, scope: Scope) -> Facet:
    facet(node.this, scope)
    default = node.args.get("false")
    return joined("IIF", facet(node.args["true"], scope), facet(default, scope) if default else NULL)


def _coalesce(node: exp.Expression, scope: Scope) -> Facet:
    return joined("COALESCE", *(facet(child, scope) for child in node.iter_expressions()))


def _nullif(node: exp.Nullif, scope: Scope) -> Facet:
    left = facet(node.this, scope)
    compared("NULLIF", left, facet(node.expression, scope))
    return derived(left)


def _aggregate(node: exp.Expression, scope: Scope) -> Facet:
    return scope.aggregate(lambda: _aggregated(node, scope))


def _aggregated(node: exp.Expression, scope: Scope) -> Facet:
    name = node.name.lower() if isinstance(node, exp.Anonymous) else type(node).__name__.lower()
    if name == "count":
        inner = node.this.expressions[0] if isinstance(node.this, exp.Distinct) else node.this
        if inner is not None and not isinstance(inner, exp.Star):
            facet(inner, scope)
        return BARE
    arguments = node.expressions if isinstance(node, exp.Anonymous) else [node.this, *node.expressions]
    found = [facet(a.expressions[0] if isinstance(a, exp.Distinct) else a, scope) for a in arguments]
    if name in ("min", "max"):
        return derived(joined(name.upper(), *found))
    if not found[0].number and found[0].type != "null":
        raise ProgramError("text_arithmetic", f"{name.upper()} of text")
    return Facet("real" if name in ("avg", "total") else settled(found[0]).type, unit=found[0].unit)


def _least(node: exp.Expression, scope: Scope) -> Facet:
    return derived(joined("MIN or MAX", *(facet(child, scope) for child in node.iter_expressions())))


def _round(node: exp.Round, scope: Scope) -> Facet:
    inner = facet(node.this, scope)
    digits = node.args.get("decimals")
    if digits is not None:
        facet(digits, scope)
    if not inner.number and inner.type != "null":
        raise ProgramError("text_arithmetic", "ROUND of text")
    return Facet("real", unit=inner.unit)


def _abs(node: exp.Abs, scope: Scope) -> Facet:
    inner = facet(node.this, scope)
    if not inner.number:
        raise ProgramError("text_arithmetic", "ABS of text")
    return Facet(inner.type, unit=inner.unit, raw=inner.raw)


def _sign(node: exp.Sign, scope: Scope) -> Facet:
    _abs(exp.Abs(this=node.this.copy()), scope)
    return BARE


def _cast(node: exp.Cast, scope: Scope) -> Facet:
    inner, target = facet(node.this, scope), node.to.sql("sqlite").upper()
    if target in ("REAL", "DOUBLE", "FLOAT") and (inner.number or inner.type == "digits"):
        return Facet("real", unit=inner.unit, raw=inner.raw)
    if target in ("INTEGER", "INT", "BIGINT") and (inner.type in ("int", "bool", "digits") or _is_round(node.this)):
        return Facet("int", unit=inner.unit)
    raise ProgramError("cast", f"CAST of {inner.type} to {target} would cut without complaint")


def _is_round(node: Any) -> bool:
    digits = node.args.get("decimals") if isinstance(node, exp.Round) else exp.Star()
    return digits is None or digits.sql() == "0"


def _of_texts(node: exp.Expression, scope: Scope) -> Facet:
    inner = facet(node.this, scope)
    if inner.number:
        raise ProgramError("number_as_text", f"{type(node).__name__.upper()} of a number")
    for child in node.iter_expressions():
        if child is not node.this:
            facet(child, scope)
    if isinstance(node, exp.Substring):
        return Facet("digits" if inner.type in ("date", "digits") else "text")
    return BARE if isinstance(node, exp.Length | exp.StrPosition) else TEXT


def _date_parts(node: exp.Expression, scope: Scope) -> Facet:
    inner = node.this
    facet(inner.this if isinstance(inner, exp.TsOrDsToTimestamp) else inner, scope)
    return Facet("digits")


def _date(node: exp.Expression, scope: Scope) -> Facet:
    for child in node.iter_expressions():
        facet(child, scope)
    return Facet("date")


def _anonymous(node: exp.Anonymous, scope: Scope) -> Facet:
    name = str(node.this).lower()
    if name == "total":
        return _aggregate(node, scope)
    if name == "date":
        return _date(node, scope)
    if name == "julianday":
        _date(node, scope)
        return Facet("int", unit="days")
    raise ProgramError("forbidden", f"a program may not use function {name}")


def _window(node: exp.Window, scope: Scope) -> Facet:
    keys = [k.this for k in node.args["order"].expressions] if node.args.get("order") else []
    orders = [facet(k, scope) for k in keys]
    for partition in node.args.get("partition_by") or []:
        facet(partition, scope)
    inner = node.this
    if isinstance(inner, exp.Lag | exp.Lead) and not (orders and all(o.type == "date" for o in orders)):
        raise ProgramError("window_order", "LAG and LEAD need an order by date, which has no ties")
    if isinstance(inner, exp.Rank | exp.DenseRank):
        return BARE
    if isinstance(inner, exp.Lag | exp.Lead):
        return derived(facet(inner.this, scope))
    if isinstance(inner, AGGREGATES):
        return _aggregated(inner, scope)
    raise ProgramError("unsupported", f"programs don't use the window function {inner.sql('sqlite')[:40]}")


def _filter(node: exp.Filter, scope: Scope) -> Facet:
    def inside() -> Facet:
        facet(node.expression.this, scope)
        return _aggregated(node.this, scope)

    return scope.aggregate(inside)


def _in_turn(node: exp.Expression, scope: Scope) -> Facet:
    return facet(node.this, scope)


_RULES: Final[tuple[tuple[Any, Callable[[Any, Any], Facet]], ...]] = (
    (exp.Column, lambda node, scope: scope.column(node)),
    (exp.Literal, _literal),
    (exp.Null, lambda node, scope: NULL),
    (exp.Boolean, lambda node, scope: TRUTH),
    ((exp.Paren, exp.Alias), _in_turn),
    ((exp.Subquery, exp.Query), lambda node, scope: scope.scalar(node)),
    (tuple(ARITHMETIC), _arithmetic),
    (exp.Neg, _negative),
    (tuple(COMPARISONS), _comparison),
    (exp.Between, _between),
    (exp.In, _in),
    ((exp.And, exp.Or, exp.Not), _all_true),
    (exp.Exists, lambda node, scope: (scope.members(node.this), TRUTH)[1]),
    (exp.Like, _like),
    ((exp.DPipe, exp.Concat), _concat),
    (exp.Case, _case),
    (exp.If, _if),
    (exp.Coalesce, _coalesce),
    (exp.Nullif, _nullif),
    (AGGREGATES, _aggregate),
    ((exp.Greatest, exp.Least), _least),
    (exp.Round, _round),
    (exp.Abs, _abs),
    (exp.Sign, _sign),
    (exp.Cast, _cast),
    ((exp.Substring, exp.StrPosition, exp.Length, exp.Lower, exp.Upper, exp.Trim), _of_texts),
    (exp.TimeToStr, _date_parts),
    ((exp.Date, exp.TsOrDsToDate), _date),
    (exp.Window, _window),
    (exp.Filter, _filter),
    (exp.Anonymous, _anonymous),
)
__all__ = ["Scope", "common_unit", "facet"]
