"""How questions and explanations name things: cells, rows, columns, images, units, numbers.

Things are named by what is visible: headers and row labels as displayed, images by position. Row labels stand in
double quotes; dates don't.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_CEILING, Decimal

from cosyn_multi.model import Column, Sheet, Value, View, Views, show
from cosyn_multi.model.canonical import canonical

from . import nouns
from .fields import Field
from .nouns import quoted as quoted
from .sheets import FACTS, Cell, is_time, label_of, measures

_ALIKE = frozenset({"species", "series", "premises", "livestock"})
"""Nouns whose plural is like their singular."""
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
    if noun == "person" or noun.endswith(" person"):
        return noun.removesuffix("person") + "people"
    if noun.split(" ")[-1] in _ALIKE:
        return noun
    if re.search(r"[^aeiou]y$", noun):
        return noun[:-1] + "ies"
    return noun + ("es" if re.search(r"(s|x|z|ch|sh)$", noun) else "s")


def sentence(text: str) -> str:
    """With a capital at its start, also where a slot opened it."""
    return text[:1].upper() + text[1:]


def article(noun: str) -> str:
    """'a unit price', 'an amount', 'an hourly rate', 'an "Amount"'."""
    vowel = re.match(r'"?(?:[aeiou]|hour|hono)', noun, re.IGNORECASE) and not re.match(
        r'"?(?:uni|use|usu|eu|one)', noun, re.IGNORECASE
    )
    if nouns.is_plural(noun) or nouns.is_mass(noun):
        return noun
    return f"an {noun}" if vowel else f"a {noun}"


def row_noun(sheet: Sheet) -> str:
    """What a row of a sheet is called, other than its figures."""
    return nouns.row_noun(sheet.row_noun, measures(sheet))


def is_series(sheet: Sheet, column: Column) -> bool:
    """Whether a column is one of several of one unit, so that its header names a series rather than an attribute."""
    return sheet.part == "series" and sum(c.unit == column.unit and c.kind == column.kind for c in measures(sheet)) > 1


def columns_noun(sheet: Sheet, column: Column) -> str:
    """'the unit price', 'the number of covers served', 'the "North" value'; a fact by its printed label."""
    if sheet.part == FACTS:
        return nouns.printed(column)
    if is_series(sheet, column) and not column.noun:
        return f"the {quoted(column.label)} value"
    return f"the {nouns.phrase(column)}"


def signed(sheet: Sheet, column: Column, values: Iterable[Value]) -> str:
    """' (with its sign)' where some of the values concerned are negative, so that -40 is not taken for more than 30."""
    if not column.numeric or sheet.part == FACTS:
        return ""
    below = any(isinstance(v, int | Decimal) and v < 0 for v in values)
    return f" (with {'their' if nouns.is_plural(columns_noun(sheet, column)) else 'its'} sign)" if below else ""


def label_text(views: Views, sheet: Sheet, label: Value) -> str:
    """A row label as displayed, in quotes unless it is a stretch of time."""
    column = label_of(sheet)
    if column is None:
        return ""
    text = show(label, column.format, views.view(sheet.image).locale)
    return text if is_period(sheet) else quoted(text)


def row(views: Views, cell: Cell) -> str:
    """How a cell's row is called: '"Rye flour"', 'clause "4.2"', 'March 2024'."""
    return named_row(views, cell.sheet, cell.label)


def named_row(views: Views, sheet: Sheet, name: Value) -> str:
    text = label_text(views, sheet, name)
    code = re.fullmatch(r'"[\W\d]*[A-Z]{0,4}[\W\d]+"', text) and not is_period(sheet)
    return f"{row_noun(sheet)} {text}" if code else text


def of(views: Views, cell: Cell) -> str:
    """What a cell says, without its image: 'the total due', 'the unit price of "Rye flour"', 'the sales in May 2024'."""
    return _said_of(views, cell) + signed(cell.sheet, cell.column, [cell.value])


def _said_of(views: Views, cell: Cell) -> str:
    return said_of_row(views, cell.sheet, cell.column, cell.label)


def said_of_row(views: Views, sheet: Sheet, column: Column, name: Value) -> str:
    """`of`, for a row that the sheet need not have."""
    noun, label = columns_noun(sheet, column), label_of(sheet)
    return noun if label is None else f"{noun} {_link(sheet, label, noun)} {named_row(views, sheet, name)}"


def _link(sheet: Sheet, label: Column, name: str) -> str:
    """Months and years take 'in', days 'on', all else 'of' ('for' where the name holds a preposition already)."""
    if label.kind == "date" and "d" in (label.format.pattern or "d"):
        return "on"
    if is_period(sheet):
        return "in"
    return "for" if re.search(r" (?:of|for|in|under) ", name) or name.endswith(" value") else "of"


def is_period(sheet: Sheet) -> bool:
    """Whether its rows are stretches of time, printed as dates or as names of months."""
    return is_time(sheet) or sheet.row_noun in ("month", "quarter", "year", "week", "day")


def field(views: Views, said: Field) -> str:
    """What several images say, by the first of them; of signs where any of them has one."""
    below = (c for c in said.cells if c.column.numeric and c.value is not None and c.number < 0)
    return of(views, next(below, said.cells[0]))


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
    if column.format.suffix and re.match(r"1\W", text):
        return text.replace(column.format.suffix, singular(column.format.suffix))
    if carried or not column.unit or not column.numeric:
        return text
    return f"{text} {singular(column.unit) if text == '1' else column.unit}"


def singular(unit: str) -> str:
    """'bags' -> 'bag', where the unit is a plural in words."""
    return unit[:-1] if re.search(r"[a-z]{2}s$", unit) and not unit.endswith("ss") else unit


def plain(number: Decimal, column: Column) -> str:
    """A number that no image shows, such as a threshold: plain digits and the unit."""
    unit = unit_sign(column)
    return f"{canonical(number)} {singular(unit) if number == 1 else unit}".strip()


def gap(number: Decimal, column: Column) -> str:
    """What two values are apart, or a reading may be off by: '3 percentage points', '12 EUR'."""
    points = column.kind == "percent" and column.unit in ("", "%")
    return f"{canonical(number)} percentage point{'' if number == 1 else 's'}" if points else plain(number, column)


def unit_sign(column: Column) -> str:
    return column.unit or "%" if column.kind == "percent" else column.unit


def says(views: Views, cell: Cell) -> str:
    """One clause of an explanation: 'image 1 lists the unit price of "Rye flour" as €12.50'."""
    return f"{image(cell.image)} {verb(views.view(cell.image))} {_said_of(views, cell)} as {value(views, cell)}"


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
    return listing([first, *(f"{_said_of(views, c)} as {value(views, c)}" for c in cells[1:])])


def verb(view: View) -> str:
    return _VERBS[view.artifact]


def decimals(column: Column) -> int:
    """Digits after the point that an answer in a column's unit gets."""
    return 0 if column.kind == "count" or column.format.style == "compact" else column.format.decimals


def in_unit(column: Column, places: int | None = None, loose: bool = False, gap: bool = False) -> str:
    """'in EUR, to two decimals'; empty where a bare whole number is asked. loose: no digits are asked for."""
    digits = decimals(column) if places is None else places
    unit = unit_of(column, gap)
    if loose or (column.kind == "count" and places is None):
        return f"in {unit}" if unit else ""
    return ", ".join(filter(None, (f"in {unit}" if unit else "", rounding(digits))))


def unit_of(column: Column, gap: bool = False) -> str:
    """The unit in words. gap: of what one value exceeds another by."""
    if column.kind == "percent" and column.unit in ("", "%"):
        return "percentage points" if gap else "percent"
    return column.unit


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
    return f" A rounded value will do; it may be off by up to {gap(tolerance, column)}." if tolerance else ""


def among(views: Views, numbers: Sequence[int]) -> str:
    """'the three images' if all are meant, else the images by position."""
    counted = {2: "two", 3: "three", 4: "four", 5: "five"}
    return f"the {counted[len(numbers)]} images" if tuple(numbers) == views.images else images(numbers)


def extreme(column: Column, up: bool, of: int = 3) -> str:
    """'highest', or 'latest' for dates; of two 'higher' and 'later'; and their opposites."""
    if of == 2:
        high, low = ("later", "earlier") if column.kind == "date" else ("higher", "lower")
    else:
        high, low = ("latest", "earliest") if column.kind == "date" else ("highest", "lowest")
    return high if up else low


def measure(sheet: Sheet, column: Column, *cells: Cell) -> str:
    """'unit price', '"North" value': without article. cells: those concerned; default: the whole column."""
    values = [c.value for c in cells] if cells else sheet.values(column.name)
    return bare(sheet, column) + signed(sheet, column, values)


def bare(sheet: Sheet, column: Column) -> str:
    """`measure` where signs are of no concern: in explanations, and where values are only like or unlike."""
    return columns_noun(sheet, column).removeprefix("the ")


def being(sheet: Sheet, column: Column) -> str:
    """For explanations: 'unit price is', 'store takings are'."""
    return f"{bare(sheet, column)} {'are' if nouns.is_plural(columns_noun(sheet, column)) else 'is'}"


def more(up: bool) -> str:
    return "higher" if up else "lower"


def that_of(views: Views, cell: Cell) -> str:
    """A second cell of a column just named: 'that of "Sea salt"', 'that in May 2024', 'those of "Sea salt"'."""
    label = label_of(cell.sheet)
    if label is None:
        return of(views, cell)
    those = nouns.is_plural(columns_noun(cell.sheet, cell.column))
    return f"{'those' if those else 'that'} {_link(cell.sheet, label, '')} {row(views, cell)}"


def agreement(fill: Mapping[str, str]) -> dict[str, str]:
    """Verbs and pronouns for each slot, by whether what fills it is a plural: {what_is}, {what_it}, {what_s} ..."""
    forms = {
        "is": ("is", "are"), "Is": ("Is", "Are"), "does": ("does", "do"), "Does": ("Does", "Do"), "s": ("s", ""),
        "it": ("it", "they"), "them": ("it", "them"), "its": ("its", "their"), "that": ("that", "those"),
        "a": ("a ", ""), "another": ("another", "other"), "has": ("has", "have"),
    }  # fmt: skip
    found = {f"{slot}_with": article(text) for slot, text in fill.items()}
    for slot, text in fill.items():
        several = nouns.is_plural(text)
        found |= {f"{slot}_{form}": pair[several] for form, pair in forms.items()}
    return found
