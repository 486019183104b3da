"""One set as the pages show it: pictures with boxes, tables as read, questions with all that stands behind them."""

from typing import Any

from cosyn_multi.model import ImageSet, Picture, Question, Reading, Sheet, as_read, header_ref
from cosyn_multi.model.canonical import canonical
from cosyn_multi.pointing import Area
from cosyn_multi.reviews import Review, ref_of
from cosyn_multi.scoring import without_options
from cosyn_multi.shards.index import closest, difficulty
from cosyn_multi.shards.rows import figure_type

Told = dict[str, Any]


def pictures_of(made: ImageSet) -> list[Told]:
    """What every page may know of the images: nothing of what is read in them."""
    return [
        {
            "number": p.view.image,
            "title": p.view.title,
            "what": figure_type(p.view),
            "template": p.template,
            "renderer": p.renderer,
            "width": p.rendering.width,
            "height": p.rendering.height,
        }
        for p in made.pictures
    ]


def boxes_of(made: ImageSet) -> dict[str, list[list[float]]]:
    """Every reading's boxes in image pixels, by 'image1:items[3].amount'."""
    return {
        f"image{p.view.image}:{r.ref}": [[b.x0, b.y0, b.x1, b.y1] for b in r.boxes]
        for p in made.pictures
        for r in (*p.rendering.keys, *p.rendering.cells)
        if r.boxes
    }


def questions_of(made: ImageSet, reviews: list[Review], reviewer: str) -> list[Told]:
    """Each question with its evidence, verdicts and reviews."""
    readings = _readings(made)
    return [_question(made, n, q, readings, reviews, reviewer) for n, q in enumerate(made.questions, 1)]


def _question(
    made: ImageSet, number: int, question: Question, readings: dict[str, Reading], reviews: list[Review], reviewer: str
) -> Told:
    draft, ref = question.draft, ref_of(made, number)
    raw = question.model_dump(include={"draft": {"kind", "evidence", "images"}, "verdicts": True})
    said = [r for r in reviews if r.question == ref.question]
    return {
        "number": number,
        "text": without_options(draft),
        "choices": [(chr(ord("A") + i), c, c == question.text_answer) for i, c in enumerate(draft.choices)],
        "kind": draft.kind,
        "type": draft.answer_type if draft.answer_type != "list" else f"list of {draft.member_type}",
        "unit": draft.unit,
        "tolerance": canonical(draft.tolerance) if draft.tolerance else "",
        "images": draft.images,
        "difficulty": difficulty(raw),
        "closest": closest(raw),
        "answer": question.text_answer,
        "explanation": question.explanation,
        "program": draft.program,
        "verdicts": question.verdicts,
        "witnesses": draft.witnesses,
        "evidence": [{"ref": e, "shown": _shown(readings.get(e))} for e in draft.evidence],
        "keys": _keys(draft.evidence, readings),
        "points": _points(question),
        "mine": next((r for r in said if r.reviewer == reviewer), None),
        "others": [r for r in said if r.reviewer != reviewer and r.verdict],
    }


def _points(question: Question) -> list[tuple[int, int, int]]:
    """Image, x and y in thousandths of each point of the answer."""
    if question.draft.answer_type != "points":
        return []
    return [(area.image, *area.middle) for area in map(Area.of_text, question.answer)]


def _readings(made: ImageSet) -> dict[str, Reading]:
    return {f"image{p.view.image}:{r.ref}": r for p in made.pictures for r in (*p.rendering.keys, *p.rendering.cells)}


def _keys(evidence: tuple[str, ...], readings: dict[str, Reading]) -> list[str]:
    """Headers and labels without which the evidence means nothing."""
    found = (
        f"{place.partition(':')[0]}:{key}" for place in evidence if place in readings for key in readings[place].keys
    )
    return [k for k in dict.fromkeys(found) if k in readings and k not in evidence]


def _shown(reading: Reading | None) -> str:
    """What stands in the picture, or what a reader takes from an unlabelled mark."""
    if reading is None:
        return ""
    return reading.shown or _value(reading)


def _value(reading: Reading) -> str:
    text = "" if reading.value is None else canonical(reading.value)
    return f"{text} ± {canonical(reading.tolerance)}" if reading.tolerance else text


def tables_of(made: ImageSet) -> list[Told]:
    """The as-read tables of each image, cell by cell with its ref and what stands in the picture."""
    return [
        {
            "image": p.view.image,
            "title": p.view.title,
            "sheets": [_sheet(p, s) for s in as_read(p.view, p.rendering.cells)],
        }
        for p in made.pictures
    ]


def _sheet(picture: Picture, sheet: Sheet) -> Told:
    image = picture.view.image
    cells = {r.ref: r for r in picture.rendering.cells}
    return {
        "name": sheet.name,
        "columns": [
            {"label": c.header, "name": c.name, "ref": f"image{image}:{header_ref(sheet.part, c.name)}"}
            for c in sheet.columns
        ],
        "rows": [
            [
                {"ref": f"image{image}:{ref}", "shown": _shown(cells.get(ref)), "exact": not _slack(cells.get(ref))}
                for ref in (sheet.ref(row, c.name) for c in sheet.columns)
            ]
            for row in range(len(sheet.rows))
        ],
    }


def _slack(reading: Reading | None) -> bool:
    return reading is not None and bool(reading.tolerance)


def names_in(made: ImageSet) -> list[str]:
    """The names that stand in the tables: an answer that gives another one's name is wrong, however near its letters."""
    return sorted({
        str(value)
        for p in made.pictures
        for sheet in as_read(p.view, p.rendering.cells)
        for row in sheet.rows
        for value in row
        if isinstance(value, str)
    })  # fmt: skip
