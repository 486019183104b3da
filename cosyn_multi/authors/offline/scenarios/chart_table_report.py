"""One year's figures told three ways: as charts, as a table, and in a report that cites them."""

from cosyn_multi.authors.offline.book import Book, Told, write_book
from cosyn_multi.authors.offline.planting import plant
from cosyn_multi.authors.offline.scenario import Setting
from cosyn_multi.authors.offline.series import called_metric, pick_metrics, plural
from cosyn_multi.authors.offline.tables import Forms, allowed, figure, numbered
from cosyn_multi.model import Plan, View, part_of

NAME = "chart_table_report"
ABOUT = "The same figures by segment as chart, table and report; each shows a part of them."
IMAGES = (2, 5)
ARTIFACTS = frozenset({"chart", "table", "doc"})
PLANTED = 0.5
"""Share of the sets with an inconsistency, of those in which something stands twice."""
RECALLED = 0.6


def propose(setting: Setting) -> Plan:
    forms, rng = Forms.draw(setting), setting.rng
    metrics = pick_metrics(setting.domain, rng, max(4, setting.images))
    book = write_book(setting, forms, metrics, rng.randint(5, 8))
    made = [_view(setting, forms, book, k, kind) for k, kind in enumerate(_kinds(setting))]
    views = numbered(_recalled(setting, book, made), rng)
    views, planted = plant(views, rng) if rng.random() < PLANTED else (views, ())
    return Plan(
        scenario=NAME, domain=setting.domain.name, persona="", topic="", world=book.world, views=views, planted=planted
    )


def _recalled(setting: Setting, book: Book, made: list[View]) -> list[View]:
    """Now and then a table or report repeats a column of an image that has others besides: what sources may disagree on."""
    rng = setting.rng
    rich = [v for v in made if len(v.part("series").measures) > 1]
    plain = [i for i, v in enumerate(made) if v.artifact != "chart"]
    if not rich or not plain or rng.random() > RECALLED:
        return made
    source, at = rng.choice(rich), rng.choice(plain)
    part = made[at].part("series")
    name = source.part("series").measures[0].name
    if name in {c.name for c in part.columns} or len(part.columns) > 3:
        return made
    more = part_of(book.world, "segments", "series", (*(c.name for c in part.columns), name))
    parts = tuple(more if p.name == "series" else p for p in made[at].parts)
    return [v.model_copy(update={"parts": parts}) if i == at else v for i, v in enumerate(made)]


def _kinds(setting: Setting) -> list[str]:
    """Every kind that is allowed before any comes twice."""
    rng, choice = setting.rng, list(allowed(setting, ARTIFACTS))
    rng.shuffle(choice)
    return [choice[k % len(choice)] for k in range(setting.images)]


def _view(setting: Setting, forms: Forms, book: Book, k: int, kind: str) -> View:
    if kind == "chart":
        return _chart(setting, forms, book, k)
    return _table(setting, forms, book, k) if kind == "table" else _report(setting, forms, book, k)


def _told(book: Book, k: int) -> Told:
    return book.told[k % len(book.told)]


def _spare(setting: Setting, book: Book) -> list[Told]:
    """Metrics that no image of the set is about: one more column beside a figure doesn't make another image needless."""
    return list(book.told[setting.images :])


def _chart(setting: Setting, forms: Forms, book: Book, k: int) -> View:
    """One metric, this year's figures or both years'."""
    rng, told = setting.rng, _told(book, k)
    twice = k >= len(book.told)
    both = rng.random() < 0.4 and not twice and k + len(book.told) >= setting.images
    columns = ("segment", *((told.now, told.before) if both else (told.before if twice else told.now,)))
    year = book.year - twice
    title = rng.choice((f"{told.metric.name} by {book.noun}, {year}", f"{year}: {told.metric.name} by {book.noun}"))
    return figure(part_of(book.world, "segments", "series", columns), "chart", forms, title, title, "chart")


def _table(setting: Setting, forms: Forms, book: Book, k: int) -> View:
    """Two or three metrics side by side, or one with last year and change."""
    rng, told, others = setting.rng, _told(book, k), _spare(setting, book)
    if k >= len(book.told):
        columns: tuple[str, ...] = ("segment", *(t.before for t in book.told[:3]))
        title = f"Key figures by {book.noun}, {book.year - 1}"
    elif rng.random() < 0.55 and others:
        shown = [told, *rng.sample(others, min(len(others), rng.randint(1, 2)))]
        columns = ("segment", *(t.now for t in shown))
        named = ", ".join([shown[0].metric.name, *(called_metric(t.metric) for t in shown[1:])])
        title = f"Key figures by {book.noun}, {book.year}: {named}"
        title = f"{told.metric.name} and other figures by {book.noun}, {book.year}" if len(title) > 70 else title
    else:
        columns = ("segment", told.now, told.before, told.change)
        title = f"{told.metric.name} by {book.noun}, {book.year} and {book.year - 1}"
    part = part_of(book.world, "segments", "series", columns)
    return figure(part, "table", forms, title, title, "table")


def _report(setting: Setting, forms: Forms, book: Book, k: int) -> View:
    """A page that cites totals, with the figures of one metric or of two."""
    rng, told, others = setting.rng, _told(book, k), _spare(setting, book)
    twice = k >= len(book.told)
    year = book.year - twice
    own = told.before if twice else told.now
    grid = part_of(book.world, "segments", "series", ("segment", own, *(t.now for t in others[: rng.randint(0, 1)])))
    names = ("year", *(t.total for t in book.additive))
    facts = part_of(book.world, "totals", "facts", names)
    cited = [
        f"{t.metric.name} came to {{facts[0].{t.total}}} over all {plural(book.noun)} in {book.year}."
        for t in book.additive
    ]
    findings = rng.sample(setting.domain.findings, min(len(setting.domain.findings), 3))
    prose = (f"{findings[0]} {' '.join(cited[:2])}", " ".join([*cited[2:], *findings[1:]]))
    title = f"{told.metric.name}: report on {year}"
    view = figure((facts, grid), "doc", forms, title, title, "report")
    return view.model_copy(update={"prose": prose})
