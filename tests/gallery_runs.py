"""Small runs for the gallery's tests, without a renderer: every reading is a magenta rectangle exactly where its box is."""

import hashlib
import io
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

from PIL import Image, ImageDraw

from cosyn_multi.config import Recipe, make_recipe
from cosyn_multi.model import (
    Box,
    Column,
    Draft,
    Format,
    ImageSet,
    Picture,
    Plan,
    Provenance,
    Question,
    Reading,
    Reject,
    Rendering,
    SetOutcome,
    Style,
    Table,
    Verdict,
    View,
    Witness,
    World,
    cell_ref,
    header_ref,
    part_of,
)  # fmt: skip
from cosyn_multi.shards.close import close_shard
from cosyn_multi.shards.finish import finish
from cosyn_multi.shards.folder import RunFolder
from cosyn_multi.shards.pending import store_outcome

MARK = (200, 0, 200)
NAMES = ("Rye flour", "Sea salt", "Yeast", "Malt", "Poppy seed", "Caraway")
CHECKS = (
    "runs",
    "agrees",
    "as_read",
    "legible",
    "not_leaked",
    "unambiguous",
    "robust",
    "needs_every_image",
    "balanced",
)
ROW_PX, LEFT_PX, WIDE_PX, GAP_PX = 49, 23, 141, 40


def picture(world: World, image: int, index: int, size: tuple[int, int], title: str) -> Picture:
    view = View(
        image=image,
        artifact="table" if image % 2 else "doc",
        document="" if image % 2 else "price list",
        title=title,
        parts=(part_of(world, "stock", "items", ("item", "bags"), tuple((image + r) % 6 for r in range(3))),),
    )
    drawn = Image.new("RGB", size, "white")
    ImageDraw.Draw(drawn).text((4, size[1] - 14), f"set {index} image {image}", fill="black")
    part, cells, keys = view.parts[0], [], []
    for column, found in enumerate(part.columns):
        keys.append(_mark(drawn, header_ref("items", found.name), 0, column, found.label, None))
        for row in range(len(part.rows)):
            value = part.rows[row][column]
            ref = cell_ref("items", row, found.name)
            cells.append(_mark(drawn, ref, row + 1, column, str(value), found).model_copy(update={"value": value}))
    out = io.BytesIO()
    drawn.save(out, "PNG")
    rendering = Rendering(png=out.getvalue(), width=size[0], height=size[1], cells=tuple(cells), keys=tuple(keys))
    name = "table_plain" if image % 2 else "price_board"
    return Picture(
        view=view, rendering=rendering, png_digest=hashlib.sha256(rendering.png).hexdigest(), template=name,
        template_digest="0" * 16, renderer="html", style=Style(), code="<p>code</p>",
    )  # fmt: skip


def _mark(drawn: Image.Image, ref: str, row: int, column: int, shown: str, found: Column | None) -> Reading:
    x, y = LEFT_PX + column * (WIDE_PX + GAP_PX), 31 + row * ROW_PX
    box = Box(x0=x, y0=y, x1=x + WIDE_PX, y1=y + 19)
    # an image's last column and row of pixels are x1 - 1 and y1 - 1
    ImageDraw.Draw(drawn).rectangle((box.x0, box.y0, box.x1 - 1, box.y1 - 1), fill=MARK)
    if found is None:
        return Reading(ref=ref, role="header", shown=shown, boxes=(box,))
    return Reading(ref=ref, shown=shown, kind=found.kind, boxes=(box,), keys=(header_ref("items", found.name),))


def question(text: str, answer: str, kind: str, index: int, measure: float, choices: tuple[str, ...] = ()) -> Question:
    answer_type = "choice" if choices else "int" if answer.isdigit() else "str"
    block = "".join(f"\n{letter}. {choice}" for letter, choice in zip("ABCD", choices, strict=False))
    cells = 1 + index % 2
    draft = Draft.model_validate({
        "kind": kind, "text": text + block, "answer_type": answer_type, "choices": choices, "images": (1, 2),
        "program": f"SELECT sum(bags) FROM image1_items -- {index}", "witnesses": (Witness(name="world", answer=(answer,)),),
        "evidence": tuple(f"image{i}:items[{r}].bags" for i in (1, 2) for r in range(cells)),
        "explanation": "Image 1 and image 2 say so: {answer}.",
    })  # fmt: skip
    verdicts = tuple(
        Verdict.holds(check, measure=measure if check == "needs_every_image" else None) for check in CHECKS
    )  # fmt: skip
    explanation = draft.explanation.replace("{answer}", answer)
    return Question(draft=draft, answer=(answer,), text_answer=answer, explanation=explanation, verdicts=verdicts)


def image_set(index: int, seed: int = 3, words: str = "") -> ImageSet:
    """A set of 2 to 5 images of very different sizes and three questions. `words` stand in every text there is."""
    rows = tuple((name, 7 + 11 * index + 3 * r) for r, name in enumerate(NAMES))
    columns = (
        Column(name="item", label=f"Item{words}", kind="category"),
        Column(name="bags", label="Bags", kind="count", format=Format(style="number")),
    )
    world = World(tables=(Table(name="stock", row_noun="item", columns=columns, rows=rows),))
    sizes = ((500, 300), (901, 1100), (640, 900), (1200, 420), (380, 260))[: 2 + index % 4]
    pictures = tuple(picture(world, n, index, size, f"Stock {index}{words}") for n, size in enumerate(sizes, 1))
    names = tuple(f"{name} {index}{words}" for name in NAMES[:4])
    questions = (
        question(f"How many bags of rye flour do images 1 and 2 of store {index} hold?{words}", str(7100 + index), "aggregate", index, 0.1),
        question(f"Which good of store {index} is rarer in image 1 than in image 2?{words}", names[index % 4], "extremum", index, 0.7, names),
        question(f"What does the board of store {index} call its cheapest good?{words}", f"Malt{index}x{words}", "sequential_hop", index, 0.0),
    )  # fmt: skip
    domain = ("bakery", "gym", "museum")[index % 3]
    plan = Plan(
        scenario="regional_metric" if index % 2 else "competing_quotes", domain=domain, persona=f"A baker{words}",
        topic=f"stock of store {index}{words}", world=world, views=tuple(p.view for p in pictures),
    )  # fmt: skip
    return ImageSet(
        id=f"{seed}-{index:06d}", index=index, plan=plan, pictures=pictures, questions=questions,
        provenance=Provenance(seed=seed, index=index, author="offline"),
    )  # fmt: skip


def make_run(out: Path, sets: int, shard_size: int = 5, words: str = "") -> Path:
    """A closed run of `sets` sets, each with a reject."""
    recipe = make_recipe(seed=3, shard_size=shard_size, questions=1)
    folder = RunFolder(out)
    folder.start(recipe, sets, {"browser": "none"})
    for index in range(sets):
        reject = Reject(
            stage="robust", reason="comparison_flips", detail=f"41 becomes 39{words}", set_index=index, kind="extremum",
            question=f"Is store {index} larger?{words}",
        )  # fmt: skip
        made = image_set(index, words=words)
        store_outcome(folder, SetOutcome(index=index, image_set=made, rejects=(reject,), drafts=4))
    close_run(folder, recipe, sets, {"browser": "none"})
    return out


def close_run(folder: RunFolder, recipe: Recipe, sets: int, environment: dict[str, str]) -> None:
    """Close the shards of a run whose sets are all made, and finish it."""
    for shard, first in enumerate(range(0, sets, recipe.shard_size)):
        close_shard(folder, recipe, shard, range(first, min(first + recipe.shard_size, sets)))
    finish(folder, recipe, environment)


@contextmanager
def serving(*runs: Path, options: Sequence[str] = ()) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """`cosyn-multi gallery` in a process of its own, on a free port. Yields its link, as printed, and the process."""
    with page_of("gallery", *map(str, runs), "--port", "0", *options) as found:
        yield found


@contextmanager
def page_of(*command: str, **environment: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A command that serves a page, in a process of its own. Yields the link that it printed, and its process."""
    process = subprocess.Popen(
        [sys.executable, "-m", "cosyn_multi", *command],
        stdout=subprocess.PIPE, text=True, env={**os.environ, **environment},
    )  # fmt: skip
    try:
        assert process.stdout is not None
        said = process.stdout.readline()
        link = next((word for word in said.split() if word.startswith("http://")), "")
        assert link, f"no link in {said!r}"
        yield link, process
    finally:
        process.terminate()
        process.wait(timeout=20)
        if process.stdout:
            process.stdout.close()


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: str


def ask(link: str, path: str = "/", form: dict[str, str] | None = None, /, **headers: str) -> Answer:
    """One request, redirects not followed. With a form, a POST as the gallery's own page would send it, unless the
    headers say otherwise; a header's underscores stand for hyphens, an empty one isn't sent."""
    parts = urlsplit(link)
    connection = HTTPConnection(parts.hostname or "", parts.port or 80, timeout=30)
    own = {"host": parts.netloc, "origin": f"http://{parts.netloc}" if form is not None else ""}
    sent = {k.replace("_", "-"): v for k, v in {**own, **headers}.items() if v}
    body = urlencode(form) if form is not None else None
    connection.request(sent.pop("method", "GET" if form is None else "POST"), path, body, sent)
    answer = connection.getresponse()
    text = answer.read().decode("utf-8", "replace")
    connection.close()
    return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, text)
