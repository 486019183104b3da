"""Harvest: code that a model wrote and that passed every check becomes template folders, for any author to draw with.

Only what stands in a run's shards is taken: pictures whose every value was read back. Code that is built alike, or pictures
that look alike, are taken once. A harvested template lies in a workspace like a user's own, so it is drawn in the cage.
"""

import hashlib
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import tomli_w
from PIL import Image
from pydantic import ValidationError

from .assets import load_template
from .authors.llm.answers import CodeAnswer
from .authors.llm.code import told
from .authors.llm.typed import ENTRY
from .errors import RunError, TemplateError
from .llm.ledger import Ledger
from .llm.office import LEDGER
from .model import Frozen, Needs, Picture, View
from .shards.atomic import write_text
from .shards.read import Run

WRITTEN: Final = "model "
"""How the origin of a picture begins whose code a model wrote."""
ALIKE_CODE: Final = 0.85
"""Share of all runs of five words that two pieces of code have in common, from which on they are built alike."""
ALIKE_LOOK: Final = 20
"""Of 256 bits, most that two pictures' hashes differ in that look alike."""
LABELS: Final = ("key", "category", "text")
_WORD: Final = re.compile(r"\w+|[^\w\s]")


class Found(Frozen):
    """A piece of code in a run, or why it was left."""

    name: str
    set_id: str
    image: int
    alike: str = ""
    """The template that it is built or looks like, if it was left for that."""


def harvest(run: Run, to: Path) -> Iterator[Found]:
    """Write the run's code into template folders below `to`; tells of each piece. Raises: RunError, TemplateError."""
    if to.exists() and not to.is_dir():
        raise TemplateError(f"--to {to}: is a file; choose a folder")
    abouts = _abouts(run.folder.path / LEDGER)
    shelf = _Shelf(to)
    any_written = False
    for made in run:
        for picture in made.pictures:
            if not picture.origin.startswith(WRITTEN):
                continue
            any_written = True
            name = _name(picture)
            alike = shelf.alike(name, picture)
            if not alike:
                _write(to / name, picture, abouts.get(picture.code, ""), f"set {made.id} of {run.folder.path.name}")
                shelf.put(name, picture)
            yield Found(name=name, set_id=made.id, image=picture.view.image, alike=alike)
    if not any_written:
        raise RunError(f"{run.folder.path}: no picture in it was drawn by code that a model wrote")


class _Shelf:
    """What was taken already, in this folder and in this harvest."""

    def __init__(self, folder: Path) -> None:
        self._codes: dict[str, frozenset[str]] = {}
        self._looks: dict[str, tuple[str, str, int]] = {}
        for file in sorted(folder.glob("*/template.toml")):
            template = load_template(file.parent)
            self._codes[template.name] = built((file.parent / template.entry).read_text(encoding="utf-8"))

    def alike(self, name: str, picture: Picture) -> str:
        """The template that a picture's code is built like, or that draws what looks like it."""
        code, look = built(picture.code), look_of(picture.rendering.png)
        for known, other in self._codes.items():
            if known == name or _shared(code, other) >= ALIKE_CODE:
                return known
        for known, (renderer, artifact, bits) in self._looks.items():
            same = (renderer, artifact) == (picture.renderer, picture.view.artifact)
            if same and (bits ^ look).bit_count() <= ALIKE_LOOK:
                return known
        return ""

    def put(self, name: str, picture: Picture) -> None:
        self._codes[name] = built(picture.code)
        self._looks[name] = (picture.renderer, picture.view.artifact, look_of(picture.rendering.png))


def built(code: str) -> frozenset[str]:
    """How a piece of code is built: its runs of five words, without numbers, colours and comments."""
    plain = re.sub(r"#[0-9a-fA-F]{3,8}\b|\d+(\.\d+)?", "0", re.sub(r"(?m)^\s*#.*$|\{#.*?#\}", "", code))
    words = _WORD.findall(plain)
    return frozenset(" ".join(words[i : i + 5]) for i in range(max(1, len(words) - 4)))


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other)


def look_of(png: bytes) -> int:
    """256 bits of how a picture looks: which of its coarse patterns are stronger than the middle one (a DCT's signs)."""
    size, kept = 64, 16
    grey = np.asarray(Image.open(io.BytesIO(png)).convert("L").resize((size, size)), dtype=float)
    steps = np.arange(size)
    basis = np.cos(np.pi * np.outer(np.arange(kept), 2 * steps + 1) / (2 * size))
    coarse = (basis @ grey @ basis.T).ravel()
    bits = coarse > np.median(coarse)
    return int("".join("1" if b else "0" for b in bits), 2)


def _write(folder: Path, picture: Picture, about: str, origin: str) -> None:
    style = picture.style
    answer = CodeAnswer.model_construct(
        about=about or f"{picture.view.document or picture.view.artifact}, as a model drew it",
        width_px=style.width_px, height_px=style.height_px, code=picture.code,
    )  # fmt: skip
    fields = told(answer, picture.renderer, picture.view) | {"vary_px": 0.08}
    fields["needs"] = widened(picture.view, picture.code).model_dump(mode="json", exclude_defaults=True)
    head = (
        f"# Written by {picture.origin.removeprefix(WRITTEN)}; harvested from image {picture.view.image} of {origin}.\n"
    )
    write_text(folder / ENTRY[picture.renderer], picture.code)
    write_text(folder / "sample.json", picture.view.model_dump_json(indent=1, exclude_defaults=True) + "\n")
    write_text(folder / "template.toml", head + tomli_w.dumps({"name": folder.name, **fields}))
    load_template(folder)


def widened(view: View, code: str) -> Needs:
    """What of other views a piece of code may be tried on: the shape of its own, with fewer columns and rows as well.

    A view that it can't draw after all is refused when it is read back, and drawn otherwise.
    """
    grids, chart = view.grids, view.artifact == "chart"
    most = {
        k: max(sum(c.kind == k for c in p.columns) for p in grids) for p in grids for k in {c.kind for c in p.columns}
    }
    texts = max((sum(most.get(k, 0) for k in LABELS)), 1)
    columns = {k: (0, n) for k, n in most.items()} | {k: (0, texts) for k in LABELS if any(most.get(x) for x in LABELS)}
    measures = max((len(p.measures) for p in grids), default=0)
    if measures:
        columns |= dict.fromkeys(("count", "amount", "percent"), (0, measures))
    facts = view.facts
    return Needs.model_validate(
        {
            "grids": (len(grids), len(grids)) if chart else (0 if facts else 1, max(1, len(grids))),
            "rows": (2 if chart else 1, max((len(p.rows) for p in grids), default=1)),
            "columns": columns,
            "measures": (min(2, measures), measures) if chart else None,
            "facts": tuple(c.role for c in facts.columns if c.role and re.search(rf"facts\.{c.role}\b(?! %)", code))
            if facts and not chart
            else (),
            "most_facts": len(facts.columns) if facts else 0,
            "documents": (view.document,) if view.artifact == "doc" and view.document else (),
            "prose": (0, len(view.prose)),
            "one_unit": chart and len({c.unit for p in grids for c in p.measures}) == 1,
            "label_chars": max((len(str(v)) for p in grids if p.label for v in p.values(p.label.name)), default=200)
            + 6,
            "time_label": grids[0].over_time if chart else None,
        }
    )


def _name(picture: Picture) -> str:
    digest = hashlib.sha256(f"{picture.renderer}\0{picture.code}".encode()).hexdigest()[:10]
    return f"{picture.renderer}_{digest}"


def _abouts(file: Path) -> dict[str, str]:
    """What each piece of code says that it draws, from the ledger if it is there."""
    if not file.is_file():
        return {}
    ledger, found = Ledger(file), {}
    for request in ledger.requests():
        reply = ledger.answer(request.digest) if request.stage in ("code", "repair") else None
        try:
            answer = CodeAnswer.model_validate_json(reply.text) if reply else None
        except ValidationError:
            continue  # it was refused then, too
        if answer:
            found[answer.code] = " ".join(answer.about.split())
    ledger.close()
    return found
