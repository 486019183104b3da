"""Code that a model wrote, as a template folder: so that it is drawn, recorded and harvested like any other template.

It lies under its digest, is never trusted, and is drawn in the cage.
"""

import hashlib
from pathlib import Path
from typing import Any, Final

import tomli_w

from cosyn_multi.model import Needs, Style, Suits, Template, View
from cosyn_multi.shards.atomic import write_text

from .answers import CodeAnswer
from .typed import ENTRY

GROWS: Final = frozenset({"html", "pdf"})
PREFIX: Final = "written_"


def written(folder: Path, answer: CodeAnswer, renderer: str, view: View, model: str) -> Template:
    """The template of an answer, on disk below `folder`. The same answer gives the same folder, byte for byte."""
    fields = told(answer, renderer, view)
    text = tomli_w.dumps(fields)
    digest = hashlib.sha256(f"{text}\0{answer.code}".encode()).hexdigest()[:16]
    name = f"{PREFIX}{digest}"
    place = folder / name
    if not (place / "template.toml").is_file():
        write_text(place / ENTRY[renderer], answer.code)
        write_text(place / "template.toml", tomli_w.dumps({"name": name, **fields}))
    return Template.model_validate({**fields, "name": name, "folder": place, "origin": f"model {model}"})


def told(answer: CodeAnswer, renderer: str, view: View) -> dict[str, Any]:
    """The manifest of a piece of code: what it is, and of what views it can be expected to draw others."""
    return {
        "renderer": renderer,
        "artifact": view.artifact,
        "entry": ENTRY[renderer],
        "about": " ".join(answer.about.split()),
        "size_px": [answer.width_px, answer.height_px],
        "vary_px": 0.0,
        "grows": renderer in GROWS,
        "needs": needs_of(view).model_dump(mode="json", exclude_defaults=True),
        "suits": Suits(documents=(view.document,) if view.document else ()).model_dump(
            mode="json", exclude_defaults=True
        ),
    }


def needs_of(view: View) -> Needs:
    """What a view must offer to be drawn by code that was written for this one: its shape, and no more room than it showed."""
    grids = view.grids
    kinds = sorted({c.kind for p in grids for c in p.columns})
    columns = {k: _span([sum(c.kind == k for c in p.columns) for p in grids]) for k in kinds}
    rows = [len(p.rows) for p in grids]
    labels = [len(str(v)) for p in grids if p.label for v in p.values(p.label.name)]
    chart = view.artifact == "chart"
    return Needs(
        grids=(len(grids), len(grids)),
        rows=(max(2, min(rows) - 2) if chart else 1, max(rows)) if rows else (1, 40),
        columns=columns,
        facts=tuple(c.role for c in view.facts.columns if c.role) if view.facts else (),
        most_facts=len(view.facts.columns) if view.facts else 0,
        documents=(view.document,) if view.artifact == "doc" and view.document else (),
        prose=(len(view.prose), len(view.prose)),
        one_unit=chart and len({c.unit for p in grids for c in p.measures}) == 1,
        label_chars=max(labels, default=200),
        time_label=grids[0].over_time if chart and grids else None,
        positive=chart and all(v is not None and v > 0 for p in grids for c in p.measures for v in p.values(c.name)),  # type: ignore[operator]
    )


def _span(counts: list[int]) -> tuple[int, int]:
    return min(counts), max(counts)


def sized(style: Style, answer: CodeAnswer) -> Style:
    """A style at exactly the size that the code was written for."""
    return style.model_copy(update={"width_px": answer.width_px, "height_px": answer.height_px})
