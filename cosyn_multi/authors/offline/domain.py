"""Domain: a line of business that worlds are made of. One TOML file each in `domains/`."""

from typing import Any, Literal

from pydantic import Field, model_validator

from cosyn_multi.model import Frozen

Span = tuple[float, float]


SUPPLIES = frozenset(
    {
        "Materials",
        "Hardware",
        "Hire",
        "Plant hire",
        "Menu",
        "Rooms",
        "Catering",
        "Wardrobe",
        "Travel",
        "Transport",
        "Other",
    }
    | {"Laboratory", "Laboratory work", "Delivery"}
)
"""Categories of jobs that are no work of one's own to plan."""


class Item(Frozen):
    """Something that is bought or sold."""

    name: str
    category: str = Field(description="Class of goods, 2 to 5 per domain.")
    unit: str = Field(description="What it is counted in, plural: 'bags', 'hours', 'sheets'.")
    price: Span = Field(description="Usual unit price, lowest and highest, in euros; scenarios scale it by currency.")
    step: float = Field(description="Prices are multiples of this: 0.05, 0.5, 1, 10 ...")
    quantity: tuple[int, int] = Field(description="Usual order quantity.")


class Metric(Frozen):
    """Something that is measured month by month or year by year."""

    name: str = Field(description="As an axis title or column header without unit: 'Bread sold'.")
    unit: str = Field(description="'loaves', 'MWh', 'EUR', '%'; 'EUR' stands for the set's own currency.")
    low: float = Field(description="Lowest usual monthly figure of one segment.")
    high: float
    decimals: int = Field(0, ge=0, le=3)
    additive: bool = Field(True, description="False for rates, prices, averages, stocks.")
    season: tuple[float, ...] = Field((), description="Twelve factors near 1, January first; empty for none.")
    growth: Span = Field((-0.05, 0.10), description="Yearly trend as a share.")
    by: tuple[str, ...] = Field((), description="Kinds of segments that it is told by; empty: the domain's places.")
    noise: float = Field(0.05, description="Standard deviation of the monthly noise, as a share.")


class Clause(Frozen):
    """A term of a contract whose value can be amended."""

    subject: str = Field(description="'Payment term', 'Monthly fee', 'Liability cap' ...")
    kind: str = Field(description="amount, percent or count.")
    unit: str = Field(description="'EUR' (the set's currency), '%', 'days', 'hours', 'months', 'visits' ...")
    low: float
    high: float
    step: float
    sentence: str = Field(description="How the contract words it, with {value} for the printed value and unit.")


class Domain(Frozen):
    """A line of business."""

    name: str = Field(description="Slug; the file's name.")
    title: str = Field(description="'Bakery and pastry'.")
    trades: tuple[str, ...] = Field(description="How its companies are called: 'Bakehouse', 'Mills'.")
    buyers: tuple[str, ...] = Field(description="Who buys from them: 'Café', 'School Catering'.")
    sellers: tuple[str, ...] = Field((), description="Trades that sell the items; default: all trades.")
    doers: tuple[str, ...] = Field((), description="Trades that do the jobs; default: all trades.")
    operators: tuple[str, ...] = Field((), description="Trades that run the business and keep stock; default: all.")
    own_use: tuple[Literal["items", "jobs"], ...] = Field(
        (), description="What the operators themselves take, rather than their buyers."
    )
    roles: tuple[str, ...] = Field(description="Jobs of the people in it: 'head baker'.")
    topics: tuple[str, ...] = Field(description="What sets of it are about: 'flour procurement'.")
    items: tuple[Item, ...] = Field(min_length=12)
    jobs: tuple[Item, ...] = Field(min_length=6, description="Lines of a quote for services: work and materials.")
    expenses: tuple[str, ...] = Field(min_length=7, description="Cost categories of a budget or statement.")
    metrics: tuple[Metric, ...] = Field(min_length=4)
    segments: dict[str, tuple[str, ...]] = Field(
        description="Noun -> 6 or more names: {'branch': [...], 'product line': [...]}."
    )
    clauses: tuple[Clause, ...] = Field(min_length=9)
    findings: tuple[str, ...] = Field(
        description="Sentences for reports without any numbers: 'Demand for rye held up well.'"
    )

    @model_validator(mode="before")
    @classmethod
    def _all_trades(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        trades = data.get("trades", ())
        return {**data, **{k: data.get(k) or trades for k in ("sellers", "doers", "operators")}}

    @property
    def work(self) -> tuple[Item, ...]:
        """Jobs that somebody does, not what is delivered or hired for them."""
        return tuple(j for j in self.jobs if j.category not in SUPPLIES)

    def vendors(self, jobs: bool) -> tuple[str, ...]:
        """Who does the jobs, or sells the items."""
        return self.doers if jobs else self.sellers

    def takers(self, jobs: bool) -> tuple[str, ...]:
        """Who has the jobs done, or buys the items."""
        return self.operators if ("jobs" if jobs else "items") in self.own_use else self.buyers
