"""Step 3: one label that defines what is pointed at in all images of a set, and which of its labels name that.

With a model: it sees all labels of a set, languages mixed; answers are paid once (ledger), and sets whose answer is
still to come wait. Without: the medoid of the normalised labels; nobody judged, and the provenance says so.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations
from pathlib import Path
from typing import Final

from pydantic import BaseModel, Field

from cosyn_multi.errors import Waiting
from cosyn_multi.gather.reasons import told
from cosyn_multi.llm.desk import Desk
from cosyn_multi.llm.errors import ProviderError
from cosyn_multi.llm.office import LlmOptions, open_carrier, open_desk
from cosyn_multi.llm.request import Block, Message, Request
from cosyn_multi.llm.structured import strict_schema
from cosyn_multi.model import Reject
from cosyn_multi.prompting import block

from .annotations import RESERVED
from .cluster import ClusterOptions, Say
from .folder import PointsFolder, Record
from .normalise import Normaliser

STAGE: Final = "canonical"
MOST_TOKENS: Final = 2000
LONGEST: Final = 120
"""Characters of a canonical label."""
PASSES: Final = 3
"""Visits of a carrier that brings answers at once, before the step ends."""


class CanonicalAnswer(BaseModel):
    """What a model answers."""

    canonical: str = Field(min_length=1, max_length=LONGEST, description="A short noun phrase in English.")
    belongs: list[int] = Field(description="Numbers of the labels that name it.")


def canonical(folder: PointsFolder, options: ClusterOptions, llm: LlmOptions | None, say: Say) -> None:
    """Give every set its canonical label. Raises: RunError without the steps before; as `open_desk`, `Desk.ask`."""
    labels_of = _labels_of_sets(folder)
    normalised = {r["label"]: r["normalized"] for r in folder.read_lines(folder.require("normalise"))}
    if llm is None:
        say("canonical: no model is asked; the medoid of each set's normalised labels stands in")
        sets = list(folder.read_lines(folder.require("cluster")))
        made = [_medoid_record(s, labels_of[s["id"]], normalised) for s in sets]
        _keep(folder, made, [], 0, say)
        return
    judge = Judge(folder.path, llm, options.normaliser)
    try:
        _asked(folder, labels_of, judge, say)
    finally:
        judge.close()


def _labels_of_sets(folder: PointsFolder) -> dict[str, list[str]]:
    """Set -> the original label of each of its images."""
    annotations = folder.annotations()
    return {s["id"]: [annotations[k].label for k in s["members"]] for s in folder.read_lines(folder.require("cluster"))}


def _keep(folder: PointsFolder, made: list[Record], rejects: list[Record], waiting: int, say: Say) -> None:
    folder.begin("canonical")
    folder.write_lines(folder.path / "canonical.jsonl", made)
    folder.write_lines(folder.rejects_file("canonical"), rejects)
    reasons = Counter(r["reason"] for r in rejects)
    left = sum(not a for r in made for a in r["accepted"] or ())
    numbers = {"sets": len(made), "labels_left": left, "dropped": dict(sorted(reasons.items())), "waiting": waiting}
    folder.count("canonical", numbers)
    say(f"canonical: {len(made):,} sets have one; {left:,} images leave their set, as their label names something else")
    if rejects:
        say(f"canonical: {len(rejects):,} sets dropped ({told(reasons)}); see {folder.rejects_file('canonical')}")
    if waiting:
        say(f"canonical: {waiting:,} sets wait for an answer; the same command goes on")


def _medoid_record(record: Record, labels: Sequence[str], normalised: dict[str, str]) -> Record:
    forms = [normalised[label] for label in labels]
    return {"id": record["id"], "canonical": medoid(forms, record["similarity"]), "accepted": None, "by": "medoid"}


def medoid(forms: Sequence[str], similarity: Sequence[float]) -> str:
    """The form that is nearest to all others; among equals the one written most often, the shorter, the first by letters."""
    near: dict[str, float] = dict.fromkeys(forms, 0.0)
    for (i, j), value in zip(combinations(range(len(forms)), 2), similarity, strict=True):
        near[forms[i]] += value
        near[forms[j]] += value
    written = Counter(forms)
    return min(near, key=lambda f: (-round(near[f] / written[f], 6), -written[f], len(f), f))


class Judge:
    """A model that is asked for canonical labels."""

    def __init__(self, run: Path, llm: LlmOptions, normaliser: Normaliser) -> None:
        self._run, self._llm, self._normaliser = run, llm, normaliser
        self.desk: Desk = open_desk(run, llm)
        self.carrier = open_carrier(run, llm)
        self.desk.budget.begin()

    def close(self) -> None:
        self.desk.close()
        if self.carrier:
            self.carrier.close()

    def request(self, labels: Sequence[str]) -> Request:
        """What is asked about a set: its different labels, in an order that doesn't depend on the images'."""
        return Request(
            stage=STAGE,
            model=self._llm.model,
            system=(Block(text=block("points_canonical", "shared"), shared=True),),
            messages=(Message(role="user", text=block("points_canonical", "task", labels=different(labels))),),
            answer_schema=strict_schema(CanonicalAnswer),
            max_tokens=MOST_TOKENS,
        )

    def judge(self, set_id: str, labels: Sequence[str]) -> Record | None:
        """The set's record, a reject's with a `reason`, or None if the answer is still to come."""
        try:
            found = self.desk.ask_for(self.request(labels), CanonicalAnswer)
        except Waiting:
            return None
        except ProviderError as error:
            if error.transient:
                return None
            return {"id": set_id, "reason": error.kind, "detail": error.detail}
        if isinstance(found, Reject):
            return {"id": set_id, "reason": found.reason, "detail": found.detail}
        return self._record(set_id, labels, found)

    def judge_aside(self, set_id: str, labels: Sequence[str]) -> Record | None:
        """`judge` from a thread of a pool, which leaves no connection open."""
        try:
            return self.judge(set_id, labels)
        finally:
            self.desk.ledger.close()

    def _record(self, set_id: str, labels: Sequence[str], answer: CanonicalAnswer) -> Record:
        listed = different(labels)
        label = " ".join(answer.canonical.split()).strip(" .\"'")
        if not any(c.isalnum() for c in label) or RESERVED in label:
            return {"id": set_id, "reason": "off_schema", "detail": f"canonical {answer.canonical!r}"}
        if wrong := [n for n in answer.belongs if not 1 <= n <= len(listed)]:
            return {
                "id": set_id,
                "reason": "off_schema",
                "detail": f"label {wrong[0]} of {len(listed)} is said to belong",
            }
        named = {listed[n - 1] for n in answer.belongs}
        accepted = [t in named and self._normaliser.may_meet(t, label) for t in labels]
        if sum(accepted) < 2:
            detail = f"{label!r} is named by {sum(accepted)} of {', '.join(labels)}"
            return {"id": set_id, "reason": "under_two_images", "detail": detail}
        return {"id": set_id, "canonical": label, "accepted": accepted, "by": f"model {self._llm.model}"}


def different(labels: Sequence[str]) -> list[str]:
    return sorted(set(labels))


def _asked(folder: PointsFolder, labels_of: dict[str, list[str]], judge: Judge, say: Say) -> None:
    """Ask for all sets; with a carrier, visit it between passes as long as answers come in."""
    for number in range(PASSES):
        found = list(_pass(labels_of, judge))
        waiting = sum(r is None for r in found)
        if not waiting or judge.carrier is None:
            break
        tally = judge.carrier.visit(judge.desk.ledger, judge.desk.budget)
        for line in (*([tally.line] if tally.total else []), *tally.notes):
            say(f"{judge.carrier.name}: {line}")
        if not tally.answered + tally.failed or number == PASSES - 1:
            break
    records = [r for r in found if r is not None]
    _keep(
        folder, [r for r in records if "canonical" in r], [r for r in records if "reason" in r], waiting, say
    )  # fmt: skip


def _pass(labels_of: dict[str, list[str]], judge: Judge) -> Iterator[Record | None]:
    if judge.desk.provider is None:
        yield from (judge.judge(i, labels) for i, labels in labels_of.items())
        return
    pool = ThreadPoolExecutor(judge.desk.budget.pace.most)
    try:
        yield from pool.map(judge.judge_aside, labels_of.keys(), labels_of.values())
    finally:
        pool.shutdown(cancel_futures=True)
