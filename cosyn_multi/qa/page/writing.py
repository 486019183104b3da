"""Writing: a set, a question, its draft. Every request that changes a text keeps the page's texts first."""

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from cosyn_multi.errors import ConfigError, UserError
from cosyn_multi.gallery.forms import Form, form_of, to_name
from cosyn_multi.gallery.names import reviewer_of
from cosyn_multi.qa.drafting import Drafter
from cosyn_multi.qa.questions import LONGEST_ANSWER, LONGEST_QUESTION, Changed, Written
from cosyn_multi.qa.rules import Pair, faults
from cosyn_multi.qa.store import Store
from cosyn_multi.qa.talk import Turn
from cosyn_multi.seeds import digest

from .pictures import told
from .printer import Printer

LONGEST_SAID = 1000


class Held(UserError):
    """Somebody else holds the set."""


class Writing:
    """Args: double: share of the questions that a second person answers, too."""

    def __init__(self, store: Store, printer: Printer, drafter: Drafter | None, double: float) -> None:
        self.store, self.printer, self.drafter, self.double = store, printer, drafter, double

    def next(self, request: Request) -> Response:
        """On to a set that wants a question."""
        if not (person := reviewer_of(request)):
            return to_name(request)
        set_id = self.store.sets.next_for(person)
        if set_id is None:
            return self.printer.page(request, "done", "write", sets=len(self.store.sets.all()))
        return RedirectResponse(f"/set/{set_id}", 303)

    def set(self, request: Request) -> Response:
        """The page of a set: held for who opens it, unless somebody else holds it."""
        if not (person := reviewer_of(request)):
            return to_name(request)
        group = self.store.sets.get(request.path_params["set_id"])
        holder = self.store.sets.hold(group.id, person)
        mine = self.store.questions.open(group.id, person) if holder == person else None
        return self.printer.page(
            request, "write", "write", group=group, images=told(group), holder=holder, mine=mine,
            turns=self._turns(mine) if mine else [], asked=self.store.questions.of_set(group.id),
            captions=self.store.pictures.texts(group.members),
            longest=(LONGEST_QUESTION, LONGEST_ANSWER, LONGEST_SAID),
        )  # fmt: skip

    async def take_over(self, request: Request) -> Response:
        person, form = reviewer_of(request), await form_of(request)
        if not person:
            return RedirectResponse("/name", 303)
        await run_in_threadpool(self.store.sets.hold, form.get("set", ""), person, True)
        return RedirectResponse(f"/set/{form['set']}", 303)

    async def keep(self, request: Request) -> Response:
        return await self._do(request, self._kept)

    async def ask(self, request: Request) -> Response:
        return await self._do(request, self._asked)

    async def take(self, request: Request) -> Response:
        return await self._do(request, self._took)

    async def submit(self, request: Request) -> Response:
        return await self._do(request, self._submitted)

    async def skip(self, request: Request) -> Response:
        return await self._do(request, self._skipped)

    def talk(self, request: Request) -> Response:
        """What came of the drafts, for the page's script."""
        mine = self.store.questions.get(request.path_params["question"])
        if mine.writer != reviewer_of(request):
            raise ConfigError(f"question {mine.id}: {mine.writer} writes it")
        return JSONResponse({"turns": self._turns(mine), "revision": mine.revision, "answer": mine.answer})

    async def _do(self, request: Request, what: Any) -> Response:
        """Do it, and tell in JSON to the page's own script, else by going back to the page."""
        person, form = reviewer_of(request), await form_of(request)
        script = "application/json" in request.headers.get("accept", "")
        if not person:
            return JSONResponse({"fault": "say who you are first"}, 401) if script else RedirectResponse("/name", 303)
        try:
            found, onward = await run_in_threadpool(what, person, form)
        except Changed as error:
            if not script:
                raise
            now = {"question": error.now.question, "answer": error.now.answer, "revision": error.now.revision}
            return JSONResponse({"fault": str(error), "now": now}, 409)
        except UserError as error:
            if not script:
                raise
            return JSONResponse(
                {"fault": str(error), "held": isinstance(error, Held)}, 423 if isinstance(error, Held) else 422
            )
        return JSONResponse(found) if script else RedirectResponse(onward, 303)

    def _save(self, person: str, form: Form) -> Written:
        """Keep the page's texts, whoever holds the set: nothing that was written is lost."""
        texts = {name: form.get(name, "").replace("\r\n", "\n") for name in ("question", "answer")}
        revision, worked = whole(form, "revision"), whole(form, "worked")
        return self.store.questions.keep(whole(form, "id"), person, **texts, revision=revision, worked_s=float(worked))

    def _held(self, mine: Written) -> None:
        """Raises: Held if somebody else took the set over."""
        holder = self.store.sets.hold(mine.set_id, mine.writer)
        if holder != mine.writer:
            raise Held(f"{holder} writes on this set now; your text is kept. Take the set back to go on")

    def _kept(self, person: str, form: Form) -> tuple[dict[str, Any], str]:
        mine = self._save(person, form)
        holder = self.store.sets.hold(mine.set_id, person)
        images = len(self.store.sets.get(mine.set_id).members)
        pair = Pair(question=mine.question, answer=mine.answer, images=images, language="")
        hints = _hints(pair)
        return {"revision": mine.revision, "holder": holder, "hints": hints}, f"/set/{mine.set_id}"

    def _asked(self, person: str, form: Form) -> tuple[dict[str, Any], str]:
        mine = self._save(person, form)
        self._held(mine)
        if self.drafter is None:
            raise ConfigError("no model is here to draft answers: start `qa annotate` with --model")
        if not mine.question.strip():
            raise ConfigError("write the question first")
        said = form.get("said", "").strip()[:LONGEST_SAID]
        self.store.questions.settle(mine.id)
        self.drafter.ask(mine.id, mine.question.strip(), said)
        return {"revision": mine.revision, "turns": self._turns(mine)}, f"/set/{mine.set_id}#talk"

    def _took(self, person: str, form: Form) -> tuple[dict[str, Any], str]:
        mine = self._save(person, form)
        self._held(mine)
        wanted = whole(form, "turn")
        turn = next((t for t in self.store.talk.of(mine.id) if t.seq == wanted and t.state == "there"), None)
        if turn is None:
            raise ConfigError("there is no such draft")
        mine = self.store.questions.take(mine.id, person, turn.answer)
        return {"revision": mine.revision, "answer": mine.answer}, f"/set/{mine.set_id}"

    def _submitted(self, person: str, form: Form) -> tuple[dict[str, Any], str]:
        mine = self._save(person, form)
        self._held(mine)
        second = digest("second look", mine.set_id, mine.id) / 2**128 < self.double
        self.store.questions.submit(mine.id, person, second)
        if form.get("again"):
            return {"to": f"/set/{mine.set_id}"}, f"/set/{mine.set_id}"
        self.store.sets.release(mine.set_id, person)
        return {"to": "/write"}, "/write"

    def _skipped(self, person: str, form: Form) -> tuple[dict[str, Any], str]:
        if form.get("id"):
            self._save(person, form)
        self.store.sets.skip(form.get("set", ""), person, form.get("reason", ""), form.get("note", "").strip()[:500])
        return {"to": "/write"}, "/write"

    def _turns(self, mine: Written) -> list[dict[str, Any]]:
        return [shown(t) for t in self.store.talk.of(mine.id)]


def shown(turn: Turn) -> dict[str, Any]:
    """A turn as the page shows it."""
    return turn.model_dump(include={"seq", "asked", "said", "state", "answer", "remark", "detail", "since_s"})


def whole(form: Form, name: str) -> int:
    """A whole number from a form. Raises: ConfigError."""
    given = form.get(name, "") or "0"
    if not (given.isascii() and given.isdigit() and len(given) < 12):
        raise ConfigError(f"{name}={given[:20]}: write a whole number")
    return int(given)


def _hints(pair: Pair) -> list[str]:
    """What the filter would say, while it can still be mended; in which language one writes isn't told here. What has no
    words yet has no faults."""
    if not pair.question.strip() or not pair.answer.strip():
        return []
    return list(faults(pair, but="language").values())
