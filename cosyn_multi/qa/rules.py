"""What rules can tell of a question and its answer: one function per fault, in the order in which they are told.

They look at words alone and are made to be right where they speak; what they miss is a person's or a model's to find.
"""

import re
from collections.abc import Callable
from typing import Final

from cosyn_multi.model import Frozen
from cosyn_multi.scoring import folded

from .comparing import form_of
from .languages import other_language

FEWEST_WORDS: Final = 3
"""An answer of fewer words can't be a repetition: the question may well name it."""
REPEATED: Final = 88.0
"""Percent of the answer's words that stand in the question, from which on it says nothing new."""
TRAINERS_MARK: Final = "answer:"
"""Trainers split a text there."""


class Pair(Frozen):
    question: str
    answer: str
    images: int
    """In the set."""
    language: str


def language(pair: Pair) -> str:
    for name, text in (("question", pair.question), ("answer", pair.answer)):
        if found := other_language(text, pair.language):
            return f"the {name} reads as {found}, not {pair.language}"
    return ""


_MEASURES: Final = (
    r"(?:more |fewer |less )?(?:percent(?:age points?)?|points?|euros?|dollars?|pounds?|rupees?|yen|francs?|crowns?|cents?|(?-i:[A-Z]{3})|"
    r"hours?|minutes?|seconds?|days?|weeks?|months?|quarters?|years?|times|"
    r"(?:kilo|centi|milli)?(?:met(?:er|re)s?|grams?|lit(?:er|re)s?)|kg|km|cm|mm|g|l|miles?|tons?|tonnes?|degrees?|units?)\b"
)
_COUNTING: Final = re.compile(
    rf"\bhow many\b(?! {_MEASURES})|\bcount (?:the|all|how)\b|\b(?:what|which) is the number of\b", re.IGNORECASE
)


def counting(pair: Pair) -> str:
    found = _COUNTING.search(pair.question)
    return f"'{found.group()}' asks to count" if found else ""


_PEOPLE: Final = r"(?:person|people|man|men|woman|women|boy|girl|child|lady|guy)"
_IDENTITY: Final = re.compile(
    r"\bwho (?:is|are|was|were) (?:the |this |that |these |those |in )?(?:\w+ ){0,3}?"
    rf"(?:(?:shown|seen|depicted|pictured|{_PEOPLE})\b|(?:in |on )?(?:the )?(?:photo|picture|portrait)s?\b)|"
    rf"\b(?:name|identify|recogni[sz]e) (?:of )?(?:the |this |that |these )?(?:\w+ )?{_PEOPLE}\b|"
    r"\bwho (?:is|are) (?:this|that|these|those|he|she|they)\b",
    re.IGNORECASE,
)


def identity(pair: Pair) -> str:
    found = _IDENTITY.search(pair.question)
    return f"'{found.group()}' asks who a person is" if found else ""


def repeats(pair: Pair) -> str:
    answer, question = folded(pair.answer), folded(pair.question)
    words = answer.split()
    if answer == question:
        return "the answer is the question"
    if len(words) < FEWEST_WORDS or (form_of(pair.answer) is not None and len(words) < 2 * FEWEST_WORDS):
        return ""
    share = _share(words, question)
    return f"{share:.0f} % of the answer's words stand in the question" if share >= REPEATED else ""


def _share(words: list[str], question: str) -> float:
    there = set(re.findall(r"\w+", question))
    plain = [w for word in words for w in re.findall(r"\w+", word)]
    return 100 * sum(w in there for w in plain) / max(1, len(plain))


_NO_IDEA: Final = re.compile(
    r"\b(?:i (?:don't|do not) know|no idea|not sure|can't tell|cannot tell|n/?a|tbd|\?\?+)\b|^[\W_]*$", re.IGNORECASE
)
_FIRST: Final = re.compile(
    r"^\W*(?:(?:in|on|at|by|for|to|of|from|about)\s+)?(which image|what year|which year|when|how much|by how much)\b",
    re.IGNORECASE,
)
_CLOSED: Final = re.compile(
    r"^\W*(?:is|are|was|were|do|does|did|has|have|had|can|could|will)\b(?!.*\bor\b)", re.IGNORECASE
)
_IMAGES: Final = re.compile(r"\bimages? (\d+)(?:(?:,| and| or| to) (?:image )?(\d+))*", re.IGNORECASE)
_TIME: Final = re.compile(
    r"\d|\b(?:january|february|march|april|may|june|july|august|september|october|november|december|monday|tuesday|wednesday|thursday|"
    r"friday|saturday|sunday|spring|summer|autumn|fall|winter|morning|noon|evening|night|today|never|before|after|during)\b", re.IGNORECASE,
)  # fmt: skip


def unfit(pair: Pair) -> str:
    if folded(pair.answer) == "not answerable":
        return ""
    if _NO_IDEA.search(pair.answer):
        return "the answer says that it doesn't know"
    asked = _FIRST.match(pair.question)
    kind = asked.group(1).casefold() if asked else ""
    if kind == "which image" and not re.search(
        r"\bimage|\d|first|second|third|fourth|fifth|none|all|both", pair.answer, re.IGNORECASE
    ):
        return "asked for an image, and the answer names none"
    if kind in ("what year", "which year", "when") and not _TIME.search(pair.answer):
        return "asked for a time, and the answer names none"
    if kind.endswith("how much") and not re.search(
        r"\d|\b(?:half|twice|double|nothing|zero|none|one|two|three|same)\b", pair.answer, re.IGNORECASE
    ):
        return "asked how much, and the answer holds no figure"
    closed = _CLOSED.match(pair.question) and pair.question.rstrip().endswith("?")
    form = form_of(pair.answer)
    if (
        closed
        and form
        and (form.kind not in ("bool", "none", "str") or (form.kind == "str" and _one_word(pair.answer)))
    ):
        return "asked for yes or no, and the answer is neither"
    return ""


def _one_word(text: str) -> bool:
    return len(text.split()) == 1


def no_such_image(pair: Pair) -> str:
    for text in (pair.question, pair.answer):
        named = {int(n) for found in _IMAGES.finditer(text) for n in re.findall(r"\d+", found.group())}
        if beyond := sorted(n for n in named if not 1 <= n <= pair.images):
            return f"image {beyond[0]} is named, the set has {pair.images}"
    return ""


def mark(pair: Pair) -> str:
    text = f"{pair.question}\n{pair.answer}".casefold()
    return f"holds '{TRAINERS_MARK}', where trainers split a text" if TRAINERS_MARK in text else ""


RULES: Final[dict[str, Callable[[Pair], str]]] = {
    "language": language, "unfit": unfit, "no_such_image": no_such_image, "counting": counting, "repeats": repeats,
    "identity": identity, "mark": mark,
}  # fmt: skip
"""Slug -> what is wrong, as a sentence; '' if nothing is."""


def faults(pair: Pair, but: str = "") -> dict[str, str]:
    """What is wrong by each rule, save for the one named `but`."""
    return {slug: said for slug, rule in RULES.items() if slug != but and (said := rule(pair))}
