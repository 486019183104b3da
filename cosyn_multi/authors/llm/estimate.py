"""What a run of a language model will take: tokens per stage, from prompts as they are and from what a run has shown.

A token is taken as `CHARACTERS_PER_TOKEN` characters, where nobody counted. Prompts are measured on worlds of the offline
author, which have the size that the model is asked for; answers too, where they are data. With a run, its own ledger tells
requests per set and tokens, and its shards tell how many sets and questions came of them.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from statistics import mean
from typing import Any, Final

from pydantic import Field

from cosyn_multi.authors.base import Brief
from cosyn_multi.authors.offline.plan import plan as offline_plan
from cosyn_multi.llm.ledger import Ledger
from cosyn_multi.llm.prices import Price
from cosyn_multi.llm.request import Request, Usage
from cosyn_multi.model import Column, Frozen, Plan, intended

from .answers import ColumnPlan, ImagePlan, PartPlan, PlanAnswer, TablePlan
from .prompts import Prompts
from .questions import PER_QUESTION, kinds
from .setting import Setting, make_setting
from .tables import sheet_told

CHARACTERS_PER_TOKEN: Final = 3.5
SAMPLE: Final = 24
"""Worlds that prompts are measured on."""
CODE_CHARACTERS: Final = 2400
QUESTION_CHARACTERS: Final = 1000
PROGRAM_CHARACTERS: Final = 230
LEAST_CACHED: Final = 1024
"""Tokens from which on providers cache a prompt's shared part."""


class Rates(Frozen):
    """How often things are asked for, and what comes of it. Assumed before there is a run; counted afterwards."""

    plan: float = Field(1.15, description="Requests per set tried; more than one where a plan came to nothing.")
    world: float = 1.1
    repair: float = Field(0.8, description="Answers that went back, per set tried.")
    ask: float = Field(1.4, description="Rounds of questions per set tried.")
    kept: float = Field(0.9, description="Share of sets tried that are kept.")
    questions: float = Field(0.85, description="Share of the questions aimed at that pass.")


class Stage(Frozen):
    """One stage's part of a set."""

    stage: str
    requests: float = Field(description="Per set tried.")
    shared: float = Field(description="Tokens of a request that are the same for many sets.")
    own: float = Field(description="The other tokens of the request, schema included.")
    out: float = Field(description="Tokens of the answer, thinking included.")

    def dollars(self, price: Price, batched: bool) -> float:
        """Per set tried. Asked while one waits, shared parts are read from the cache; of a batch no hit is counted on."""
        cached = 0 if batched or self.shared < LEAST_CACHED else round(self.shared)
        usage = Usage(input=round(self.shared + self.own) - cached, cache_read=cached, output=round(self.out))
        return price.cost(usage, batched=batched) * self.requests


class Estimate(Frozen):
    stages: tuple[Stage, ...]
    kept: float = Field(description="Share of sets tried that are kept.")
    questions: float = Field(description="Verified questions per set kept.")
    measured: bool = Field(description="Whether a run told it; else rates are assumed.")

    def per_set(self, price: Price, batched: bool) -> float:
        """Dollars per set tried."""
        return sum(s.dollars(price, batched) for s in self.stages)

    def per_thousand(self, price: Price, batched: bool) -> float:
        """Dollars per 1,000 verified questions."""
        made = self.kept * self.questions
        return 1000 * self.per_set(price, batched) / made if made else float("inf")


def tokens(characters: float) -> float:
    return characters / CHARACTERS_PER_TOKEN


def foreseen(
    model: str, seed: int, images: tuple[int, int], questions: int, code_share: float, thinking: float, rates: Rates,
    prompts: Prompts,
) -> Estimate:  # fmt: skip
    """From prompts alone. thinking: tokens that a model thinks for each token that it answers."""
    briefs = [Brief(seed=seed, index=i, images=images, questions=questions) for i in range(SAMPLE)]
    pairs = [
        (s, p) for b in briefs if isinstance(s := make_setting(b), Setting) and isinstance(p := offline_plan(b), Plan)
    ]
    views = [v for _, p in pairs for v in p.views]
    per_set = len(views) / len(pairs)
    planned = [(s, _planned(p)) for s, p in pairs]
    asked = round(questions * PER_QUESTION)
    tables = mean(len(_told(p)) for _, p in pairs)
    plan = [prompts.request("plan", model, s=s) for s, _ in pairs]
    world = [prompts.request("world", model, s=s, plan=p) for s, p in planned]
    code = [
        prompts.request("code", model, shared={"renderer": r}, view=v, form="x" * 60, look="x" * 120)
        for v, r in zip(views, ("html", "pdf", "matplotlib", "plotly") * len(views), strict=False)
    ]
    ask = prompts.request(
        "ask", model, shared={"kinds": kinds()}, plan=pairs[0][0], images="x", wanted=["kind"] * asked, avoid=[]
    )
    derive = prompts.request("derive", model, images="x", drafts=[])
    coded = per_set * code_share
    think = 1 + thinking
    rows = [
        _stage("plan", rates.plan, plan, think * mean(len(p.model_dump_json()) for _, p in planned)),
        _stage("world", rates.world, world, think * mean(_rows(p) for _, p in pairs)),
        _stage("code", coded, code, think * CODE_CHARACTERS),
        _stage("repair", rates.repair * code_share, code, think * CODE_CHARACTERS, more=CODE_CHARACTERS + 300),
        _stage("ask", rates.ask, [ask], think * asked * QUESTION_CHARACTERS, more=tables),
        _stage("derive", rates.ask, [derive], think * asked * PROGRAM_CHARACTERS, more=tables + asked * 220),
    ]
    return Estimate(stages=tuple(rows), kept=rates.kept, questions=rates.questions * questions, measured=False)


def _stage(name: str, requests: float, asked: list[Request], out: float, more: float = 0) -> Stage:
    shared = mean(sum(len(b.text) for b in r.system if b.shared) for r in asked)
    own = mean(_own(r) for r in asked) + more
    return Stage(stage=name, requests=requests, shared=tokens(shared), own=tokens(own), out=tokens(out))


def _own(request: Request) -> int:
    return sum(len(m.text) for m in request.messages) + len(json.dumps(request.answer_schema or {}))


def of_run(run: Path, code_share: float | None, yields: Mapping[int, int]) -> Estimate | None:
    """From a run's ledger; None if no set is finished yet. yields: verified questions of each finished set, 0 if it was dropped."""
    ledger = Ledger(run / "ledger.sqlite")
    found: dict[str, list[tuple[float, float, float]]] = {}
    of_set = dict(ledger.db.execute("SELECT digest, set_index FROM requests"))
    for request in ledger.requests():
        if of_set[request.digest] not in yields:
            continue  # of a set that is still in the making: it would tell too much per set
        reply = ledger.answer(request.digest)
        if reply is None:
            continue
        shared = tokens(sum(len(b.text) for b in request.system if b.shared))
        counted = reply.usage.prompt > 0
        prompt = reply.usage.prompt if counted else shared + tokens(_own(request))
        out = reply.usage.output if counted else tokens(len(reply.text))
        found.setdefault(request.stage, []).append((min(shared, prompt), max(0.0, prompt - shared), out))
    ledger.close()
    questions, tried = [n for n in yields.values() if n], len(yields)
    if not found:
        return None
    stages = tuple(
        Stage(
            stage=name,
            requests=len(rows) / tried * (code_share if code_share is not None and name in ("code", "repair") else 1),
            shared=mean(r[0] for r in rows),
            own=mean(r[1] for r in rows),
            out=mean(r[2] for r in rows),
        )
        for name, rows in found.items()
    )
    return Estimate(
        stages=stages, kept=len(questions) / tried, questions=mean(questions) if questions else 0.0, measured=True
    )


def _planned(plan: Plan) -> PlanAnswer:
    """A plan of the offline author as the model would have answered it, for its size."""
    tables = tuple(
        TablePlan(
            name=t.name[:31], row_noun=t.row_noun, rows_at_least=1, rows_at_most=40,
            columns=tuple(_column(c) for c in t.columns[:14]),
        )
        for t in plan.world.tables[:6]
    )  # fmt: skip
    return PlanAnswer.model_construct(
        topic=plan.topic, tables=tables, rules=(), images=tuple(_image(plan, i) for i in range(len(plan.views)))
    )


def _column(column: Column) -> ColumnPlan:
    return ColumnPlan.model_construct(
        name=column.name, label=column.label, kind=column.kind, unit=column.unit, shown="number",
        decimals=column.format.decimals, noun=column.called, role=column.role, additive=column.additive, refers_to="",
    )  # fmt: skip


def _image(plan: Plan, number: int) -> ImagePlan:
    view = plan.views[number]
    parts = tuple(
        PartPlan.model_construct(
            name=p.name,
            table=p.table,
            columns=tuple(c.name for c in p.columns),
            where_column="",
            where_value="",
            title=p.title,
        )
        for p in view.parts
    )
    return ImagePlan.model_construct(
        image=view.image, document=view.document, title=view.title, subtitle=view.subtitle, subject=view.subject,
        family=view.family, parts=parts, prose=view.prose, notes=view.notes, page=view.page, form="x" * 60, look="x" * 120,
    )  # fmt: skip


def _told(plan: Plan) -> str:
    return "\n".join(sheet_told(s) for v in plan.views for s in intended(v))


def _rows(plan: Plan) -> int:
    rows: list[Any] = [[[str(v) for v in row] for row in t.rows] for t in plan.world.tables]
    return len(json.dumps(rows))
