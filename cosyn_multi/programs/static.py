"""`analyse`: what can be told of a program before it runs. One SELECT, typed; everything doubtful is refused.

SQLite answers where others complain: '1,234' + 0 is 1, 7 / 2 is 3, a misspelt "column" is a text, a bare column beside
MAX() comes from any row, a scalar subquery with three rows gives the first. Each has a slug here.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from cosyn_multi.model import Sheet

from .expressions import facet
from .facets import NULL, Facet, joined, of_column
from .safe import ProgramError

Columns = dict[str, Facet]


@dataclass(frozen=True)
class Inner:
    """A query within the program that must be probed when it runs: it has a LIMIT, or stands for one value."""

    tree: exp.Query
    ctes: tuple[exp.CTE, ...]
    """The WITH tables it can see, outermost first."""
    correlated: bool


@dataclass(frozen=True)
class Program:
    """A program that may run."""

    sql: str
    tree: exp.Query
    output: tuple[Facet, ...]
    named: tuple[tuple[str, str, str], ...] = ()
    """(table, column, text) for each text that a column is compared with."""
    ordered: bool = False
    """Whether numbers that are both not literals are compared."""
    limited: tuple[Inner, ...] = ()
    scalars: tuple[Inner, ...] = ()


@dataclass
class Notes:
    """What a walk collects."""

    named: dict[tuple[str, str, str], None] = field(default_factory=dict)
    ordered: bool = False
    limited: list[Inner] = field(default_factory=list)
    scalars: list[Inner] = field(default_factory=list)


def analyse(sql: str, sheets: Iterable[Sheet]) -> Program:
    """Parse and type a program.

    Raises: ProgramError: syntax, several_statements, not_a_select, recursion, no_such_table, no_such_column,
        text_arithmetic, integer_division, real_remainder, mixed_units, mixed_comparison, mixed_types, date_literal,
        float_comparison, number_as_text, cast, window_order, bare_column, correlated_lookup, unsupported, forbidden.
    """
    try:
        parsed = sqlglot.parse(sql, read="sqlite")
    except (SqlglotError, RecursionError) as error:
        raise ProgramError("syntax", str(error).splitlines()[0][:200]) from error
    if len(parsed) != 1:
        raise ProgramError("several_statements", f"{len(parsed)} statements")
    tree = parsed[0]
    if not isinstance(tree, exp.Select | exp.SetOperation):
        raise ProgramError("not_a_select", f"a program is one SELECT, not {type(tree).__name__}")
    tables = {s.name.lower(): {c.name: of_column(s.name, c) for c in s.columns} for s in sheets}
    notes = Notes()
    output = _query(tree, _World(tables, notes), None)
    return Program(
        sql, tree, tuple(output.values()), tuple(notes.named), notes.ordered, tuple(notes.limited), tuple(notes.scalars)
    )


@dataclass(frozen=True)
class _World:
    """Tables in sight: sheets and WITH tables."""

    tables: Mapping[str, Columns]
    notes: Notes
    ctes: tuple[exp.CTE, ...] = ()

    def with_cte(self, cte: exp.CTE, columns: Columns) -> "_World":
        return _World({**self.tables, cte.alias.lower(): columns}, self.notes, (*self.ctes, cte))


def _query(tree: Any, world: _World, parent: "Select | None") -> Columns:
    """The output columns of a query, by name (or number where it has none)."""
    tree = tree.unnest() if isinstance(tree, exp.Subquery) else tree
    world = _with(tree, world, parent)
    if isinstance(tree, exp.SetOperation):
        return _union(tree, world, parent)
    if not isinstance(tree, exp.Select):
        raise ProgramError("unsupported", f"programs don't use {type(tree).__name__}")
    return Select(tree, world, parent).output


def _with(tree: Any, world: _World, parent: "Select | None") -> _World:
    clause = tree.args.get("with_")
    if clause is None:
        return world
    if clause.args.get("recursive"):
        raise ProgramError("recursion", "WITH RECURSIVE is not allowed")
    for cte in clause.expressions:
        columns = _query(cte.this, world, parent)
        names = [c.name for c in cte.args["alias"].args.get("columns") or []]
        if names:
            columns = dict(zip(names, columns.values(), strict=False))
        world = world.with_cte(cte, columns)
    return world


def _union(tree: exp.SetOperation, world: _World, parent: "Select | None") -> Columns:
    left, right = _query(tree.left, world, parent), _query(tree.right, world, parent)
    if len(left) != len(right):
        raise ProgramError("syntax", f"the sides of a {type(tree).__name__} have {len(left)} and {len(right)} columns")
    columns = {name: joined("UNION", a, b) for (name, a), b in zip(left.items(), right.values(), strict=True)}
    if tree.args.get("limit"):
        world.notes.limited.append(Inner(tree, world.ctes, correlated=False))
    return columns


class Select:
    """One SELECT being walked: the scope of its expressions."""

    def __init__(self, tree: exp.Select, world: _World, parent: "Select | None") -> None:
        self.tree, self.world, self.parent = tree, world, parent
        self.correlated = False
        self.sources: dict[str, Columns] = {}
        self.aliases: dict[str, exp.Expression] = {p.alias.lower(): p.this for p in tree.expressions if p.alias}
        self.keys: dict[str, Facet] = {}
        self.bare: list[str] = []
        self.aggregated = False
        self._within = 0
        self._sources()
        self._conditions()
        self._group_keys()
        self.output = self._projections()
        for clause in ("having", "order"):
            if tree.args.get(clause):
                self._clause(tree.args[clause])
        if (self.aggregated or self.keys) and self.bare:
            raise ProgramError("bare_column", f"{self.bare[0]} stands beside an aggregate and would come from any row")
        self._limit()

    def _sources(self) -> None:
        tables = [self.tree.args["from_"].this] if self.tree.args.get("from_") else []
        tables += [j.this for j in self.tree.args.get("joins") or []]
        if any(j.args.get("method") for j in self.tree.args.get("joins") or []):
            raise ProgramError("unsupported", "a JOIN names its columns; NATURAL joins whatever is called alike")
        for table in tables:
            if isinstance(table, exp.Table):
                columns = self.world.tables.get(table.name.lower())
                if columns is None:
                    raise ProgramError("no_such_table", f"there is no table {table.name}")
            else:
                columns = _query(table, self.world, self.parent)
            self.sources[table.alias_or_name.lower()] = {k.lower(): v for k, v in columns.items()}

    def _conditions(self) -> None:
        for join in self.tree.args.get("joins") or []:
            if join.args.get("on"):
                facet(join.args["on"], self)
        if self.tree.args.get("where"):
            facet(self.tree.args["where"].this, self)
        self.bare.clear()

    def _group_keys(self) -> None:
        group = self.tree.args.get("group")
        for key in group.expressions if group else []:
            meant = self._meant(key)
            found = facet(meant, self)
            self.keys[meant.sql("sqlite")] = found
        self.bare.clear()

    def _meant(self, key: Any) -> Any:
        """A GROUP BY or ORDER BY key with positions and aliases resolved."""
        if isinstance(key, exp.Literal) and not key.is_string and key.this.isdigit():
            return self.tree.expressions[int(key.this) - 1].unalias()
        if isinstance(key, exp.Column) and not key.table and key.name.lower() in self.aliases:
            return self.aliases[key.name.lower()]
        return key

    def _projections(self) -> Columns:
        output: Columns = {}
        for number, projection in enumerate(self.tree.expressions):
            if isinstance(projection, exp.Star) or (isinstance(projection, exp.Column) and projection.is_star):
                raise ProgramError("unsupported", "a program names its columns; * is not allowed")
            name = projection.alias_or_name or f"#{number}"
            output[name if name not in output else f"#{number}"] = facet(projection, self)
        return output

    def _clause(self, clause: exp.Expression) -> None:
        nodes = [o.this for o in clause.expressions] if isinstance(clause, exp.Order) else [clause.this]
        for node in nodes:
            facet(self._meant(node), self)

    def _limit(self) -> None:
        if not self.tree.args.get("limit"):
            if self.tree.args.get("offset"):
                raise ProgramError("unsupported", "OFFSET without LIMIT")
            return
        if self.correlated:
            raise ProgramError("correlated_lookup", "LIMIT in a subquery that depends on the outer row")
        self.world.notes.limited.append(Inner(self.tree, self.world.ctes, self.correlated))

    # What `expressions` asks of a scope.

    def column(self, node: exp.Column) -> Facet:
        found = self._find(node)
        if found is None and self._is_alias(node):
            return facet(self.aliases[node.name.lower()], self)
        if found is not None:
            if not self._within:
                self.bare.append(node.sql("sqlite"))
            return found
        if self.parent is not None:
            self.correlated = True
            return self.parent.column(node)
        raise ProgramError("no_such_column", f"there is no column {node.sql('sqlite')}")

    def _is_alias(self, node: exp.Column) -> bool:
        return not node.table and node.name.lower() in self.aliases

    def _find(self, node: exp.Column) -> Facet | None:
        table, name = node.table.lower(), node.name.lower()
        for alias, columns in self.sources.items():
            if table in ("", alias) and name in columns:
                return columns[name]
        return None

    def grouped(self, node: exp.Expression) -> Facet | None:
        return self.keys.get(node.sql("sqlite")) if self.keys and not self._within else None

    def scalar(self, query: exp.Expression) -> Facet:
        inner, columns = self._subquery(query)
        if len(columns) != 1:
            raise ProgramError("syntax", f"a subquery for one value has {len(columns)} columns")
        one_row = isinstance(inner, Select) and inner.aggregated and not inner.keys
        limited = inner.tree.args.get("limit") if isinstance(inner, Select) else None
        if limited is not None and limited.expression.sql() != "1":
            raise ProgramError("several_values", f"{limited.sql('sqlite').strip()} in a subquery for one value")
        if isinstance(inner, Select) and not one_row and not limited:
            if inner.correlated:
                raise ProgramError("correlated_lookup", "a look-up per row may find several rows; write a JOIN")
            self.world.notes.scalars.append(Inner(inner.tree, inner.world.ctes, inner.correlated))
        if inner is None:
            raise ProgramError("unsupported", "a UNION for one value")
        return next(iter(columns.values()))

    def members(self, query: exp.Expression) -> Facet:
        _, columns = self._subquery(query)
        return next(iter(columns.values()), NULL)

    def _subquery(self, query: Any) -> tuple["Select | None", Columns]:
        tree = query.unnest() if isinstance(query, exp.Subquery) else query
        world = _with(tree, self.world, self)
        if isinstance(tree, exp.Select):
            inner = Select(tree, world, self)
            return inner, inner.output
        return None, _query(tree, world, self)

    def aggregate(self, inside: Callable[[], Facet]) -> Facet:
        self.aggregated = True
        self._within += 1
        try:
            return inside()
        finally:
            self._within -= 1

    def named(self, column: Facet, literal: Facet) -> None:
        if column.source and literal.constant is not None:
            self.world.notes.named[(*column.source, literal.constant)] = None

    def ordered(self, operator: str, left: Facet, right: Facet) -> None:
        if operator in ("<", ">", "<=", ">=") and left.constant is None and right.constant is None:
            self.world.notes.ordered = True
