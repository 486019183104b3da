"""The nearest rows of every row, through faiss. Same rows in the same order, same answer, on any number of cores."""

from itertools import islice
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from cosyn_multi.errors import SetupError

from .embed import Vectors

FLAT_BELOW: Final = 12_000
"""Different rows up to which all pairs are compared: exact, and as fast as a graph there. Above, a graph (HNSW) is walked."""
LINKS, BUILD_BREADTH, SEARCH_BREADTH = 24, 80, 96
"""The graph's size. Measured on labels: more than 0.97 of the true nearest 24 are found (see the tests)."""
Ids = npt.NDArray[np.int64]


class Near(NamedTuple):
    """Per row its nearest rows, itself left out: the nearest first; -1 and -1.0 where there are no more."""

    ids: Ids
    cosines: Vectors


def nearest(vectors: Vectors, k: int, flat_below: int = FLAT_BELOW) -> Near:
    """The k nearest rows of each row by cosine. Zero rows have no neighbours. Raises: SetupError without faiss."""
    known = np.flatnonzero(vectors.any(axis=1))
    firsts, group_of = _different(vectors[known])
    rows = np.ascontiguousarray(vectors[known][firsts])
    cosines, found = _search(rows, min(k + 1, len(rows)), flat_below) if len(rows) else _nothing()
    return _spread(Near(found, cosines), known, group_of, len(vectors), k)


def _different(rows: Vectors) -> tuple[Ids, Ids]:
    """First places of the different rows, and which of these each row equals."""
    seen: dict[bytes, int] = {}
    group_of = np.array([seen.setdefault(row.tobytes(), len(seen)) for row in rows], dtype=np.int64)
    firsts = np.unique(group_of, return_index=True)[1] if len(rows) else np.zeros(0, dtype=np.int64)
    return np.asarray(firsts, dtype=np.int64), group_of


def _search(rows: Vectors, k: int, flat_below: int) -> tuple[Vectors, Ids]:
    faiss = _faiss()
    if len(rows) <= flat_below:
        index = faiss.IndexFlatIP(rows.shape[1])
        index.add(rows)
    else:
        index = faiss.IndexHNSWFlat(rows.shape[1], LINKS, faiss.METRIC_INNER_PRODUCT)
        index.hnsw.efConstruction, index.hnsw.efSearch = BUILD_BREADTH, max(SEARCH_BREADTH, k)
        threads = faiss.omp_get_max_threads()
        faiss.omp_set_num_threads(1)  # the graph depends on the order in which rows come in
        try:
            index.add(rows)
        finally:
            faiss.omp_set_num_threads(threads)
    cosines, found = index.search(rows, k)
    return cosines, found


def _faiss() -> Any:
    try:
        import faiss
    except ImportError as error:
        message = "faiss-cpu: not installed; it comes with the extra: pip install 'cosyn-multi[points]'"
        raise SetupError(message) from error
    return faiss


def _nothing() -> tuple[Vectors, Ids]:
    return np.zeros((0, 0), dtype=np.float32), np.zeros((0, 0), dtype=np.int64)


def _spread(found: Near, known: Ids, group_of: Ids, rows: int, k: int) -> Near:
    """What was found among different rows, told of all rows: equal rows are each other's nearest."""
    members: list[list[int]] = [[] for _ in found.ids]
    for row, group in zip(known.tolist(), group_of.tolist(), strict=True):
        members[group].append(row)
    ids = np.full((rows, k), -1, dtype=np.int64)
    cosines = np.full((rows, k), -1, dtype=np.float32)
    for group, pairs in enumerate(zip(found.ids.tolist(), found.cosines.tolist(), strict=True)):
        near = [(group, 1.0), *((g, c) for g, c in zip(*pairs, strict=True) if g not in (group, -1))]
        listed = list(
            islice(((row, c) for g, c in near for row in members[g]), k + 1)
        )  # one of them may be the row itself
        for here in members[group]:
            mine = [pair for pair in listed if pair[0] != here][:k]
            if mine:
                ids[here, : len(mine)], cosines[here, : len(mine)] = zip(*mine, strict=True)
    return Near(ids, cosines)


def recall(vectors: Vectors, found: Near, sample: Ids) -> float:
    """The share of the true nearest, as many as were found, that were found, over the rows of `sample`."""
    hits = total = 0
    for row in sample:
        k = int((found.ids[row] >= 0).sum())
        cosines = vectors @ vectors[row]
        cosines[row] = -2
        least = np.partition(cosines, -k)[-k]
        hits += int((cosines[found.ids[row][:k]] >= least - 1e-6).sum())
        total += k
    return hits / max(total, 1)
