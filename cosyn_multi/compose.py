"""One set: seed + author + renderers -> ImageSet. The whole flow.

    plan -> draw every view -> read it back -> ask -> judge -> ImageSet

Each step returns new values; a step that fails returns a `Reject`, which is kept. Nothing here knows a renderer, a
question kind or an author by name.
"""

import hashlib
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

from . import __version__
from .assets import template_digest
from .authors.base import Author, Brief
from .checks import Court, rejected
from .checks.repeats import repeats
from .checks.view import view_faults
from .config import FEWEST_QUESTIONS
from .errors import MachineFailure, Waiting
from .model import ImageSet, Picture, Plan, Provenance, Question, Reject, SetOutcome, View, Views
from .renderers.studio import Studio
from .seeds import digest, stream

PLANS = 3
"""Plans tried for one set."""
DRAWINGS = 4
"""Drawings tried for one view: each with another template or style."""
DRAFTS_PER_QUESTION = 8
"""How many drafts are judged at most, per question wanted."""
PER_KIND = 2
"""Most questions of one kind in a set."""
PASSING = ("timeout", "browser_gone")
"""Render rejects that are the machine's doing where reviewed code draws: tried once more, then the set is left unmade,
since a busy minute must not decide which template comes next. Foreign code may hang by itself: there they are verdicts."""


@dataclass
class Log:
    """What happened while a set was made."""

    rejects: list[Reject] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    drafts: int = 0

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start


def compose(brief: Brief, author: Author, studio: Studio) -> SetOutcome:
    """Make one set, or say why not. Raises: Waiting if the author needs an answer that is still to come."""
    log = Log()
    made = None
    for attempt in range(PLANS):
        made = _try(brief.model_copy(update={"attempt": attempt}), author, studio, log)
        if made:
            break
    rejects = tuple(r.model_copy(update={"set_index": brief.index}) for r in log.rejects)
    return SetOutcome(index=brief.index, image_set=made, rejects=rejects, drafts=log.drafts, seconds=log.seconds)


def _try(brief: Brief, author: Author, studio: Studio, log: Log) -> ImageSet | None:
    with log.stage("world"):
        plan = author.plan(brief)
    if isinstance(plan, Reject):
        log.rejects.append(plan)
        return None
    drawn = _draw_all(plan, brief, author, studio, log)
    if not drawn:
        return None
    pictures, attempts = drawn
    views = Views(world=plan.world, views=plan.views, renderings=tuple(p.rendering for p in pictures))
    questions = _ask(views, brief, author, log)
    if len(questions) < min(FEWEST_QUESTIONS, brief.questions):
        detail = f"{len(questions)} questions passed, of {log.drafts} drafts"
        log.rejects.append(Reject(stage="set", reason="few_questions", detail=detail))
        return None
    return ImageSet(
        id=f"{brief.seed}-{brief.index:06d}",
        index=brief.index,
        plan=plan,
        pictures=pictures,
        questions=questions,
        provenance=Provenance(
            seed=brief.seed,
            index=brief.index,
            author=author.name,
            model=author.model,
            prompts=author.prompts,
            version=__version__,
            plan=brief.attempt,
            attempts=attempts,
        ),
    )


def _draw_all(
    plan: Plan, brief: Brief, author: Author, studio: Studio, log: Log
) -> tuple[tuple[Picture, ...], tuple[int, ...]] | None:
    """Every view drawn, or None: a set is never shortened."""
    pictures: list[Picture] = []
    attempts: list[int] = []
    waiting: Waiting | None = None
    for view in plan.views:
        try:
            picture, attempt = _draw_one(plan, view, brief, author, studio, log)
        except Waiting as error:  # the other views go on, so that all their questions are asked at once
            waiting = error
            continue
        if picture is None:
            return None
        pictures.append(picture)
        attempts.append(attempt)
    if waiting:
        raise waiting
    if len({hashlib.sha256(p.rendering.png).digest() for p in pictures}) < len(pictures):
        log.rejects.append(Reject(stage="set", reason="same_picture", detail="two images of the set are the same"))
        return None
    return tuple(pictures), tuple(attempts)


def _draw_one(
    plan: Plan, view: View, brief: Brief, author: Author, studio: Studio, log: Log
) -> tuple[Picture | None, int]:
    """One view's picture, and how many drawings of it were refused before."""
    refused: list[tuple[Reject, ...]] = []
    while len(refused) < DRAWINGS:
        drawn = _draw(plan, view, brief, author, studio, refused, log)
        if isinstance(drawn, Picture):
            return drawn, len(refused)
        log.rejects += drawn[:3]
        refused.append(drawn)
    detail = f"image {view.image} was refused {DRAWINGS} times"
    log.rejects.append(Reject(stage="set", reason="undrawable", detail=detail, image=view.image))
    return None, len(refused)


def _draw(
    plan: Plan, view: View, brief: Brief, author: Author, studio: Studio, refused: list[tuple[Reject, ...]], log: Log
) -> Picture | tuple[Reject, ...]:
    artifact = author.artifact(plan, view, brief, refused)
    if isinstance(artifact, Reject):
        return (artifact,)
    template = artifact.template
    with log.stage(f"render {template.renderer}"):
        rendering = studio.render(artifact)
        if isinstance(rendering, Reject) and rendering.reason in PASSING:
            rendering = studio.render(artifact)
    if isinstance(rendering, Reject) and rendering.reason in PASSING and template.builtin:
        raise MachineFailure(f"image {view.image} ({template.name}): {rendering.reason} twice: {rendering.detail}")
    if isinstance(rendering, Reject):
        return (rendering,)
    with log.stage("read"):
        faults = view_faults(view, rendering)
    if faults:
        return tuple(f.model_copy(update={"template": template.name, "image": view.image}) for f in faults)
    return Picture(
        view=view,
        rendering=rendering,
        png_digest=hashlib.sha256(rendering.png).hexdigest(),
        template=template.name,
        template_digest=template_digest(template.folder),
        renderer=template.renderer,
        style=artifact.style,
        code=(template.folder / template.entry).read_text(encoding="utf-8"),
        origin=template.origin,
    )


def _ask(views: Views, brief: Brief, author: Author, log: Log) -> tuple[Question, ...]:
    """Questions that passed every check, no more than PER_KIND of a kind."""
    with log.stage("checks"):
        court = Court(views, digest(brief.seed, brief.index, "court"))
    with closing(court):
        return _heard(court, views, brief, author, log)


def _heard(court: Court, views: Views, brief: Brief, author: Author, log: Log) -> tuple[Question, ...]:
    kept: list[Question] = []
    kinds: Counter[str] = Counter()
    drafts = author.drafts(views, brief, stream(brief.seed, brief.index, "drafts", brief.attempt))
    for _ in range(DRAFTS_PER_QUESTION * brief.questions):
        if len(kept) == brief.questions:  # before the next one is asked for: it may cost something
            break
        with log.stage("questions"):
            draft = next(drafts, None)
        if draft is None:
            break
        if isinstance(draft, Reject):
            log.rejects.append(draft)
            continue
        if kinds[draft.kind] == PER_KIND:
            continue
        log.drafts += 1
        with log.stage("checks"):
            judged = court.judge(draft)
        if isinstance(judged, Reject):
            log.rejects.append(judged)
        elif why := repeats(judged, kept):
            log.rejects.append(rejected(draft, "repeats", "same_fact", why))
        else:
            kept.append(judged)
            kinds[draft.kind] += 1
    return tuple(kept)
