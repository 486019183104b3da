"""The word that a label is about: "car" in "red car next to the wall"."""

import re

from .words import Words

_WORD = re.compile(r"[^\W\d_]")


class Heads:
    """Finds the head of normalised labels: the last word before a preposition that is no colour, number or side."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def __call__(self, label: str) -> str:
        core: list[str] = []
        for word in label.split():
            if core and word in self._words.prepositions:
                break
            core.append(word)
        naming = [w for w in core if w not in self._words.marks and _WORD.search(w)]
        return (naming or core or [label])[-1]
