"""What no text of a model may be: another language than English, an instruction to whoever reads it, a trainer's mark."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

MARK: Final = re.compile(r"Answer\s*:", re.IGNORECASE)
"""Trainers split on it."""
INJECTION: Final = re.compile(
    r"\b(ignore|disregard|forget|override)\b.{0,40}\b(instruction|schema|prompt|rule|system)s?\b"
    r"|\bas an ai\b|\bsystem prompt\b|\byou are now\b",
    re.IGNORECASE,
)
_WORDS: Final = re.compile(r"[^\W\d_]+")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


ENGLISH: Final = _set(
    "a about above after all an and any are as at be because before below between both but by can do does each for from had "
    "has have highest how if image images in into is it its least list lowest many more most much name no not of on one only or "
    "other over per same than that the their then there these they this those to total two under up was were what when where "
    "which while who whose why will with within year month would given give answer"
)
OTHERS: Final = _set(
    "der das und ist nicht mit wie welche welcher welches wird sind auf für von dem ein eine im zum zur le les et est dans "
    "quel quelle combien du un une pour avec sur el los las es en qué cuál cuánto del por con una il lo gli che di quale "
    "quanto nel della os um uma qual da na em het een van wat welke niet voor och är som för av hur jaki jest ile który"
)
LEAST_WORDS: Final = 6
"""Shorter texts may be names alone: no language is asked of them."""


def strange(text: str, least_words: int = LEAST_WORDS) -> tuple[str, str] | None:
    """Slug and sentence of what is wrong with a text, or None. Texts of fewer words may be in any Latin language."""
    if found := INJECTION.search(text):
        return "injected", f"{found[0]!r} speaks to whoever reads it"
    letters = [c for c in text if c.isalpha()]
    foreign = [c for c in letters if not unicodedata.name(c, "").startswith("LATIN")]
    if len(foreign) > 0.3 * len(letters) and len(foreign) > 3:
        return "wrong_language", f"{text[:60]!r} is not in Latin letters"
    words = [w.casefold() for w in _WORDS.findall(text)]
    if len(words) < least_words:
        return None
    english, other = sum(w in ENGLISH for w in words), sum(w in OTHERS for w in words)
    if other > english:
        return "wrong_language", f"{text[:60]!r} is not English"
    return None


def first_strange(texts: Iterable[str], least_words: int = LEAST_WORDS) -> tuple[str, str] | None:
    """What is wrong with the first text that something is wrong with."""
    return next((found for text in texts if (found := strange(text, least_words))), None)
