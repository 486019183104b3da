"""`stats`: what came out of a run, what was dropped and why, and how varied it is."""

import json
from collections import Counter, defaultdict
from string import ascii_uppercase
from typing import Any

from cosyn_multi.model import ImageSet

from .counting import Commonest, Distinct, hashed
from .read import Run


def stats(run: Run) -> dict[str, Any]:
    """Counters of a run, ready for JSON. Reads every set once."""
    totals: Counter[str] = Counter()
    for record in run.records:
        totals.update(record.yields)
    tally = Tally()
    for made in run:
        tally.add(made)
    rejects: Counter[str] = Counter()
    for reject in run.rejects():
        rejects[f"{reject.stage}: {reject.reason}"] += 1
    common = tally.commonest()
    summed = tally.summary(common, _texts(run, {kind: answer for kind, (answer, _) in common.items()}))
    return {"totals": dict(sorted(totals.items())), "rejects": _sorted(rejects), **summed}


def _texts(run: Run, digests: dict[str, int]) -> dict[str, str]:
    """The answers of these digests, one of each kind; they come often, so a short look finds nearly all."""
    found: dict[str, str] = {}
    for file in run.files():
        for row in run.rows(file, ["questions"]):
            if len(found) == len(digests):
                return found
            for question in json.loads(row["questions"]):
                kind, answer = question["draft"]["kind"], question["text_answer"]
                if kind not in found and hashed(answer) == digests[kind]:
                    found[kind] = answer
    return found


class Tally:
    """Counts over sets. What grows with them is 8 bytes for each question, persona and title."""

    def __init__(self) -> None:
        self.by: dict[str, Counter[str]] = {
            name: Counter()
            for name in (
                "scenario",
                "domain",
                "locale",
                "images",
                "artifact",
                "renderer",
                "template",
                "kind",
                "answer_type",
                "font",
            )
        }
        self.answers: defaultdict[str, Commonest] = defaultdict(Commonest)
        self.questions, self.personas, self.titles = Distinct(), Distinct(), Distinct()
        self.yes_no: Counter[str] = Counter()
        self.letters: Counter[str] = Counter()
        self.claims: Counter[str] = Counter()
        self.luck_total, self.luck_measured = 0.0, 0

    def add(self, made: ImageSet) -> None:
        self.by["scenario"][made.plan.scenario] += 1
        self.by["domain"][made.plan.domain] += 1
        self.by["locale"][made.plan.world.locale] += 1
        self.by["images"][str(len(made.pictures))] += 1
        self.personas.add(made.plan.persona)
        for picture in made.pictures:
            self.by["artifact"][picture.view.artifact] += 1
            self.by["renderer"][picture.renderer] += 1
            self.by["template"][picture.template] += 1
            self.by["font"][picture.style.font] += 1
            self.titles.add(picture.view.title)
        for question in made.questions:
            draft = question.draft
            self.by["kind"][draft.kind] += 1
            self.by["answer_type"][draft.answer_type] += 1
            self.answers[draft.kind].add(question.text_answer)
            self.questions.add(" ".join(draft.text.lower().split()))
            if draft.answer_type == "bool":
                self.yes_no[question.text_answer] += 1
            if draft.answer_type == "choice":
                self.letters[ascii_uppercase[draft.choices.index(question.text_answer)]] += 1
                if draft.kind == "claim_verification":
                    self.claims[question.text_answer] += 1
            for verdict in question.verdicts:
                if verdict.check == "needs_every_image" and verdict.measure is not None:
                    self.luck_total += verdict.measure
                    self.luck_measured += 1

    def commonest(self) -> dict[str, tuple[int, float]]:
        """Of each kind: the digest of its commonest answer, and that answer's share."""
        return {
            kind: (digest, round(times / len(met), 3))
            for kind, met in sorted(self.answers.items())
            for digest, times in [met.found()]
        }

    def summary(self, common: dict[str, tuple[int, float]], texts: dict[str, str]) -> dict[str, Any]:
        """Ready for JSON. common: as `commonest`; texts: those answers."""
        asked = sum(self.by["kind"].values())
        return {
            **{name: _sorted(counter) for name, counter in self.by.items()},
            "answer_balance": {
                "yes_no": _sorted(self.yes_no),
                "choice_letters": _sorted(self.letters),
                "claims": _sorted(self.claims),
                "most_common_per_kind": {
                    kind: {"answer": texts[kind], "share": share} for kind, (_, share) in common.items()
                },
            },
            "diversity": {
                "distinct_personas": len(self.personas),
                "distinct_titles": len(self.titles),
                "distinct_questions_share": round(len(self.questions) / asked, 4) if asked else 0.0,
                "mean_luck_without_an_image": round(self.luck_total / self.luck_measured, 4)
                if self.luck_measured
                else 0.0,
            },
        }


def _sorted(counter: Counter[str]) -> dict[str, int]:
    return dict(sorted(counter.items(), key=lambda kv: (-kv[1], kv[0])))
