"""An ImageSet as a row of a shard, and back. Nothing is lost on the way: `image_set_of(row_of(s)) == s`."""

import json
from collections.abc import Sequence
from typing import Any

from pydantic import Field

from cosyn_multi.model import Frozen, ImageSet, Picture, Plan, Provenance, Question, Rendering, Style, View, show

Row = dict[str, Any]


class Drawn(Frozen):
    """What the `readings` column holds per image: the picture without its bytes, and how it was made."""

    rendering: Rendering
    png_digest: str
    template: str
    template_digest: str
    renderer: str
    style: Style
    origin: str = "built-in"


class Facts(Frozen):
    """What the `provenance` column holds."""

    index: int = Field(ge=0)
    provenance: Provenance


def row_of(made: ImageSet) -> Row:
    """The row of a set. PNG bytes stand in `images` alone; no path of this machine stands anywhere."""
    plan, questions = made.plan, made.questions
    return {
        "id": made.id,
        "images": [{"bytes": p.rendering.png, "path": f"{made.id}-{p.view.image}.png"} for p in made.pictures],
        "qa_pairs": _pairs(questions),
        "metadata": {
            "num_images": len(made.pictures),
            "figure_type": ", ".join(figure_type(p.view) for p in made.pictures),
            "persona": plan.persona,
            "topic": plan.topic,
            "scenario": plan.scenario,
            "domain": plan.domain,
            "locale": plan.world.locale,
        },
        "data": [displayed_data(p.view) for p in made.pictures],
        "code": [p.code for p in made.pictures],
        "questions": _dump_all(questions),
        "readings": _dump_all([_drawn(p) for p in made.pictures]),
        "tables": plan.model_dump_json(),
        "provenance": Facts(index=made.index, provenance=made.provenance).model_dump_json(),
    }


def image_set_of(row: Row) -> ImageSet:
    """The set of a row.

    Raises: ValueError (pydantic's or json's) if the row isn't one that `row_of` made.
    """
    plan = Plan.model_validate_json(row["tables"])
    facts = Facts.model_validate_json(row["provenance"])
    drawn = [Drawn.model_validate(d) for d in json.loads(row["readings"])]
    questions = questions_of(row)
    if not len(drawn) == len(plan.views) == len(row["images"]) == len(row["code"]):
        raise ValueError(f"{len(row['images'])} images, {len(plan.views)} views, {len(drawn)} readings")
    pictures = tuple(
        Picture(
            view=view, rendering=d.rendering.model_copy(update={"png": image["bytes"]}), png_digest=d.png_digest,
            template=d.template, template_digest=d.template_digest, renderer=d.renderer, style=d.style, code=code,
            origin=d.origin,
        )
        for view, d, image, code in zip(plan.views, drawn, row["images"], row["code"], strict=True)
    )  # fmt: skip
    return ImageSet(
        id=row["id"], index=facts.index, plan=plan, pictures=pictures, questions=questions, provenance=facts.provenance
    )


def questions_of(row: Row) -> tuple[Question, ...]:
    """The questions of a row alone. Raises: ValueError if they can't be read."""
    return tuple(Question.model_validate(q) for q in json.loads(row["questions"]))


def with_questions(row: Row, questions: Sequence[Question]) -> Row:
    """The row with other questions; what it is otherwise is not read."""
    return row | {"qa_pairs": _pairs(questions), "questions": _dump_all(questions)}


def renamed(row: Row, set_id: str, index: int) -> Row:
    """The row under another id and index; its provenance keeps the seed and index that it was made from."""
    images = [{**image, "path": f"{set_id}-{number}.png"} for number, image in enumerate(row["images"], 1)]
    facts = Facts.model_validate_json(row["provenance"]).model_copy(update={"index": index})
    return row | {"id": set_id, "images": images, "provenance": facts.model_dump_json()}


def _pairs(questions: Sequence[Question]) -> dict[str, list[str]]:
    return {
        "question": [q.draft.text for q in questions],
        "explanation": [q.explanation for q in questions],
        "answer": [q.text_answer for q in questions],
    }


def figure_type(view: View) -> str:
    return view.document or view.artifact


def displayed_data(view: View) -> str:
    """A view's data as JSON, as it is displayed: part -> rows of header -> text."""
    return json.dumps(
        {
            part.name: [
                {c.header: show(v, c.format, view.locale) for c, v in zip(part.columns, row, strict=True)}
                for row in part.rows
            ]
            for part in view.parts
        },
        ensure_ascii=False,
    )


def _drawn(picture: Picture) -> Drawn:
    return Drawn(
        rendering=picture.rendering.model_copy(update={"png": b""}),
        png_digest=picture.png_digest,
        template=picture.template,
        template_digest=picture.template_digest,
        renderer=picture.renderer,
        style=picture.style,
        origin=picture.origin,
    )


def _dump_all(models: Any) -> str:
    return "[" + ",".join(m.model_dump_json(exclude_defaults=True) for m in models) + "]"
