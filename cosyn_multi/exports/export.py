"""`export`: a run, or what is chosen of it, in a format that a trainer reads."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from cosyn_multi.errors import ConfigError, RunError, unknown
from cosyn_multi.shards.building import building
from cosyn_multi.shards.read import Run
from cosyn_multi.shards.rows import Row
from cosyn_multi.storage import RemotePath, place

from .choice import Choice, Chooser, Style, Turn
from .formats import FORMATS, Format, Talk
from .readme import readme
from .split import COLUMNS, LEFT_OUT, Sides, Split

Turns = Literal["many", "one"]
STYLES: Final = ("short", "explained")
TURNS: Final = ("many", "one")


@dataclass(frozen=True)
class Order:
    """What is asked for."""

    format: str
    out: Path
    choice: Choice = field(default_factory=Choice)
    split: Split = field(default_factory=Split)
    answers: Style = "short"
    turns: Turns = "many"


@dataclass
class Exported:
    """What came of it."""

    rows: Counter[str] = field(default_factory=Counter)
    """Per side."""
    questions: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)


def export(run: Run, order: Order, report: Callable[[int, int], None] = lambda done, of: None) -> Exported:
    """Write `order.out`. report: is told how many sets were looked at, and of how many.

    Raises: ConfigError for an unknown name; RunError if the folder is there, a shard is broken, or nothing is left. No
    folder is left behind then.
    """
    form, out = _format(order), place(order.out)
    _usable(run, out)
    if form.loose and isinstance(out, RemotePath):
        within = ", ".join(name for name, f in FORMATS.items() if not f.loose)
        raise ConfigError(
            f"--out {out}: {order.format} has a file for each picture, which its trainers read from a folder; export to a "
            f"folder, or choose one of {within}"
        )
    chooser = Chooser(run, order.choice)
    done = Exported(rows=Counter(dict.fromkeys(order.split.names, 0)))
    with building(out) as folder:
        sides = Sides(order.split, (row for row, _ in chooser.rows(*COLUMNS)) if len(order.split.shares) > 1 else ())
        with ExitStack() as stack:
            writers = {s: stack.enter_context(closing(form.writer(folder, s))) for s in order.split.names}
            for number, (row, turns) in enumerate(chooser.rows("images", *form.columns), 1):
                if side := sides.of(row):
                    for talk in _talks(row, turns, order):
                        writers[side].add(talk)
                        done.rows[side] += 1
                    done.questions[side] += len(turns)
                else:
                    done.left_out[LEFT_OUT] += 1
                report(number, len(run))
        done.left_out.update(chooser.left_out)
        if not done.rows.total():
            raise RunError(f"{run.folder.path}: nothing is left to export ({_told(done.left_out)})")
        texts = form.extras(order.split.names) | {"README.md": readme(out.resolve().name, order.format, form, done)}
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
    return done


def _format(order: Order) -> Format:
    for what, name, known in (
        ("--format", order.format, FORMATS), ("--answers", order.answers, STYLES), ("--turns", order.turns, TURNS),
    ):  # fmt: skip
        if name not in known:
            raise ConfigError(f"{what} {unknown(what.strip('-'), name, known)}")
    return FORMATS[order.format]


def _usable(run: Run, out: Path) -> None:
    if f"{out.resolve()}/".startswith(f"{run.folder.path.resolve()}/"):
        raise RunError(f"--out {out}: lies in the run itself; choose a folder beside it")
    if not len(run):
        raise RunError(f"{run.folder.path}: holds no sets yet; run `generate` again")


def _talks(row: Row, turns: tuple[Turn, ...], order: Order) -> Iterator[Talk]:
    images = tuple(image["bytes"] for image in row["images"])
    if order.turns == "many":
        yield Talk(row["id"], row["id"], images, turns, row, order.answers)
        return
    for turn in turns:
        yield Talk(f"{row['id']}-q{turn.number}", row["id"], images, (turn,), row, order.answers)


def _told(left_out: Counter[str]) -> str:
    return "; ".join(f"{count} {what}" for what, count in left_out.items()) or "the run holds no question"
