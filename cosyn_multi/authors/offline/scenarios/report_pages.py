"""Pages of one organisation's report: figures recur from page to page and must agree; sometimes one was misprinted."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from cosyn_multi.authors.offline.book import Book, Told, write_book
from cosyn_multi.authors.offline.parties import cast
from cosyn_multi.authors.offline.planting import plant
from cosyn_multi.authors.offline.scenario import Setting
from cosyn_multi.authors.offline.series import called_metric, pick_metrics, plural
from cosyn_multi.authors.offline.tables import Forms, numbered
from cosyn_multi.model import Plan, Table, View, World, part_of

NAME = "report_pages"
ABOUT = "Two to five pages of an annual report with small tables and recurring figures; some hold a planted misprint."
IMAGES = (2, 5)
ARTIFACTS = frozenset({"doc"})
PLANTED = 0.42
"""Share of the sets with an inconsistency."""


@dataclass(frozen=True)
class Report:
    """What all pages share."""

    book: Book
    issuer: str
    author: str


def propose(setting: Setting) -> Plan:
    forms, rng = Forms.draw(setting), setting.rng
    metrics = pick_metrics(setting.domain, rng, min(4, max(2, setting.images)))
    if not any(m.additive for m in metrics):
        metrics[0] = next((m for m in setting.domain.metrics if m.additive), metrics[0])
    metrics.sort(key=lambda m: not m.additive)
    book = write_book(setting, forms, metrics, rng.randint(4, 7))
    entities = cast(setting)
    report = Report(book, entities.company(rng.choice(setting.domain.operators)), entities.person())
    world = _with_masthead(book, report, forms)
    pages = _pages(setting, forms, report, world)
    views = numbered(_printed_numbers(pages, rng), rng, 0.45)
    views, planted = plant(views, rng) if rng.random() < PLANTED else (views, ())
    return Plan(
        scenario=NAME, domain=setting.domain.name, persona="",
        topic=f"annual report {book.year} of {report.issuer}", world=world, views=views, planted=planted,
    )  # fmt: skip


def _with_masthead(book: Book, report: Report, forms: Forms) -> World:
    """The world with issuer and author in the totals' row, so that a page's facts come from one table."""
    totals = book.world.table("totals")
    columns = (
        forms.text("issuer", "Published by", "issuer", self_evident=True),
        forms.text("author", "Prepared by", "author"),
        *(c.model_copy(update={"role": "period"}) if c.name == "year" else c for c in totals.columns),
    )
    rows = ((report.issuer, report.author, *totals.rows[0]),)
    merged = Table(name="totals", columns=columns, rows=rows, row_noun=totals.row_noun)
    tables = tuple(merged if t.name == "totals" else t for t in book.world.tables)
    return book.world.model_copy(update={"tables": tables})


def _pages(setting: Setting, forms: Forms, report: Report, world: World) -> list[View]:
    """A summary, then a page for each metric; where there are more pages than metrics, a page of all figures.

    Of two pages each has a metric of its own, and cites the total of the other one.
    """
    rng, book = setting.rng, report.book
    if setting.images == 2:  # a summary and one table say too much of the same
        return [_detail(setting, forms, report, world, told, True) for told in book.told[:2]]
    pages = [_summary(setting, forms, report, world)]
    for told in book.told[: setting.images - 1]:
        pages.append(_detail(setting, forms, report, world, told))
    if len(pages) < setting.images:
        pages.append(_appendix(forms, report, world, rng))
    return pages


def _page(
    forms: Forms, report: Report, world: World, title: str, family: str, facts: Sequence[str],
    grid: Sequence[str], prose: Sequence[str],
) -> View:  # fmt: skip
    parts = [part_of(world, "totals", "facts", ("issuer", "year", *facts))]
    if grid:
        parts.append(part_of(world, "segments", "series", tuple(grid)))
    return View(
        image=1, artifact="doc", document="report", title=title, subject=title, family=family, parts=tuple(parts),
        prose=tuple(prose), locale=forms.locale,
    )  # fmt: skip


def _summary(setting: Setting, forms: Forms, report: Report, world: World) -> View:
    rng, book = setting.rng, report.book
    totals = [name for t in book.additive for name in (t.total, t.total_before)]
    findings = rng.sample(setting.domain.findings, min(3, len(setting.domain.findings)))
    prose = [f"{findings[0]} {_total_sentence(t, book, rng)}" if i == 0 else _total_sentence(t, book, rng)
             for i, t in enumerate(book.additive)]  # fmt: skip
    prose.append(" ".join(findings[1:]))
    title = rng.choice(("Summary of the year", "The year in brief", "Management summary", "Overview"))
    return _page(forms, report, world, title, "summary", ("author", *totals), (), prose)


def _total_sentence(told: Told, book: Book, rng: Random) -> str:
    called, many = called_metric(told.metric), plural(book.noun)
    return rng.choice(
        (
            f"Across all {many}, {called} came to {{facts[0].{told.total}}}, after {{facts[0].{told.total_before}}} the year before.",
            f"Total {called} stood at {{facts[0].{told.total}}}; the previous year closed at {{facts[0].{told.total_before}}}.",
            f"For {called} the {many} together report {{facts[0].{told.total}}} (previous year: {{facts[0].{told.total_before}}}).",
        )
    )


def _detail(setting: Setting, forms: Forms, report: Report, world: World, told: Told, citing: bool = False) -> View:
    """One metric by segment, both years; with its total where it has one.

    citing: the other metrics' totals, too.
    """
    rng, book = setting.rng, report.book
    findings = rng.sample(setting.domain.findings, 2)
    if told.metric.additive:
        facts: tuple[str, ...] = (told.total, told.total_before) if rng.random() < 0.5 else (told.total,)
        first = f"The table breaks the total of {{facts[0].{told.total}}} down by {book.noun}."
    else:
        facts = ()
        first = f"The table shows {called_metric(told.metric)} by {book.noun} for both years."
    grid = ["segment", told.now, told.before, *([told.change] if rng.random() < 0.6 else [])]
    if citing:
        facts = tuple(dict.fromkeys((*facts, *(t.total for t in book.additive))))
    title = rng.choice((f"{told.metric.name} by {book.noun}", f"{told.metric.name}: the {plural(book.noun)} compared"))
    return _page(forms, report, world, title, "detail", facts, grid, (first, " ".join(findings)))


def _appendix(forms: Forms, report: Report, world: World, rng: Random) -> View:
    book = report.book
    facts = tuple(t.total for t in book.additive)
    grid = ("segment", *(t.now for t in book.told))
    text = f"All figures of the reporting year at a glance, by {book.noun}."
    return _page(
        forms, report, world, rng.choice(("Appendix: key figures", "Key figures")), "appendix", facts, grid, (text,)
    )


def _printed_numbers(pages: Sequence[View], rng: Random) -> list[View]:
    """Page numbers as printed: rising, mostly one after the other."""
    number = rng.randint(2, 14)
    out = []
    for page in pages:
        out.append(page.model_copy(update={"page": str(number)}))
        number += 1 if rng.random() < 0.8 else rng.randint(2, 4)
    return out
