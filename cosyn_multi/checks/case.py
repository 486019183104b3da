"""Bench and Case: what the checks look at. A Bench serves all drafts of one set; a Case is one draft before it."""

from collections.abc import Callable, Generator, Iterable
from functools import cached_property
from random import Random
from typing import Any, TypeVar

from cosyn_multi.model import Column, Draft, Reading, Sheet, Value, Views, header_ref
from cosyn_multi.programs import Database, Program, ProgramError, Result, Row, analyse, answer_of
from cosyn_multi.seeds import digest

T = TypeVar("T")


class Bench:
    """One set: its tables loaded once, as read and as meant, and what is drawn in each image."""

    def __init__(self, views: Views, seed: int) -> None:
        self.views, self.seed = views, seed
        self.read, self.meant = Database(views.read), Database(views.meant)
        self.sheets = {s.name: s for s in views.read}
        self.intended = {s.name: s for s in views.meant}
        self._kept: dict[Any, Any] = {}

    def once(self, key: Any, make: Callable[[], T]) -> T:
        """A value that is worked out once per set."""
        if key not in self._kept:
            self._kept[key] = make()
        kept: T = self._kept[key]
        return kept

    def reading(self, image: int, ref: str) -> Reading | None:
        return self.views.readings.get(f"image{image}:{ref}")

    def header(self, sheet: Sheet, column: Column) -> Reading | None:
        return self.reading(sheet.image, header_ref(sheet.part, column.name))

    def cells(self, sheet: Sheet, column: Column) -> list[Reading]:
        """The readings of a column's drawn cells."""
        found = (self.reading(sheet.image, sheet.ref(row, column.name)) for row in range(len(sheet.rows)))
        return [r for r in found if r is not None]

    def drawn(self, image: int) -> str:
        """Everything that can be read in an image besides its data cells, in one text."""
        return self.once(("drawn", image), lambda: self._drawn(image))

    def _drawn(self, image: int) -> str:
        rendering = self.views.renderings[image - 1]
        texts = [k.shown for k in rendering.keys] + [" ".join(w.text for w in rendering.words)]
        return "\n".join(t for t in texts if t)

    def close(self) -> None:
        self.read.close()
        self.meant.close()


class Case:
    """One draft being judged."""

    def __init__(self, draft: Draft, bench: Bench) -> None:
        self.draft, self.bench = draft, bench

    @cached_property
    def program(self) -> Program:
        """Raises: ProgramError."""
        return analyse(self.draft.program, self.bench.views.read)

    @cached_property
    def result(self) -> Result:
        """Raises: ProgramError."""
        return self.bench.read.run(self.draft.program)

    @cached_property
    def answer(self) -> tuple[str, ...]:
        """Raises: ProgramError."""
        return answer_of(self.result, self.draft)

    @cached_property
    def columns(self) -> tuple[tuple[Sheet, Column], ...]:
        """The (sheet, column)s that the program reads; where it only counts rows, what names them."""
        found: dict[tuple[str, str], tuple[Sheet, Column]] = {}
        for table, name in sorted(self.result.columns_read):
            sheet = self.bench.sheets[table]
            column = sheet.column(name) if name else label_of(sheet)
            found[table, column.name] = (sheet, column)
        return tuple(found.values())

    @cached_property
    def marks(self) -> bool:
        """Whether any value it reads has a reading error."""
        return any(t for sheet, column in self.columns for t in tolerances(sheet, column))

    def answers(self, draws: Iterable[dict[str, list[Row]]]) -> Generator[tuple[str, ...] | ProgramError, None, None]:
        """For each draw, which holds other rows for some tables, the answer; or why there is none of its shape."""
        with self.bench.read.perturbed() as change:
            for tables in draws:
                change.put(tables)
                try:
                    yield answer_of(self.bench.read.run(self.draft.program), self.draft)
                except ProgramError as error:
                    yield error

    def rng(self, purpose: str) -> Random:
        """Random numbers that depend on the set's seed and the question alone."""
        return Random(digest(self.bench.seed, self.draft.text, self.draft.program, purpose))

    @property
    def images_read(self) -> tuple[int, ...]:
        return tuple(sorted({sheet.image for sheet, _ in self.columns}))


def tolerances(sheet: Sheet, column: Column) -> list[Any]:
    place = sheet.index(column.name)
    return [row[place] for row in sheet.tolerances]


def label_of(sheet: Sheet) -> Column:
    """The column that names a sheet's rows, as `Part.label`; the first one if none does."""
    for kind in ("key", "category", "date", "text"):
        for column in sheet.columns:
            if column.kind == kind:
                return column
    return sheet.columns[0]


def texts_of(sheet: Sheet, column: Column) -> list[Value]:
    return list(sheet.values(column.name))
