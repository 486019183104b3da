"""Rows in groups of bounded weight: what a Parquet file's reader takes at once."""

from collections.abc import Callable, Iterable, Iterator

from .rows import Row


def grouped(rows: Iterable[Row], weight: Callable[[Row], int], heaviest: int, most: int = 0) -> Iterator[list[Row]]:
    """Args: weight: of a row, in bytes. heaviest: bytes of a group (a heavier row stands alone). most: rows of it; 0: any."""
    group: list[Row] = []
    size = 0
    for row in rows:
        heavy = weight(row)
        if group and (size + heavy > heaviest or len(group) == most):
            yield group
            group, size = [], 0
        group.append(row)
        size += heavy
    if group:
        yield group
