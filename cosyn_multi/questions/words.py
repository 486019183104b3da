"""How questions and explanations name things: cells, rows, columns, images, units, numbers.

Things are named by what is visible: headers and row labels as displayed, images by position. Row labels stand in
double quotes; dates don't.
"""

import re
from collections.abc import Iterable, Sequence
from decimal import ROUND_CEILING, Decimal

from cosyn_multi.model import Column, Sheet, Value, View, Views, show
from cosyn_multi.model.canonical import canonical

from .fields import Field
from .sheets import Cell, is_time, label_of, measures

_ROLE_NOUNS = {
    "issuer": "issuer", "recipient": "recipient", "number": "document number", "date": "date", "due": "due date",
    "customer": "customer number", "account": "account number", "reference": "reference", "period": "period",
}  # fmt: skip
_ATTRIBUTE = re.compile(r"(?:number|quantity|amount|total|price|share|rate|value|cost|sum) ")
_VERBS = {"chart": "shows", "table": "lists", "doc": "states"}


def image(number: int) -> str:
    return f"image {number}"


def listing(parts: Iterable[str], word: str = "and") -> str:
    """'a', 'a and b', 'a, b and c'."""
    *first, last = parts
    return f"{', '.join(first)} {word} {last}" if first else last


def images(numbers: Iterable[int], word: str = "and") -> str:
    return listing((image(n) for n in numbers), word)


def plural(noun: str) -> str:
    """'line item' -> 'line items', 'branch' -> 'branches', 'category' -> 'categories'."""
    if re.search(r"[^aeiou]y$", noun):
        return noun[:-1] + "ies"
    return noun + ("es" if re.search(r"(s|x|z|ch|sh)$", noun) else "s")


def quoted(text: str) -> str:
    return f'"{text}"'


def sentence(text: str) -> str:
    """With a capital at its start, also where a slot opened it."""
    return text[:1].upper() + text[1:]


def article(noun: str) -> str:
    """'a unit price', 'an amount', 'an hourly rate'."""
    vowel = re.match(r"[aeiou]|hour|hono", noun, re.IGNORECASE) and not re.match(
        r"uni|use|usu|eu|one", noun, re.IGNORECASE
    )
    return f"an {noun}" if vowel else f"a {noun}"


def noun(column: Column) -> str:
    """How a column is called in running text, without article."""
    if column.noun:
        return column.noun
    if column.role in _ROLE_NOUNS:
        return _ROLE_NOUNS[column.role]
    label = column.label.rstrip(".:")
    return label if label[1:2].isupper() or not label[1:2].isalpha() else label[:1].lower() + label[1:]


def is_series(sheet: Sheet, column: Column) -> bool:
    """Whether a column is one of several of one unit, so that its header names a series rather than an attribute."""
    return sheet.part == "series" and sum(c.unit == column.unit and c.kind == column.kind for c in measures(sheet)) > 1


def columns_noun(sheet: Sheet, column: Column) -> str:
    """'the unit price', 'the figure for bread sold', 'the "North" value'."""
    if is_series(sheet, column) and not column.noun:
        return f"the {quoted(column.label)} value"
    name = noun(column)
    return f"the figure for {name}" if column.numeric and _needs_figure(name) else f"the {name}"


def _needs_figure(name: str) -> bool:
    """Whether 'the NAME is ...' would read badly: plurals ('new contracts') and participles ('milk delivered')."""
    head = re.split(r" (?:of|for|in|per|on|out|from|to|at)\b|,", name)[0]
    return bool(re.search(r"[^sui]s$|ed$|sold$|driven$|made$|run$|[^aeiou]en$", head)) and not name.startswith(
        "number "
    )


def label_text(views: Views, sheet: Sheet, label: Value) -> str:
    """A row label as displayed, in quotes unless it is a stretch of time."""
    column = label_of(sheet)
    if column is None:
        return ""
    text = show(label, column.format, views.view(sheet.image).locale)
    return text if is_period(sheet) else quoted(text)


def row(views: Views, cell: Cell) -> str:
    """How a cell's row is called: '"Rye flour"', 'clause "4.2"', 'March 2024'."""
    text = label_text(views, cell.sheet, cell.label)
    code = re.fullmatch(r'"[\W\d]*[A-Z]{0,4}[\W\d]+"', text) and not is_period(cell.sheet)
    return f"{cell.sheet.row_noun} {text}" if code else text


def of(views: Views, cell: Cell) -> str:
    """What a cell says, without its image: 'the total due', 'the unit price of "Rye flour"', 'the sales in May 2024'."""
    name = columns_noun(cell.sheet, cell.column)
    label = label_of(cell.sheet)
    if label is None:
        return name
    return f"{name} {_link(cell.sheet, label, name)} {row(views, cell)}"


def _link(sheet: Sheet, label: Column, name: str) -> str:
    """Months and years take 'in', days 'on', all else 'of' ('for' where the name holds an 'of' already)."""
    if label.kind == "date" and "d" in (label.format.pattern or "d"):
        return "on"
    if is_period(sheet):
        return "in"
    return "for" if " of " in name or name.endswith(" value") else "of"


def is_period(sheet: Sheet) -> bool:
    """Whether its rows are stretches of time, printed as dates or as names of months."""
    return is_time(sheet) or sheet.row_noun in ("month", "quarter", "year", "week", "day")


def field(views: Views, said: Field) -> str:
    return of(views, said.cells[0])


def names(views: Views, *cells: Cell) -> tuple[str, ...]:
    """Row labels as displayed, for `Draft.names`: each once."""
    shown = (label_text(views, c.sheet, c.label).strip('"') for c in cells if label_of(c.sheet))
    return tuple(dict.fromkeys(shown))


def evidence(*cells: Cell) -> tuple[str, ...]:
    """Refs of cells, each once, for `Draft.evidence`."""
    return tuple(dict.fromkeys(c.ref for c in cells))


def value(views: Views, cell: Cell) -> str:
    """A cell's value as displayed, with its unit; 'about' one that is read from a mark."""
    text = show(cell.value, cell.column.format, views.view(cell.image).locale)
    return with_unit(text if cell.exact else f"about {text}", cell.column)


def with_unit(text: str, column: Column) -> str:
    """A displayed number with its unit, where the number doesn't carry it."""
    carried = column.format.style in ("money", "percent") or column.format.suffix or column.format.currency
    if carried or not column.unit or not column.numeric:
        return text
    return f"{text} {singular(column.unit) if text == '1' else column.unit}"


def singular(unit: str) -> str:
    """'bags' -> 'bag', where the unit is a plural in words."""
    return unit[:-1] if re.search(r"[a-z]{2}s$", unit) and not unit.endswith("ss") else unit


def plain(number: Decimal, column: Column) -> str:
    """A number that no image shows, such as a threshold: plain digits and the unit."""
    return f"{canonical(number)} {unit_sign(column)}".strip()


def unit_sign(column: Column) -> str:
    return "%" if column.kind == "percent" else column.unit


def says(views: Views, cell: Cell) -> str:
    """One clause of an explanation: 'image 1 lists the unit price of "Rye flour" as €12.50'."""
    return f"{image(cell.image)} {verb(views.view(cell.image))} {of(views, cell)} as {value(views, cell)}"


def walk(views: Views, cells: Iterable[Cell], close: str) -> str:
    """An explanation: one sentence of clauses, then what follows from them. `close` holds {answer} once."""
    by_image: dict[int, list[Cell]] = {}
    for cell in cells:
        by_image.setdefault(cell.image, []).append(cell)
    clauses = [_clauses(views, found) for found in by_image.values()]
    return f"{sentence('; '.join(clauses))}. {sentence(close)}"


def _clauses(views: Views, cells: Sequence[Cell]) -> str:
    """What one image says of several cells."""
    first = says(views, cells[0])
    return listing([first, *(f"{of(views, c)} as {value(views, c)}" for c in cells[1:])])


def verb(view: View) -> str:
    return _VERBS[view.artifact]


def decimals(column: Column) -> int:
    """Digits after the point that an answer in a column's unit gets."""
    return 0 if column.kind == "count" or column.format.style == "compact" else column.format.decimals


def in_unit(column: Column, places: int | None = None) -> str:
    """'in EUR, to two decimals'; empty where a bare whole number is asked."""
    digits = decimals(column) if places is None else places
    unit = unit_of(column)
    if column.kind == "count" and places is None:
        return f"in {unit}" if unit else ""
    return ", ".join(filter(None, (f"in {unit}" if unit else "", rounding(digits))))


def unit_of(column: Column) -> str:
    return "percent" if column.kind == "percent" else column.unit


def rounding(places: int) -> str:
    if places == 0:
        return "as a whole number"
    return f"to {('', 'one', 'two', 'three', 'four')[places]} decimal{'s' if places > 1 else ''}"


def slack(tolerance: Decimal) -> Decimal:
    """The tolerance an answer states: a little over what reading error makes, at two leading digits."""
    if not tolerance:
        return Decimal(0)
    wide = tolerance * Decimal("1.05")
    return wide.quantize(Decimal(1).scaleb(wide.adjusted() - 1), rounding=ROUND_CEILING)


def allowing(tolerance: Decimal, column: Column) -> str:
    """The sentence that states a tolerance; empty if there is none."""
    return f" Your answer may be off by up to {plain(tolerance, column)}." if tolerance else ""


def among(views: Views, numbers: Sequence[int]) -> str:
    """'the three images' if all are meant, else the images by position."""
    counted = {2: "two", 3: "three", 4: "four", 5: "five"}
    return f"the {counted[len(numbers)]} images" if tuple(numbers) == views.images else images(numbers)


def extreme(column: Column, up: bool) -> str:
    """'highest', or 'latest' for dates; and their opposites."""
    high, low = ("latest", "earliest") if column.kind == "date" else ("highest", "lowest")
    return high if up else low


def measure(sheet: Sheet, column: Column) -> str:
    """'unit price', '"North" value': without article."""
    return columns_noun(sheet, column).removeprefix("the ")


def more(up: bool) -> str:
    return "higher" if up else "lower"


def that_of(views: Views, cell: Cell) -> str:
    """A second cell of a column just named: 'that of "Sea salt"', 'in May 2024'."""
    label = label_of(cell.sheet)
    if label is None:
        return of(views, cell)
    link = _link(cell.sheet, label, "")
    return f"{'that ' if link == 'of' else ''}{link} {row(views, cell)}"
