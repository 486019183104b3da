"""Minutes of successive meetings: open actions return with new dates and people, new ones are added."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from cosyn_multi.authors.offline.entities import Entities
from cosyn_multi.authors.offline.parties import cast
from cosyn_multi.authors.offline.scenario import Setting
from cosyn_multi.authors.offline.series import month_list, on_weekday, start_month
from cosyn_multi.authors.offline.tables import Forms, cells, numbered, total_of
from cosyn_multi.model import Origin, Plan, Table, Value, View, World, part_of

NAME = "meeting_minutes"
ABOUT = "Minutes of successive meetings with action items that carry over, change hands and slip."
IMAGES = (2, 5)
ARTIFACTS = frozenset({"doc"})
OWNERS = {"Owner": "owner", "Responsible": "person responsible", "Assigned to": "person assigned"}


@dataclass(frozen=True)
class Action:
    number: str
    what: str
    owner: str
    due: date
    hours: int


def propose(setting: Setting) -> Plan:
    forms, rng, count = Forms.draw(setting), setting.rng, setting.images
    entities = cast(setting)
    people = [entities.person() for _ in range(5)]
    days = [on_weekday(m.replace(day=rng.randint(3, 24))) for m in month_list(start_month(rng), count)]
    tasks = _tasks(setting)
    open_actions: list[Action] = []
    lists: list[list[Action]] = []
    given = rng.randint(3, 40)
    for day in days:
        kept = [_carried(a, people, day, rng) for a in open_actions if rng.random() < 0.65]
        wanted = rng.randint(4, 6)
        while len(kept) < wanted and tasks:
            given += 1
            due = on_weekday(day + timedelta(days=rng.randint(7, 42)))
            kept.append(Action(f"A-{given}", tasks.pop(), rng.choice(people), due, rng.randint(2, 30)))
        lists.append(kept)
        open_actions = kept
    world = _world(setting, forms, entities, people, days, lists)
    title = rng.choice(
        ("Minutes of the monthly meeting", "Meeting minutes", "Minutes: monthly review", "Team meeting: minutes")
    )
    views = [_view(setting, forms, world, k, day, title) for k, day in enumerate(days)]
    return Plan(
        scenario=NAME, domain=setting.domain.name, persona="",
        topic=f"meetings on {rng.choice(setting.domain.topics)}", world=world, views=numbered(views, rng, 0.4),
    )  # fmt: skip


def _tasks(setting: Setting) -> list[str]:
    """Things to do, all different."""
    rng, domain = setting.rng, setting.domain
    found = [f"Obtain prices for {_lower(i.name)}" for i in rng.sample(domain.items, 9)]
    found += [f"Plan {_lower(j.name)}" for j in rng.sample(domain.work, min(6, len(domain.work)))]
    found += [f"Review {topic}" for topic in domain.topics[:5]]
    found += [f"Report on {_lower(m.name)}" for m in domain.metrics[:4]]
    rng.shuffle(found)
    return found


def _lower(name: str) -> str:
    return name if name[:2].isupper() or not name[1:2].islower() else name[:1].lower() + name[1:]


def _carried(action: Action, people: Sequence[str], day: date, rng: Random) -> Action:
    """An open action at the next meeting: due later, now and then in other hands or with more hours."""
    later = replace(action, due=on_weekday(max(action.due, day) + timedelta(days=rng.randint(5, 30))))
    if rng.random() < 0.3:
        later = replace(later, owner=rng.choice([p for p in people if p != action.owner]))
    return replace(later, hours=later.hours + rng.randint(1, 9)) if rng.random() < 0.35 else later


def _world(
    setting: Setting, forms: Forms, entities: Entities, people: Sequence[str], days: Sequence[date],
    lists: Sequence[Sequence[Action]],
) -> World:  # fmt: skip
    rng, count = setting.rng, len(days)
    owner = rng.choice(sorted(OWNERS))
    columns = (
        forms.key("number", rng.choice(("No.", "Action no.")), noun="action number"),
        forms.text("what", "Action"),
        forms.text("owner", owner, noun=OWNERS[owner]),
        forms.date("due", rng.choice(("Due", "Due by", "Due date")), noun="due date"),
        forms.count("hours", rng.choice(("Effort", "Estimated effort")), "hours"),
    )
    actions = [
        Table(name=f"actions_{k}", columns=columns, row_noun="action", rows=tuple(_row(a) for a in listed))
        for k, listed in enumerate(lists, 1)
    ]
    head = (
        forms.text("issuer", "Company", "issuer", self_evident=True), forms.date("held", "Date", "date", noun="meeting date"),
        forms.text("place", "Place", "place"), forms.text("author", "Minutes taken by", "author"),
        forms.count("present", "Present", "people", in_cell=True, noun="number of people present", additive=False),
        forms.date("following", "Next meeting", noun="date of the next meeting"),
        forms.count("effort", "Effort of open actions", "hours", role="total", in_cell=True),
    )  # fmt: skip
    company, rooms = entities.company(rng.choice(setting.domain.operators)), [entities.city() for _ in range(2)]
    present = rng.sample(range(5, 19), count)
    following = [*days[1:], on_weekday(days[-1] + timedelta(days=rng.randint(25, 33)))]
    rows: list[tuple[Value, ...]] = [
        (
            company,
            days[k],
            rng.choice(rooms),
            rng.choice(people),
            present[k],
            following[k],
            sum(a.hours for a in lists[k]),
        )
        for k in range(count)
    ]
    meetings = Table(name="meetings", columns=head, rows=tuple(rows), row_noun="meeting")
    relations = tuple(
        total_of(Origin("meetings", k, "effort"), cells(f"actions_{k + 1}", "hours", range(len(lists[k]))), 0)
        for k in range(count)
    )
    return World(tables=(meetings, *actions), relations=relations, locale=forms.locale)


def _row(action: Action) -> tuple[Value, ...]:
    return (action.number, action.what, action.owner, action.due, action.hours)


def _view(setting: Setting, forms: Forms, world: World, k: int, day: date, title: str) -> View:
    rng = setting.rng
    subject = f"{day:%B %Y}"
    said = rng.sample(setting.domain.findings, min(len(setting.domain.findings), rng.randint(2, 3)))
    facts = tuple(c.name for c in world.table("meetings").columns)
    return View(
        image=1, artifact="doc", document="minutes", title=title, subtitle=subject,
        subject=subject, family="minutes",
        parts=(
            part_of(world, "meetings", "facts", facts, (k,)),
            part_of(world, f"actions_{k + 1}", "actions", ("number", "what", "owner", "due", "hours")),
        ),
        prose=(" ".join(said[:2]), *said[2:]), notes=forms.date_note(), locale=forms.locale,
    )  # fmt: skip
