"""Counting questions over a whole set: in how many images, how many in all, and what is on every image."""

from collections.abc import Sequence
from random import Random
from typing import Any, Final

from cosyn_multi.model import Views
from cosyn_multi.pointing.text_form import write

from .entities import Entity

MOST_PER_SET: Final = 4
COUNTED: Final = ("category", "over", "entry")


def counting_questions(found: Sequence[Entity], views: Views, rng: Random) -> list[dict[str, Any]]:
    """A few questions of a set; each knows all its images, and its answer is the count of what readings locate."""
    whole = [e for e in found if set(e.places) == set(views.images) and e.kind in COUNTED]
    asked: list[dict[str, Any]] = []
    for entity in rng.sample(whole, min(MOST_PER_SET, len(whole))):
        points = [list(entity.places[i]) for i in views.images]
        holding = sum(bool(p) for p in points)
        asked.append(rng.choice((_in_how_many, _how_many))(entity, points, holding))
    entries = [e for e in whole if e.kind == "entry"]
    everywhere = [e for e in entries if all(e.places.values())]
    if len(everywhere) == 1 and len(entries) >= 3:
        asked.append(_on_every_image(everywhere[0], [list(everywhere[0].places[i]) for i in views.images]))
    return asked


def _in_how_many(entity: Entity, points: list[list[tuple[float, float]]], holding: int) -> dict[str, Any]:
    thing = f"the {entity.label}" if entity.kind == "entry" else f"at least one {entity.label}"
    return _question(f"How many images show {thing}?", str(holding), entity, points)


def _how_many(entity: Entity, points: list[list[tuple[float, float]]], _: int) -> dict[str, Any]:
    question = f"Count every {entity.label} over all images, and point to each."
    return _question(question, write(points, entity.label, "count_then_point"), entity, points)


def _on_every_image(entity: Entity, points: list[list[tuple[float, float]]]) -> dict[str, Any]:
    question = "Which entry is on every image? Point to it in each."
    return _question(question, write(points, entity.label), entity, points)


def _question(text: str, answer: str, entity: Entity, points: list[list[tuple[float, float]]]) -> dict[str, Any]:
    told = [[{"x": x, "y": y} for x, y in image] for image in points]
    return {
        "question": text,
        "answer": answer,
        "kind": entity.kind,
        "label": entity.label,
        "points": told,
        "refs": list(entity.refs),
    }
