"""Step 1: soft sets of 2 to 5 images whose labels mean the same or nearly so, together covering as much as they can."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import combinations
from pathlib import Path
from typing import Any, Final

from pydantic import Field

from cosyn_multi.errors import ConfigError
from cosyn_multi.gather import Formed, Gathered, Item, Shape, Similarity, embedder, form_sets
from cosyn_multi.gather.reasons import told
from cosyn_multi.gather.similarity import Measure
from cosyn_multi.model import Frozen
from cosyn_multi.seeds import digest

from .annotations import Annotation, read_annotations
from .folder import PointsFolder
from .heads import Heads
from .images import ImageStore
from .normalise import Normaliser
from .words import Words, load_words

Say = Callable[[str], None]
ABSENT_FLOOR: Final = 0.85
"""How near an image's label without points must be to all labels of a set, to say that the set's thing is not there."""
MOST_IN_SET: Final = 5


class ClusterOptions(Frozen):
    """All that decides which sets are formed, besides the annotations."""

    seed: int = Field(0, ge=0)
    sets: int | None = Field(None, ge=1, description="Most sets; None keeps all that can be formed.")
    word_weight: float = Field(
        0.4, ge=0, le=1, description="Weight of the similarity of heads alone; that of whole labels is the rest."
    )
    sentence: str = Field("sentence", description="Embedder of whole labels.")
    word: str = Field("token", description="Embedder of labels' heads: 'token', 'word' (static English), a package's.")
    shape: Shape = Shape(floor=0.65)
    words: Path | None = Field(None, description="A user's file of words and synonyms.")
    languages: tuple[str, ...] = ()

    @cached_property
    def vocabulary(self) -> Words:
        return load_words(self.words, self.languages)

    @cached_property
    def normaliser(self) -> Normaliser:
        return Normaliser(self.vocabulary)


def read(folder: PointsFolder, sources: Sequence[Path | str], say: Say) -> list[Annotation]:
    """All annotations of the sources, kept in the folder, in the order of their keys. Raises: ConfigError."""
    kept: list[Annotation] = []
    refused: list[dict[str, Any]] = []
    reasons: Counter[str] = Counter()
    store = ImageStore(folder.path)
    for found in read_annotations(sources):
        if not isinstance(found, Annotation):
            refused.append({"where": found.where, "reason": found.reason, "detail": found.detail, "row": found.row})
            reasons[found.reason] += 1
            continue
        if found.data is not None:
            store.put(found.sha256, found.data)
        kept.append(found._replace(data=None))
    store.close()
    kept.sort(key=lambda a: a.key)
    folder.write_annotations(kept)
    folder.write_lines(folder.rejects_file("read"), refused)
    numbers = _counted(kept) | {"left_out": dict(sorted(reasons.items()))}
    folder.count("read", numbers)
    say(f"read: {len(kept):,} annotations of {numbers['images']:,} images, {numbers['labels']:,} labels")
    if refused:
        say(f"read: {len(refused):,} rows left out ({told(reasons)}); see {folder.rejects_file('read')}")
    if numbers["same_image_other_url"]:
        say(f"read: {numbers['same_image_other_url']:,} images have more than one address; each counts as one image")
    if not kept:
        raise ConfigError("no annotation is left to form sets of")
    return kept


def _counted(kept: list[Annotation]) -> dict[str, Any]:
    addresses: dict[str, set[str]] = defaultdict(set)
    for a in kept:
        addresses[a.image].add(a.url)
    return {
        "annotations": len(kept),
        "without_points": sum(not a.points for a in kept),
        "images": len(addresses),
        "labels": len({a.label for a in kept}),
        "same_image_other_url": sum(len(urls) > 1 for urls in addresses.values()),
    }


def cluster(folder: PointsFolder, annotations: Sequence[Annotation], options: ClusterOptions, say: Say) -> None:
    """Form the sets and keep them. Raises: SetupError without the embedders or faiss, ConfigError for unknown ones."""
    folder.begin("cluster")
    normalise = options.normaliser
    formed, similarity = formed_sets(annotations, options, normalise)
    with_absent = _Absent(annotations, similarity, normalise, options).added(formed.sets)
    kept = with_absent[: options.sets]
    folder.write_lines(folder.path / "sets.jsonl", [_record(s, annotations) for s in kept])
    reasons = [{"key": annotations[p].key, "label": annotations[p].label, "reason": "no_partner"} for p in formed.alone]
    folder.write_lines(folder.rejects_file("cluster"), reasons)
    numbers = _numbers(formed, kept, annotations)
    folder.count("cluster", numbers)
    if options.sets and len(with_absent) < options.sets:
        say(
            f"cluster: -n {options.sets:,}: only {len(with_absent):,} sets can be formed of these annotations; these are made"
        )
    say(
        f"cluster: {len(kept):,} sets, {numbers['mean_size']:.2f} images each; they cover {numbers['covered']:.1%} of the "
        f"annotations with points; {numbers['alone']:,} have no partner"
    )


def formed_sets(
    annotations: Sequence[Annotation], options: ClusterOptions, normalise: Normaliser
) -> tuple[Formed, Similarity]:
    """Sets of annotations with points, by their normalised labels."""
    similarity = similarity_of([normalise(a.label) for a in annotations], options)
    places = [i for i, a in enumerate(annotations) if a.points]
    items = [Item(annotations[i].key, annotations[i].image, normalise(annotations[i].label)) for i in places]
    formed = form_sets(items, similarity, options.shape, options.seed, normalise.may_meet)
    sets = [s._replace(members=tuple(places[m] for m in s.members)) for s in formed.sets]
    return Formed(sets, tuple(places[p] for p in formed.alone)), similarity


def similarity_of(labels: Sequence[str], options: ClusterOptions) -> Similarity:
    """How near normalised labels are: as whole phrases, and by the word that each is about."""
    texts = sorted(set(labels))
    heads = Heads(options.vocabulary)
    measures = []
    if options.word_weight < 1:
        measures.append(Measure("label", embedder(options.sentence)(texts), 1 - options.word_weight))
    if options.word_weight > 0:
        measures.append(Measure("head", embedder(options.word)([heads(t) for t in texts]), options.word_weight))
    return Similarity(texts, measures)


class _Absent:
    """Adds to sets an image that is known not to hold the thing: one annotated with the label and no points."""

    def __init__(
        self, annotations: Sequence[Annotation], similarity: Similarity, normalise: Normaliser, options: ClusterOptions
    ) -> None:
        self._annotations, self._similarity, self._normalise = annotations, similarity, normalise
        self._cap, self._seed = options.shape.per_item, options.seed
        self._free: dict[str, list[int]] = defaultdict(list)
        self._uses: Counter[int] = Counter()
        for place, a in enumerate(annotations):
            if not a.points:
                self._free[normalise(a.label)].append(place)
        for places in self._free.values():
            places.sort(key=lambda p: digest(options.seed, annotations[p].key))

    def added(self, sets: Sequence[Gathered]) -> list[Gathered]:
        return [self._with_one(s) for s in sets] if self._free else list(sets)

    def _with_one(self, made: Gathered) -> Gathered:
        texts = [self._normalise(self._annotations[m].label) for m in made.members]
        images = {self._annotations[m].image for m in made.members}
        if len(images) >= MOST_IN_SET:
            return made
        for text in dict.fromkeys(texts):
            if not all(self._means(text, other) for other in texts):
                continue
            for place in self._free.get(text, ()):
                if self._annotations[place].image not in images and self._uses[place] < self._cap:
                    self._uses[place] += 1
                    return self._grown(made, place)
        return made

    def _means(self, one: str, other: str) -> bool:
        pair = self._similarity.pair(self._similarity.index[one], self._similarity.index[other])
        return pair >= ABSENT_FLOOR and self._normalise.marks(one) == self._normalise.marks(other)

    def _grown(self, made: Gathered, place: int) -> Gathered:
        members = tuple(sorted((*made.members, place), key=lambda m: digest(self._seed, self._annotations[m].key)))
        index = [self._similarity.index[self._normalise(self._annotations[m].label)] for m in members]
        pairs = tuple(round(self._similarity.pair(a, b), 4) for a, b in combinations(index, 2))
        return Gathered(made.id, members, pairs)


def _record(made: Gathered, annotations: Sequence[Annotation]) -> dict[str, Any]:
    return {"id": made.id, "members": [annotations[m].key for m in made.members], "similarity": list(made.similarities)}


def _numbers(formed: Formed, kept: list[Gathered], annotations: Sequence[Annotation]) -> dict[str, Any]:
    sizes = Counter(len(s.members) for s in kept)
    covered = {m for s in kept for m in s.members if annotations[m].points}
    pointed = sum(bool(a.points) for a in annotations)
    return {
        "sets": len(kept),
        "can_be_formed": len(formed.sets),
        "sizes": {str(n): sizes[n] for n in sorted(sizes)},
        "mean_size": sum(n * c for n, c in sizes.items()) / max(len(kept), 1),
        "covered": len(covered) / max(pointed, 1),
        "alone": len(formed.alone),
    }
