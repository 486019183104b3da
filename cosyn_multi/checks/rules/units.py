"""Rules on units and how numbers are printed: stated, drawn, separators, abbreviations, rounded shares."""

import re
from decimal import Decimal

from sqlglot import exp

from cosyn_multi.checks.case import Bench, Case
from cosyn_multi.model import Column, Reading, Sheet

from .base import Broken

SAME = {
    "%": ("%", "percent", "percentage", "per cent"), "eur": ("eur", "€", "euro"), "usd": ("usd", "us$", "$", "dollar"),
    "gbp": ("gbp", "£", "pound"), "jpy": ("jpy", "¥", "￥", "yen"), "inr": ("inr", "₹", "rupee"), "chf": ("chf", "franc"),
    "percentage": ("percentage", "percent", "%"), "points": ("points", "point"), "brl": ("brl", "r$", "real"),
    "pln": ("pln", "zł", "zloty"), "sek": ("sek", "kr", "krona", "kronor"), "dkk": ("dkk", "kr", "krone", "kroner"),
    "nok": ("nok", "kr", "krone", "kroner"), "czk": ("czk", "kč", "koruna"), "cad": ("cad", "ca$", "$", "dollar"),
    "aud": ("aud", "a$", "$", "dollar"), "mxn": ("mxn", "mx$", "$", "peso"), "krw": ("krw", "₩", "won"),
    "cny": ("cny", "cn¥", "¥", "￥", "yuan"), "try": ("try", "₺", "lira"), "thb": ("thb", "฿", "baht"),
    "ils": ("ils", "₪", "shekel"), "zar": ("zar", "r", "rand"), "nzd": ("nzd", "nz$", "$", "dollar"),
    "sgd": ("sgd", "s$", "$", "dollar"), "hkd": ("hkd", "hk$", "$", "dollar"), "huf": ("huf", "ft", "forint"),
}  # fmt: skip
"""Ways to write a unit; a unit that isn't here is itself, its singular or its plural."""

ABBREVIATIONS = {
    "K": "thousand", "k": "thousand", "M": "million", "m": "million", "MM": "million", "mn": "million", "B": "billion",
    "bn": "billion", "T": "trillion", "tn": "trillion", "lakh": "100,000|1,00,000|hundred thousand",
    "lac": "100,000|1,00,000|hundred thousand", "crore": "10,000,000|1,00,00,000|ten million",
    "cr": "10,000,000|1,00,00,000|ten million",
}  # fmt: skip
_ABBREVIATED = re.compile(r"\d\s?(" + "|".join(sorted(ABBREVIATIONS, key=len, reverse=True)) + r")\b(?![-–])")
_UNCLEAR = re.compile(r"(?<![\d.,])[1-9]\d{0,2}([.,])\d{3}(?![\d.,])")
_TICK = re.compile(r"\d{1,3}([.,])\d{3}\1\d{3}|\d{1,3}([.,])\d{3}(?!\2)[.,]\d+|0[.,]\d+|\d+[.,]\d%?")
_LINE = re.compile(r"decimal (comma|point|sign)|thousands separator", re.IGNORECASE)
_SETTLING = re.compile(r"\d([.,])\d{3}[.,]\d|\d([.,])\d{1,2}(?!\d)|\d([.,])\d{4,}|(?<!\d)0([.,])\d")


def says(text: str, unit: str) -> bool:
    """Whether a text has every word of a unit, in one of its forms."""
    lower = text.lower().replace("\u00a0", " ")
    return all(
        any(_word(form, lower) for form in _forms(word)) for word in unit.lower().split() if word not in ("per", "of")
    )


def _forms(word: str) -> tuple[str, ...]:
    bare = word.strip("()")
    if bare in SAME:
        return SAME[bare]
    singular = (
        bare[:-3] + "y" if bare.endswith("ies") else bare[:-2] if bare.endswith("xes") else bare.removesuffix("s")
    )
    return (bare, singular, f"{bare}s", *([f"{bare}es"] if bare.endswith(("x", "s", "h")) else []))


def _word(form: str, text: str) -> bool:
    if not form:
        return False
    before = r"(?<![^\W_])" if form[0].isalnum() else ""
    after = r"(?:s|es)?(?![^\W\d_])" if form[-1].isalpha() else ""
    return re.search(before.replace("[^\\W_]", "[^\\W\\d_]") + re.escape(form) + after, text) is not None


def unit_not_stated(case: Case) -> Broken | None:
    """The question says in which unit a number is given: the draft's, or that of the columns it comes from."""
    draft = case.draft
    kind = draft.member_type if draft.answer_type == "list" else draft.answer_type
    if kind not in ("int", "float"):
        return None
    inferred = next((f.unit for f in case.program.output if f.unit), "")
    counted = kind == "int" and not inferred
    unit = draft.unit or inferred or ""
    if unit and not counted and not says(draft.text, unit):
        return "unit_not_stated", f"the answer is in {unit}, and the text does not say so"
    return None


def unit_not_drawn(case: Case) -> Broken | None:
    """The unit of every number that is read stands in its image: header, cell, axis, note or title."""
    for sheet, column in case.columns:
        if column.unit and column.numeric and not unit_is_drawn(case.bench, sheet, column):
            return "unit_not_drawn", f"image {sheet.image} does not say that {column.label} is in {column.unit}"
    return None


def unit_is_drawn(bench: Bench, sheet: Sheet, column: Column) -> bool:
    """Whether the image says the unit of a column."""

    def look() -> bool:
        header = bench.header(sheet, column)
        cells = [r.shown for r in bench.cells(sheet, column) if r.shown]
        if header and says(header.shown, column.unit):
            return True
        if column.format.unit_in == "cell" and cells and all(says(c, column.unit) for c in cells):
            return True
        return says(bench.drawn(sheet.image), column.unit)

    return bench.once(("unit", sheet.name, column.name), look)


def separator_unclear(case: Case) -> Broken | None:
    """'1.234' is read only where the image settles whether the point parts thousands or decimals."""
    for sheet, column in case.columns:
        unclear = [r.shown for r in case.bench.cells(sheet, column) if column.numeric and _is_unclear(r)]
        if unclear and not _settled(case.bench, sheet.image):
            detail = f"image {sheet.image} prints {unclear[0]!r}, and nothing in it tells how to read it"
            return "separator_unclear", detail
    return None


def _is_unclear(reading: Reading) -> bool:
    """One separator with three digits after it; a comma that parts thousands is plain in an English text."""
    found = _UNCLEAR.search(reading.shown)
    value = reading.value
    if found is None or not isinstance(value, int | Decimal):
        return False
    return not (found[1] == "," and abs(Decimal(value)) >= 1000)


def _settled(bench: Bench, image: int) -> bool:
    """Whether some number of an image (a cell or an axis label) can be read in one way only, or a line tells."""

    def look() -> bool:
        rendering = bench.views.renderings[image - 1]
        if any(_SETTLING.search(r.shown) for r in rendering.cells if isinstance(r.value, int | Decimal)):
            return True
        return bool(_LINE.search(bench.drawn(image))) or any(_TICK.fullmatch(w.text) for w in rendering.words)

    return bench.once(("settled", image), look)


def abbreviation_unexplained(case: Case) -> Broken | None:
    """K, M, bn, lakh are written out or explained in the image."""
    for sheet, column in case.columns:
        if not column.numeric:
            continue
        texts = [r.shown for r in case.bench.cells(sheet, column)]
        texts += [case.bench.drawn(sheet.image)] if any(t == "" for t in texts) else []
        for short in sorted({m for t in texts for m in _ABBREVIATED.findall(t)}):
            if short != column.unit and not re.search(
                ABBREVIATIONS[short], case.bench.drawn(sheet.image), re.IGNORECASE
            ):
                return (
                    "abbreviation_unexplained",
                    f"image {sheet.image} prints {short!r} and does not say that it is {ABBREVIATIONS[short]}",
                )
    return None


def rounded_shares(case: Case) -> Broken | None:
    """Printed shares that should make 100 and make 99 or 101 are not added up."""
    added = {(f.name, "") for f in case.program.tree.find_all(exp.Column) if f.find_ancestor(exp.Sum) is not None}
    for sheet, column in case.columns:
        if column.kind != "percent" or (column.name, "") not in added:
            continue
        total = sum((Decimal(v) for v in sheet.values(column.name) if isinstance(v, int | Decimal)), Decimal(0))
        if Decimal(0) < abs(total - 100) < 3 and abs(total - 100) > case.draft.tolerance:
            return "rounded_shares", f"the printed shares of image {sheet.image} make {total}"
    return None
