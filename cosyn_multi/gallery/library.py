"""The runs that a gallery shows: where each set is, what is indexed so far, what was said of it."""

from collections import Counter, OrderedDict
from collections.abc import Sequence
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any, Final

import numpy as np

from cosyn_multi.errors import RunError, UserError, unknown
from cosyn_multi.reviews import Reviews
from cosyn_multi.shards.index import LEVELS, Index, Positions, Query, shuffle_keys
from cosyn_multi.shards.lazy import LazyRun, RowGroups
from cosyn_multi.shards.read import open_run
from cosyn_multi.storage import is_remote, spelled

from .looking import UNSAID, Looking
from .rejects import reasons_of

KEPT_ORDERS: Final = 16
SMALL: Final = 1000
"""Sets of a run that is indexed before the first page; a larger one lets that page go first."""
PATIENCE_S: Final = 5.0


class Shelf:
    """One run as it is on disk now."""

    def __init__(self, path: Path, name: str, earlier: "Shelf | None" = None) -> None:
        self.name = name
        self.path = path
        self.stamp = _stamp(path)
        self.lazy = LazyRun(open_run(path), RowGroups())
        self.index: Index = Index(path, self.lazy.files, earlier.index if earlier else None)
        self.reviews: Reviews = earlier.reviews if earlier else Reviews(path)
        self.reasons: Counter[tuple[str, str]] = Counter()
        """Stage and reason of what was dropped, counted once the sets are indexed."""
        self.fault = ""
        """What stopped the index, as a line for the reader."""

    def __len__(self) -> int:
        return len(self.lazy)

    @property
    def outdated(self) -> bool:
        return self.stamp != _stamp(self.path)

    def build(self) -> None:
        """Index the run. What goes wrong is kept to be shown: the sets indexed so far stay in reach."""
        try:
            for _ in self.index.build():
                pass
            self.reasons = reasons_of(self.lazy)
        except (UserError, OSError, ValueError) as error:
            self.fault = str(error)


class Library:
    """Shelves in the order given. A set is known by its run's name and its id, or by its position over all shelves.

    Raises: RunError for a folder that is no run, and for a run in a store.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        for path in filter(is_remote, paths):
            raise RunError(f"{spelled(path)}: verdicts are kept beside a run, on this machine; copy it into a folder")
        self._lock = Lock()
        self._orders: OrderedDict[tuple[Any, ...], Positions] = OrderedDict()
        self._shown = Event()
        self.shelves = [Shelf(p, n) for p, n in zip(paths, _names(paths), strict=True)]
        for shelf in self.shelves:
            self._start(shelf)

    def __len__(self) -> int:
        return sum(len(s) for s in self.shelves)

    @property
    def indexed(self) -> int:
        return sum(s.index.done for s in self.shelves)

    @property
    def faults(self) -> list[str]:
        return [s.fault for s in self.shelves if s.fault]

    def refresh(self) -> None:
        """Take in what a run gained since it was opened."""
        with self._lock:
            for number, shelf in enumerate(self.shelves):
                if shelf.outdated:
                    self.shelves[number] = Shelf(shelf.path, shelf.name, shelf)
                    self._start(self.shelves[number])

    def shown(self) -> None:
        """Told when the first page is out."""
        self._shown.set()

    def _start(self, shelf: Shelf) -> None:
        """Index a shelf; if it is a large one, in the background and after the first page."""

        def build() -> None:
            self._shown.wait(PATIENCE_S)
            shelf.build()

        if len(shelf) <= SMALL and not self._shown.is_set():
            shelf.build()
        else:
            Thread(target=build, name=f"index of {shelf.name}", daemon=True).start()

    def shelf(self, name: str) -> Shelf:
        """Raises: RunError naming the nearest."""
        for shelf in self.shelves:
            if shelf.name == name:
                return shelf
        raise RunError(unknown("run in this gallery", name, [s.name for s in self.shelves]))

    def at(self, position: int) -> tuple[Shelf, int]:
        """The shelf of a position over all shelves, and the position on it. Raises: RunError beyond the last."""
        for shelf in self.shelves:
            if position < len(shelf):
                return shelf, position
            position -= len(shelf)
        raise RunError("the run has fewer sets than before; go back to the grid")

    def find(self, run: str, set_id: str) -> tuple[Shelf, int]:
        """The shelf and the position on it of a set. Raises: RunError."""
        shelf = self.shelf(run)
        position = shelf.lazy.find(set_id)
        if position is None:
            raise RunError(f"{set_id[:60]!r}: no such set in {run}")
        return shelf, position

    def overall(self, shelf: Shelf, position: int) -> int:
        """The position over all shelves."""
        return position + sum(len(s) for s in self.shelves[: self.shelves.index(shelf)])

    def order(self, looking: Looking) -> Positions:
        """Positions over all shelves of the sets looked at, in their order."""
        if looking.said:  # changes with every verdict
            return self._ordered(looking)
        key = (looking.model_copy(update={"per": "one"}), *((s.stamp, s.index.done) for s in self.shelves))
        with self._lock:
            if key in self._orders:
                self._orders.move_to_end(key)
                return self._orders[key]
        found = self._ordered(looking)
        with self._lock:
            self._orders[key] = found
            while len(self._orders) > KEPT_ORDERS:
                self._orders.popitem(last=False)
        return found

    def _ordered(self, looking: Looking) -> Positions:
        if looking.run:
            self.shelf(looking.run)
        first, positions, keys = 0, [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.uint64)]
        for shelf in self.shelves:
            if looking.run in ("", shelf.name):
                found = _with_verdict(shelf, shelf.index.matches(looking.query), looking.said)
                positions.append(first + found)
                if looking.seed is not None:
                    keys.append(shuffle_keys(shelf.lazy.files, looking.seed)[found])
            first += len(shelf)
        joined = np.concatenate(positions)
        return joined if looking.seed is None else joined[np.argsort(np.concatenate(keys), kind="stable")]

    def counts(self, facet: str) -> Counter[str]:
        """How many sets of all runs hold each value of a facet of sets, as far as they are indexed."""
        return sum((Counter(shelf.index.counts(facet)) for shelf in self.shelves), Counter())

    def drawn_with(self, template: str) -> Positions:
        """Positions over all shelves of the sets with an image that a template drew, as far as they are indexed."""
        return self.order(Looking(query=Query(template=template)))

    def names(self, facet: str) -> list[str]:
        """The values of a facet met so far in any run."""
        known = {name for shelf in self.shelves for name in shelf.index.names(facet)}
        return [level for level in LEVELS if level in known] if facet == "difficulty" else sorted(known)

    def close(self) -> None:
        for shelf in self.shelves:
            shelf.reviews.close()


def _with_verdict(shelf: Shelf, found: Positions, said: str) -> Positions:
    """Those of the positions whose sets somebody gave this verdict, or nobody gave any."""
    if not said:
        return found
    ids = [i for i, verdicts in shelf.reviews.said().items() if said in verdicts or said == UNSAID]
    places = [p for p in map(shelf.lazy.find, ids) if p is not None]
    return found[np.isin(found, np.asarray(places, dtype=np.int64), invert=said == UNSAID)]


def _stamp(path: Path) -> int:
    """Changes whenever a shard is closed."""
    try:
        return (path / "manifest").stat().st_mtime_ns
    except OSError:
        return 0


def _names(paths: Sequence[Path]) -> list[str]:
    """The folders' names, told apart by a number where two are equal."""
    counted: Counter[str] = Counter()
    names = []
    for path in paths:
        name = path.resolve().name or "run"
        counted[name] += 1
        names.append(name if counted[name] == 1 else f"{name}~{counted[name]}")
    return names
