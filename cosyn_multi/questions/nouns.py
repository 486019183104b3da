"""Noun phrases for columns: what a number or an entry is called so that a reader finds it by what is printed. Pure.

A noun that an author gives is used where it fits the printed label; else the label itself, in quotes.
"""

import re

from cosyn_multi.model import Column

SELF_EVIDENT = {
    "issuer": "issuer", "recipient": "recipient", "issuer_address": "issuer's address",
    "recipient_address": "recipient's address",
}  # fmt: skip
_SHORT = {"no": "number", "nos": "number", "qty": "quantity", "id": "number"}
_FILLERS = frozenset({"of", "the", "for", "in", "a", "an", "per"})
_BREAK = re.compile(r" (?:of|for|in|per|on|out|from|to|at|under)\b|,|\"| \(")
_PARTICIPLE = re.compile(
    r"(?:[^e]ed|sold|driven|made|run|lent|fed|laid|burnt|spent|given|sent|grown|built|paid|caught|drawn|done)$"
)
_NO_PLURAL = re.compile(r"(?:ss|us|is|gas)$")
_PLURALS = frozenset({"media", "people"})
_MASS = frozenset({"waste", "oil", "laundry", "wine", "milk", "water", "ice", "paper"})
_UNCOUNTED = frozenset(
    {"spending", "revenue", "income", "turnover", "consumption", "overtime", "spoilage", "shrinkage", "occupancy"}
    | {"utilisation", "traffic", "labour", "power", "humidity", "intake", "use", "expenditure", "work"}
)
_GENERAL = frozenset({"value", "amount", "total", "sum", "figure", "change", "number"})
_QUANTITIES = frozenset({"distance", "quantity", "amount", "number", "time", "share", "value", "total"})
_OPENERS = frozenset({"by", "from", "to", "for", "in", "on", "your", "pay", "bill", "deliver", "amends", "who", "at"})
_CLOSERS = frozenset({"by", "to", "as", "from", "until", "since", "on", "in", "for", "of"})
_BARE = frozenset({"present", "starts", "start", "used", "who"})
_DATED = re.compile(r"\b(?:date|day|month|year|week|period)\b", re.IGNORECASE)
_DAYS, _MONTHS = re.compile("d"), re.compile("M")


def quoted(text: str) -> str:
    return f'"{text}"'


def fits(noun: str, label: str) -> bool:
    """Whether a noun and a printed label are plainly the same: the words of one are all among the other's."""
    one, other = _words(noun), _words(label)
    return bool(one) and bool(other) and (one <= other or other <= one)


def _words(text: str) -> frozenset[str]:
    found = (_SHORT.get(w, w) for w in re.findall(r"[^\W_]+", text.casefold()))
    return frozenset(w.removesuffix("s") if len(w) > 3 else w for w in found if w not in _FILLERS)


def name(column: Column) -> str:
    """What a column of a grid is called, without article: its noun, or its label in lower case, or quoted."""
    label = column.label.rstrip(".:")
    if column.noun:
        return column.noun if fits(column.noun, label) and column.noun not in _GENERAL else quoted(column.label)
    if label.casefold() in _GENERAL:
        return quoted(column.label)
    return label if label[1:2].isupper() or not label[1:2].isalpha() else label[:1].lower() + label[1:]


def phrase(column: Column) -> str:
    """A column of a grid as 'the PHRASE of X': 'number of covers served', 'store takings', '"Unit cost"'."""
    called = name(column)
    if called.startswith('"') or not column.numeric:
        return f"{quoted(column.label)} {_stand_in(column)}" if awkward(column.label, called) else called
    head, tail = _split(called)
    *_, last = head.split() or [""]
    done = bool(_PARTICIPLE.search(last)) and " " in head
    thing = head.rsplit(" ", 1)[0] if done else head
    if thing.split(" ")[-1] in _QUANTITIES:
        return called
    if plural_noun(thing):
        counted = _counted(column, thing, done)
        summed = counted and re.match("total ", head, re.IGNORECASE)
        return f"total {counted}{head[len('total ') :]}{tail}" if summed else f"{counted}{head}{tail}"
    mass = thing.split(" ")[-1] in _MASS and column.kind != "percent" and not thing.startswith(("green ", "minimum "))
    return f"amount of {called}" if (done and column.kind != "percent") or mass else called


def _counted(column: Column, thing: str, done: bool) -> str:
    """What goes before a plural: a number of things, a share of them, an amount of money; nothing for 'takings'."""
    if column.kind == "percent":
        return "" if thing.endswith("losses") else "share of "
    if column.kind == "count" or (column.unit.split(" ")[-1] in thing.casefold() and column.unit) or "hours" in thing:
        return "number of "
    return "amount of " if done else ""


def _split(called: str) -> tuple[str, str]:
    """The head of a noun phrase, and what follows it from the first preposition on."""
    cut = _BREAK.search(called)
    return (called[: cut.start()], called[cut.start() :]) if cut else (called, "")


def plural_noun(thing: str) -> bool:
    """Whether the last word of a noun is a plural."""
    last = thing.split(" ")[-1].casefold()
    return last in _PLURALS or bool(re.search(r"[a-z]s$", last) and not _NO_PLURAL.search(last))


def is_plural(text: str) -> bool:
    """Whether a phrase takes 'are': 'the store takings in May 2024', but not 'the number of visitors'."""
    return plural_noun(_split(text.removeprefix("the "))[0])


def is_mass(text: str) -> bool:
    """Whether a phrase takes no 'a': 'actual spending', 'overtime'."""
    return _split(text)[0].split(" ")[-1] in _UNCOUNTED | _MASS


def awkward(label: str, called: str = '"') -> bool:
    """Whether a label alone can't follow 'the': 'Valid until', 'Issued by', 'Present'."""
    if not called.startswith('"') and called.casefold() != label.casefold():
        return False
    words = re.findall(r"[^\W_]+", label.casefold())
    alone = len(words) == 1 and (words[0] in _BARE or bool(_PARTICIPLE.search(words[0])))
    return not words or alone or words[0] in _OPENERS or words[-1] in _CLOSERS


def printed(column: Column) -> str:
    """A single fact by the label printed for it: 'the "Order date"', 'the "Valid until" date'."""
    if column.self_evident:
        return f"the {SELF_EVIDENT.get(column.role) or name(column)}"
    label = quoted(column.label)
    if column.kind == "date":
        plain = bool(_DATED.search(column.label)) and not awkward(column.label)
    else:
        head, _ = _split(column.label)
        bare = head.rsplit(" ", 1)[0] if _PARTICIPLE.search(head) else head
        odd = column.numeric and (plural_noun(bare) or (bare != head and " " in head))
        plain = not odd and not awkward(column.label)
    return f"the {label}" if plain else f"the {label} {_stand_in(column)}"


def _stand_in(column: Column) -> str:
    """What stands for a value whose label is no noun."""
    if column.kind == "date":
        pattern = column.format.pattern or "d"
        return "date" if _DAYS.search(pattern) else "month" if _MONTHS.search(pattern) else "year"
    return "figure" if column.numeric else "entry"


def row_noun(noun: str, measured: tuple[Column, ...]) -> str:
    """What a row is called: 'entry' where a figure of it has the same name ('the movement of the movement')."""
    return "entry" if any(_last(noun) == _last(_split(name(c).strip('"'))[0]) for c in measured) else noun


def _last(noun: str) -> str:
    return noun.casefold().split(" ")[-1].removesuffix("s")
