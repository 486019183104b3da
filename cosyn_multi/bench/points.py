"""How time and memory of `points` grow: cluster and normalise, 10,000 and 100,000 annotations, each in its own process."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from random import Random
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from cosyn_multi.points.words import load_words

SIZES: Final = (10_000, 100_000)
ADJECTIVES: Final = [
    "old",
    "new",
    "small",
    "large",
    "wooden",
    "metal",
    "plastic",
    "round",
    "broken",
    "shiny",
    "dirty",
    "wet",
    "tall",
    "empty",
    "full",
]
PLACES: Final = [
    "on the street",
    "near the wall",
    "in the garden",
    "under a roof",
    "by the river",
    "at the station",
    "in a shop",
]
THINGS_PER_IMAGE: Final = 10
Row = tuple[str, str, str]
CODE: Final = """
import sys, time, resource
from pathlib import Path
start = time.perf_counter()
from cosyn_multi.points.build import start as begin, normalise
from cosyn_multi.points.cluster import ClusterOptions
folder = begin(Path(sys.argv[2]), [sys.argv[1]], ClusterOptions(), lambda line: None)
normalise(folder, lambda line: None)
numbers = folder.numbers()
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(time.perf_counter() - start, time.process_time(), peak, numbers["normalise"]["normalized"], numbers["cluster"]["covered"])
"""


def points(sizes: tuple[int, ...] = SIZES) -> Iterator[Row]:
    """Cluster and normalise, timed from the start of the process, with its highest memory."""
    before: tuple[int, float] | None = None  # in CPU seconds: they don't depend on who else is busy
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="cosyn-multi-bench-") as folder:
            file = Path(folder) / "rows.parquet"
            pq.write_table(pa.Table.from_pylist(annotations(size)), file)
            told = [sys.executable, "-c", CODE, str(file), str(Path(folder) / "run")]
            done = subprocess.run(told, capture_output=True, text=True, check=True)
        seconds, cpu, mib, labels, covered = (float(x) for x in done.stdout.split())
        grown = f"; {cpu / before[1]:.1f} x the CPU of {before[0]:,}" if before else ""
        yield (
            f"points: cluster and normalise {size:,} annotations",
            f"{seconds:.0f} s ({cpu:.0f} s of CPU), {mib:.0f} MiB",
            f"{labels:,.0f} normalised labels, {covered:.1%} covered{grown}",
        )
        before = (size, cpu)


def annotations(count: int, seed: int = 1) -> list[dict[str, Any]]:
    """Rows with labels as varied as people's: about a third of them different."""
    rng = Random(seed)
    words = load_words()
    nouns = sorted({*words.irregular.values(), *words.synonyms.values(), *words.synonyms})
    phrases = [f"{a} {n} {p}" for a, n, p in product(ADJECTIVES, nouns, PLACES)]
    rows = []
    for number in range(count):
        plain = rng.random()
        noun = rng.choice(nouns)
        label = noun if plain < 0.4 else f"{rng.choice(ADJECTIVES)} {noun}" if plain < 0.6 else rng.choice(phrases)
        points = [{"x": rng.uniform(0, 100), "y": rng.uniform(0, 100)} for _ in range(rng.randint(1, 4))]
        image = f"{number // THINGS_PER_IMAGE:064x}"
        rows.append({
            "image_url": f"https://images.example/{image}", "image_sha256": image, "points": points, "count": len(points),
            "label": label, "collection_method": "pointing",
        })  # fmt: skip
    return rows
