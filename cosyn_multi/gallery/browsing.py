"""The pages for leafing: grid, one set, pictures, rejects, verdicts."""

from typing import Any, Final
from urllib.parse import quote

import numpy as np
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from cosyn_multi.errors import RunError
from cosyn_multi.model import ImageSet
from cosyn_multi.reviews import REJECTING, VERDICTS, summed_up
from cosyn_multi.shards.index import Positions, Query

from . import rejects
from .content import Told, boxes_of, pictures_of, questions_of, tables_of
from .forms import number
from .library import Library, Shelf
from .looking import UNSAID, Looking
from .names import reviewer_of
from .printer import Printer
from .thumbnails import THUMBNAIL, thumbnail

PER_PAGE: Final = 24
REJECTS_PER_PAGE: Final = 50
FACETS: Final = (
    ("scenario", "Scenario"), ("domain", "Domain"), ("artifact", "Artifact"), ("template", "Template"), ("kind", "Question kind"),
    ("difficulty", "Difficulty"), ("closest", "Closest to failing"), ("locale", "Locale"),
)  # fmt: skip
FOR_EVER: Final = {"cache-control": "private, max-age=31536000, immutable"}
"""A picture's address holds its file's digest."""


class Browsing:
    """Handlers of GET requests; each runs in a thread of its own."""

    def __init__(self, library: Library, printer: Printer) -> None:
        self.library = library
        self.printer = printer

    def grid(self, request: Request) -> Response:
        self.library.refresh()
        looking = Looking.of(request.query_params)
        order = self.library.order(looking)
        pages = max(1, -(-len(order) // PER_PAGE))
        page = min(number(request, "page", 1, least=1), pages)
        first = (page - 1) * PER_PAGE
        cards = [self._card(int(p), first + i) for i, p in enumerate(order[first : first + PER_PAGE])]
        printed = self.printer.page(
            request,
            "grid",
            "grid",
            looking=looking,
            cards=cards,
            total=len(order),
            page=page,
            pages=pages,
            facets=FACETS,
            states=(UNSAID, *VERDICTS),
        )
        self.library.shown()
        return printed

    def _card(self, position: int, at: int) -> Told:
        shelf, own = self.library.at(position)
        row = shelf.lazy.row(own, ("id", "metadata", "qa_pairs"))
        verdicts: dict[str, int] = {}
        for review in shelf.reviews.of_set(row["id"]):
            if review.verdict:
                verdicts[review.verdict] = verdicts.get(review.verdict, 0) + 1
        told = row["metadata"]
        return {
            "run": shelf.name, "id": row["id"], "at": at, "stamp": stamp(shelf, own), "images": told["num_images"],
            "topic": told["topic"], "scenario": told["scenario"], "domain": told["domain"], "locale": told["locale"],
            "questions": len(row["qa_pairs"]["question"]), "verdicts": verdicts,
        }  # fmt: skip

    def set(self, request: Request) -> Response:
        looking = Looking.of(request.query_params)
        shelf, own = self.library.find(request.path_params["run"], request.path_params["set_id"])
        made, reviewer = shelf.lazy.set(own), reviewer_of(request)
        questions = questions_of(made, shelf.reviews.of_set(made.id), reviewer)
        order = self.library.order(looking)
        at = place_in(order, self.library.overall(shelf, own), number(request, "at", -1))
        return self.printer.page(
            request, "set", looking=looking, shelf=shelf, made=made, stamp=stamp(shelf, own), images=pictures_of(made),
            questions=questions, tables=tables_of(made), boxes=boxes_of(made), lights=lights(questions), about=_about(made),
            rejects=shelf.lazy.rejects_of(made.index), fitting=fitting(looking.query, made, questions), at=at,
            total=len(order), before=self._link(looking, order, at, -1), after=self._link(looking, order, at, 1),
        )  # fmt: skip

    def _link(self, looking: Looking, order: Positions, at: int | None, step: int) -> str:
        """The address of the set before or after, in the order looked at."""
        if at is None or not 0 <= at + step < len(order):
            return ""
        shelf, own = self.library.at(int(order[at + step]))
        return set_link(shelf, shelf.lazy.row(own, ("id",))["id"]) + "?" + looking.params(at=at + step)

    def picture(self, request: Request) -> Response:
        return Response(self._png(request), media_type="image/png", headers=FOR_EVER)

    def thumbnail(self, request: Request) -> Response:
        try:
            small = thumbnail(self._png(request), *THUMBNAIL)
        except (OSError, SyntaxError, ValueError) as error:
            raise RunError(f"{request.url.path}: the picture can't be decoded; run `verify`") from error
        return Response(small, media_type="image/webp", headers=FOR_EVER)

    def _png(self, request: Request) -> bytes:
        shelf, own = self.library.find(request.path_params["run"], request.path_params["set_id"])
        images = shelf.lazy.row(own, ("images",))["images"]
        wanted = request.path_params["number"]
        if not 1 <= wanted <= len(images):
            raise RunError(f"the set has {len(images)} images, image {wanted} was asked for")
        return bytes(images[wanted - 1]["bytes"] or b"")

    def rejects(self, request: Request) -> Response:
        given = request.query_params
        shelf = self.library.shelf(given.get("run", "") or self.library.shelves[0].name)
        stage, _, reason = given.get("reason", "").partition("/")
        text = " ".join(given.get("text", "").split())[:200]
        wanted = rejects.Wanted(stage=stage, reason=reason, kind=given.get("kind", ""), text=text)
        page = number(request, "page", 1, least=1)
        found, total = rejects.page_of(shelf.lazy, wanted, (page - 1) * REJECTS_PER_PAGE, REJECTS_PER_PAGE)
        for reject in found:
            reject["link"] = _set_of(shelf, reject.get("set_index"))
        looking = Looking(run=shelf.name, query=Query(kind=wanted.kind, text=wanted.text))
        return self.printer.page(
            request, "rejects", "rejects", shelf=shelf, rejects=[_full(r) for r in found], total=total, page=page, wanted=wanted,
            pages=max(1, -(-total // REJECTS_PER_PAGE)), kinds=shelf_kinds(shelf), params=looking.params(reason=given.get("reason", "")),
            reasons=sorted(shelf.reasons.items()),
        )  # fmt: skip

    def summary(self, request: Request) -> Response:
        runs = []
        for shelf in self.library.shelves:
            reviews = shelf.reviews.all()
            bad = [r for r in reviews if r.verdict in REJECTING or r.verdict == "ugly" or (r.verdict and r.note)]
            runs.append({"name": shelf.name, "summary": summed_up(reviews), "bad": bad})
        return self.printer.page(request, "summary", "summary", runs=runs)

    def indexed(self, _: Request) -> Response:
        return JSONResponse({"indexed": self.library.indexed, "total": len(self.library)})


def place_in(order: Positions, position: int, near: int) -> int | None:
    """Where a set stands in an order: where its link said, or where it is now; None if nowhere."""
    if 0 <= near < len(order) and order[near] == position:
        return near
    found = np.flatnonzero(order == position)
    return int(found[0]) if len(found) else None


def stamp(shelf: Shelf, position: int) -> str:
    """Changes when the file of a set does."""
    return shelf.lazy.place(position)[0].sha256[:12]


def set_link(shelf: Shelf, set_id: str) -> str:
    return f"/set/{quote(shelf.name, safe='')}/{quote(set_id, safe='')}"


def fitting(query: Query, made: ImageSet, questions: list[Told]) -> list[int]:
    """Numbers of the questions that the filter asks for; all of them where only the set itself was asked for."""
    text = query.text.casefold()
    about = f"{made.id}\n{made.plan.topic}\n{made.plan.persona}".casefold()
    return [
        q["number"]
        for q in questions
        if query.kind in ("", q["kind"])
        and query.difficulty in ("", q["difficulty"])
        and query.closest in ("", q["closest"])
        and (text in about or text in made.questions[q["number"] - 1].draft.text.casefold())
    ]


def lights(questions: list[Told]) -> dict[str, Any]:
    """Per question, which boxes light up, and which points are drawn."""
    return {
        str(q["number"]): {"evidence": [e["ref"] for e in q["evidence"]], "keys": q["keys"], "points": q["points"]}
        for q in questions
    }


def shelf_kinds(shelf: Shelf) -> list[str]:
    return sorted(shelf.index.names("kind"))


def _about(made: ImageSet) -> list[tuple[str, str]]:
    plan, source = made.plan, made.provenance
    planted = [f"image {p.image}, {p.ref}: {p.shown} in place of {p.truth}" for p in plan.planted]
    refused = ", ".join(map(str, source.attempts)) if any(source.attempts) else ""
    facts = [
        ("Scenario", plan.scenario), ("Domain", plan.domain), ("Locale", plan.world.locale), ("Persona", plan.persona),
        ("Topic", plan.topic), ("Planted on purpose", "; ".join(planted)), ("Seed and index", f"{source.seed}, {source.index}"),
        ("Author", " ".join(filter(None, (source.author, source.model)))), ("Version", source.version),
        ("Plans that failed before", str(source.plan or "")), ("Drawings refused, per image", refused),
        ("Cost", f"{source.cost_usd:.4f} USD" if source.cost_usd else ""),
    ]  # fmt: skip
    return [(name, value) for name, value in facts if value]


def _set_of(shelf: Shelf, index: int | None) -> str:
    """The link to a set of which something was dropped, if the set itself is there."""
    if index is None or not len(shelf):
        return ""
    seed = shelf.lazy.row(0, ("id",))["id"].rpartition("-")[0]
    set_id = f"{seed}-{index:06d}"
    return set_link(shelf, set_id) if shelf.lazy.find_near(set_id) is not None else ""


def _full(reject: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "", "template": "", "image": "", "question": "", "detail": "", **reject}
