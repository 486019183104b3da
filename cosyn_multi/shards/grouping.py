"""Rows in groups of bounded weight: what a Parquet file's reader takes at once."""

from collections.abc import Callable, Iterable, Iterator

from .rows import Row


class Group:
    """Rows that wait for their group to be full. heaviest: bytes of a group (a heavier row stands alone)."""

    def __init__(self, heaviest: int) -> None:
        self._heaviest = heaviest
        self.rows: list[Row] = []
        self.weight = 0

    def has_room(self, weight: int) -> bool:
        return not self.rows or self.weight + weight <= self._heaviest

    def add(self, row: Row, weight: int) -> None:
        self.rows.append(row)
        self.weight += weight


def grouped(rows: Iterable[Row], weight: Callable[[Row], int], heaviest: int, most: int = 0) -> Iterator[list[Row]]:
    """Args: weight: of a row, in bytes. heaviest: as of a `Group`. most: rows of it; 0: any."""
    group = Group(heaviest)
    for row in rows:
        heavy = weight(row)
        if not group.has_room(heavy) or (most and len(group.rows) == most):
            yield group.rows
            group = Group(heaviest)
        group.add(row, heavy)
    if group.rows:
        yield group.rows
