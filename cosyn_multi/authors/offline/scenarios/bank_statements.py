"""Statements of one account for successive months: each opens with what the one before closed with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random

from cosyn_multi.authors.offline.entities import Entities
from cosyn_multi.authors.offline.parties import Field, cast, columns_of, firm, rows_of, same
from cosyn_multi.authors.offline.planting import plant
from cosyn_multi.authors.offline.scenario import Setting
from cosyn_multi.authors.offline.series import LABOUR, month_list, on_weekday, start_month
from cosyn_multi.authors.offline.tables import Forms, allowed, cells, numbered, tabled, total_of
from cosyn_multi.model import Column, Origin, Plan, Relation, Table, View, World, part_of, quantize

NAME = "bank_statements"
ABOUT = "Bank statements of successive months: opening balance, movements, closing balance carried over."
IMAGES = (2, 5)
ARTIFACTS = frozenset({"doc", "table"})
PLANTED = 0.4
"""Share of the sets in which an opening balance is misprinted."""


@dataclass(frozen=True)
class Movement:
    day: date
    what: str
    amount: Decimal


def propose(setting: Setting) -> Plan:
    forms, rng = Forms.draw(setting), setting.rng
    months = month_list(start_month(rng), setting.images)
    entities = cast(setting)
    statements = _movements(setting, forms, months, entities)
    opening = _money(rng.uniform(4000, 26000), forms, rng)
    balances = [opening]
    for moves in statements:
        balances.append(balances[-1] + sum((m.amount for m in moves), Decimal(0)))
    lift = max(Decimal(0), -min(balances)) * 2
    balances = [b + lift for b in balances]
    negative = rng.choice(("minus", "minus", "parentheses"))
    facts, entries, relations, groups = _tables(setting, forms, months, statements, balances, negative, entities)
    world = World(tables=(facts, entries), relations=tuple(relations), locale=forms.locale)
    title = rng.choice(("Account statement", "Statement of account", "Bank statement", "Monthly statement"))
    views = [_view(forms, world, k, month, groups[k], title) for k, month in enumerate(months)]
    if "doc" not in allowed(setting, ARTIFACTS):
        views = [
            tabled(v, ("opening", "paid_in", "paid_out", "closing"), f"Account entries, {v.subject}") for v in views
        ]
    told = numbered(views, rng, 0.4)
    told, planted = plant(told, rng, relations) if rng.random() < PLANTED else (told, ())
    return Plan(
        scenario=NAME, domain=setting.domain.name, persona="", topic=f"account statements of {facts.rows[0][1]}",
        world=world, views=told, planted=planted,
    )  # fmt: skip


def _money(euros: float, forms: Forms, rng: Random) -> Decimal:
    """An amount with odd cents, as life has it; round sums now and then."""
    value = Decimal(str(round(euros, 2))) * forms.rate
    return quantize(value, 0) if rng.random() < 0.25 else quantize(value, forms.cents)


def _movements(setting: Setting, forms: Forms, months: Sequence[date], entities: Entities) -> list[list[Movement]]:
    """Regular costs, purchases and payments of customers; no description and no amount twice in a month."""
    rng, domain = setting.rng, setting.domain
    customers = [entities.company(rng.choice(domain.buyers)) for _ in range(5)]
    costs = {n: rng.uniform(2600, 5200) if LABOUR.search(n) else rng.uniform(180, 3000) for n in domain.expenses}
    statements = []
    for month in months:
        moves: list[Movement] = []
        for name in rng.sample(sorted(costs), min(len(costs), rng.randint(4, 6))):
            _add(moves, month, name, -costs[name] * rng.uniform(0.8, 1.25), forms, rng)
        for name in rng.sample(customers, rng.randint(2, 4)):
            _add(moves, month, f"Payment from {name}", rng.uniform(900, 6800), forms, rng)
        statements.append(sorted(moves, key=lambda m: (m.day, m.what)))
    return statements


def _add(moves: list[Movement], month: date, what: str, euros: float, forms: Forms, rng: Random) -> None:
    amount = _money(euros, forms, rng)
    while any(abs(m.amount) == abs(amount) for m in moves):
        amount += Decimal(1)
    day = on_weekday(month.replace(day=rng.randint(1, 28)))
    moves.append(Movement(day, what, quantize(amount, forms.cents)))


def _tables(
    setting: Setting, forms: Forms, months: Sequence[date], statements: Sequence[Sequence[Movement]],
    balances: Sequence[Decimal], negative: str, entities: Entities,
) -> tuple[Table, Table, list[Relation], list[tuple[int, ...]]]:  # fmt: skip
    rows = [(m.day, m.what, m.amount) for moves in statements for m in moves]
    groups: list[tuple[int, ...]] = []
    for moves in statements:
        start = groups[-1][-1] + 1 if groups else 0
        groups.append(tuple(range(start, start + len(moves))))
    amount = forms.money("amount", "Amount")
    amount = amount.model_copy(update={"format": amount.format.model_copy(update={"negative": negative})})
    columns = (
        forms.date("day", "Date", noun="date"),
        forms.key("what", setting.rng.choice(("Description", "Details", "Booking text"))),
        amount,
    )
    entries = Table(name="entries", columns=columns, rows=tuple(rows), row_noun="entry")
    fields = _fields(setting, forms, months, entities)
    ins = [sum((m.amount for m in moves if m.amount > 0), Decimal(0)) for moves in statements]
    outs = [-sum((m.amount for m in moves if m.amount < 0), Decimal(0)) for moves in statements]
    fields += [
        Field(forms.sum_of_money("opening", "Opening balance", "opening", additive=False), tuple(balances[:-1])),
        Field(forms.sum_of_money("paid_in", "Total paid in"), tuple(ins)),
        Field(forms.sum_of_money("paid_out", "Total paid out"), tuple(outs)),
        Field(forms.sum_of_money("closing", "Closing balance", "closing", additive=False), tuple(balances[1:])),
    ]
    facts = Table(name="statements", columns=columns_of(fields), rows=rows_of(fields), row_noun="statement")
    relations = [r for k in range(len(months)) for r in _relations(k, groups[k], statements[k], forms.cents)]
    return facts, entries, relations, groups


def _relations(k: int, rows: Sequence[int], moves: Sequence[Movement], digits: int) -> list[Relation]:
    """closing = opening + in - out; in and out are sums of the movements; it opens with the last closing balance."""
    opening, paid_in, paid_out, closing = (
        Origin("statements", k, c) for c in ("opening", "paid_in", "paid_out", "closing")
    )
    ins = [r for r, m in zip(rows, moves, strict=True) if m.amount > 0]
    outs = [r for r, m in zip(rows, moves, strict=True) if m.amount < 0]
    found = [
        total_of(closing, (opening, paid_in, paid_out), digits, (1, 1, -1)),
        total_of(paid_in, cells("entries", "amount", ins), digits),
        total_of(paid_out, cells("entries", "amount", outs), digits, [-1] * len(outs)),
    ]
    if k:
        found.append(total_of(opening, (Origin("statements", k - 1, "closing"),), digits))
    return found


def _fields(setting: Setting, forms: Forms, months: Sequence[date], entities: Entities) -> list[Field]:
    rng, count = setting.rng, len(months)
    holder = firm(entities, setting.domain.operators, rng, months[0].year)
    fields = [
        same(forms.text("issuer", "Bank", "issuer", self_evident=True), entities.bank(), count),
        same(forms.text("recipient", "Account holder", "recipient"), holder.name, count),
        same(forms.text("account", "Account number", "account"), entities.account(), count),
        Field(forms.date("period", "Statement period", "period", pattern="MMMM yyyy"), tuple(months)),
    ]
    if rng.random() < 0.5:
        numbers = entities.references("statement", tuple(m.year for m in months), "bank")
        fields.insert(3, Field(forms.key("number", "Statement no.", "number", noun="statement number"), numbers))
    if rng.random() < 0.5:
        fields.insert(
            2,
            same(
                forms.text("recipient_address", "Address", "recipient_address", self_evident=True),
                holder.address,
                count,
            ),
        )
    return fields


def _sign_note(world: World) -> str:
    """How payments out are told from payments in."""
    negative = world.table("entries").column("amount").format.negative
    return "Payments out stand in parentheses." if negative == "parentheses" else "Payments out carry a minus sign."


def _view(forms: Forms, world: World, k: int, month: date, rows: tuple[int, ...], title: str) -> View:
    columns: tuple[Column, ...] = world.table("statements").columns
    return View(
        image=1, artifact="doc", document="statement", title=title, subject=f"{month:%B %Y}",
        family="statement",
        parts=(
            part_of(world, "statements", "facts", tuple(c.name for c in columns), (k,)),
            part_of(world, "entries", "entries", ("day", "what", "amount"), rows),
        ),
        notes=(*forms.date_note(), _sign_note(world)), locale=forms.locale,
    )  # fmt: skip
