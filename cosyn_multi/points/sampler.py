"""What training sees of a set of points: drawn anew in every epoch, the same in every run. Loads nothing heavy.

sampler = PointSampler(rows, seed=3)        # rows: those of the Parquet files, as dicts
sampler.set_epoch(1); sample = sampler[17]  # a map-style data set; any order, any worker
"""

from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Any, Final, NamedTuple, Self

from pydantic import Field, model_validator

from cosyn_multi.model import Frozen
from cosyn_multi.pointing.text_form import STYLES, Separator, Style, write
from cosyn_multi.seeds import stream

from .phrasings import phrasing

MOST_POINTS: Final = 60


class Sampling(Frozen):
    """How samples are drawn."""

    p_original: float = Field(
        0.5, ge=0, le=1, description="Odds of a label that an annotator wrote, not the canonical."
    )
    p_all_images: float = Field(0.5, ge=0, le=1, description="Odds of the whole set; else a part of it.")
    p_negative: float = Field(0.05, ge=0, le=1, description="Odds of asking where there are none, if a set knows such.")
    weights: dict[Style, float] = Field(
        {"point": 4, "count": 2, "point_then_count": 2, "count_then_point": 2}, description="Style -> weight."
    )
    most_points: int = Field(MOST_POINTS, ge=1, description="Most points in a target.")
    separator: Separator = Field(";", description="Between images in a target: ';' or a tab.")

    @model_validator(mode="after")
    def _drawable(self) -> Self:
        if min(self.weights.values(), default=0) < 0 or sum(self.weights.values()) <= 0:
            raise ValueError("weights: 0 or more each, and not all 0")
        return self


class Sample(NamedTuple):
    """One example. `images`: places in the set, ascending; the texts call them image 1, 2, ... in this order."""

    id: str
    images: tuple[int, ...]
    label: str
    style: Style
    prompt: str
    target: str


class PointSampler:
    """A map-style data set over rows of points. Sample i of an epoch depends on seed, epoch and row i alone."""

    def __init__(
        self, rows: Sequence[Mapping[str, Any]], seed: int = 0, epoch: int = 0, sampling: Sampling | None = None
    ) -> None:
        self.rows, self.seed, self.epoch = rows, seed, epoch
        self.sampling = sampling or Sampling()

    def set_epoch(self, epoch: int) -> None:
        """Samples of another epoch are drawn anew."""
        self.epoch = epoch

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Sample]:
        return (self[i] for i in range(len(self)))

    def __getitem__(self, index: int) -> Sample:
        if not 0 <= index < len(self.rows):
            raise IndexError(index)
        row = self.rows[index]
        rng = stream(self.seed, self.epoch, "points", row["id"])
        images = self._images(row, rng)
        label = self._label(row, rng)
        points = [[(p["x"], p["y"]) for p in row["points"][i]] for i in images]
        style = self._style(rng, sum(map(len, points)))
        prompt = phrasing(style, label, rng)
        return Sample(row["id"], images, label, style, prompt, write(points, label, style, self.sampling.separator))

    def _label(self, row: Mapping[str, Any], rng: Random) -> str:
        """An original label (each annotation has the same odds) or the canonical one."""
        original = rng.random() < self.sampling.p_original
        return str(rng.choice(row["labels"]) if original else row["canonical_label"])

    def _images(self, row: Mapping[str, Any], rng: Random) -> tuple[int, ...]:
        """All images or some, in order. Images known to hold none are asked about alone at the rate `p_negative`."""
        counts = [len(p) for p in row["points"]]
        empty = [i for i, c in enumerate(counts) if c == 0]
        if empty and rng.random() < self.sampling.p_negative:
            return tuple(sorted(rng.sample(empty, rng.randint(1, len(empty)))))
        everything = range(len(counts))
        if rng.random() < self.sampling.p_all_images:
            chosen = list(everything)
        else:
            chosen = sorted(rng.sample(everything, rng.randint(1, max(1, len(counts) - 1))))
            if all(counts[i] == 0 for i in chosen):  # absence has its own rate
                chosen = list(everything)
        return self._within(chosen, counts)

    def _within(self, chosen: list[int], counts: list[int]) -> tuple[int, ...]:
        """Leave out the images with the most points until the rest may be pointed to; one image at least stays."""
        while len(chosen) > 1 and sum(counts[i] for i in chosen) > self.sampling.most_points:
            chosen.remove(max(chosen, key=lambda i: (counts[i], i)))
        return tuple(chosen)

    def _style(self, rng: Random, points: int) -> Style:
        if points > self.sampling.most_points:
            return "count"
        return rng.choices(STYLES, [self.sampling.weights.get(s, 0) for s in STYLES])[0]
