"""The matplotlib renderer: templates written here, drawn for real, read back."""

import io
import random
from collections.abc import Sequence
from decimal import Decimal as D
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from PIL import Image
from worlds import sales_view

from cosyn_multi.assets import find_templates, load_template
from cosyn_multi.errors import SetupError
from cosyn_multi.kit.judge import faults
from cosyn_multi.model import (
    Artifact,
    Column,
    Format,
    Reading,
    Reject,
    Rendering,
    Style,
    Table,
    Template,
    View,
    World,
    as_read,
    intended,
    part_of,
)
from cosyn_multi.renderers.matplotlib import MatplotlibRenderer

RENDERER = MatplotlibRenderer()
BARS = """
def draw(fig, view, style, bind):
    part = view.main
    ax = fig.add_axes((0.15, 0.2, 0.8, 0.6))
    column = part.measures[0]
    bind(ax.bar(range(len(part.rows)), part.numbers(column.name)), column)
    ax.set_xticks(range(len(part.rows)), labels=part.texts(part.label.name))
    ax.set_ylabel(column.label)
    ax.set_xlabel(part.label.label)
    fig.suptitle(view.title)
"""


def template(folder: Path, code: str, builtin: bool = True) -> Template:
    (folder / "snippet").mkdir(exist_ok=True)
    (folder / "snippet" / "template.toml").write_text(
        'name = "snippet"\nrenderer = "matplotlib"\nartifact = "chart"\nentry = "chart.py"\n'
    )
    (folder / "snippet" / "chart.py").write_text(code, encoding="utf-8")
    return load_template(folder / "snippet", builtin=builtin)


def drawn(folder: Path, code: str, view: View, **style: object) -> Rendering | Reject:
    """Each folder holds one snippet: compiled modules are cached by file."""
    look = Style(width_px=700, height_px=450, **style)
    return RENDERER.render(Artifact(view=view, template=template(folder, code), style=look, seed=7))


def rendering(folder: Path, code: str, view: View, **style: object) -> Rendering:
    found = drawn(folder, code, view, **style)
    assert isinstance(found, Rendering), found
    return found


def refused(folder: Path, code: str, view: View) -> str:
    found = drawn(folder, code, view)
    assert isinstance(found, Reject), found
    return found.reason


def reading(found: Rendering, ref: str) -> Reading:
    return next(r for r in (*found.cells, *found.keys) if r.ref == ref)


def view_of(rows: Sequence[tuple[object, ...]], *measures: Column, title: str = "Test") -> View:
    columns = (Column(name="site", label="Site", kind="category"), *measures)
    world = World(tables=(Table(name="t", columns=columns, rows=tuple(rows)),))
    part = part_of(world, "t", "series", tuple(c.name for c in columns))
    return View(image=1, artifact="chart", title=title, parts=(part,))


def amount(name: str = "used", unit: str = "MWh", label: str = "Used") -> Column:
    return Column(name=name, label=label, kind="amount", unit=unit, format=Format(style="number", decimals=1))


THREE = [("North", D(41)), ("South", D(55)), ("West", D("12.5"))]


def test_bars_without_labels_are_read_through_the_axis(tmp_path: Path) -> None:
    found = rendering(tmp_path, BARS, view_of(THREE, amount()))
    bar = reading(found, "series[0].used")
    assert bar.tolerance > 0 and abs(D(str(bar.value)) - 41) <= bar.tolerance and bar.axis == "y" and not bar.shown
    assert bar.keys == ("series[0].site", "series.used") and bar.look is not None
    assert reading(found, "series.used").role == "axis" and reading(found, "series.used").shown == "Used (MWh)"
    assert reading(found, "series[1].site").value == "South" and reading(found, "@title").role == "title"
    assert not found.lost


def test_a_value_label_beside_its_bar_makes_the_reading_exact(tmp_path: Path) -> None:
    code = BARS + "    ax.bar_label(ax.containers[0], labels=part.texts(column.name))\n"
    label = reading(rendering(tmp_path, code, view_of(THREE, amount())), "series[2].used")
    assert label.value == D("12.5") and label.tolerance == 0 and label.shown == "12.5" and len(label.boxes) == 2


def test_a_label_that_stands_at_another_bar_does_not_count(tmp_path: Path) -> None:
    code = BARS + "    ax.bar_label(ax.containers[0], labels=part.texts(column.name)[::-1])\n"
    cells = rendering(tmp_path, code, view_of(THREE, amount())).cells
    assert {c.ref: c.tolerance > 0 for c in cells if c.ref.endswith("used")} == {
        "series[0].used": True, "series[1].used": False, "series[2].used": True
    }  # fmt: skip


def test_an_axis_that_does_not_start_at_zero_is_read_by_its_ticks(tmp_path: Path) -> None:
    """T40"""
    rows = [("North", D(2250)), ("South", D(2410))]
    found = rendering(tmp_path, BARS + "    ax.set_ylim(2200, 2500)\n", view_of(rows, amount()))
    north, south = (reading(found, f"series[{i}].used") for i in (0, 1))
    assert abs(D(str(north.value)) - 2250) <= north.tolerance <= 10
    assert abs(D(str(south.value)) - 2410) <= south.tolerance


AXES = {
    "inverted": "    ax.invert_yaxis()\n",
    "log": "    ax.set_yscale('log')\n    ax.set_ylim(1, 100)\n    ax.set_yticks([1, 10, 100], labels=['1', '10', '100'])\n"
    "    ax.minorticks_off()\n",
    "negative": "    ax.set_ylim(-40, 80)\n",
}


@pytest.mark.parametrize("kind", sorted(AXES))
def test_marks_are_read_on_every_axis(tmp_path: Path, kind: str) -> None:
    found = rendering(tmp_path, BARS + AXES[kind], view_of(THREE, amount()))
    for i, (_, value) in enumerate(THREE):
        mark = reading(found, f"series[{i}].used")
        assert mark.tolerance > 0 and abs(D(str(mark.value)) - value) <= mark.tolerance


def test_an_axis_whose_labels_do_not_tell_its_values_is_not_read(tmp_path: Path) -> None:
    code = BARS + "    ax.set_yticks([0, 20, 40], labels=['0', '2', '4'])\n"
    assert refused(tmp_path, code, view_of(THREE, amount())) == "nothing_readable"


def test_stacked_segments_are_read_by_length(tmp_path: Path) -> None:
    code = """
def draw(fig, view, style, bind):
    part = view.main
    ax = fig.add_axes((0.15, 0.2, 0.8, 0.6))
    base, groups = [0, 0, 0], []
    for column in part.measures:
        groups.append(bind(ax.barh(range(3), part.numbers(column.name), left=base, label=column.label), column))
        base = part.numbers(column.name)
    ax.set_yticks(range(3), labels=part.texts(part.label.name))
    fig.legend(handles=groups, loc="upper right")
"""
    rows = [("North", D(41), D(20)), ("South", D(55), D(8)), ("West", D(12), D(30))]
    found = rendering(tmp_path, code, view_of(rows, amount("a", label="First"), amount("b", label="Second")))
    first, second = reading(found, "series[0].a"), reading(found, "series[0].b")
    assert second.value == 20 and second.tolerance > first.tolerance and second.axis == "x"
    header = reading(found, "series.b")
    assert header.role == "legend" and header.look == second.look


def test_two_axes_are_told_apart(tmp_path: Path) -> None:
    """R21"""
    code = BARS + (
        "    right = ax.twinx()\n    other = part.measures[1]\n"
        "    bind(right.plot(range(3), part.numbers(other.name), 'o--', color='#d1702a')[0], other)\n"
        "    right.set_ylabel(other.label)\n"
    )
    rows = [("North", D(35000), D(10)), ("South", D(41000), D(12)), ("West", D(28000), D(8))]
    found = rendering(tmp_path, code, view_of(rows, amount("sold", "kEUR"), amount("margin", "%")))
    assert reading(found, "series[1].sold").axis == "y" and reading(found, "series[1].margin").axis == "y2"
    assert reading(found, "series[1].margin").look.dash == "dashed"  # type: ignore[union-attr]
    assert abs(D(str(reading(found, "series[1].margin").value)) - 12) < 1


def test_a_mark_that_is_drawn_wrong_refuses_the_picture(tmp_path: Path) -> None:
    code = BARS.replace("part.numbers(column.name)", "[v * 1.2 for v in part.numbers(column.name)]")
    assert refused(tmp_path, code, view_of(THREE, amount())) == "mark_differs"


def test_a_mark_too_few_refuses_the_picture(tmp_path: Path) -> None:
    code = BARS.replace("part.numbers(column.name))", "part.numbers(column.name)[:2] + [])").replace(
        "ax.bar(range(len(part.rows))", "ax.bar(range(2)"
    )
    assert refused(tmp_path, code, view_of(THREE, amount())) == "mark_count"


def test_equal_names_do_not_collapse_in_silence(tmp_path: Path) -> None:
    """R34"""
    code = BARS.replace(
        "range(len(part.rows)), part.numbers", "[str(t) for t in part.texts('site')], part.numbers"
    ).replace("    ax.set_xticks(range(len(part.rows)), labels=part.texts(part.label.name))\n", "")
    rows = [("Springfield", D(41)), ("Springfield", D(55)), ("West", D(12))]
    assert refused(tmp_path, code, view_of(rows, amount())) == "marks_collapsed"
    kept = tmp_path / "kept"
    kept.mkdir()
    found = rendering(kept, BARS, view_of(rows, amount()))
    assert [reading(found, f"series[{i}].site").value for i in (0, 1)] == ["Springfield"] * 2


def test_a_zero_bar_without_label_is_lost_and_with_label_is_exact(tmp_path: Path) -> None:
    rows = [("North", D(41)), ("South", D(0))]
    found = rendering(tmp_path, BARS, view_of(rows, amount()))
    assert "series[1].used: no visible extent" in found.lost
    labelled = tmp_path / "labelled"
    labelled.mkdir()
    code = BARS + "    ax.bar_label(ax.containers[0], labels=part.texts(column.name))\n"
    assert reading(rendering(labelled, code, view_of(rows, amount())), "series[1].used").value == 0


def test_a_bar_cut_off_by_the_axis_limits_is_lost(tmp_path: Path) -> None:
    found = rendering(tmp_path, BARS + "    ax.set_ylim(0, 50)\n", view_of(THREE, amount()))
    assert any(line.startswith("series[1].used: cut off") for line in found.lost)


def test_hidden_columns_and_skipped_labels_are_lost(tmp_path: Path) -> None:
    """T20"""
    code = BARS + (
        "    line, = ax.plot(range(3), part.numbers('b'), visible=False)\n    bind(line, part.measures[1])\n"
        "    ax.set_xticks([0, 2], labels=part.texts('site')[::2])\n"
    )
    rows = [("North", D(41), D(20)), ("South", D(55), D(8)), ("West", D(12), D(30))]
    found = rendering(tmp_path, code, view_of(rows, amount(), amount("b")))
    assert "series[1].site: not drawn" in found.lost and "series.b: not drawn" in found.lost
    assert not [c for c in found.cells if c.ref.endswith(".b")]


def test_long_labels_cut_at_the_frame_are_measured(tmp_path: Path) -> None:
    """R01"""
    rows = [("A very long name of a place " * 5, D(41)), ("South", D(55))]
    found = rendering(tmp_path, BARS + "    ax.tick_params(axis='x', rotation=90)\n", view_of(rows, amount()))
    assert reading(found, "series[0].site").seen.inside < 0.9
    assert reading(found, "series[1].site").seen.inside == pytest.approx(1)


def test_a_legend_outside_the_frame_is_no_usable_key_and_squeezed_axes_are_refused(tmp_path: Path) -> None:
    """R02"""
    code = BARS.replace("bind(ax.bar(range(len(part.rows)), part.numbers(column.name)), column)", (
        "bind(ax.bar(range(len(part.rows)), part.numbers(column.name), label=column.label), column)\n"
        "    ax.legend(loc='upper left', bbox_to_anchor=(1.2, 1))"
    )).replace("    ax.set_ylabel(column.label)\n", "")  # fmt: skip
    assert reading(rendering(tmp_path, code, view_of(THREE, amount())), "series.used").seen.inside < 0.1
    tight = tmp_path / "tight"
    tight.mkdir()
    assert (
        refused(tight, BARS + "    ax.set_position((0.3, 0.3, 0.1, 0.3))\n", view_of(THREE, amount()))
        == "axes_too_small"
    )


def test_characters_without_a_glyph_are_told(tmp_path: Path) -> None:
    """R04"""
    rows = [("Hall № 5", D(41)), ("雪国", D(55)), ("a\\b", D(12))]
    found = rendering(tmp_path, BARS, view_of(rows, amount()), font="Lato")
    assert reading(found, "series[1].site").seen.missing == "国雪"
    assert reading(found, "series[2].site").seen.missing == "" and reading(found, "series[2].site").shown == "a\\b"


def test_years_stay_the_years_they_are(tmp_path: Path) -> None:
    """R12"""
    found = rendering(tmp_path, BARS, view_of([("2012", D(41)), ("2013", D(55)), ("2014", D(12))], amount()))
    assert [reading(found, f"series[{i}].site").shown for i in range(3)] == ["2012", "2013", "2014"]
    assert not [w for w in found.words if w.text in ("2,013", "2012.5", "2013.5")]


def test_dollar_signs_are_text(tmp_path: Path) -> None:
    """R16"""
    names = ["$5 to $10", "Ba$$in", "US$ 1,200 (US$ 900)"]
    found = rendering(tmp_path, BARS, view_of([(n, D(20 + i)) for i, n in enumerate(names)], amount()))
    assert [reading(found, f"series[{i}].site").shown for i in range(3)] == names


def test_figures_do_not_pile_up(tmp_path: Path) -> None:
    """R28"""
    from matplotlib._pylab_helpers import Gcf

    code = BARS + "    import matplotlib.pyplot as plt\n    for _ in range(5):\n        plt.figure(figsize=(1, 1))\n"
    rendering(tmp_path, code, view_of(THREE, amount()))
    assert not Gcf.figs


def test_series_that_look_alike_have_equal_looks(tmp_path: Path) -> None:
    """T19"""
    code = """
def draw(fig, view, style, bind):
    part = view.main
    ax = fig.add_axes((0.1, 0.1, 0.6, 0.8))
    for column in part.measures:
        bind(ax.plot(range(2), part.numbers(column.name), label=column.label)[0], column)
    ax.set_xticks(range(2), labels=part.texts('site'))
    fig.legend(loc="upper right")
"""
    columns = [amount(f"c{i}", label=f"Line {i}") for i in range(12)]
    rows = [("North", *(D(10 + 3 * i) for i in range(12))), ("South", *(D(50 - 3 * i) for i in range(12)))]
    found = rendering(tmp_path, code, view_of(rows, *columns))
    looks = [reading(found, f"series.c{i}").look for i in range(12)]
    assert looks[0] == looks[6] and looks[0] != looks[1]


def test_a_legend_over_a_bar_covers_it(tmp_path: Path) -> None:
    code = BARS + "    ax.legend([ax.containers[0]], ['x' * 40], loc='upper center', framealpha=1)\n"
    assert reading(rendering(tmp_path, code, view_of(THREE, amount())), "series[1].used").seen.covered > 0.5


def test_text_under_a_patch_is_covered_and_pale_text_has_low_contrast(tmp_path: Path) -> None:
    code = BARS + (
        "    from matplotlib.patches import Rectangle\n"
        "    fig.add_artist(Rectangle((0, 0.9), 1, 0.1, color='#1f5a94', zorder=9))\n"
        "    ax.xaxis.label.set_color('#e8e8e8')\n"
    )
    found = rendering(tmp_path, code, view_of(THREE, amount()))
    assert reading(found, "@title").seen.covered > 0.9
    assert reading(found, "series.site").seen.contrast < 1.5 < 10 < reading(found, "series[0].site").seen.contrast


def test_a_ring_is_seen_by_its_edge_and_a_pale_dot_is_not_seen(tmp_path: Path) -> None:
    code = BARS.replace("ax.bar(range(len(part.rows)), part.numbers(column.name))", "ax.scatter({})")
    dots = "range(len(part.rows)), part.numbers(column.name), s=150, facecolor=style.paper, edgecolor='#204080', linewidth={}"
    for width, low, high in ((2.5, 4.5, 21.0), (0.5, 1.0, 1.1)):
        folder = tmp_path / str(width)
        folder.mkdir()
        found = rendering(folder, code.format(dots.format(width)), view_of(THREE, amount()))
        assert all(
            low <= c.seen.contrast <= high and c.seen.covered < 0.05 for c in found.cells if c.ref.endswith(".used")
        ), width


def test_texts_that_overlap_are_told(tmp_path: Path) -> None:
    rows = [(f"A rather long name {i}", D(20 + i)) for i in range(9)]
    found = rendering(tmp_path, BARS, view_of(rows, amount()))
    assert reading(found, "series[4].site").seen.overlapped > 0.1


def test_a_header_without_its_unit_needs_the_unit_elsewhere(tmp_path: Path) -> None:
    bare = BARS.replace("ax.set_ylabel(column.label)", "ax.set_ylabel(column.label.with_text('Used'))")
    assert "series.used: its unit 'MWh' is not drawn" in rendering(tmp_path, bare, view_of(THREE, amount())).lost
    told = tmp_path / "told"
    told.mkdir()
    found = rendering(told, bare + "    fig.text(0.5, 0.85, 'All figures in MWh')\n", view_of(THREE, amount()))
    assert len(reading(found, "series.used").boxes) == 2


def test_unreviewed_code_is_not_run_without_a_cage(tmp_path: Path) -> None:
    code = f"open({str(tmp_path / 'ran')!r}, 'w')\n"
    artifact = Artifact(
        view=view_of(THREE, amount()), template=template(tmp_path, code, builtin=False), style=Style()
    )  # fmt: skip
    with pytest.raises(SetupError, match="no cage"):
        RENDERER.render(artifact)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("def draw(fig, view, style, bind):\n    1 / 0\n", "template_error"),
        ("def draw(fig, view, style, bind):\n    pass\n", "nothing_readable"),
        (BARS + "    fig.set_size_inches(3, 3)\n", "resized"),
        (BARS + "    ax.set_title('x', fontfamily='Nowhere Sans')\n", "unknown_font"),
        (BARS.replace("fig.suptitle(view.title)", "import sys; sys.exit(3)"), "template_error"),
    ],
)  # fmt: skip
def test_what_a_template_does_wrong_is_a_reason(tmp_path: Path, code: str, reason: str) -> None:
    assert refused(tmp_path, code, view_of(THREE, amount())) == reason


def test_nothing_leaks_from_one_picture_to_the_next(tmp_path: Path) -> None:
    code = BARS + "    import matplotlib, random\n    matplotlib.rcParams['font.size'] = 30\n    random.random()\n"
    before, state = dict(mpl.rcParams), random.getstate()
    first = rendering(tmp_path, code, view_of(THREE, amount()))
    assert dict(mpl.rcParams) == before and random.getstate() == state
    assert rendering(tmp_path, code, view_of(THREE, amount())).png == first.png


def test_boxes_hold_their_text_and_no_ink_touches_their_border(tmp_path: Path) -> None:
    found = rendering(tmp_path, BARS, view_of(THREE, amount()))
    pixels = np.asarray(Image.open(io.BytesIO(found.png)).convert("L")).astype(int)
    assert pixels.shape == (450, 700)
    for ref in ("@title", "series.used", "series[0].site", "series.site"):
        (box,) = reading(found, ref).boxes
        x0, y0, x1, y1 = (round(v) for v in (box.x0, box.y0, box.x1, box.y1))
        crop = pixels[y0:y1, x0:x1]
        assert crop.min() < 120, ref
        border = np.concatenate([crop[0], crop[-1], crop[:, 0], crop[:, -1]])
        assert border.min() > 150, ref


TEMPLATES = {name: t for name, t in find_templates()[0].items() if t.renderer == "matplotlib"}


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_every_template_draws_its_sample_whole(name: str) -> None:
    found_template = TEMPLATES[name]
    view = View.model_validate_json((found_template.folder / "sample.json").read_text(encoding="utf-8"))
    assert found_template.refuses(view) is None
    width, height = found_template.size_px
    found = RENDERER.render(Artifact(view=view, template=found_template, style=Style(width_px=width, height_px=height)))
    assert isinstance(found, Rendering) and not found.lost, found
    for text in (r for r in (*found.cells, *found.keys) if r.shown):
        seen = text.seen
        assert seen.inside > 0.999 and not seen.clipped and not seen.missing and seen.covered < 0.05, text
        assert seen.overlapped < 0.02 and seen.height_px >= 9 and seen.contrast > 4.5, text
    (read,), (meant,) = as_read(view, found.cells), intended(view)
    for row, wanted, slack in zip(read.rows, meant.rows, read.tolerances, strict=True):
        for value, truth, off in zip(row, wanted, slack, strict=True):
            assert value == truth or abs(D(str(value)) - D(str(truth))) <= off


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_every_option_of_a_template_changes_the_picture_and_leaves_it_readable(name: str) -> None:
    found = TEMPLATES[name]
    view = View.model_validate_json((found.folder / "sample.json").read_text(encoding="utf-8"))
    first = {key: values[0] for key, values in found.options.items()}
    pictures = set()
    tried = [
        first,
        *(
            {**first, key: v}
            for key, values in found.options.items()
            for v in dict.fromkeys(values[1:])
            if v != values[0]
        ),
    ]
    for options in tried:
        drawing = RENDERER.render(
            Artifact(view=view, template=found, style=Style(width_px=860, height_px=560, options=options))
        )
        assert isinstance(drawing, Rendering) and not faults(view, drawing), (options, drawing)
        pictures.add(drawing.png)
    assert len(pictures) == len(tried)


def test_the_sales_view_of_the_test_world_is_drawn_and_read() -> None:
    view = sales_view()
    found = RENDERER.render(Artifact(view=view, template=TEMPLATES["lines_time"], style=Style(height_px=560)))
    assert isinstance(found, Rendering) and len(found.cells) == 18
    assert reading(found, "series.north").look != reading(found, "series.south").look
