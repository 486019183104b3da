"""What only a run can tell of a program: whether a LIMIT cuts through a tie or meets a NULL, whether an order is
total, whether a subquery that stands for one value finds more rows."""

from sqlglot import exp

from .database import Database, Row
from .exact import Cell
from .safe import ProgramError
from .static import Inner, Program


def probe(db: Database, program: Program, ordered: bool = False) -> None:
    """Run the program's inner queries by themselves.

    Args: ordered: whether the order of the program's rows is part of the answer.
    Raises: ProgramError: limit_tie, null_in_order, limit_without_order, limit_unclear, several_values, order_tie,
        list_without_order, and what `Database.run` raises.
    """
    for inner in program.scalars:
        rows = db.run(_with(inner.tree.copy(), inner).sql("sqlite")).rows
        if len(set(rows)) > 1:
            raise ProgramError("several_values", f"{inner.tree.sql('sqlite')[:120]} finds {len(rows)} rows, not one")
    for inner in program.limited:
        _limit(db, inner)
    if ordered:
        _total_order(db, program)


def _limit(db: Database, inner: Inner) -> None:
    count, skip = _number(inner.tree, "limit"), _number(inner.tree, "offset")
    rows, keys = _exposed(db, inner)
    if not inner.tree.args.get("order"):
        if len(set(rows)) > 1 and count + skip < len(rows):
            raise ProgramError("limit_without_order", f"LIMIT picks {count} of {len(rows)} rows in no order")
        return
    if any(k is None for key in keys for k in key):
        raise ProgramError("null_in_order", "a row without a value stands in the order that LIMIT cuts")
    for cut in (skip, skip + count):
        if 0 < cut < len(rows) and keys[cut - 1] == keys[cut] and rows[cut - 1] != rows[cut]:
            raise ProgramError("limit_tie", f"LIMIT cuts between {rows[cut - 1]} and {rows[cut]}, which are tied")


def _total_order(db: Database, program: Program) -> None:
    tree = program.tree
    if not tree.args.get("order"):
        if len(db.run(program.sql).rows) > 1:
            raise ProgramError("list_without_order", "the answer's order counts, and the program has no ORDER BY")
        return
    rows, keys = _exposed(db, Inner(tree, (), correlated=False))
    if any(k is None for key in keys for k in key):
        raise ProgramError("null_in_order", "a row without a value stands in the order that is asked for")
    for i in range(1, len(rows)):
        if keys[i - 1] == keys[i] and rows[i - 1] != rows[i]:
            raise ProgramError("order_tie", f"{rows[i - 1]} and {rows[i]} are tied")


def _number(tree: exp.Query, clause: str) -> int:
    node = tree.args.get(clause)
    if node is None:
        return 0
    literal = node.expression
    if not isinstance(literal, exp.Literal) or literal.is_string or not literal.this.isdigit():
        raise ProgramError("limit_unclear", f"{clause.upper()} must be a plain number")
    return int(literal.this)


def _exposed(db: Database, inner: Inner) -> tuple[list[Row], list[Row]]:
    """The rows without LIMIT, and the order keys of each."""
    tree = _with(inner.tree.copy(), inner)
    tree.set("limit", None)
    tree.set("offset", None)
    width = len(tree.selects)
    order = tree.args.get("order")
    places = [_place(tree, key.this, width + i) for i, key in enumerate(order.expressions)] if order else []
    found = [tuple(_snapped(v) for v in row) for row in db.run(tree.sql("sqlite")).rows]
    return [row[:width] for row in found], [tuple(row[p] for p in places) for row in found]


def _place(tree: exp.Query, key: exp.Expression, free: int) -> int:
    """Where in the output an order key stands; it is added if it isn't there."""
    names = [s.alias_or_name.lower() for s in tree.selects]
    if isinstance(key, exp.Literal) and not key.is_string:
        return int(key.this) - 1
    if isinstance(key, exp.Column) and not key.table and key.name.lower() in names:
        return names.index(key.name.lower())
    for i, select in enumerate(tree.selects):
        if select.unalias() == key:
            return i
    if not isinstance(tree, exp.Select) or tree.args.get("distinct"):
        raise ProgramError("limit_unclear", f"the order key {key.sql('sqlite')} is not among the columns")
    tree.select(exp.alias_(key.copy(), f"key_{free}"), copy=False)
    return len(tree.selects) - 1


def _with(tree: exp.Query, inner: Inner) -> exp.Query:
    """The query with all the WITH tables that it can see."""
    known = {cte.alias.lower(): cte for cte in inner.ctes}
    if known:
        tree.set("with_", exp.With(expressions=[cte.copy() for cte in known.values()]))
    return tree


def _snapped(value: Cell) -> Cell:
    return float(format(value, ".15g")) if isinstance(value, float) else value
