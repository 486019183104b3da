"""Labels in their usual form: case, punctuation, articles, number, spelling, synonyms.

The same again changes nothing, nothing is ever empty, and what differs by a colour, a number or a side stays different:
every step that would change these marks is not taken.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from .words import Mark, Words

Marks = frozenset[Mark]
ROUNDS: Final = 8
"""Rounds after which a label that still changes is taken as going round; labels settle in two or three."""
LONGEST_SYNONYM: Final = 5
"""Words in a row that are looked up at most."""
KEPT: Final = "%+#$€£°"
_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)*")
_APOSTROPHE: Final = re.compile(r"(?<=\w)['’`´](?=\w)")
_NOT_IN_NUMBER: Final = re.compile(r"(?<!\d)[.,]|[.,](?!\d)")


class Normaliser:
    """Normalises labels with a given set of words. Pure: the same label gives the same form."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._synonyms: dict[str, str] = {}
        steps: tuple[Callable[[str], str], ...] = (self._without_articles, self._singular, self._spelt)
        self._steps = steps
        for other, usual in words.synonyms.items():
            source, target = self._settled(other), self._settled(usual)
            if source != target and source not in self._synonyms.values():
                self._synonyms.setdefault(source, target)
        self._steps = (*steps, self._usual)
        self.cached = lru_cache(maxsize=200_000)(self._normalised)

    def __call__(self, label: str) -> str:
        """The usual form of a label."""
        return self.cached(label)

    def marks(self, label: str) -> Marks:
        """Colours, numbers and sides that a label names, in any of the languages."""
        return self._marks(plain(label))

    def may_meet(self, one: str, other: str) -> bool:
        """Whether two labels may mean the same: not if both name a colour (number, side), and no common one."""
        return not _conflict(self._marks_of(one), self._marks_of(other))

    def _normalised(self, label: str) -> str:
        return self._settled(label) or label.strip() or label

    def _settled(self, label: str) -> str:
        """A label put through all steps until nothing changes."""
        text = plain(label)
        seen = [text]
        for _ in range(ROUNDS):
            text = self._once(text)
            if text == seen[-1]:
                return text
            if text in seen:
                return min(seen[seen.index(text) :])
            seen.append(text)
        return text

    def _once(self, text: str) -> str:
        for step in self._steps:
            changed = step(text)
            if changed and changed != text and self._marks(changed) == self._marks(text):
                text = changed
        return text

    def _without_articles(self, text: str) -> str:
        words = text.split()
        while len(words) > 1 and words[0] in self._words.articles:
            words = words[1:]
        return " ".join(w for i, w in enumerate(words) if w != "the" or i == 0 or i == len(words) - 1)

    def _singular(self, text: str) -> str:
        return " ".join(self._singular_word(w) for w in text.split())

    def _singular_word(self, word: str) -> str:
        known = self._words
        if word in known.irregular:
            return known.irregular[word]
        if word in known.unchanged or len(word) < 4 or not word.endswith("s") or not word.isalpha():
            return word
        if word.endswith(("ss", "us", "is", "os")) and not word.endswith(
            ("tacos", "photos", "logos", "videos", "autos")
        ):
            return word
        if word.endswith("ies") and len(word) > 4:
            return word[:-3] + "y"
        if word.endswith(("xes", "ches", "shes", "sses", "zzes", "uses")):
            return word[:-2]
        return word[:-1]

    def _spelt(self, text: str) -> str:
        return " ".join(self._words.spelling.get(w, w) for w in text.split())

    def _usual(self, text: str) -> str:
        """Synonyms replaced, the longest run of words first."""
        words = text.split()
        made: list[str] = []
        while words:
            for length in range(min(LONGEST_SYNONYM, len(words)), 0, -1):
                usual = self._synonyms.get(" ".join(words[:length]))
                if usual:
                    made.append(usual)
                    words = words[length:]
                    break
            else:
                made.append(words.pop(0))
        return " ".join(made)

    def _marks_of(self, label: str) -> Marks:
        return _cached_marks(self, label)

    def _marks(self, text: str) -> Marks:
        """Marks of a plain text."""
        found: set[Mark] = {("number", n) for n in _NUMBER.findall(text)}
        table = self._words.marks
        for word in text.split():
            found |= table.get(word) or table.get(self._singular_word(word)) or set()
        if not text.isascii():
            for characters, marks in self._words.marked_characters.items():
                if characters in text:
                    found |= marks
        return frozenset(found)


@lru_cache(maxsize=200_000)
def _cached_marks(normaliser: Normaliser, label: str) -> Marks:
    return normaliser.marks(label)


def _conflict(one: Marks, other: Marks) -> bool:
    if not one or not other or one == other:
        return False
    kinds = {kind for kind, _ in one} & {kind for kind, _ in other}
    return any({m for m in one if m[0] == k}.isdisjoint({m for m in other if m[0] == k}) for k in kinds)


def plain(label: str) -> str:
    """Lower case, one form per character, single spaces, no punctuation but in numbers. Empty if nothing is left."""
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", label).casefold())
    text = _APOSTROPHE.sub("", text).replace("&", " and ")
    text = _NOT_IN_NUMBER.sub(" ", text)
    return " ".join("".join(c if _stays(c) else " " for c in text).split())


def _stays(character: str) -> bool:
    return character in KEPT or character in ".," or unicodedata.category(character)[0] in "LMN"
