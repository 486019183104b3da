"""`not_leaked`: neither the question nor an image title gives the answer away, and choices are fair."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from sqlglot import exp

from cosyn_multi.model import Verdict, show
from cosyn_multi.scoring import folded, without_options

from .case import Case

SHORTEST_NUMBER: Final = 3
"""Numbers of fewer digits stand in questions for other reasons."""
SHORTEST_TEXT: Final = 3
MARKER: Final = re.compile(r"answer\s*:", re.IGNORECASE)
"""Trainers split a text at it."""
CHOICES: Final = (2, 6)
_REFERRING = re.compile(r"\b(all|none|both|neither|either) of (the|these)\b|\babove\b|^both$|^neither$", re.IGNORECASE)
_GROUPED = re.compile(r"(?<![\d.,])\d{1,3}([.,'’ \u00a0\u202f])\d{3}(\1\d{3})*(?![\d])")
_TOKEN = re.compile(r"\d[\d.,]*\d|\w+", re.UNICODE)

Leak = tuple[str, str]


def not_leaked(case: Case) -> Verdict:
    """Hold if the answer is not to be had for nothing.

    An answer may stand in the question or a title where other candidates (values of the same column) stand there too:
    'which is higher, North or South?' gives nothing away.
    """
    leak = _marker(case) or _choices(case) or _in_question(case) or _in_titles(case)
    return Verdict.fails("not_leaked", *leak) if leak else Verdict.holds("not_leaked")


def _marker(case: Case) -> Leak | None:
    draft = case.draft
    for text in (draft.text, draft.explanation, *draft.choices, *case.answer):
        if MARKER.search(text):
            return "answer_marker", f"{text[:60]!r} holds 'Answer:', at which trainers split"
    return None


def _choices(case: Case) -> Leak | None:
    draft = case.draft
    if draft.answer_type != "choice":
        return ("needless_choices", "choices for an answer that is no choice") if draft.choices else None
    if not CHOICES[0] <= len(draft.choices) <= CHOICES[1]:
        return "number_of_choices", f"{len(draft.choices)} choices"
    forms = [normal(c) for c in draft.choices]
    if len(set(forms)) < len(forms):
        return "equal_choices", f"two choices are the same: {', '.join(draft.choices)}"
    if forms.count(normal(case.answer[0])) != 1:
        return "right_not_among", f"{case.answer[0]!r} is not among the choices once"
    if referring := [c for c in draft.choices if _REFERRING.search(c)]:
        return "choice_refers", f"{referring[0]!r} speaks of the other choices"
    if any(re.fullmatch(r"\(?[a-zA-Z]\)?\.?", c) for c in draft.choices):
        return "choice_is_letter", "a choice looks like the letter of another"
    shapes = {_shape(c) for c in draft.choices}
    if len(shapes) > 1:
        return "odd_form", f"choices of several forms: {', '.join(draft.choices)}"
    return None


def normal(text: str) -> str:
    """A choice without case, spaces, units' spacing, grouping and trailing zeros: two of the same are one answer."""
    plain = folded(text).replace("\u00a0", " ").replace("−", "-")
    match = re.fullmatch(r"(\D*?)(-?\d[\d,]*(?:\.\d+)?)(.*)", plain)
    if not match:
        return plain
    try:
        number = Decimal(match[2].replace(",", "")).normalize()
    except InvalidOperation:
        return plain
    return f"{number:f} {''.join(sorted((match[1] + match[3]).split()))}".strip()


def _shape(text: str) -> str:
    """The form of a choice: number with so many digits after the point and its words, date, or text."""
    plain = _GROUPED.sub(lambda m: re.sub(r"\D", "", m[0]), text.strip())
    if re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", plain):
        return "date"
    match = re.fullmatch(r"(\D{0,4})[-−]?\d[\d,]*(?:\.(\d+))?(\s?\D*)", plain)
    if match:
        return f"{match[1].strip()}number.{len(match[2] or '')}{match[3].strip()}"
    return "text"


def _in_question(case: Case) -> Leak | None:
    text = without_options(case.draft)
    for answer in _telling(case):
        if _stands_in(answer, text, case) and not _others_stand_in(answer, text, case):
            return "in_question", f"the question says {answer!r}"
    return None


def _in_titles(case: Case) -> Leak | None:
    views = case.bench.views.views
    titles = "\n".join(t for v in views for t in (v.title, v.subtitle) if t)
    for answer in _telling(case):
        if _stands_in(answer, titles, case) and not _others_stand_in(answer, titles, case):
            return "in_title", f"an image title says {answer!r}"
    return None


def _telling(case: Case) -> list[str]:
    """The members of the answer that say something where they stand: no Yes or No, no short numbers."""
    draft = case.draft
    kind = draft.member_type if draft.answer_type == "list" else draft.answer_type
    if kind in ("bool", "none"):
        return []
    found = []
    for answer in case.answer:
        number = bool(re.fullmatch(r"-?[\d.]+", answer))
        digits = len(re.sub(r"\D", "", _number(answer.lstrip("-")))) if number else 0
        if (number and digits >= SHORTEST_NUMBER) or (not number and len(answer) >= SHORTEST_TEXT):
            found.append(answer)
    return found


def _stands_in(answer: str, text: str, case: Case) -> bool:
    return any(_follows(_tokens(form), _tokens(text)) for form in _forms(answer, case))


def _forms(answer: str, case: Case) -> list[str]:
    """An answer as it could be written: dates with month names, numbers grouped."""
    forms = [answer]
    if "date" not in (case.draft.answer_type, case.draft.member_type):
        return forms
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", answer):
        day = date.fromisoformat(answer)
        printed = {show(day, c.format, s) for s in ("en_US",) for _, c in case.columns if c.kind == "date"}
        forms += [f"{day.day} {day:%B %Y}", f"{day:%B} {day.day} {day.year}", *sorted(printed)]
    if re.fullmatch(r"\d{4}-\d{2}", answer):
        month = date.fromisoformat(f"{answer}-01")
        forms += [f"{month:%B %Y}", f"{month:%b %Y}"]
    return forms


def _tokens(text: str) -> list[str]:
    return [_number(t) for t in _TOKEN.findall(text.casefold())]


def _number(token: str) -> str:
    if not token[0].isdigit():
        return token
    plain = token.replace(",", "")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _follows(part: list[str], whole: list[str]) -> bool:
    return bool(part) and any(whole[i : i + len(part)] == part for i in range(len(whole) - len(part) + 1))


def _others_stand_in(answer: str, text: str, case: Case) -> bool:
    """Whether another candidate stands there too: a value of a column that holds the answer, or another image."""
    if answer.startswith("image "):
        return len(set(re.findall(r"image (\d)", text.lower()))) > 1
    for sheet, column in case.columns:
        values = [v.isoformat() if isinstance(v, date) else v for v in sheet.values(column.name)]
        texts = {v for v in values if isinstance(v, str)}
        if any(v.startswith(answer) for v in texts) or answer in _all_texts(case, column.name):
            others = {v for v in texts | _all_texts(case, column.name) if not v.startswith(answer)}
            if any(_stands_in(other, text, case) for other in sorted(others)):
                return True
    literals = {str(node.this) for node in case.program.tree.find_all(exp.Literal) if node.is_string}
    if answer in literals and any(_stands_in(other, text, case) for other in sorted(literals - {answer})):
        return True
    return answer in case.draft.choices and any(_stands_in(c, text, case) for c in case.draft.choices if c != answer)


def _all_texts(case: Case, name: str) -> set[str]:
    """The texts of all columns of one name."""

    def look() -> set[str]:
        found: set[str] = set()
        for sheet in case.bench.views.read:
            for column in sheet.columns:
                if column.name == name and not column.numeric:
                    found |= {
                        v.isoformat() if isinstance(v, date) else str(v) for v in sheet.values(name) if v is not None
                    }
        return found

    return case.bench.once(("texts", name), look)
