"""The pages of a points run: grid, one set, pictures, numbers, verdicts."""

from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from cosyn_multi.errors import RunError
from cosyn_multi.gallery.browsing import FOR_EVER, PER_PAGE
from cosyn_multi.gallery.forms import form_of, number, to_name
from cosyn_multi.gallery.frame import HERE as GALLERY
from cosyn_multi.gallery.frame import pages
from cosyn_multi.gallery.looking import UNSAID
from cosyn_multi.gallery.names import reviewer_of
from cosyn_multi.gallery.printer import VERDICT_KEYS
from cosyn_multi.reviews import Review, summed_up

from . import content
from .looking import SIZES, PointsLooking
from .shelf import PointsShelf, ref_of_row

HERE: Final = Path(__file__).parent
SAID: Final = {
    "right": "right", "wrong": "wrong points", "unreadable": "can't be told", "not_needed": "image doesn't belong", "ugly": "badly worded",
}  # fmt: skip
"""The verdicts that every gallery stores, as they read for points."""
KEYS: Final = (
    ("n p", "next, previous set (or page of sets)"), ("1 to 5", "one image alone, and back"), ("0", "all images"), ("+ -", "larger, smaller"),
    ("f", "fit"), ("arrows", "pan, when an image has the focus"), ("o", "points on, off"), ("e", "samples of later epochs"),
    ("r w u x g", ", ".join(SAID.values())), ("z", "take the verdict back"), ("t", "write a note"), ("Esc", "leave a text field"),
    ("h", "all sets"), ("c", "numbers"), ("/", "search"), ("?", "these keys"),
)  # fmt: skip


class PointsPages:
    """Handlers; each but the one that takes a form runs in a thread of its own. Texts of a run are never HTML."""

    def __init__(self, shelf: PointsShelf) -> None:
        self.shelf = shelf
        self._pages = pages(HERE / "pages", GALLERY / "pages", GALLERY.parent)
        self._pages.globals |= {"verdicts": SAID, "verdict_keys": VERDICT_KEYS, "known_keys": KEYS}

    def page(self, request: Request, name: str, here: str = "", status: int = 200, **told: Any) -> HTMLResponse:
        common = {
            "request": request, "reviewer": reviewer_of(request), "here": here, "run": self.shelf.name,
            "looking": PointsLooking(),
        }  # fmt: skip
        text = self._pages.get_template(f"{name}.html").render({**common, "status": status, **told})
        return HTMLResponse(text, status_code=status)

    def grid(self, request: Request) -> Response:
        self.shelf.refresh()
        looking = PointsLooking.of(request.query_params)
        order = self.shelf.order(looking)
        last = max(1, -(-len(order) // PER_PAGE))
        page = min(number(request, "page", 1, least=1), last)
        cards = [self._card(p) for p in order[(page - 1) * PER_PAGE : page * PER_PAGE]]
        states = {UNSAID: UNSAID, **SAID}
        return self.page(
            request, "sets", "sets", looking=looking, cards=cards, total=len(order), whole=len(self.shelf), page=page,
            pages=last, stamp=self.shelf.stamp, sizes=SIZES, states=states,
        )  # fmt: skip

    def _card(self, position: int) -> dict[str, Any]:
        row = self.shelf.row(position)
        mine = [r.verdict for r in self._said(row) if r.verdict]
        return {"row": row, "points": sum(row["counts"]), "verdicts": {v: mine.count(v) for v in dict.fromkeys(mine)}}

    def _said(self, row: dict[str, Any]) -> list[Review]:
        """The reviews of a set as it is now."""
        asked = ref_of_row(row).question
        return [r for r in self.shelf.reviews.of_set(row["id"]) if r.question == asked]

    def set(self, request: Request) -> Response:
        looking = PointsLooking.of(request.query_params)
        position = self._position(request)
        row, order = self.shelf.row(position), self.shelf.order(looking)
        seed, epoch = number(request, "seed", 0, least=0), number(request, "epoch", 0, least=0)
        samples = content.samples_of(row, seed, epoch)
        said = self._said(row)
        mine = next((r for r in said if r.reviewer == reviewer_of(request)), None)
        at = order.index(position) if position in order else None
        return self.page(
            request, "one", looking=looking, row=row, stamp=self.shelf.stamp, pictures=content.pictures_of(self.shelf, position, row),
            images=content.images_of(row), pairs=content.pairs_of(row), about=content.about(row), samples=samples, seed=seed,
            epoch=epoch, question={"number": 1, "mine": mine}, said=said, lights=content.lights(row, samples), at=at, total=len(order),
            before=self._beside(looking, order, at, -1), after=self._beside(looking, order, at, 1),
        )  # fmt: skip

    def _beside(self, looking: PointsLooking, order: list[int], at: int | None, step: int) -> str:
        if at is None or not 0 <= at + step < len(order):
            return ""
        return self._link(self.shelf.listing.ids[order[at + step]], looking)

    def _link(self, set_id: str, looking: PointsLooking) -> str:
        return f"/set/{quote(set_id, safe='')}?{looking.params()}"

    def _position(self, request: Request) -> int:
        return self.shelf.find(request.path_params["set_id"])

    def picture(self, request: Request) -> Response:
        held = self.shelf.picture(self._position(request), request.path_params["number"] - 1)
        try:
            data, media_type = content.served(held or b"")
        except content.BROKEN as error:
            raise RunError("the picture isn't here, or can't be decoded") from error
        return Response(data, media_type=media_type, headers=FOR_EVER)

    def thumbnail(self, request: Request) -> Response:
        position, image = self._position(request), request.path_params["number"] - 1
        held = self.shelf.picture(position, image)
        made = content.small(held, self.shelf.row(position)["points"][image])
        return Response(made, media_type="image/webp", headers=FOR_EVER)

    def numbers(self, request: Request) -> Response:
        self.shelf.refresh()
        bars = content.histograms(self.shelf.listing)
        return self.page(
            request,
            "numbers",
            "numbers",
            bars=bars,
            listing=self.shelf.listing,
            summary=summed_up(self.shelf.reviews.all()),
        )

    async def verdict(self, request: Request) -> Response:
        """Store a verdict; answered in JSON to the page's own script, else by going back to the set."""
        reviewer, wants_json = reviewer_of(request), "application/json" in request.headers.get("accept", "")
        if not reviewer:
            return JSONResponse({"fault": "say who you are first"}, 401) if wants_json else to_name(request)
        form, looking = await form_of(request), PointsLooking.of(request.query_params)
        stored = await run_in_threadpool(self._judge, form, reviewer)
        if wants_json:
            return JSONResponse({"verdict": stored.verdict, "note": stored.note})
        return RedirectResponse(self._link(stored.set_id, looking), 303)

    def _judge(self, form: dict[str, str], reviewer: str) -> Review:
        row = self.shelf.row(self.shelf.find(form.get("set", "")))
        return self.shelf.reviews.judge(reviewer, ref_of_row(row), form.get("verdict", ""), form.get("note"))
