"""One member of an answer against the right one, per type."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from string import ascii_uppercase
from typing import Final, NamedTuple

from rapidfuzz.distance import Levenshtein

from cosyn_multi.model import NOT_ANSWERABLE, AnswerType

from .numbers import SCALES, SYMBOLS, Number, parse_number

LONGEST: Final = 400
"""Characters; a longer text is not a short answer."""
FLOAT_SHARE: Final = Decimal("0.01")
RELAXED_SHARE: Final = Decimal("0.05")
LEAST_ANLS: Final = 0.5

_UNANSWERABLE = frozenset({"not answerable", "unanswerable", "cannot be answered", "can't be answered"})
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5}
_MARKUP = re.compile(r"[\[\]{}<>|\n\\]")
_DATES = ("%Y-%m-%d", "%d %B %Y", "%d %b %Y", "%B %d %Y", "%b %d %Y", "%d. %B %Y")
_MONTHS = ("%Y-%m", "%B %Y", "%b %Y")


class Score(NamedTuple):
    """ok: right under the strict rules. parsed: the text had the form of an answer at all. relaxed: right with the
    5 % rule for floats."""

    ok: bool
    parsed: bool
    relaxed: bool


UNPARSED: Final = Score(False, False, False)


def exactly(ok: bool) -> Score:
    """For types without slack."""
    return Score(ok, True, ok)


@dataclass(frozen=True)
class Rule:
    """What a right answer of one question is judged by."""

    unit: str = ""
    decimals: int | None = None
    tolerance: Decimal = Decimal(0)
    choices: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


def score_member(given: str, right: str, kind: AnswerType, rule: Rule) -> Score:
    """See `scoring.score`."""
    plain = " ".join(given.split())
    if not plain or len(given) > LONGEST:
        return UNPARSED
    if kind != "choice" and plain.rstrip(".").lower() in _UNANSWERABLE:
        # A cell may hold the very word ("Unanswerable"): then giving that word is right.
        return exactly(right == NOT_ANSWERABLE or (kind == "str" and folded(plain) == folded(right)))
    if kind == "int":
        return _int(plain, right, rule)
    if kind == "float":
        return _float(plain, right, rule)
    if kind == "choice":
        return _choice(plain, right, rule.choices)
    if kind == "str":
        return _text(plain, right, rule.others)
    read = {"bool": _bool, "image": _image, "date": _date}.get(kind)
    found = read(plain, right) if read else plain
    return UNPARSED if found is None else exactly(found == right)


def _fits(number: Number, unit: str) -> Decimal | None:
    """The value given in the right one's unit; None if it names another unit."""
    known = {SYMBOLS.get(w, w) for w in re.findall(r"[^\W\d]+|[^\w\s]", unit.lower())}
    known |= {w[:-1] for w in known if w.endswith("s")} | {f"{w}s" for w in known} | {unit.lower(), ""}
    known |= {"percent"} if "%" in known else set()
    if not set(number.words) <= known | ({"per", "cent"} if "%" in known else set()):
        return None
    scaled = any(w in SCALES for w in unit.lower().split())
    return number.bare if scaled else number.scaled


def _int(plain: str, right: str, rule: Rule) -> Score:
    number = parse_number(plain)
    value = _fits(number, rule.unit) if number else None
    if value is None:
        return UNPARSED
    return exactly(abs(value - Decimal(right)) <= rule.tolerance)


def _float(plain: str, right: str, rule: Rule) -> Score:
    number = parse_number(plain)
    value = _fits(number, rule.unit) if number else None
    if value is None:
        return UNPARSED
    target = Decimal(right)
    ok = same_number(value, target, rule.tolerance, rule.decimals)
    smaller = min(abs(value), abs(target))
    return Score(ok, True, ok or abs(value - target) <= RELAXED_SHARE * smaller)


def same_number(value: Decimal, target: Decimal, tolerance: Decimal = Decimal(0), decimals: int | None = None) -> bool:
    """Within 1 % of the right number, within its stated tolerance, or equal after rounding at its printed digits.

    Where `decimals` are not stated, the digits are those of the right number as written; a whole number then has no
    slack of rounding, as zeros after its point may have been dropped.
    """
    if abs(value - target) <= max(tolerance, FLOAT_SHARE * abs(target)):
        return True
    digits = -_exponent(target) if decimals is None else decimals
    if decimals is None and digits <= 0:
        return False
    try:
        return value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP) == target
    except ArithmeticError:
        return False


def _exponent(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _text(plain: str, right: str, others: Sequence[str]) -> Score:
    if _MARKUP.search(plain) and not _MARKUP.search(right):
        return UNPARSED
    mine, target = folded(plain), folded(right)
    if " or " in f" {mine} " and " or " not in f" {target} ":
        return UNPARSED
    if mine == target:
        return exactly(True)
    # A name with a digit is an identifier, and another entity's name is another answer, however few letters differ.
    if re.search(r"\d", target) or mine in {folded(o) for o in others}:
        return exactly(False)
    return exactly(1 - Levenshtein.normalized_distance(mine, target) > LEAST_ANLS)


def folded(text: str) -> str:
    """A text without case, outer punctuation and runs of white space."""
    return " ".join(text.casefold().split()).strip(" .,;:!?\"'“”‘’")


def _choice(plain: str, right: str, choices: Sequence[str]) -> Score:
    texts = [folded(c) for c in choices]
    mine = folded(plain)
    if mine in texts:
        return exactly(texts.index(mine) == texts.index(folded(right)))
    match = re.match(r"(?:option )?\(?([a-z])(?:\)|\.|:|\Z)\s*(.*)\Z", mine)
    if not match or ord(match[1]) - ord("a") >= len(choices):
        return UNPARSED
    place = ascii_uppercase.index(match[1].upper())
    if match[2] and folded(match[2]) != texts[place]:
        return UNPARSED
    return exactly(texts[place] == folded(right))


def _bool(plain: str, _: str) -> str | None:
    return {"yes": "Yes", "true": "Yes", "no": "No", "false": "No"}.get(folded(plain))


def _image(plain: str, _: str) -> str | None:
    text = folded(plain).removeprefix("the ").removeprefix("image").removesuffix("image").strip(" #")
    number = _ORDINALS.get(text) or int((re.fullmatch(r"(\d)(?:st|nd|rd|th)?", text) or ["", "0"])[1])
    return f"image {number}" if number else None


def _date(plain: str, right: str) -> str | None:
    text = plain.replace(",", "").rstrip(".")
    text = re.sub(r"(?<=\d)(st|nd|rd|th)\b", "", text)
    forms = _DATES if len(right) == 10 else _MONTHS
    for form in forms:
        try:
            found = datetime.strptime(text, form)
        except ValueError:
            continue
        return f"{found:%Y-%m-%d}" if len(right) == 10 else f"{found:%Y-%m}"
    return None
