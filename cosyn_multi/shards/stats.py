"""`stats`: what came out of a run, what was dropped and why, and how varied it is."""

from collections import Counter
from hashlib import blake2b
from string import ascii_uppercase
from typing import Any

from cosyn_multi.model import ImageSet

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
    return {"totals": dict(sorted(totals.items())), "rejects": _sorted(rejects), **tally.summary()}


class Tally:
    """Counts over sets."""

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
        self.answers: dict[str, Counter[str]] = {}
        self.questions: set[bytes] = set()
        """Digests: the texts of a large run would not fit."""
        self.personas: set[str] = set()
        self.titles: set[str] = set()
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
            self.answers.setdefault(draft.kind, Counter())[question.text_answer] += 1
            self.questions.add(blake2b(" ".join(draft.text.lower().split()).encode(), digest_size=8).digest())
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

    def summary(self) -> dict[str, Any]:
        asked = sum(self.by["kind"].values())
        common = {k: c.most_common(1)[0] for k, c in sorted(self.answers.items())}
        return {
            **{name: _sorted(counter) for name, counter in self.by.items()},
            "answer_balance": {
                "yes_no": _sorted(self.yes_no),
                "choice_letters": _sorted(self.letters),
                "claims": _sorted(self.claims),
                "most_common_per_kind": {
                    k: {"answer": a, "share": round(n / sum(self.answers[k].values()), 3)}
                    for k, (a, n) in common.items()
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
