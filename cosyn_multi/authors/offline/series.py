"""Figures over time and over segments: levels, seasons, growth, noise and what siblings share, as a domain has them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from cosyn_multi.model import Column, quantize

from .domain import Domain, Metric
from .tables import Forms

THOUSANDS_FROM = 30_000
"""Money from this level on may be told in thousands."""


@dataclass(frozen=True)
class Measure:
    """A metric as one set tells it: its unit and digits, and what its own figures are multiplied with."""

    metric: Metric
    unit: str
    decimals: int
    factor: float
    is_money: bool

    @classmethod
    def of(cls, metric: Metric, forms: Forms, rng: Random, months: int = 1) -> "Measure":
        """months: how many months one figure covers, e.g. 12 for yearly figures of an additive metric."""
        factor = float(months) if metric.additive else 1.0
        if metric.unit != "EUR":
            decimals = metric.decimals if metric.high * factor < 10_000 else 0
            return cls(metric, metric.unit, decimals, factor, False)
        factor *= float(forms.rate)
        level = metric.high * factor
        if level >= THOUSANDS_FROM * 1000:
            return cls(metric, f"million {forms.currency}", 2, factor / 1e6, True)
        if level >= THOUSANDS_FROM and rng.random() < 0.5:
            return cls(metric, f"thousand {forms.currency}", 1, factor / 1000, True)
        return cls(metric, forms.currency, 0 if level >= 200 else min(2, forms.cents), factor, True)

    @property
    def step(self) -> Decimal:
        """The smallest difference that is printed."""
        return Decimal(1).scaleb(-self.decimals)

    @property
    def whole(self) -> bool:
        return self.decimals == 0 and not self.is_money and self.unit != "%"

    def column(self, forms: Forms, name: str, label: str = "", noun: str = "", additive: bool = True) -> Column:
        """The column of this measure; the unit stands in the header, where charts and tables both show it."""
        shown, adds = label or self.metric.name, additive and self.metric.additive
        called = noun or (called_metric(self.metric) if not label else "")
        if self.unit == "%":
            return forms.percent(name, shown, self.decimals, noun=called, in_cell=False)
        if self.whole:
            return forms.count(name, shown, self.unit, noun=called, additive=adds)
        return forms.amount(name, shown, self.unit, self.decimals, noun=called, additive=adds)

    def fact(self, forms: Forms, name: str, label: str, role: str = "") -> Column:
        """A single figure of this measure: the unit stands beside it."""
        if self.unit == "%":
            return forms.percent(name, label, self.decimals, role=role)
        if self.whole:
            return forms.count(name, label, self.unit, role=role, in_cell=True)
        return forms.amount(name, label, self.unit, self.decimals, role=role, in_cell=True)

    def printed(self, value: float) -> Decimal:
        """A figure of the metric as it is printed, kept within what the unit allows."""
        shown = quantize(Decimal(str(max(value, 0.0) * self.factor)), self.decimals)
        if self.unit == "%":
            shown = min(shown, Decimal(100) - self.step)
        return max(shown, self.step)


def called_metric(metric: Metric) -> str:
    """How a question calls it: in lower case, unless it begins with an abbreviation."""
    name = metric.name
    return name if name[:2].isupper() else name[:1].lower() + name[1:]


def add_months(start: date, months: int) -> date:
    """The first day of the month so many months later."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, 1)


def on_weekday(day: date) -> date:
    """The day itself; where it falls on a weekend the Monday after it, or at a month's end the Friday before."""
    if day.weekday() < 5:
        return day
    monday = day + timedelta(days=7 - day.weekday())
    return monday if monday.month == day.month else day - timedelta(days=day.weekday() - 4)


def month_list(start: date, count: int) -> list[date]:
    return [add_months(start, i) for i in range(count)]


def levels(metric: Metric, count: int, rng: Random) -> list[float]:
    """Levels of siblings: spread over the usual range, no two alike."""
    width = (metric.high - metric.low) / count
    found = [metric.low + width * (i + rng.uniform(0.15, 0.85)) for i in range(count)]
    rng.shuffle(found)
    return found


def over_months(
    measure: Measure, months: Sequence[date], level: float, rng: Random, shared: Sequence[float] = ()
) -> list[Decimal]:
    """One figure per month. `shared`: noise that siblings have in common, one number per month.

    No two figures are equal: a reader could not rank them.
    """
    metric = measure.metric
    growth = rng.uniform(*metric.growth)
    common = list(shared) or [0.0] * len(months)
    figures = []
    for i, month in enumerate(months):
        season = metric.season[month.month - 1] if metric.season else 1.0
        noise = max(0.2, 1 + metric.noise * (rng.gauss(0, 0.8) + 0.6 * common[i]))
        figures.append(level * season * (1 + growth * i / 12) * noise)
    return distinct([measure.printed(f) for f in figures], measure.step, rng)


def shared_noise(count: int, rng: Random) -> list[float]:
    """What hits all siblings alike, e.g. a cold month; now and then one month stands out."""
    noise = [rng.gauss(0, 1) for _ in range(count)]
    if rng.random() < 0.35:
        noise[rng.randrange(count)] += rng.choice((-3.0, 3.0))
    return noise


def distinct(values: Sequence[Decimal], step: Decimal, rng: Random) -> list[Decimal]:
    """The values, each moved by a step or more where it equals an earlier one; never below one step."""
    seen: set[Decimal] = set()
    out = []
    for value in values:
        direction = rng.choice((1, -1))
        moved, tries = value, 0
        while moved in seen or moved < step:
            tries += 1
            moved = value + step * tries * (direction if value + step * tries * direction >= step else 1)
        seen.add(moved)
        out.append(moved)
    return out


def pick_metrics(domain: Domain, rng: Random, count: int, money_first: bool = False) -> list[Metric]:
    """Some metrics of the domain, all with different names."""
    pool = list(domain.metrics)
    rng.shuffle(pool)
    if money_first:
        pool.sort(key=lambda m: m.unit != "EUR")
    return pool[:count]


_PLACES = re.compile(
    r"branch|shop|store|site|house|depot|surgery|outlet|stage|area|territory|block|herd|vessel|crew|route|round|agency"
    r"|showroom|studio|building|school|plant|district|zone|harbour|press line|office",
    re.IGNORECASE,
)
LABOUR = re.compile(r"wages|salaries|payroll|staff|trainers|crew shares|crews|ensemble", re.IGNORECASE)
"""Costs of people: among the largest of any business."""
SMALL = re.compile(
    r"fees|insurance|software|licen|post|stationery|advert|cleaning|training|phone|subscri|waste|disposal|excursion|librar|tools"
    r"|checks|protective|travel|calibration|certif",
    re.IGNORECASE,
)
"""Costs beside the main ones: a small part of what is spent."""
BUILDINGS = re.compile(
    r"branch|shop|store|site|house|depot|surgery|outlet|agency|showroom|studio|building|school|plant|office|cellar",
    re.IGNORECASE,
)
"""Places that stand on the ground and have a floor."""
_SELLING = re.compile(
    r"sales|takings|revenue|income|turnover|billed|invoiced",
    re.IGNORECASE,
)


def pick_segments(
    domain: Domain, rng: Random, count: int, metrics: Sequence[Metric] = (), longest: int = 22, places: bool = False
) -> tuple[str, list[str]]:
    """A kind of segment ('branch') and so many names of it, short enough to label a mark.

    Kinds of goods and trade are left out unless all the metrics are money from selling (no product line burns gas or
    is fitted with tyres), and where places are asked for. A metric may name its own kinds. Fewer names than asked if the domain has no more.
    """
    fitting = {n: [x for x in names if len(x) <= longest] for n, names in sorted(domain.segments.items())}
    nouns = _nouns(list(fitting), metrics, places)
    enough = [n for n in nouns if len(fitting[n]) >= count] or [max(nouns, key=lambda n: len(fitting[n]))]
    noun = rng.choice(enough)
    return noun, rng.sample(fitting[noun], min(count, len(fitting[noun])))


def _nouns(nouns: list[str], metrics: Sequence[Metric], places: bool) -> list[str]:
    """Kinds of segments that suit all the metrics."""
    told = [m for m in metrics if m.by]
    named = [n for n in nouns if told and all(n in m.by for m in told) and (not places or _PLACES.search(n))]
    if named:
        return named
    sold = not places and bool(metrics) and all(m.unit == "EUR" and _SELLING.search(m.name) for m in metrics)
    return [n for n in nouns if sold or _PLACES.search(n)] or nouns


def plural(noun: str) -> str:
    if noun.endswith("species"):
        return noun
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "ch", "sh")) else "s")


def start_month(rng: Random, length: int = 12) -> date:
    """A first month: mostly January where a year is told, else any of recent years."""
    year = rng.randint(2017, 2025)
    month = 1 if length >= 12 and rng.random() < 0.7 else rng.choice((1, 1, 4, 7, 7, 9, 10, rng.randint(1, 12)))
    return date(year, month, 1)
