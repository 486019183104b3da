"""Giving each given member a right one of its own."""

from collections.abc import Sequence


def matched(table: Sequence[Sequence[bool]]) -> bool:
    """Whether each row can have a column of its own where it holds True (augmenting paths)."""
    owner: dict[int, int] = {}

    def place(i: int, tried: set[int]) -> bool:
        for j, fits in enumerate(table[i]):
            if fits and j not in tried:
                tried.add(j)
                if j not in owner or place(owner[j], tried):
                    owner[j] = i
                    return True
        return False

    return all(place(i, set()) for i in range(len(table)))
