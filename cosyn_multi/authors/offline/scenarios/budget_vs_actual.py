"""A budget by cost category and period, and what was really spent, one image per period."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from random import Random

from cosyn_multi.authors.offline.aside import with_aside
from cosyn_multi.authors.offline.parties import cast
from cosyn_multi.authors.offline.scenario import Setting
from cosyn_multi.authors.offline.series import LABOUR, SMALL, distinct, on_weekday
from cosyn_multi.authors.offline.tables import Forms, allowed, figure, kinds, numbered, slug, total_of
from cosyn_multi.model import Column, Origin, Plan, Relation, Table, Value, View, World, part_of

NAME = "budget_vs_actual"
ABOUT = "A budget by cost category, and charts, tables or reports of the actual spending of each period."
IMAGES = (2, 5)
ARTIFACTS = frozenset({"chart", "table", "doc"})
ACTUAL = {"Actual": "actual spending", "Actual spending": "actual spending", "Amount spent": "amount spent"}


def propose(setting: Setting) -> Plan:
    forms, rng = Forms.draw(setting), setting.rng
    year = rng.randint(2016, 2025)
    periods = _periods(setting, year)
    short = [e for e in setting.domain.expenses if len(e) <= 22]
    names = rng.sample(short, min(len(short), rng.randint(5, 8)))
    digits, unit, scale = _unit(forms, setting)
    plan = _budget(names, periods, scale, digits, setting)
    spent = [_actual(column, digits, setting) for column in plan]
    tables, relations = _tables(forms, names, periods, plan, spent, unit, digits, setting)
    others = [e for e in short if e not in names][:1]
    world = World(tables=tables, relations=relations, locale=forms.locale)
    world = with_aside(world, tables[0].column("category"), others)
    views = _views(setting, forms, world, periods, year)
    return Plan(
        scenario=NAME, domain=setting.domain.name, persona="", topic=f"budget control {year}", world=world,
        views=numbered(views, rng),
    )  # fmt: skip


def _periods(setting: Setting, year: int) -> list[str]:
    """One per image besides the budget: quarters or halves of a year, or the year."""
    count = setting.images - 1
    if count == 1:
        return [str(year)]
    if count == 2 and setting.rng.random() < 0.5:
        return [f"H1 {year}", f"H2 {year}"]
    return [f"Q{q} {year}" for q in range(1, count + 1)]


def _unit(forms: Forms, setting: Setting) -> tuple[int, str, float]:
    """Digits, unit and a usual figure in that unit."""
    euros = 10 ** setting.rng.uniform(4.3, 5.4)
    level = euros * float(forms.rate)
    if level > 20_000:
        return 1, f"thousand {forms.currency}", level / 1000
    return 0, forms.currency, level


def _budget(
    names: Sequence[str], periods: Sequence[str], scale: float, digits: int, setting: Setting
) -> list[list[Decimal]]:
    """Per period, a round figure for each category."""
    rng = setting.rng
    weights = [scale * _weight(n, rng) for n in names]
    step = Decimal(10) ** (len(str(int(scale))) - 2)
    step = max(step, Decimal(1).scaleb(-digits))
    found = []
    for _ in periods:
        drawn = [Decimal(str(round(w * rng.uniform(0.9, 1.12), 4))) for w in weights]
        rounded = [max(step, (d / step).to_integral_value() * step) for d in drawn]
        found.append([v.quantize(Decimal(1).scaleb(-digits)) for v in distinct(rounded, step, rng)])
    return found


def _weight(name: str, rng: Random) -> float:
    """How large a category is beside a usual one."""
    if LABOUR.search(name):
        return rng.uniform(2.2, 4.0)
    return rng.uniform(0.12, 0.5) if SMALL.search(name) else rng.uniform(0.4, 1.9)


def _actual(budget: Sequence[Decimal], digits: int, setting: Setting) -> list[Decimal]:
    """Spending around the budget; never exactly on it."""
    rng, step = setting.rng, Decimal(1).scaleb(-digits)
    drawn = []
    for planned in budget:
        value = (planned * Decimal(str(1 + rng.gauss(0.01, 0.12)))).quantize(step)
        drawn.append(max(step, value + step if value == planned else value))
    return distinct(drawn, step, rng)


def _tables(
    forms: Forms, names: Sequence[str], periods: Sequence[str], plan: Sequence[Sequence[Decimal]],
    spent: Sequence[Sequence[Decimal]], unit: str, digits: int, setting: Setting,
) -> tuple[tuple[Table, ...], tuple[Relation, ...]]:  # fmt: skip
    """'budget': a column per period. One table per period: actual. 'approval': who approved the budget, and its total."""
    word = setting.rng.choice(sorted(ACTUAL))
    category = forms.category("category", setting.rng.choice(("Cost category", "Category", "Cost type")))

    def money(name: str, label: str, noun: str, role: str) -> Column:
        return forms.amount(name, label, unit, digits, role, noun)

    single = len(periods) == 1
    columns = [category]
    columns += [
        money(f"budget_{slug(p)}", "Budget" if single else f"Budget {p}", f"budget for {p}", f"budget {p}")
        for p in periods
    ]
    rows = tuple(zip(names, *plan, strict=True))
    budget = Table(name="budget", columns=tuple(columns), rows=rows, row_noun="cost category")
    actuals = [
        Table(
            name=f"actual_{slug(p)}", row_noun="cost category", rows=tuple(zip(names, figures, strict=True)),
            columns=(category, money("actual", word, ACTUAL[word], f"actual {p}")),
        )
        for p, figures in zip(periods, spent, strict=True)
    ]  # fmt: skip
    heads, relations = _heads(forms, periods, plan, spent, unit, digits, setting)
    return (budget, *actuals, *heads), relations


def _heads(
    forms: Forms, periods: Sequence[str], plan: Sequence[Sequence[Decimal]], spent: Sequence[Sequence[Decimal]],
    unit: str, digits: int, setting: Setting,
) -> tuple[list[Table], tuple[Relation, ...]]:  # fmt: skip
    """Facts for those images that are pages: firm, people, and the total of what the page shows."""
    rng, entities = setting.rng, cast(setting)
    organisation, people = (
        entities.company(rng.choice(setting.domain.operators)),
        [entities.person(), entities.person()],
    )
    issuer = forms.text("issuer", "Issued by", "issuer", self_evident=True)
    year = int(periods[0][-4:])
    approved = on_weekday(date(year - 1, rng.choice((11, 12)), rng.randint(3, 20)))
    totals = [forms.amount(f"total_{slug(p)}", f"Total {p}", unit, digits, in_cell=True) for p in periods]
    values: tuple[Value, ...] = (organisation, people[0], approved, *(sum(c, Decimal(0)) for c in plan))
    columns = (
        issuer,
        forms.text("author", "Approved by", "author"),
        forms.date("approved", "Approved on", "date"),
        *totals,
    )
    heads = [Table(name="approval", columns=columns, rows=(values,), row_noun="budget")]
    relations = [
        total_of(
            Origin("approval", 0, t.name),
            [Origin("budget", r, f"budget_{slug(p)}") for r in range(len(plan[0]))],
            digits,
        )
        for t, p in zip(totals, periods, strict=True)
    ]
    for p, figures in zip(periods, spent, strict=True):
        name = f"report_{slug(p)}"
        total = forms.amount("total_actual", "Total spending", unit, digits, in_cell=True)
        row = (organisation, people[1], sum(figures, Decimal(0)))
        heads.append(
            Table(name=name, columns=(issuer, forms.text("author", "Prepared by", "author"), total), rows=(row,))
        )
        sources = [Origin(f"actual_{slug(p)}", r, "actual") for r in range(len(figures))]
        relations.append(total_of(Origin(name, 0, "total_actual"), sources, digits))
    return heads, tuple(relations)


def _views(setting: Setting, forms: Forms, world: World, periods: Sequence[str], year: int) -> list[View]:
    rng = setting.rng
    choice = allowed(setting, ARTIFACTS)
    first = rng.choice([k for k in choice if k != "chart"] or list(choice))
    columns = tuple(c.name for c in world.table("budget").columns)
    title = f"Budget {year}"
    views = [
        _shown(
            setting, forms, world, ("budget", columns), "approval", first, f"{title} by cost category", title, "budget"
        )
    ]
    for p, kind in zip(periods, kinds(setting, ARTIFACTS, len(periods)), strict=True):
        name = f"Actual spending, {p}"
        table = (f"actual_{slug(p)}", ("category", "actual"))
        views.append(_shown(setting, forms, world, table, f"report_{slug(p)}", kind, name, name, "actual"))
    return views


def _shown(
    setting: Setting, forms: Forms, world: World, table: tuple[str, tuple[str, ...]], head: str, kind: str, title: str,
    subject: str, family: str,
) -> View:  # fmt: skip
    grid = part_of(world, table[0], "series", table[1])
    if kind != "doc":
        return figure(grid, kind, forms, title, subject, family)
    facts = part_of(world, head, "facts", tuple(c.name for c in world.table(head).columns))
    finding = setting.rng.sample(setting.domain.findings, 2)
    text = {
        "budget": "The budget was approved by {facts[0].author} on {facts[0].approved}. It covers the cost categories listed below.",
        "actual": "Spending in this period came to {facts[0].total_actual} in all. " + finding[0],
    }[family]
    view = figure(
        (facts, grid), "doc", forms, title, subject, family, notes=forms.date_note() if family == "budget" else ()
    )
    return view.model_copy(update={"prose": (text, finding[1])})
