"""A contract and what amends it: an amendment prints only the clauses it changes. Maybe a schedule of fees as well."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from cosyn_multi.authors.offline import money
from cosyn_multi.authors.offline.domain import Clause
from cosyn_multi.authors.offline.entities import Entities
from cosyn_multi.authors.offline.lines import price_of
from cosyn_multi.authors.offline.parties import Field, Firm, cast, columns_of, firm, rows_of
from cosyn_multi.authors.offline.scenario import Setting
from cosyn_multi.authors.offline.series import on_weekday, start_month
from cosyn_multi.authors.offline.tables import Forms, allowed, numbered, slug, tabled
from cosyn_multi.model import Column, Plan, Table, Value, View, World, part_of, show

NAME = "contract_amendment"
ABOUT = "A contract with its terms, one to three amendments that change some of them, maybe a fee schedule."
IMAGES = (2, 5)
ARTIFACTS = frozenset({"doc", "table"})
ORDINALS = ("First", "Second", "Third", "Fourth")


@dataclass(frozen=True)
class Term:
    """A clause with the value that holds."""

    clause: Clause
    name: str
    value: Decimal

    def column(self, forms: Forms) -> Column:
        subject, unit = self.clause.subject, self.clause.unit
        if self.clause.kind == "amount":
            return forms.money(self.name, subject, in_cell=True, additive=False)
        if self.clause.kind == "percent":
            return forms.percent(self.name, subject, _digits(self.clause.step))
        return forms.count(self.name, subject, unit, in_cell=True, additive=False)

    def printed(self, forms: Forms) -> str:
        """As a cell of text holds it: with plain spaces."""
        return " ".join(show(self.value, self.column(forms).format, forms.locale).split())

    def moved(self, forms: Forms, rng: Random) -> "Term":
        return Term(self.clause, self.name, _draw(self.clause, forms, rng, unlike=self.value))


def _digits(step: float) -> int:
    return max(0, -int(Decimal(str(step)).normalize().as_tuple().exponent))


def _draw(clause: Clause, forms: Forms, rng: Random, unlike: Decimal | None = None) -> Decimal:
    """A value within the clause's range, on its steps."""
    step = Decimal(str(clause.step))
    low, high = int(Decimal(str(clause.low)) / step), int(Decimal(str(clause.high)) / step)
    value = unlike
    while value == unlike:
        if clause.kind == "amount":
            value = money.amount((clause.low, clause.high), clause.step, forms.currency, rng)
        else:
            value = step * rng.randint(low, max(high, low + 1))
    assert value is not None
    return value


def propose(setting: Setting) -> Plan:
    forms, rng = Forms.draw(setting), setting.rng
    schedule = setting.images >= 3 and rng.random() < 0.45
    amendments = setting.images - 1 - schedule
    single, listed = _terms(setting, forms)
    entities = cast(setting)
    signed = on_weekday(start_month(rng).replace(day=rng.randint(2, 27)))
    parties = (
        firm(entities, setting.domain.operators, rng, signed.year),
        firm(entities, setting.domain.buyers, rng, signed.year),
    )  # fmt: skip
    number = entities.reference("contract", signed.year, parties[0].name)
    tables, views = _contract(setting, forms, parties, number, signed, single, listed, entities)
    numbers = [str(row[0]) for row in tables[1].rows]
    for k in range(amendments):
        signed = on_weekday(signed + timedelta(days=rng.randint(70, 260)))
        single, changed = _changed(single, forms, rng, 1, 3)
        listed, relisted = _changed(listed, forms, rng, 2, 4)
        more, view = _amendment(
            setting, forms, k, parties, number, signed,
            [single[i] for i in changed], [(numbers[i], listed[i]) for i in relisted],
        )  # fmt: skip
        tables += more
        views.append(view)
    if schedule:
        head, fees, view = _schedule(setting, forms, parties[0], number)
        tables += [head, fees]
        views.append(view)
    world = World(tables=tuple(tables), locale=forms.locale)
    return Plan(
        scenario=NAME, domain=setting.domain.name, persona="",
        topic=f"{rng.choice(setting.domain.topics)}: agreement {number}",
        world=world, views=numbered(_dressed(views, setting), rng, 0.1),
    )  # fmt: skip


def _terms(setting: Setting, forms: Forms) -> tuple[list[Term], list[Term]]:
    """Terms that stand as single figures in the text, and terms listed by clause number."""
    rng = setting.rng
    clauses = rng.sample(setting.domain.clauses, min(len(setting.domain.clauses), rng.randint(8, 14)))
    terms: list[Term] = []
    for clause in clauses:
        name = slug(clause.subject, [t.name for t in terms])
        terms.append(Term(clause, name, _draw(clause, forms, rng)))
    cut = min(rng.randint(3, 5), len(terms) - 4)
    return terms[:cut], terms[cut:]


def _changed(terms: list[Term], forms: Forms, rng: Random, fewest: int, most: int) -> tuple[list[Term], list[int]]:
    """The terms with some of them changed, and which; never all."""
    number = min(rng.randint(fewest, most), len(terms) - 1)
    which = sorted(rng.sample(range(len(terms)), number))
    return [t.moved(forms, rng) if i in which else t for i, t in enumerate(terms)], which


def _clause_table(name: str, forms: Forms, numbers: list[str], terms: list[Term]) -> Table:
    rows = tuple((n, t.clause.subject, t.printed(forms)) for n, t in zip(numbers, terms, strict=True))
    columns = (
        forms.key("number", "Clause", noun="clause number"),
        forms.text("subject", "Subject"),
        forms.text("term", "Term"),
    )
    return Table(name=name, columns=columns, rows=rows, row_noun="clause")


def _sentence(term: Term) -> str:
    slot = f"{{facts[0].{term.name}}}"
    return f"{term.clause.subject}. {term.clause.sentence.replace('{value}', slot)}"


def _party_fields(forms: Forms, parties: tuple[Firm, Firm]) -> list[Field]:
    return [
        Field(forms.text("issuer", "Supplier", "issuer"), (parties[0].name,)),
        Field(forms.text("recipient", "Client", "recipient"), (parties[1].name,)),
    ]


def _contract(
    setting: Setting, forms: Forms, parties: tuple[Firm, Firm], number: str, signed: date, single: list[Term],
    listed: list[Term], entities: Entities,
) -> tuple[list[Table], list[View]]:  # fmt: skip
    rng = setting.rng
    fields = _party_fields(forms, parties)
    fields.append(Field(forms.key("number", "Agreement no.", "number", noun="agreement number"), (number,)))
    fields.append(Field(forms.date("signed", "Date of signing", "date", noun="date of signing"), (signed,)))
    if rng.random() < 0.5:
        fields.append(Field(forms.text("place", "Place", "place"), (entities.city(),)))
    fields += [Field(t.column(forms), (_value(t),)) for t in single]
    facts = Table(name="contract", columns=columns_of(fields), rows=rows_of(fields), row_noun="contract")
    first = rng.randint(len(single) + 1, len(single) + 3)
    style = rng.choice(("{n}", "{n}.1", "§ {n}"))
    numbers = [style.format(n=first + i) for i in range(len(listed))]
    clauses = _clause_table("clauses", forms, numbers, listed)
    title = rng.choice(("Supply agreement", "Service agreement", "Framework agreement", "Contract"))
    opening = "This agreement is made between {facts[0].issuer} and {facts[0].recipient}."
    world = World(tables=(facts, clauses), locale=forms.locale)
    view = View(
        image=1, artifact="doc", document="contract", title=title, subject=title, family="contract",
        parts=(
            part_of(world, "contract", "facts", tuple(c.name for c in facts.columns)),
            part_of(world, "clauses", "clauses", ("number", "subject", "term")),
        ),
        prose=(opening, *(_sentence(t) for t in single)), notes=forms.date_note(), locale=forms.locale,
    )  # fmt: skip
    return [facts, clauses], [view]


def _value(term: Term) -> Value:
    return int(term.value) if term.clause.kind == "count" else term.value


def _amendment(
    setting: Setting, forms: Forms, k: int, parties: tuple[Firm, Firm], number: str, signed: date,
    single: list[Term], listed: list[tuple[str, Term]],
) -> tuple[list[Table], View]:  # fmt: skip
    """single, listed: the changed terms alone; listed ones with their clause numbers."""
    rng, name = setting.rng, f"{ORDINALS[k].lower()}_amendment"
    valid = (signed.replace(day=1) + timedelta(days=rng.choice((31, 62)))).replace(day=1)
    fields = _party_fields(forms, parties)
    fields.append(Field(forms.text("reference", "Amends agreement", "reference", noun="amended agreement"), (number,)))
    fields.append(Field(forms.date("signed", "Date of signing", "date", noun="date of signing"), (signed,)))
    fields.append(Field(forms.date("effective", "In force from", noun="date it comes into force"), (valid,)))
    fields += [Field(t.column(forms), (_value(t),)) for t in single]
    facts = Table(name=name, columns=columns_of(fields), rows=rows_of(fields), row_noun="amendment")
    clauses = _clause_table(f"{name}_clauses", forms, [n for n, _ in listed], [t for _, t in listed])
    world = World(tables=(facts, clauses), locale=forms.locale)
    title = f"{ORDINALS[k]} amendment"
    opening = "The parties change agreement {facts[0].reference} as follows, with effect from {facts[0].effective}."
    closing = rng.choice(("All terms not named here remain unchanged.", "Terms not named here continue to apply."))
    view = View(
        image=1, artifact="doc", document="amendment", title=title, subject=title, family="amendment",
        parts=(
            part_of(world, name, "facts", tuple(c.name for c in facts.columns)),
            part_of(world, clauses.name, "clauses", ("number", "subject", "term")),
        ),
        prose=(opening, *(_sentence(t) for t in single), closing), notes=forms.date_note(), locale=forms.locale,
    )  # fmt: skip
    return [facts, clauses], view


def _schedule(setting: Setting, forms: Forms, vendor: Firm, number: str) -> tuple[Table, Table, View]:
    rng = setting.rng
    items = rng.sample(setting.domain.jobs, min(len(setting.domain.jobs), rng.randint(5, 8)))
    fees: list[Decimal] = []
    for item in items:
        fee = price_of(item, forms, rng)
        while fee in fees:
            fee = price_of(item, forms, rng, fee)
        fees.append(fee)
    columns = (
        forms.key("item", forms.word("item"), "item"), forms.text("measured_in", forms.word("measured_in"), "packing"),
        forms.money("fee", rng.choice(("Fee", "Rate", "Charge")), "price", additive=False),
    )  # fmt: skip
    rows = tuple((i.name, i.unit, fee) for i, fee in zip(items, fees, strict=True))
    table = Table(name="fees", columns=columns, rows=rows, row_noun="fee")
    head = Table(
        name="fee_schedule", row_noun="schedule", rows=((vendor.name, number),),
        columns=(forms.text("issuer", "Supplier", "issuer"), forms.text("reference", "Agreement no.", "reference")),
    )  # fmt: skip
    world = World(tables=(head, table), locale=forms.locale)
    view = View(
        image=1, artifact="doc", document="price list", title="Schedule of fees", subject="Schedule of fees", family="fees",
        parts=(
            part_of(world, "fee_schedule", "facts", ("issuer", "reference")),
            part_of(world, "fees", "items", ("item", "measured_in", "fee")),
        ),
        locale=forms.locale,
    )  # fmt: skip
    return head, table, view


def _dressed(views: list[View], setting: Setting) -> list[View]:
    """As documents, or where only tables are asked for, as schedules of terms."""
    if "doc" in allowed(setting, ARTIFACTS):
        return views
    return [
        tabled(
            v, [c.name for c in (v.facts.columns if v.facts else ()) if c.numeric or c.name == "effective"][:4], v.title
        )
        for v in views
    ]
