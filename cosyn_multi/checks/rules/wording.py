"""Rules on the question's words alone: difference, direction, pages and images, months, rounding."""

import re
from decimal import Decimal

from sqlglot import exp

from cosyn_multi.checks.case import Case
from cosyn_multi.programs import ProgramError, as_number

from .base import Broken

_DIFFERENCE = re.compile(r"\bdifferences?\b", re.IGNORECASE)
_COMPARATIVE = re.compile(
    r"\b(more|less|fewer|higher|lower|larger|smaller|greater|longer|shorter|later|earlier|above|below|over|under|exceeds?|"
    r"exceed(ed|ing)|increased?|decreased?|rises?|risen|rose|fall(s|en)?|fell|grow(s|n|th)?|grew|drop(s|ped)?|declined?|gain(ed)?|"
    r"precedes?|follows?|ahead|gone (up|down)|go(es)? (up|down)|went (up|down)|cheaper|dearer|heavier|saved?|rise|reduced|reduction|surplus|short)\b",
    re.IGNORECASE,
)
_FROM_TO = re.compile(
    r"\b(from|between)\b.*\b(to|until|and)\b|\bminus\b|\bsubtract|\bless the\b", re.IGNORECASE | re.DOTALL
)
_LEFT_OVER = re.compile(
    r"\b(remain\w*|left|rest|balance|after|net|without|excluding|other than|outstanding|still)\b", re.IGNORECASE
)
_ROUNDING = re.compile(r"\b(round\w*|decimals?|nearest|whole|digits?|places?)\b", re.IGNORECASE)
_MONTHS = re.compile(
    r"\b(\d+|a|one|two|three|four|five|six|twelve|several|how many)( full| whole| calendar)? months?\b"
    r"( and \w+ days?)?[^.?]{0,30}\b(after|before|later|earlier|from|pass|lie|between|elapse)\b",
    re.IGNORECASE,
)
_IMAGE = re.compile(r"\bimages?\s+(\d+)", re.IGNORECASE)
_PAGE = re.compile(r"\bpages?\s+(\d+)", re.IGNORECASE)


def bare_difference(case: Case) -> Broken | None:
    """'difference' never alone: who exceeds whom, or from when to when."""
    draft = case.draft
    numeric = draft.answer_type in ("int", "float")
    if not numeric:
        return None
    directed = _COMPARATIVE.search(draft.text) or _FROM_TO.search(draft.text)
    absolute = isinstance(outer(case), exp.Abs) and re.search(r"\babsolute\b", draft.text, re.IGNORECASE)
    if _DIFFERENCE.search(draft.text) and not directed and not absolute:
        return "bare_difference", "the text says 'difference' and not of what from what"
    subtracts = isinstance(outer(case), exp.Sub)
    if subtracts and not directed and not _LEFT_OVER.search(draft.text):
        return "bare_difference", "the program subtracts, and the text does not say what from what"
    return None


def direction(case: Case) -> Broken | None:
    """'By how much is A higher' has no negative answer: then B is."""
    if case.draft.answer_type not in ("int", "float"):
        return None
    number = as_number(case.answer[0])
    change = re.search(r"\bchanged?\b|\bnet\b|\bprofit|\bbalance\b", case.draft.text, re.IGNORECASE)
    if (
        number is not None
        and number < 0
        and isinstance(outer(case), exp.Sub)
        and not change
        and _COMPARATIVE.search(case.draft.text)
    ):
        return "direction", f"the text says who exceeds whom, and the answer is {number}"
    return None


def outer(case: Case) -> exp.Expression | None:
    """What the program's one projection is, below rounding, casts and brackets."""
    tree = case.program.tree
    if not isinstance(tree, exp.Select) or len(tree.expressions) != 1:
        return None
    node = tree.expressions[0]
    while isinstance(node, exp.Alias | exp.Paren | exp.Round | exp.Cast):
        node = node.this
    return node  # type: ignore[no-any-return]


def page_vs_image(case: Case) -> Broken | None:
    """'page 3' is what is printed, 'image 3' the position; they are never mixed."""
    text, views = case.draft.text, case.bench.views
    images = {int(n) for n in _IMAGE.findall(text)}
    if outside := images - set(views.images):
        return "page_vs_image", f"there is no image {min(outside)}"
    pages = set(_PAGE.findall(text))
    if not pages:
        return None
    if images:
        return "page_vs_image", "the text speaks of pages and of images"
    printed = {v.page.strip() for v in views.views}
    if strange := sorted(p for p in pages if not any(re.fullmatch(rf"\D*{p}\b.*", page) for page in printed)):
        return "page_vs_image", f"no image bears the page number {strange[0]}"
    return None


def month_arithmetic(case: Case) -> Broken | None:
    """Months are counted only by a printed rule: 31 January and one month has no one answer."""
    if not _MONTHS.search(case.draft.text) or case.draft.answer_type not in ("int", "float", "date"):
        return None
    if any(c.kind == "date" and "d" in (c.format.pattern or "d") for _, c in case.columns):
        printed = " ".join(n for i in case.draft.images for n in case.bench.views.view(i).notes)
        if "month" not in printed.lower():
            return "month_arithmetic", "months are counted between days, and no image prints the rule"
    return None


def rounding_not_stated(case: Case) -> Broken | None:
    """Where the answer is rounded, the text says to how many digits."""
    draft = case.draft
    kind = draft.member_type if draft.answer_type == "list" else draft.answer_type
    if kind != "float" or _ROUNDING.search(draft.text):
        return None
    for cell in _unrounded(case):
        number = Decimal(format(cell, ".12g"))
        digits = max(0, -int(number.normalize().as_tuple().exponent))
        if digits > (4 if draft.decimals is None else draft.decimals):
            return (
                "rounding_not_stated",
                f"{number} is rounded to {draft.decimals} digits, and the text does not say so",
            )
    return None


def _unrounded(case: Case) -> list[float]:
    """The program's numbers without the rounding that stands outermost."""
    tree = case.program.tree.copy()
    for select in tree.find_all(exp.Select):
        for projection in select.expressions:
            node = projection.unalias()
            if isinstance(node, exp.Round):
                node.replace(node.this.copy())
    try:
        rows = case.bench.read.run(tree.sql("sqlite")).rows
    except ProgramError:
        rows = case.result.rows
    return [cell for row in rows for cell in row if isinstance(cell, int | float)]
