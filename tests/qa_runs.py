"""Small runs of people's questions: drawn price lists with captions, sets without an embedder, and the page served."""

import json
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from gallery_runs import page_of
from PIL import Image, ImageDraw

from cosyn_multi.qa.pictures import Caption
from cosyn_multi.qa.start import start
from cosyn_multi.qa.store import Store

SHOPS = {
    "bakery": ("Rye bread", "Baguette"), "garage": ("Oil change", "Tyre set"), "zoo": ("Adult ticket", "Child ticket"),
    "florist": ("Rose", "Tulip"), "cinema": ("Matinee", "Late show"),
}  # fmt: skip
MONTHS = ("March", "April", "May", "June", "July")


def draw(file: Path, title: str, lines: Sequence[str] = (), size: tuple[int, int] = (420, 260)) -> Path:
    picture = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(picture)
    for row, text in enumerate((title, *lines)):
        pen.text((18, 16 + 34 * row), text, fill="black")
    file.parent.mkdir(parents=True, exist_ok=True)
    picture.save(file)
    return file


def make_images(folder: Path, shops: int = 5, months: int = 4) -> Path:
    """shop-month.png each, and captions.jsonl beside the folder."""
    told = []
    for s, (shop, goods) in enumerate(list(SHOPS.items())[:shops]):
        for m, month in enumerate(MONTHS[:months]):
            prices = [f"{good} {3 + s + 2 * k + m / 10:.2f} EUR" for k, good in enumerate(goods)]
            draw(
                folder / f"{shop}-{month.lower()}.png",
                f"{shop} price list {month} 2024",
                prices,
                (420 + 60 * m, 260 + 40 * s),
            )
            told.append(
                {
                    "image": f"{shop}-{month.lower()}.png",
                    "caption": f"Price list of a {shop}, {month} 2024: {'; '.join(prices)}.",
                }
            )
    captions = folder.parent / "captions.jsonl"
    captions.write_text("".join(json.dumps(line) + "\n" for line in told), encoding="utf-8")
    return captions


def make_store(folder: Path, sets: int = 4, shops: int = 5) -> Store:
    """A run with `sets` sets of 2, 3, 2, 3 ... images of one shop each, formed by hand."""
    captions = make_images(folder / "in" / "img", shops)
    start(folder / "qa", [str(folder / "in" / "img")], captions, None, None, lambda line: None)
    store = Store(folder / "qa")
    digests = [p.sha256 for p in store.pictures.all()]
    formed = []
    for n in range(sets):
        first = (4 * n) % len(digests)
        chosen = [digests[(first + k) % len(digests)] for k in range(2 + n % 2)]
        chosen = chosen[-(n // 5 % len(chosen)) :] + chosen[: -(n // 5 % len(chosen))] if n >= 5 else chosen
        formed.append((f"set{n:02d}", chosen, [0.9] * (len(chosen) * (len(chosen) - 1) // 2)))
    store.sets.replace(formed)
    return store


def write(store: Store, set_id: str, writer: str, question: str, answer: str, second: bool = False) -> int:
    """Submit a question; its number."""
    mine = store.questions.open(set_id, writer)
    store.questions.keep(mine.id, writer, question, answer, mine.revision, 0.0)
    return store.questions.submit(mine.id, writer, second).id


def caption(store: Store, digest: str, text: str) -> None:
    store.pictures.caption(Caption(sha256=digest, text=text, source="file"))


@contextmanager
def serving(run: Path, *options: str, key: str = "") -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """`cosyn-multi qa annotate` in a process of its own, on a free port. Yields its link, as printed, and the process."""
    with page_of(
        "qa", "annotate", str(run), "--port", "0", *options, **({"ANTHROPIC_API_KEY": key} if key else {})
    ) as found:
        yield found
