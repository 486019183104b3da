"""The timetable of a project, and later versions of it: some tasks slip, change hands or grow."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from cosyn_multi.authors.offline.parties import cast
from cosyn_multi.authors.offline.scenario import Setting
from cosyn_multi.authors.offline.series import on_weekday, start_month
from cosyn_multi.authors.offline.tables import Forms, kinds, numbered
from cosyn_multi.model import Plan, Table, Value, View, World, part_of

NAME = "timetable_versions"
ABOUT = "A project timetable in its first and later versions: dates, people and effort of the tasks."
IMAGES = (2, 4)
ARTIFACTS = frozenset({"table", "doc"})
BEFORE = ("Site survey", "Approval of drawings", "Purchase of materials", "Staff briefing")
"""What comes before the work itself in any project, in order."""
AFTER = ("Acceptance test", "Handover")
OWNERS = {"Owner": "owner", "Responsible": "person responsible", "Lead": "lead"}


@dataclass(frozen=True)
class Task:
    name: str
    owner: str
    start: date
    end: date
    days: int


def propose(setting: Setting) -> Plan:
    forms, rng = Forms.draw(setting), setting.rng
    entities = cast(setting)
    people = [entities.person() for _ in range(4)]
    begin = on_weekday(start_month(rng).replace(day=rng.randint(2, 20)))
    versions = [_first(setting, people, begin)]
    issued = [on_weekday(begin - timedelta(days=rng.randint(12, 40)))]
    while len(versions) < setting.images:
        versions.append(_revised(versions[-1], people, rng))
        issued.append(on_weekday(issued[-1] + timedelta(days=rng.randint(7, 16))))
    company = entities.company(rng.choice(setting.domain.operators))
    number = entities.reference("project", begin.year, company)
    tables = _tables(forms, rng, versions, issued, company, people[0], number)
    world = World(tables=tables, locale=forms.locale)
    shown = ("task", *(("owner",) if rng.random() < 0.7 else ()), "start", "end", "days")
    kind = kinds(setting, ARTIFACTS, 1)[0]
    title = rng.choice(("Project timetable", "Project schedule", "Work programme", "Timetable of works"))
    views = [_view(forms, world, k, shown, kind, title) for k in range(setting.images)]
    return Plan(
        scenario=NAME, domain=setting.domain.name, persona="", topic=f"timetable of project {number}", world=world,
        views=numbered(views, rng, 0.4),
    )  # fmt: skip


def _first(setting: Setting, people: Sequence[str], begin: date) -> list[Task]:
    """Tasks one after another, some side by side."""
    rng = setting.rng
    jobs = [j.name for j in setting.domain.work]
    chosen = rng.sample(jobs, min(len(jobs), rng.randint(4, 6)))
    frame = rng.sample((*BEFORE, *AFTER), max(2, 6 - len(chosen)))
    chosen = [*(t for t in BEFORE if t in frame), *chosen, *(t for t in AFTER if t in frame)]
    tasks: list[Task] = []
    start = begin
    for job in chosen:
        length = rng.randint(2, 18)
        effort = rng.randint(max(1, length // 2), length)
        tasks.append(Task(job, rng.choice(people), start, on_weekday(start + timedelta(days=length)), effort))
        start = on_weekday(start + timedelta(days=rng.randint(2, length + 2)))
    return tasks


def _revised(tasks: Sequence[Task], people: Sequence[str], rng: Random) -> list[Task]:
    """Two to four tasks changed, and the effort of two or three estimated anew; the others as they were."""
    changed = set(rng.sample(range(len(tasks)), rng.randint(2, 4)))
    weighed = set(rng.sample(range(len(tasks)), rng.randint(2, 3)))
    moved = [_moved(t, people, rng) if i in changed else t for i, t in enumerate(tasks)]
    return [replace(t, days=_estimate(t.days, rng)) if i in weighed else t for i, t in enumerate(moved)]


def _estimate(days: int, rng: Random) -> int:
    return days + rng.choice([d for d in (-3, -2, -1, 1, 2, 3, 4) if days + d >= 1])


def _moved(task: Task, people: Sequence[str], rng: Random) -> Task:
    slip = timedelta(days=rng.choice((-3, 2, 3, 4, 6, 7, 9, 12)))
    what = rng.random()
    if what < 0.6:
        end = on_weekday(task.end + slip + timedelta(days=rng.choice((0, 0, 2))))
        start = on_weekday(task.start + slip)
        return replace(task, start=start, end=max(end, on_weekday(start + timedelta(days=1))))
    if what < 0.8:
        return replace(
            task, end=on_weekday(task.end + timedelta(days=rng.randint(2, 9))), days=task.days + rng.randint(1, 5)
        )
    other = rng.choice([p for p in people if p != task.owner])
    return replace(task, owner=other, end=on_weekday(task.end + timedelta(days=rng.randint(1, 4))))


def _tables(
    forms: Forms, rng: Random, versions: Sequence[Sequence[Task]], issued: Sequence[date], company: str, author: str,
    number: str,
) -> tuple[Table, ...]:  # fmt: skip
    task, end = rng.choice(("Task", "Work package", "Activity")), rng.choice(("End", "Finish", "Completion"))
    owner = rng.choice(sorted(OWNERS))
    columns = (
        forms.key("task", task),
        forms.text("owner", owner, noun=OWNERS[owner]),
        forms.date("start", "Start", noun="start date"),
        forms.date("end", end, noun=f"{end.lower()} date"),
        forms.count("days", "Effort", "days"),
    )
    head = (
        forms.text("issuer", "Issued by", "issuer", self_evident=True),
        forms.text("author", "Project lead", "author"),
        forms.text("reference", "Project", "reference", noun="project number"),
        forms.date("issued", "Issued on", "date"),
    )
    rows = tuple((company, author, number, day) for day in issued)
    plans = [
        Table(name=f"version_{k}", columns=columns, rows=tuple(_row(t) for t in tasks), row_noun=task.lower())
        for k, tasks in enumerate(versions, 1)
    ]
    return (Table(name="issues", columns=head, rows=rows, row_noun="version"), *plans)


def _row(task: Task) -> tuple[Value, ...]:
    return (task.name, task.owner, task.start, task.end, task.days)


def _view(forms: Forms, world: World, k: int, shown: tuple[str, ...], kind: str, title: str) -> View:
    subject = f"Version {k + 1}"
    return View.model_validate(
        {
            "image": 1, "artifact": kind, "document": "data table" if kind == "table" else "report",
            "title": title, "subtitle": subject, "subject": subject, "family": "timetable",
            "parts": (
                part_of(world, "issues", "facts", ("issuer", "author", "reference", "issued"), (k,)),
                part_of(world, f"version_{k + 1}", "tasks", shown),
            ),
            "prose": ("Questions go to {facts[0].author}.",) if kind == "doc" else (),
            "notes": forms.date_note(), "locale": forms.locale,
        }
    )  # fmt: skip
