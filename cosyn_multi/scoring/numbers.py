"""Reading a number out of an answer: '1,234.50 EUR', '$1.2 million', '−3.5 %', '(40)'."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

SCALES: Final = {
    "thousand": Decimal(10**3), "k": Decimal(10**3), "million": Decimal(10**6), "m": Decimal(10**6),
    "billion": Decimal(10**9), "bn": Decimal(10**9),
}  # fmt: skip
SYMBOLS: Final = {"€": "eur", "$": "usd", "£": "gbp", "¥": "jpy", "₹": "inr", "%": "%"}

_NUMBER = re.compile(r"[+-]?(?:\d+(?:[ ,.'’]\d{3})+|\d+)(?:[.,]\d+)?")
_SPACES = re.compile(r"[\s\u00a0\u202f\u2009]+")
_BETWEEN = re.compile(r"(?<=\d)(?=[^\W\d])|(?<=[^\W\d])(?=\d)|(?=[€$£¥₹%])|(?<=[€$£¥₹%])")


@dataclass(frozen=True)
class Number:
    """A number as given, before and after its scale word, and the words around it."""

    bare: Decimal
    scaled: Decimal
    digits: int
    """Digits after the point, as written."""
    words: tuple[str, ...]
    """Unit words in lower case, symbols as currency codes; scale words left out."""


def parse_number(text: str) -> Number | None:
    """The one number that a short text gives, or None.

    A minus may be '-', '−', '–' or parentheses. Thousands may be parted by ',', a space or an apostrophe, the decimal
    sign is '.'; where both '.' and ',' occur, the last is the decimal sign. At most 6 words may stand around it.
    """
    plain = _SPACES.sub(" ", text).strip().rstrip(".").replace("−", "-").replace("–", "-")
    negative = plain.startswith("(") and plain.endswith(")")
    plain = plain[1:-1].strip() if negative else plain
    found = list(_NUMBER.finditer(plain))
    if len(found) != 1:
        return None
    match = found[0]
    before, after = plain[: match.start()].strip(), plain[match.end() :].strip()
    if before.endswith("-"):
        negative, before = not negative, before[:-1]
    words = [w for w in _BETWEEN.sub(" ", f"{before} {after}").lower().split() if w]
    if len(words) > 6 or any(
        re.search(r"[\d\[\]{}|;:/\\<>=+*]", w) for w in words if w not in SYMBOLS and "/" not in w
    ):
        return None
    value, digits = _value(match[0])
    if value is None:
        return None
    value = -value if negative else value
    scale = next((SCALES[w] for w in words if w in SCALES), Decimal(1))
    kept = tuple(SYMBOLS.get(w, w.strip(".,")) for w in words if w not in SCALES)
    return Number(value, value * scale, digits, kept)


def _value(written: str) -> tuple[Decimal | None, int]:
    """The value of digits with separators, and its digits after the point."""
    text = re.sub(r"[ '’]", "", written)
    last = max(text.rfind("."), text.rfind(","))
    if last >= 0:
        sign, tail = text[last], len(text) - last - 1
        other = "," if sign == "." else "."
        if text.count(sign) > 1 or (sign == "," and tail == 3 and other not in text):
            if other in text and text.rfind(other) > text.find(sign):
                return None, 0
            head, _, fraction = text.partition(other) if other in text else (text, "", "")
            text = head.replace(sign, "") + (f".{fraction}" if fraction else "")
        else:
            text = f"{text[:last].replace(other, '').replace(sign, '')}.{text[last + 1 :]}"
    try:
        return Decimal(text), len(text.partition(".")[2])
    except ArithmeticError:
        return None, 0
