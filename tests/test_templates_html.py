"""Every HTML template that ships draws whatever it lets through: all cells, all legible, in any of its styles."""

from collections.abc import Iterator
from decimal import Decimal as D
from random import Random

import pytest

from cosyn_multi.assets import builtin_templates
from cosyn_multi.model import Artifact, Column, Format, Part, Rendering, Seen, Style, Template, View, show
from cosyn_multi.renderers.browser import Browser
from cosyn_multi.renderers.html import HtmlRenderer

NAMES = sorted(n for n, t in builtin_templates().items() if t.renderer == "html")
DOCUMENTS = (
    "invoice", "quote", "contract", "amendment", "report", "statement", "bill", "price list", "purchase order",
    "delivery note", "minutes", "data table",
)  # fmt: skip


@pytest.fixture(scope="module")
def html() -> Iterator[HtmlRenderer]:
    renderer = HtmlRenderer(Browser())
    yield renderer
    renderer.close()


def sample(name: str) -> View:
    folder = builtin_templates()[name].folder
    return View.model_validate_json((folder / "sample.json").read_text(encoding="utf-8"))


def style(template: Template, rng: Random) -> Style:
    accent = rng.choice(["#1f5a94", "#e76f51", "#ff6361", "#333333", "#8a6d00"])
    return Style(
        width_px=template.size_px[0],
        height_px=template.size_px[1],
        font=rng.choice(template.fonts or ("Lato", "PT Serif", "Barlow", "Spectral")),
        heading_font=rng.choice(("Lato", "Zilla Slab", "Fira Sans")),
        font_px=rng.choice((12.5, 14, 18)),
        density=rng.choice((0.8, 1.0, 1.25)),
        accent=accent,
        palette=(accent, "#555555"),
        paper=rng.choice(("#ffffff", "#fdfbf5")),
        options={k: rng.choice(v) for k, v in sorted(template.options.items())},
    )


def faults(seen: Seen) -> dict[str, object]:
    found = {
        "height": seen.height_px < 7, "inside": seen.inside < 0.99, "covered": seen.covered > 0.02,
        "clipped": seen.clipped, "contrast": seen.contrast < 4.5, "ink": seen.ink < 0.75,
        "missing": bool(seen.missing), "overlapped": seen.overlapped > 0.02,
    }  # fmt: skip
    return {k: v for k, v in found.items() if v}


def draws_all(html: HtmlRenderer, view: View, template: Template, how: Style) -> Rendering:
    done = html.render(Artifact(view=view, template=template, style=how))
    assert isinstance(done, Rendering), done
    found = {r.ref: r for r in (*done.cells, *done.keys)}
    for part in view.parts:
        for column in part.columns:
            assert column.self_evident or f"{part.name}.{column.name}" in found
            for i, value in enumerate(part.values(column.name)):
                if value is not None:
                    ref = f"{part.name}[{i}].{column.name}"
                    assert found[ref].shown.split() == show(value, column.format, view.locale).split()
    poor = {r.ref: f for r in found.values() if (f := faults(r.seen))}
    assert not poor, (how, poor)
    return done


@pytest.mark.parametrize("name", NAMES)
def test_a_template_draws_its_sample_in_several_styles(html: HtmlRenderer, name: str) -> None:
    template, view, rng = builtin_templates()[name], sample(name), Random(name)
    assert template.refuses(view) is None
    pictures = {draws_all(html, view, template, style(template, rng)).png for _ in range(3)}
    assert len(pictures) == 3


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_each_option_changes_the_picture(html: HtmlRenderer, name: str) -> None:
    template, view = builtin_templates()[name], sample(name)
    base = style(template, Random(name)).model_copy(update={"font_px": 14, "density": 1.0})
    for option, values in template.options.items():
        pictures = [
            draws_all(html, view, template, base.model_copy(update={"options": {**base.options, option: v}})).png
            for v in values
        ]
        assert len(set(pictures)) == len(values), f"{option}: some of {values} look alike"


def rows_view(template: Template, rows: int, parts: int = 1) -> View | None:
    """A view of plain shape that the template takes: key, text, count, amount; as many rows."""
    eur = Format(style="money", decimals=2, currency="EUR", unit_in="cell")
    columns = (
        Column(name="item", label="Description", kind="key", role="item"),
        Column(name="unit", label="Unit", kind="text"),
        Column(name="quantity", label="Quantity", kind="count", format=Format(style="number")),
        Column(name="amount", label="Amount", kind="amount", format=eur, unit="EUR"),
    )
    grids = tuple(
        Part(
            name=("items", "more")[p],
            table=("items", "more")[p],
            title=("", "Further items")[p],
            columns=columns,
            rows=tuple((f"Part number {p}{i:02d}", "pieces", i + 1, D(f"{i * 37 + 5}.{i:02d}")) for i in range(rows)),
            origin_rows=tuple(range(rows)),
        )
        for p in range(parts)
    )
    for document in DOCUMENTS:
        view = View(
            image=1, artifact=template.artifact, document=document, title="List of parts", parts=grids, locale="en_GB"
        )
        if template.refuses(view) is None:
            return view
    return None


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("shape", "parts"), [("fewest", 1), ("most", 1), ("fewest", 2)])
def test_the_fewest_and_the_most_rows_are_drawn(html: HtmlRenderer, name: str, shape: str, parts: int) -> None:
    template = builtin_templates()[name]
    view = rows_view(template, max(1, template.needs.rows[shape == "most"]), parts)
    if view is None:
        assert parts == 2, "takes no plain view at all"
        return
    how = style(template, Random(name)).model_copy(update={"font_px": 14, "density": 1.0})
    draws_all(html, view, template, how)


def test_together_they_draw_every_kind_of_document() -> None:
    taken = {d for n in NAMES for d in builtin_templates()[n].needs.documents}
    assert set(DOCUMENTS) - {"data table"} <= taken
    assert sum(builtin_templates()[n].artifact == "table" for n in NAMES) >= 6
    assert sum(builtin_templates()[n].artifact == "doc" for n in NAMES) >= 6


@pytest.mark.parametrize("name", [n for n in NAMES if builtin_templates()[n].needs.grids[0] == 0])
def test_facts_alone_are_drawn(html: HtmlRenderer, name: str) -> None:
    template, view = builtin_templates()[name], sample(name)
    bare = view.model_copy(update={"parts": tuple(p for p in view.parts if p.name == "facts"), "prose": ()})
    if template.refuses(bare) is None and bare.facts:
        draws_all(html, bare, template, style(template, Random(name)))
