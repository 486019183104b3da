"""Whether two people's answers to one question are the same: by `scoring`, after the first answer's form."""

import re
from typing import Final, NamedTuple

from cosyn_multi.model import NOT_ANSWERABLE, AnswerType
from cosyn_multi.scoring import SEPARATOR, folded, score
from cosyn_multi.scoring.numbers import parse_number

from .looks import Verdict

MOST_WORDS: Final = 8
"""A longer text is an explanation: no rule can compare it."""
_DATE: Final = re.compile(r"\d{4}-\d{2}(-\d{2})?")
_IMAGE: Final = re.compile(r"(the )?image \d", re.IGNORECASE)


class Form(NamedTuple):
    """An answer as `scoring` takes it."""

    kind: AnswerType
    right: tuple[str, ...]
    member: AnswerType = "str"
    unit: str = ""


def form_of(answer: str) -> Form | None:
    """The form of an answer; None for an explanation."""
    plain = " ".join(answer.split()).rstrip(".")
    members = [m.strip() for m in plain.split(SEPARATOR.strip()) if m.strip()]
    if len(members) > 1:
        forms = [form_of(m) for m in members]
        known = [f for f in forms if f is not None]
        if len(known) < len(forms):
            return None
        kinds = {f.kind for f in known}
        same = kinds == {known[0].kind} and len({f.unit for f in known}) == 1
        if kinds <= {"int", "float"} and len({f.unit for f in known}) == 1:
            return Form("list", tuple(f.right[0] for f in known), "float" if "float" in kinds else "int", known[0].unit)
        return Form("list", tuple(f.right[0] for f in known), known[0].kind) if same else Form("list", tuple(members))
    return _single(plain)


def _single(plain: str) -> Form | None:
    if folded(plain) == folded(NOT_ANSWERABLE):
        return Form("none", ())
    if folded(plain) in ("yes", "no", "true", "false"):
        return Form("bool", ("Yes" if folded(plain) in ("yes", "true") else "No",))
    if _IMAGE.fullmatch(plain):
        return Form("image", (f"image {plain[-1]}",))
    if _DATE.fullmatch(plain):
        return Form("date", (plain,))
    number = parse_number(plain)
    if number is not None and len(number.words) <= 3:
        whole = number.scaled == number.scaled.to_integral_value() and number.digits == 0
        return Form("int" if whole else "float", (f"{number.scaled:f}",), unit=" ".join(number.words))
    return Form("str", (plain,)) if len(plain.split()) <= MOST_WORDS else None


def compare(*, given: str, against: str) -> Verdict:
    """`undecided` where the first answer, or the second, is an explanation, or has no form that can be read."""
    form = form_of(against)
    if folded(given) == folded(against):
        return "same"
    if form is None or form_of(given) is None:
        return "undecided"
    scored = score(given=given, right=form.right, answer_type=form.kind, member_type=form.member, unit=form.unit)
    if not scored.parsed:
        return "undecided"
    return "same" if scored.ok else "other"
