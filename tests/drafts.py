"""Drafts for tests of the checks, over the worlds of `worlds.py`."""

from decimal import Decimal
from typing import Any

from perfect import Change, perfect
from worlds import invoice_views, invoice_world, sales_view, sales_world

from cosyn_multi.checks import Court
from cosyn_multi.model import Draft, Question, Reject, View, Views, Witness, World, part_of

TOTAL = 'SELECT round((SELECT "total" FROM "image1_facts") + (SELECT "total" FROM "image2_facts"), 2)'


def draft(program: str, answer: str | tuple[str, ...], text: str, answer_type: str = "float", **more: Any) -> Draft:
    """A draft with the world as its witness."""
    members = (answer,) if isinstance(answer, str) else answer
    fields: dict[str, Any] = {
        "kind": "aggregate", "text": text, "answer_type": answer_type, "program": program, "images": (1, 2),
        "witnesses": (Witness(name="world", answer=members),), "explanation": "It is {answer}.",
    }  # fmt: skip
    return Draft.model_validate({**fields, **more})


def total(**more: Any) -> Draft:
    """An honest question over both invoices."""
    fields: dict[str, Any] = {"unit": "EUR", "decimals": 2, **more}
    return draft(
        fields.pop("program", TOTAL),
        fields.pop("answer", "148.10"),
        fields.pop("text", "What do both invoices come to, in EUR?"),
        **fields,
    )


def invoices(change: Change | None = None, locale: str = "en_GB") -> Views:
    return perfect(invoice_world(locale), invoice_views(locale), change=change)


def regions(north: View | None = None, tolerance: str = "0", world: World | None = None) -> Views:
    """A chart of the north and a table of the south, by month."""
    charts = (north or sales_view(1, ("month", "north")), sales_view(2, ("month", "south"), "table"))
    return perfect(world or sales_world(), charts, {"north": Decimal(tolerance)} if Decimal(tolerance) else None)


def same_numbers_twice() -> Views:
    """A chart and a table of the same column, and one of another."""
    views = (sales_view(1, ("month", "north")), sales_view(2, ("month", "north", "south"), "table"))
    return perfect(sales_world(), views)


def with_part(view: View, index: int, **change: Any) -> View:
    """The view with one of its parts changed."""
    parts = list(view.parts)
    parts[index] = parts[index].model_copy(update=change)
    return view.model_copy(update={"parts": tuple(parts)})


def judged(asked: Draft, views: Views | None = None, seed: int = 1) -> Question | Reject:
    court = Court(views or invoices(), seed)
    try:
        return court.judge(asked)
    finally:
        court.close()


def outcome(asked: Draft, views: Views | None = None, seed: int = 1) -> str:
    """'' if the draft passes, else 'check:reason'."""
    found = judged(asked, views, seed)
    return f"{found.stage}:{found.reason}" if isinstance(found, Reject) else ""


__all__ = ["draft", "invoices", "judged", "outcome", "part_of", "regions", "same_numbers_twice", "total", "with_part"]
