"""The preview page: one look at a `Sheet`, asked for again and again. Reads only; answers to loopback names alone."""

from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from .proofs import Proof
from .redraw import Redrawer, Sheet
from .report import PAGES, marks

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
FILES = {
    "/": ("preview.html", "text/html"),
    "/kit.css": ("kit.css", "text/css"),
    "/preview.js": ("preview.js", "text/javascript"),
}


def preview_app(redrawer: Redrawer) -> Starlette:
    """The page, its files, the state as JSON, and the pictures."""

    def state(request: Request) -> Response:
        sheet = redrawer.sheet
        if request.query_params.get("seen") == str(sheet.version):
            return Response(status_code=204, headers=HEADERS)
        return JSONResponse(told(sheet), headers=HEADERS)

    def picture(request: Request) -> Response:
        found = {(p.seed, p.locale): p for p in redrawer.sheet.proofs}
        proof = found.get((request.path_params["seed"], request.path_params["locale"]))
        if proof is None or proof.rendering is None:
            return PlainTextResponse("not drawn", 404, headers=HEADERS)
        return Response(proof.rendering.png, media_type="image/png", headers=HEADERS)

    files = [Route(path, _file(*what)) for path, what in FILES.items()]
    routes = [*files, Route("/state", state), Route("/picture/{seed:int}/{locale}.png", picture)]
    hosts = ["127.0.0.1", "localhost", "[::1]"]
    return Starlette(routes=routes, middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=hosts)])


def _file(name: str, media: str) -> Any:
    text = (PAGES / name).read_text(encoding="utf-8")
    return lambda request: Response(text, media_type=media, headers=HEADERS)


def told(sheet: Sheet) -> dict[str, Any]:
    """The sheet as the page's script takes it. All texts are data there, never markup."""
    template = sheet.template
    return {
        "version": str(sheet.version), "drawing": sheet.drawing, "error": sheet.error,
        "about": f"{template.renderer}, {template.artifact}: {template.about}" if template else "",
        "proofs": [_told(p) for p in sheet.proofs],
    }  # fmt: skip


def _told(proof: Proof) -> dict[str, Any]:
    rendering, unread = proof.rendering, proof.unread
    others = [f"{f.reason}: {f.detail}" for f in proof.faults if f.detail not in unread]
    return {
        "seed": proof.seed, "locale": proof.locale, "title": proof.view.title if proof.view else "",
        "what": (proof.view.document or proof.view.artifact) if proof.view else "",
        "width": rendering.width if rendering else 0, "height": rendering.height if rendering else 0,
        "seconds": round(proof.seconds, 2), "skipped": proof.skipped,
        "good": proof.good, "faults": others, "unread": list(unread),
        "marks": [m._asdict() for m in marks(proof)],
    }  # fmt: skip
