"""Throw-away HTML templates for tests, and one warm browser for all of them."""

from pathlib import Path

from worlds import invoice_views

from cosyn_multi.model import Artifact, Reading, Rendering, Style, Template, View

HEAD = (
    "<!doctype html><html><head><style>body{font-family:'{{ style.font }}';font-size:16px;margin:20px}%s</style></head>"
)


def template(folder: Path, body: str, css: str = "", grows: bool = True) -> Template:
    """A template folder holding one page."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "page.html").write_text(HEAD % css + f"<body>{body}</body></html>", encoding="utf-8")
    return Template(
        name=folder.name, renderer="html", artifact="doc", entry="page.html", grows=grows, folder=folder, builtin=True
    )


def artifact(folder: Path, body: str, css: str = "", view: View | None = None, grows: bool = True) -> Artifact:
    return Artifact(
        view=view or invoice_views()[0],
        template=template(folder, body, css, grows),
        style=Style(width_px=500, height_px=400, font="Lato"),
    )


def reading(rendering: object, ref: str) -> Reading:
    assert isinstance(rendering, Rendering), rendering
    return next(r for r in (*rendering.cells, *rendering.keys) if r.ref == ref)
