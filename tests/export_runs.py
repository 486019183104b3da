"""Small runs that pass `verify`, without a renderer: for exports, merges and what else reads a run.

A set has two pictures of coloured blocks, unlike those of any other set, and asks for sums, look-ups and a choice over
two little tables of bags.
"""

import hashlib
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from random import Random

from gallery_runs import CHECKS, ROW_PX, close_run
from PIL import Image

from cosyn_multi.config import make_recipe
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
from cosyn_multi.shards.folder import RunFolder
from cosyn_multi.shards.pending import store_outcome

GOODS = ("Rye flour", "Sea salt", "Yeast", "Malt", "Poppy seed", "Caraway")
ENVIRONMENT = {"browser": "none"}


def blocks(seed: int | str, size: tuple[int, int] = (320, 360)) -> bytes:
    """A PNG of 8 x 8 grey blocks, drawn from the seed."""
    rng = Random(f"blocks {seed}")
    small = Image.frombytes("L", (8, 8), bytes(rng.randrange(256) for _ in range(64)))
    out = io.BytesIO()
    small.resize(size, Image.Resampling.NEAREST).convert("RGB").save(out, "PNG")
    return out.getvalue()


def image_set(
    index: int,
    seed: int = 3,
    persona: str = "",
    pictures: Sequence[bytes] = (),
    bags: Sequence[int] = (),
    store: str = "",
    images: int = 2,
) -> ImageSet:
    """A set. pictures: PNGs in the place of its own blocks; bags: the numbers of its table; store: what questions call it."""
    rng = Random(f"bags {seed} {index}")
    numbers = tuple(bags) or tuple(rng.sample(range(100, 10_000), len(GOODS)))
    columns = (
        Column(name="item", label="Item", kind="key"),
        Column(name="bags", label="Bags", kind="count", format=Format(style="number")),
    )
    rows = tuple(zip(GOODS, numbers, strict=True))
    world = World(tables=(Table(name="stock", row_noun="item", columns=columns, rows=rows),))
    pngs = tuple(pictures) or tuple(blocks(f"{seed} {index} {image}") for image in range(images))
    made = tuple(_picture(world, image, png) for image, png in enumerate(pngs, 1))
    plan = Plan(
        scenario="competing_quotes", domain="bakery", persona=persona or f"A baker of town {seed} {index}",
        topic="stock", world=world, views=tuple(p.view for p in made),
    )  # fmt: skip
    return ImageSet(
        id=f"{seed}-{index:06d}", index=index, plan=plan, pictures=made, provenance=Provenance(seed=seed, index=index, author="offline"),
        questions=tuple(_questions(store or f"store {seed} {index}", numbers)),
    )  # fmt: skip


def _picture(world: World, image: int, png: bytes) -> Picture:
    """The upper half of the goods in image 1, the lower in image 2, all in the others."""
    shown = {1: (0, 1, 2), 2: (3, 4, 5)}.get(image, tuple(range(len(GOODS))))
    part = part_of(world, "stock", "items", ("item", "bags"), shown)
    view = View(image=image, artifact="table", title="Stock", parts=(part,))
    with Image.open(io.BytesIO(png)) as opened:
        width, height = opened.size
    keys = [_reading(header_ref("items", c.name), c, None, 0, n) for n, c in enumerate(part.columns)]
    cells = [
        _reading(cell_ref("items", row, c.name), c, part.rows[row][n], row + 1, n)
        for n, c in enumerate(part.columns)
        for row in range(len(part.rows))
    ]
    rendering = Rendering(png=png, width=width, height=height, cells=tuple(cells), keys=tuple(keys))
    return Picture(
        view=view, rendering=rendering, png_digest=hashlib.sha256(png).hexdigest(), template="table_plain",
        template_digest="0" * 16, renderer="html", style=Style(), code="<p>code</p>",
    )  # fmt: skip


def _reading(ref: str, column: Column, value: object, row: int, place: int) -> Reading:
    x, y = 20 + 150 * place, 8 + row * ROW_PX
    box = Box(x0=x, y0=y, x1=x + 120, y1=y + 19)
    if row == 0:
        return Reading(ref=ref, role="header", shown=column.label, boxes=(box,))
    keys = (header_ref("items", column.name),)
    return Reading(ref=ref, shown=str(value), kind=column.kind, value=value, boxes=(box,), keys=keys)


def _questions(store: str, bags: Sequence[int]) -> Iterable[Question]:
    both = "SELECT bags, item FROM image1_items UNION ALL SELECT bags, item FROM image2_items"
    yield _question(f"How many bags of {store} do images 1 and 2 list in all?", str(sum(bags)), "aggregate", "int",
                    f"SELECT sum(bags) FROM ({both})")  # fmt: skip
    most = GOODS[max(range(len(bags)), key=lambda i: bags[i])]
    yield _question(f"Of which good of {store} do images 1 and 2 list the most bags?", most, "extremum", "choice",
                    f"SELECT item FROM ({both}) ORDER BY bags DESC LIMIT 1", choices=tuple(sorted({*GOODS[:3], most})))  # fmt: skip
    yield _question(f"Does {store} have more bags of yeast than of malt?", "Yes" if bags[2] > bags[3] else "No", "compare_pair",
                    "bool", "SELECT (SELECT bags FROM image1_items WHERE item = 'Yeast') > (SELECT bags FROM image2_items WHERE item = 'Malt')")  # fmt: skip
    yield _question(f"How many bags of malt does image 2 list for {store}?", str(bags[3]), "direct_lookup", "int",
                    "SELECT bags FROM image2_items WHERE item = 'Malt'")  # fmt: skip


def _question(
    text: str, answer: str, kind: str, answer_type: str, program: str, choices: tuple[str, ...] = ()
) -> Question:
    block = "".join(f"\n{letter}. {choice}" for letter, choice in zip("ABCDEF", choices, strict=False))
    draft = Draft.model_validate({
        "kind": kind, "text": text + block, "answer_type": answer_type, "choices": choices, "images": (1, 2), "program": program,
        "witnesses": (Witness(name="world", answer=(answer,)),), "tolerance": Decimal(0),
        "evidence": tuple(f"image{i}:items[{r}].bags" for i in (1, 2) for r in range(3)),
        "explanation": "The images list them; this gives {answer}.",
    })  # fmt: skip
    verdicts = tuple(Verdict.holds(check) for check in CHECKS if check != "balanced")
    explanation = draft.explanation.replace("{answer}", answer)
    return Question(draft=draft, answer=(answer,), text_answer=answer, explanation=explanation, verdicts=verdicts)


def make_run(out: Path, sets: Sequence[ImageSet], shard_size: int = 4, seed: int = 3) -> Path:
    """A finished run of these sets, each with a reject. Their indices must be 0, 1, 2 ..."""
    recipe = make_recipe(seed=seed, shard_size=shard_size, questions=1)
    folder = RunFolder(out)
    folder.start(recipe, len(sets), ENVIRONMENT)
    for made in sets:
        reject = Reject(
            stage="robust", reason="comparison_flips", detail="41 becomes 39", set_index=made.index, kind="extremum"
        )
        store_outcome(folder, SetOutcome(index=made.index, image_set=made, rejects=(reject,), drafts=6))
    close_run(folder, recipe, len(sets), ENVIRONMENT)
    return out
