"""Reviewing: blind questions, answers, verdicts, names. What a form sends is stored before the answer goes out."""

from hashlib import sha256
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from cosyn_multi.errors import ConfigError
from cosyn_multi.model import ImageSet
from cosyn_multi.reviews import Ref, Review, ref_of, summed_up
from cosyn_multi.scoring import score_question
from cosyn_multi.shards.index import Positions

from .browsing import fitting, lights, set_link, stamp
from .content import Told, boxes_of, names_in, pictures_of, questions_of
from .forms import Form, form_of, number, to_name
from .library import Library, Shelf
from .looking import Looking
from .names import reviewer_of
from .printer import Printer


class Judging:
    """Handlers of the reviewers' requests."""

    def __init__(self, library: Library, printer: Printer) -> None:
        self.library = library
        self.printer = printer

    def blind(self, request: Request) -> Response:
        """One question; its answer isn't in the page until the reviewer has given one."""
        if not (reviewer := reviewer_of(request)):
            return to_name(request)
        looking = Looking.of(request.query_params)
        order = self.library.order(looking)
        at = number(request, "at", -1)
        at = self._first_open(order, reviewer) if at < 0 else at
        if at >= len(order):
            return self._done(request, looking, len(order))
        shelf, own = self.library.at(int(order[at]))
        made = shelf.lazy.set(own)
        questions = questions_of(made, shelf.reviews.of_set(made.id), reviewer)
        asked = chosen(looking, made, questions)
        wanted = number(request, "q", 0)
        question = next((q for q in questions if q["number"] == wanted), None) or _first_unjudged(questions, asked)
        shown = bool(question["mine"] and question["mine"].given is not None)
        place = (looking, len(order), at, asked, question["number"])
        return self.printer.page(
            request, "blind", "blind", looking=looking, shelf=shelf, made=made, stamp=stamp(shelf, own),
            images=pictures_of(made), question=question, shown=shown, at=at, total=len(order),
            judged=sum(bool(r.verdict) for r in shelf.reviews.by(reviewer)), before=_step(*place, -1), after=_step(*place, 1),
            boxes=boxes_of(made) if shown else {}, lights=lights([question]) if shown else {},
        )  # fmt: skip

    def _first_open(self, order: Positions, reviewer: str) -> int:
        """Where the first set stands that a reviewer hasn't judged yet."""
        judged: set[int] = set()
        for shelf in self.library.shelves:
            ids = {r.set_id for r in shelf.reviews.by(reviewer) if r.verdict}
            found = (shelf.lazy.find(set_id) for set_id in ids)
            judged |= {self.library.overall(shelf, own) for own in found if own is not None}
        return next((at for at, position in enumerate(order.tolist()) if position not in judged), len(order))

    def _done(self, request: Request, looking: Looking, total: int) -> Response:
        summary = summed_up(r for s in self.library.shelves if looking.run in ("", s.name) for r in s.reviews.all())
        return self.printer.page(request, "done", "blind", looking=looking, summary=summary, total=total)

    async def answer(self, request: Request) -> Response:
        """Score and store a blind answer, then show the right one."""
        if not reviewer_of(request):
            return RedirectResponse("/name", 303)
        form, looking = await form_of(request), Looking.of(request.query_params)
        await run_in_threadpool(self._answer, form, reviewer_of(request))
        at, asked = number(request, "at", 0, least=0), number(request, "q", 1, least=1)
        return RedirectResponse(f"/blind?{looking.params(at=at, q=asked)}", 303)

    def _answer(self, form: Form, reviewer: str) -> None:
        shelf, made, ref = self._asked(form)
        question = made.questions[ref.number - 1]
        given = " ".join(form.get("given", "").split())
        if not given:
            raise ConfigError("the answer is empty; go back and give one")
        others = names_in(made)
        scored = score_question(given=given, right=question.answer, draft=question.draft, others=others)
        shelf.reviews.answer(reviewer, ref, given, scored.ok)

    async def verdict(self, request: Request) -> Response:
        """Store a verdict; answered in JSON to the page's own script, else by going where the form said."""
        reviewer = reviewer_of(request)
        wants_json = "application/json" in request.headers.get("accept", "")
        if not reviewer:
            return (
                JSONResponse({"fault": "say who you are first"}, 401) if wants_json else RedirectResponse("/name", 303)
            )
        form, looking = await form_of(request), Looking.of(request.query_params)
        shelf, made, stored = await run_in_threadpool(self._judge, form, reviewer)
        if wants_json:
            return JSONResponse({"verdict": stored.verdict, "note": stored.note})
        at = number(request, "at", 0, least=0)
        if form.get("to") != "next":
            return RedirectResponse(f"{set_link(shelf, made.id)}?{looking.params(at=at)}#q{stored.number}", 303)
        questions = questions_of(made, [], "")
        total = len(self.library.order(looking))
        stays = not stored.verdict  # a note alone was saved, or a verdict taken back
        after = _step(looking, total, at, chosen(looking, made, questions), stored.number, 0 if stays else 1)
        return RedirectResponse(after, 303)

    def _judge(self, form: Form, reviewer: str) -> tuple[Shelf, ImageSet, Review]:
        shelf, made, ref = self._asked(form)
        return shelf, made, shelf.reviews.judge(reviewer, ref, form.get("verdict", ""), form.get("note"))

    def _asked(self, form: Form) -> tuple[Shelf, ImageSet, Ref]:
        shelf, own = self.library.find(form.get("run", ""), form.get("set", ""))
        made = shelf.lazy.set(own)
        given = form.get("number", "")
        try:
            return shelf, made, ref_of(made, int(given))
        except (ValueError, IndexError) as error:
            raise ConfigError(f"number={given[:20]}: set {made.id} has no such question") from error


def chosen(looking: Looking, made: ImageSet, questions: list[Told]) -> list[int]:
    """Numbers of the questions of a set that are up for review: all that fit, or one of them drawn by seed and id."""
    fit = fitting(looking.query, made, questions) or [q["number"] for q in questions]
    if looking.per == "all":
        return fit
    draw = int.from_bytes(sha256(f"{looking.seed}/{made.id}".encode()).digest()[:8], "big")
    return [fit[draw % len(fit)]]


def _first_unjudged(questions: list[Told], asked: list[int]) -> Any:
    """The first question up for review that has no verdict of the reviewer's yet; the first if all have."""
    up = [questions[n - 1] for n in asked]
    return next((q for q in up if not (q["mine"] and q["mine"].verdict)), up[0])


def _step(looking: Looking, total: int, at: int, asked: list[int], now: int, step: int) -> str:
    """The address of the question before or after: in the same set, else in the next. '' before the first."""
    if step == 0:
        return f"/blind?{looking.params(at=at, q=now)}"
    place = asked.index(now) + step if now in asked else -1
    if 0 <= place < len(asked):
        return f"/blind?{looking.params(at=at, q=asked[place])}"
    if not 0 <= at + step <= total:
        return ""
    return f"/blind?{looking.params(at=at + step)}"
