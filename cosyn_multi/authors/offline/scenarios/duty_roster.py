"""Duty rosters of successive weeks for the same people: shifts, hours, first day on duty."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from cosyn_multi.authors.offline.aside import with_aside
from cosyn_multi.authors.offline.parties import cast
from cosyn_multi.authors.offline.scenario import Setting
from cosyn_multi.authors.offline.series import distinct, start_month
from cosyn_multi.authors.offline.tables import Forms, cells, kinds, numbered, total_of
from cosyn_multi.model import Column, Origin, Plan, Relation, Table, Value, View, World, part_of

NAME = "duty_roster"
ABOUT = "Rosters of successive weeks: who works how many early and late shifts, and from which day."
IMAGES = (2, 5)
FIRST = {
    "First shift": "date of the first shift",
    "First day on duty": "first day on duty",
    "Starts on": "starting date",
}
ARTIFACTS = frozenset({"table", "doc"})
SHOWN = (
    ("person", "job", "first", "shifts", "hours"),
    ("person", "first", "shifts", "regular", "overtime", "hours"),
    ("person", "first", "regular", "overtime"),
)
"""Columns that the rosters of a set show."""


def propose(setting: Setting) -> Plan:
    forms, rng, count = Forms.draw(setting), setting.rng, setting.images
    entities = cast(setting)
    *people, other = [entities.person() for _ in range(rng.randint(6, 10))]
    roles = _roles(setting, len(people))
    monday = start_month(rng)
    monday += timedelta(days=(7 - monday.weekday()) % 7)
    weeks = [monday + timedelta(days=7 * k) for k in range(count)]
    here = [_present(len(people), rng) for _ in weeks]
    grid, groups, relations = _shifts(setting, forms, people, roles, weeks, here)
    heads, more = _heads(
        forms, grid, groups, weeks, entities.company(rng.choice(setting.domain.operators)), entities.person()
    )
    world = World(tables=(heads, grid), relations=(*relations, *more), locale=forms.locale)
    world = with_aside(world, grid.column("person"), [other])
    kind = kinds(setting, ARTIFACTS, 1)[0]
    shown = rng.choice(SHOWN)
    title = rng.choice(("Duty roster", "Staff roster", "Weekly rota", "Shift plan"))
    views = [_view(setting, forms, world, k, week, groups[k], kind, shown, title) for k, week in enumerate(weeks)]
    return Plan(
        scenario=NAME, domain=setting.domain.name, persona="", topic=f"duty rosters of {heads.rows[0][0]}", world=world,
        views=numbered(views, rng, 0.4),
    )  # fmt: skip


def _roles(setting: Setting, count: int) -> list[str]:
    """Jobs, two or three that repeat."""
    jobs = setting.rng.sample(setting.domain.roles, min(3, len(setting.domain.roles)))
    return [jobs[i % len(jobs)] for i in range(count)]


def _present(people: int, rng: Random) -> list[int]:
    """Who works in a week: all but one at most, and never fewer than four."""
    absent = rng.randrange(people) if people > 5 and rng.random() < 0.5 else -1
    return [i for i in range(people) if i != absent]


def _shifts(
    setting: Setting, forms: Forms, people: Sequence[str], roles: Sequence[str], weeks: Sequence[date],
    here: Sequence[Sequence[int]],
) -> tuple[Table, list[tuple[int, ...]], list[Relation]]:  # fmt: skip
    """One row per person and week; hours are given for all, and hours = regular + overtime.

    There is a shift of six to nine hours on a day at most, from the first day on duty to the Sunday.
    """
    rng = setting.rng
    rows: list[tuple[Value, ...]] = []
    groups: list[tuple[int, ...]] = []
    relations = []
    for week, present in zip(weeks, here, strict=True):
        groups.append(tuple(range(len(rows), len(rows) + len(present))))
        starts = [rng.choice((0, 0, 0, 1, 1, 2, 3)) for _ in present]
        shifts = [rng.randint(max(1, 4 - start), min(5, 7 - start)) for start in starts]
        usual = [Decimal(n * rng.randint(12, 18)) / 2 for n in shifts]
        hours = distinct(usual, Decimal("0.5"), rng)
        for person, start, number, total in zip(present, starts, shifts, hours, strict=True):
            over = min(total, Decimal(rng.choice((0, 0, 1, 2, 3, 5, 8))) / 2 + Decimal("0.5"))
            r = len(rows)
            sources = (Origin("shifts", r, "regular"), Origin("shifts", r, "overtime"))
            relations.append(total_of(Origin("shifts", r, "hours"), sources, 1))
            first = week + timedelta(days=start)
            rows.append((people[person], roles[person], first, number, total - over, over, total))
    return Table(name="shifts", columns=_columns(forms, rng), rows=tuple(rows), row_noun="person"), groups, relations


def _columns(forms: Forms, rng: Random) -> tuple[Column, ...]:
    label = rng.choice(sorted(FIRST))
    return (
        forms.key("person", rng.choice(("Name", "Employee", "Staff member"))),
        forms.text("job", rng.choice(("Job", "Function", "Position"))),
        forms.date("first", label, noun=FIRST[label]),
        forms.count("shifts", rng.choice(("Shifts", "No. of shifts")), noun="number of shifts"),
        forms.amount("regular", "Regular hours", "h", 1, noun="regular hours"),
        forms.amount("overtime", "Overtime", "h", 1, noun="overtime"),
        forms.amount("hours", "Total hours", "h", 1),
    )


def _heads(
    forms: Forms, grid: Table, groups: Sequence[tuple[int, ...]], weeks: Sequence[date], issuer: str, author: str
) -> tuple[Table, list[Relation]]:
    """Firm, planner, week, and the hours of all."""
    where = grid.index("hours")
    totals = [sum((Decimal(str(grid.rows[r][where])) for r in rows), Decimal(0)) for rows in groups]
    columns = (
        forms.text("issuer", "Issued by", "issuer", self_evident=True),
        forms.text("author", "Planned by", "author"),
        forms.date("week", "Week beginning", "period", noun="beginning of the week"),
        forms.amount("all_hours", "Hours planned in all", "h", 1, role="total", in_cell=True),
    )
    rows = tuple((issuer, author, week, total) for week, total in zip(weeks, totals, strict=True))
    relations = [
        total_of(Origin("weeks", k, "all_hours"), cells("shifts", "hours", rows_), 1) for k, rows_ in enumerate(groups)
    ]
    return Table(name="weeks", columns=columns, rows=rows, row_noun="week"), relations


def _view(
    setting: Setting, forms: Forms, world: World, k: int, week: date, rows: tuple[int, ...], kind: str,
    shown: tuple[str, ...], title: str,
) -> View:  # fmt: skip
    rng = setting.rng
    facts = ("issuer", "week", "all_hours") if kind == "table" else ("issuer", "author", "week", "all_hours")
    subject = f"Week of {week.day} {week:%B %Y}"
    prose = (
        "Changes are to be agreed with {facts[0].author} before the week begins.",
        rng.choice(setting.domain.findings),
    )
    return View.model_validate(
        {
            "image": 1, "artifact": kind, "document": "data table" if kind == "table" else "report",
            "title": title, "subtitle": subject, "subject": subject,
            "family": "roster", "locale": forms.locale, "notes": forms.date_note(),
            "parts": (part_of(world, "weeks", "facts", facts, (k,)), part_of(world, "shifts", "shifts", shown, rows)),
            "prose": prose if kind == "doc" else (),
        }
    )  # fmt: skip
