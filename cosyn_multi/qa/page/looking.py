"""All sets, all questions with what the filter said, the second look, and how far the work is."""

from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cosyn_multi.errors import ConfigError
from cosyn_multi.gallery.forms import Form, form_of, number, to_name
from cosyn_multi.gallery.names import reviewer_of
from cosyn_multi.qa.comparing import compare
from cosyn_multi.qa.questions import Written
from cosyn_multi.qa.stats import stats
from cosyn_multi.qa.store import Store

from .pictures import told
from .printer import Printer
from .writing import whole

SETS_PER_PAGE: Final = 24
QUESTIONS_PER_PAGE: Final = 50
LONGEST_GIVEN: Final = 1000


class Looking:
    def __init__(self, store: Store, printer: Printer) -> None:
        self.store, self.printer = store, printer

    def sets(self, request: Request) -> Response:
        standing = self.store.sets.standing()
        page, pages, rows = cut(request, standing, SETS_PER_PAGE)
        return self.printer.page(
            request, "sets", "sets", cards=rows, total=len(standing), page=page, pages=pages,
            wanted=self.store.looks.wanted(),
        )  # fmt: skip

    def questions(self, request: Request) -> Response:
        """Every question that was submitted. An answer that a second person is still to give isn't shown to others."""
        drops, out = self.store.drops.all(), self.store.drops.out()
        looked = {look.question for look in self.store.looks.all()}
        person, show = reviewer_of(request), request.query_params.get("show", "")
        chosen = [q for q in self.store.questions.submitted() if show != "dropped" or q.id in drops]
        page, pages, rows = cut(request, chosen, QUESTIONS_PER_PAGE)
        listed = [
            {
                "q": q, "drops": drops.get(q.id, []), "out": q.id in out, "looked": q.id in looked,
                "answer": q.answer if not q.second or q.id in looked or q.writer == person else None,
            }
            for q in rows
        ]  # fmt: skip
        return self.printer.page(
            request,
            "questions",
            "questions",
            rows=listed,
            total=len(chosen),
            out=len(out),
            page=page,
            pages=pages,
            show=show,
        )

    async def judge(self, request: Request) -> Response:
        """Take a drop back, or let it stand again; or go on with a question of one's own."""
        person, form = reviewer_of(request), await form_of(request)
        if not person:
            return RedirectResponse("/name", 303)
        onward = await run_in_threadpool(self._judge, person, form)
        return RedirectResponse(onward, 303)

    def _judge(self, person: str, form: Form) -> str:
        mine = self.store.questions.get(whole(form, "id"))
        what = form.get("what", "")
        if what == "reopen":
            self.store.questions.reopen(mine.id, person)
            return f"/set/{mine.set_id}"
        if what == "stays":
            self.store.drops.take_back(mine.id, person)
        elif what == "drop":
            self.store.drops.drop_again(mine.id)
        else:
            raise ConfigError(f"what={what[:20]}: stays, drop or reopen")
        return f"/questions?show={'dropped' if form.get('show') == 'dropped' else ''}#q{mine.id}"

    def second(self, request: Request) -> Response:
        """A question that somebody else wrote, without its answer; or, once it was answered, both."""
        if not (person := reviewer_of(request)):
            return to_name(request)
        wanted = number(request, "id", 0)
        look = self.store.looks.of(wanted) if wanted else None
        if look and look.person == person:
            return self._second(request, self.store.questions.get(wanted), look)
        found = self.store.looks.next_for(person)
        if found is None:
            return self.printer.page(request, "looked", "second", wanted=self.store.looks.wanted())
        return self._second(request, self.store.questions.get(found), None)

    def _second(self, request: Request, question: Written, look: Any) -> Response:
        group = self.store.sets.get(question.set_id)
        return self.printer.page(
            request, "second", "second", group=group, images=told(group), id=question.id, text=question.question, look=look,
            longest=LONGEST_GIVEN,
        )  # fmt: skip

    async def answer(self, request: Request) -> Response:
        person, form = reviewer_of(request), await form_of(request)
        if not person:
            return RedirectResponse("/name", 303)
        await run_in_threadpool(self._answer, person, form)
        return RedirectResponse("/second" if form.get("same") else f"/second?id={whole(form, 'id')}", 303)

    def _answer(self, person: str, form: Form) -> None:
        question = self.store.questions.get(whole(form, "id"))
        if form.get("same"):
            self.store.looks.decide(question.id, person, form["same"] == "yes")
            return
        given = form.get("given", "").replace("\r\n", "\n").strip()[:LONGEST_GIVEN]
        if not given:
            raise ConfigError("the answer is empty; go back and give one")
        verdict = compare(given=given, against=question.answer)
        self.store.looks.answer(question.id, person, given, question.answer, verdict)

    def progress(self, request: Request) -> Response:
        return self.printer.page(request, "progress", "progress", found=stats(self.store))


def cut(request: Request, rows: list[Any], most: int) -> tuple[int, int, list[Any]]:
    """The page asked for, the number of pages, and the rows on it."""
    pages = max(1, -(-len(rows) // most))
    page = min(number(request, "page", 1, least=1), pages)
    return page, pages, rows[(page - 1) * most : page * most]
