"""The world of a set: a plan's tables filled with the rows that the model wrote, checked as strictly as can be told.

Keys are unique, references resolve, rules add up. What a rule works out may be left empty by the model: it is filled in.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from cosyn_multi.model import Column, Format, Kind, Origin, Relation, Table, Value, World, coerce, quantize

from .answers import ColumnPlan, PlanAnswer, RulePlan, TablePlan, WorldAnswer
from .setting import Setting
from .wording import first_strange

KIND_SHOWN: Final[dict[Kind, frozenset[str]]] = {
    "key": frozenset({"text"}), "category": frozenset({"text"}), "text": frozenset({"text"}),
    "count": frozenset({"number"}), "amount": frozenset({"number", "money", "compact"}),
    "percent": frozenset({"percent", "number"}), "date": frozenset({"day", "month", "year"}),
}  # fmt: skip
PATTERNS: Final = {"month": "MMMM yyyy", "year": "yyyy"}
LONGEST_CELL: Final = 240
LARGEST: Final = 1_000_000_000_000
NEEDS_NUMBERS: Final = "rule_needs_numbers"
CELL_WORDS: Final = 12
"""Cells of fewer words may be addresses and names of any country."""


class Unfit(Exception):
    """A plan or world that doesn't hold together. `slug` is from a closed set, `detail` tells the model what to mend."""

    def __init__(self, slug: str, detail: str) -> None:
        super().__init__(f"{slug}: {detail}")
        self.slug, self.detail = slug, detail


def check_plan(plan: PlanAnswer, setting: Setting) -> None:
    """What can be told before there are rows. Raises: Unfit."""
    tables = _by_name([t.name for t in plan.tables], "table")
    by_name = {t.name: t for t in plan.tables}
    for table in plan.tables:
        _by_name([c.name for c in table.columns], f"column of {table.name}")
        _by_name([c.label for c in table.columns], f"column label of {table.name}")
        if table.rows_at_least > table.rows_at_most:
            raise Unfit("row_bounds", f"{table.name}: rows_at_least exceeds rows_at_most")
        for column in table.columns:
            if column.shown not in KIND_SHOWN[column.kind]:
                raise Unfit(
                    "bad_column", f"{table.name}.{column.name}: kind {column.kind} can't be shown as {column.shown}"
                )
            if column.refers_to and not _has(by_name, column.refers_to):
                raise Unfit(
                    "no_such_column", f"{table.name}.{column.name} refers to {column.refers_to}, which is not there"
                )
    for rule in plan.rules:
        _check_rule(rule, by_name)
    if [i.image for i in plan.images] != [s.image for s in setting.slots]:
        raise Unfit("wrong_images", f"asked for images {[s.image for s in setting.slots]}, in order")
    for image in plan.images:
        for part in image.parts:
            if part.table not in tables:
                raise Unfit("no_such_table", f"image {image.image} shows {part.table}; there are {', '.join(tables)}")
    texts = [plan.topic, *(x for i in plan.images for x in (i.title, i.subtitle, *i.prose, *i.notes, i.form, i.look))]
    if found := first_strange(texts):
        raise Unfit(*found)


def make_world(plan: PlanAnswer, rows: WorldAnswer, setting: Setting) -> World:
    """Tables with typed values and the relations that rules stand for. Raises: Unfit."""
    given = {t.name: t for t in rows.tables}
    if sorted(given) != sorted(t.name for t in plan.tables) or len(given) < len(rows.tables):
        raise Unfit("wrong_tables", f"asked for tables {', '.join(t.name for t in plan.tables)}, each once")
    if found := first_strange((c for t in rows.tables for row in t.rows for c in row if c), CELL_WORDS):
        raise Unfit(*found)
    cells = {t.name: [list(row) for row in _typed(t, given[t.name].rows)] for t in plan.tables}
    relations = _follow(plan, cells)
    tables = tuple(_table(t, cells[t.name], setting) for t in plan.tables)
    for planned in plan.tables:
        _check_rows(planned, cells, plan)
    return World(tables=tables, relations=tuple(relations), locale=setting.locale)


def _follow(plan: PlanAnswer, cells: dict[str, list[list[Value]]]) -> list[Relation]:
    """Apply the rules, in whatever order they need each other. Raises: Unfit."""
    relations: list[Relation] = []
    pending = list(plan.rules)
    while pending:
        later: list[tuple[RulePlan, Unfit]] = []
        for rule in pending:
            try:
                relations += list(_applied(rule, plan, cells))
            except Unfit as unfit:
                if unfit.slug != NEEDS_NUMBERS:
                    raise
                later.append((rule, unfit))
        if len(later) == len(pending):
            raise later[0][1]
        pending = [rule for rule, _ in later]
    return relations


def column_of(plan: ColumnPlan, setting: Setting) -> Column:
    """A column with its display format."""
    money = plan.shown == "money" or (plan.shown == "compact" and plan.unit == setting.currency)
    unit = setting.currency if money else "%" if plan.kind == "percent" else plan.unit
    return Column(
        name=plan.name, label=plan.label, kind=plan.kind, unit=unit, role=plan.role, noun=plan.noun.strip(),
        additive=plan.additive and plan.kind in ("count", "amount"), format=_format(plan, setting, money),
    )  # fmt: skip


def _format(plan: ColumnPlan, setting: Setting, money: bool) -> Format:
    if plan.kind == "date":
        return Format(style="date", pattern=PATTERNS.get(plan.shown, setting.date_pattern))
    if plan.kind in ("key", "category", "text"):
        return Format()
    decimals = 0 if plan.kind == "count" else plan.decimals
    if money:
        style = "compact" if plan.shown == "compact" else "money"
        return Format.model_validate(
            {"style": style, "decimals": decimals, "currency": setting.currency, "unit_in": "cell"}
        )
    if plan.shown == "percent":
        return Format(style="percent", decimals=decimals, unit_in="cell")
    return Format(style="compact" if plan.shown == "compact" else "number", decimals=decimals)


def _table(plan: TablePlan, cells: list[list[Value]], setting: Setting) -> Table:
    return Table(
        name=plan.name,
        row_noun=plan.row_noun,
        columns=tuple(column_of(c, setting) for c in plan.columns),
        rows=tuple(tuple(row) for row in cells),
    )


def _typed(plan: TablePlan, rows: tuple[tuple[str | None, ...], ...]) -> Iterator[list[Value]]:
    if not plan.rows_at_least <= len(rows) <= plan.rows_at_most:
        raise Unfit(
            "row_bounds", f"{plan.name} has {len(rows)} rows; planned are {plan.rows_at_least} to {plan.rows_at_most}"
        )
    for number, row in enumerate(rows):
        if len(row) != len(plan.columns):
            raise Unfit("row_length", f"{plan.name}, row {number}: {len(row)} cells for {len(plan.columns)} columns")
        yield [_value(plan, c, number, cell) for c, cell in zip(plan.columns, row, strict=True)]


def _value(table: TablePlan, column: ColumnPlan, number: int, cell: str | None) -> Value:
    text = " ".join((cell or "").split())
    if not text:
        return None
    where = f"{table.name}, row {number}, {column.name}"
    if len(text) > LONGEST_CELL:
        raise Unfit("bad_value", f"{where}: {len(text)} characters; at most {LONGEST_CELL}")
    if column.kind == "date":
        text = text if len(text) == 10 else f"{text}-01" if len(text) == 7 else f"{text}-01-01"
    try:
        value = coerce(column.kind, text)
    except (ValueError, OverflowError) as error:
        raise Unfit("bad_value", f"{where}: {error}; write numbers as 1234.5 and dates as 2024-03-31") from error
    if isinstance(value, int | Decimal) and abs(Decimal(value)) >= LARGEST:
        raise Unfit("bad_value", f"{where}: {text} is too large")
    return quantize(value, column.decimals) if isinstance(value, Decimal) and column.shown != "compact" else value


def _applied(rule: RulePlan, plan: PlanAnswer, cells: dict[str, list[list[Value]]]) -> Iterator[Relation]:
    """Fill in or check a rule's column; the relations it stands for."""
    table = next(t for t in plan.tables if t.name == rule.table)
    place = _place(table, rule.column)
    decimals = table.columns[place].decimals
    for number, row in enumerate(cells[rule.table]):
        sources, weights = _sources(rule, plan, cells, number)
        values = [cells[o.table][o.row][_place(_named(plan, o.table), o.column)] for o in sources]
        if not values or not all(isinstance(v, int | Decimal) for v in values):
            raise Unfit(
                NEEDS_NUMBERS, f"{rule.table}.{rule.column}, row {number}: a cell that it follows from is empty"
            )
        numbers = [Decimal(v) for v in values if isinstance(v, int | Decimal)]
        worked = _worked(numbers, weights, decimals)
        found = row[place]
        if found is None:
            row[place] = int(worked) if table.columns[place].kind == "count" else worked
        elif Decimal(str(found)) != worked:
            raise Unfit(
                "does_not_add_up",
                f"{rule.table}.{rule.column}, row {number}: {found} is written, {worked} follows; leave it null",
            )
        yield Relation(
            target=Origin(rule.table, number, rule.column), sources=sources, coefficients=weights, decimals=decimals
        )


def _worked(numbers: list[Decimal], weights: tuple[Decimal, ...], decimals: int) -> Decimal:
    if not weights:
        return quantize(numbers[0] * numbers[1], decimals)
    return quantize(sum((n * w for n, w in zip(numbers, weights, strict=True)), Decimal(0)), decimals)


def _sources(
    rule: RulePlan, plan: PlanAnswer, cells: dict[str, list[list[Value]]], number: int
) -> tuple[tuple[Origin, ...], tuple[Decimal, ...]]:
    one = Decimal(1)
    if rule.kind == "sum_of_rows":
        table, _, column = rule.sources[0].partition(".")
        place = _place(_named(plan, table), column)
        rows = [r for r, row in enumerate(cells[table]) if row[place] is not None]  # an empty cell adds nothing
        if rule.match:
            mine = cells[rule.table][number][_place(_named(plan, rule.table), rule.match)]
            at = _place(_named(plan, table), rule.match)
            rows = [r for r in rows if cells[table][r][at] == mine]
        found = tuple(Origin(table, r, column) for r in rows)
        return found, (one,) * len(found)
    names = [s.lstrip("-") for s in rule.sources]
    origins = tuple(Origin(rule.table, number, n) for n in names)
    if rule.kind == "product_in_row":
        return origins, ()
    if rule.kind == "sum_in_row":
        return origins, tuple(-one if s.startswith("-") else one for s in rule.sources)
    percent = cells[rule.table][number][_place(_named(plan, rule.table), names[1])]
    if not isinstance(percent, int | Decimal):
        raise Unfit(NEEDS_NUMBERS, f"{rule.table}.{names[1]}, row {number}: no percentage there")
    return origins[:1], (Decimal(percent) / 100,)


def _check_rule(rule: RulePlan, tables: dict[str, TablePlan]) -> None:
    where = f"rule for {rule.table}.{rule.column}"
    if not _has(tables, f"{rule.table}.{rule.column}"):
        raise Unfit("no_such_column", f"{where}: it is not there")
    wanted = {"product_in_row": 2, "percent_in_row": 2, "sum_of_rows": 1}.get(rule.kind)
    if wanted and len(rule.sources) != wanted:
        raise Unfit("bad_rule", f"{where}: {rule.kind} takes {wanted} sources")
    across = rule.kind == "sum_of_rows"
    named = list(rule.sources) if across else [f"{rule.table}.{s.lstrip('-')}" for s in rule.sources]
    if across and rule.match:
        named += [f"{rule.table}.{rule.match}", f"{rule.sources[0].partition('.')[0]}.{rule.match}"]
    for name in named:
        if not _has(tables, name):
            raise Unfit("no_such_column", f"{where}: {name} is not there")
        if name == f"{rule.table}.{rule.column}":
            raise Unfit("bad_rule", f"{where}: it follows from itself")


def _check_rows(planned: TablePlan, cells: dict[str, list[list[Value]]], plan: PlanAnswer) -> None:
    for place, column in enumerate(planned.columns):
        values = [row[place] for row in cells[planned.name]]
        where = f"{planned.name}.{column.name}"
        if column.kind == "key":
            if None in values:
                raise Unfit("empty_key", f"{where}: row {values.index(None)} has no key")
            folded = [str(v).casefold() for v in values]
            if twice := next((v for v in folded if folded.count(v) > 1), None):
                raise Unfit("key_not_unique", f"{where}: {twice!r} is there twice")
        if column.refers_to:
            table, _, name = column.refers_to.partition(".")
            there = {row[_place(_named(plan, table), name)] for row in cells[table]}
            if lost := next((v for v in values if v is not None and v not in there), None):
                raise Unfit("lost_reference", f"{where}: {str(lost)!r} is not in {column.refers_to}")


def _by_name(names: list[str], what: str) -> list[str]:
    folded = [n.casefold() for n in names]
    if twice := next((n for n in folded if folded.count(n) > 1), None):
        raise Unfit("named_twice", f"{what} {twice!r} is there twice")
    return names


def _has(tables: dict[str, TablePlan], name: str) -> bool:
    table, _, column = name.partition(".")
    return table in tables and any(c.name == column for c in tables[table].columns)


def _named(plan: PlanAnswer, name: str) -> TablePlan:
    return next(t for t in plan.tables if t.name == name)


def _place(table: TablePlan, name: str) -> int:
    return next(i for i, c in enumerate(table.columns) if c.name == name)
