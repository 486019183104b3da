"""The plotly renderer: what is drawn is what is read, and what plotly would change in silence is caught."""

import os
import signal
from collections.abc import Iterator
from datetime import date
from decimal import Decimal as D
from pathlib import Path

import pytest
from worlds import sales_view

from cosyn_multi.assets import BUILTIN, load_template
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
    Value,
    View,
    World,
    part_of,
)
from cosyn_multi.renderers.browser import Browser
from cosyn_multi.renderers.marks import alike
from cosyn_multi.renderers.plotly import PlotlyRenderer

NAMES = sorted(p.parent.name for p in BUILTIN.glob("plotly_*/template.toml"))
Options = dict[str, str | int | float | bool]
HEAD = "import plotly.graph_objects as go\n\ndef draw(view, style, bind):\n    p = view.main\n    names = p.texts(p.label.name)\n"
BARS = HEAD + (
    "    f = go.Figure(layout={'template': 'none', 'yaxis': {'title': {'text': 'thousand USD'}}})\n"
    "    for c in p.measures:\n"
    "        f.add_trace(bind(go.Bar(x=names, y=p.numbers(c.name), name=c.label), c))\n"
    "    f.update_layout(title={'text': view.title})\n"
    "    return f\n"
)


@pytest.fixture(scope="module")
def plotly() -> Iterator[PlotlyRenderer]:
    renderer = PlotlyRenderer()
    yield renderer
    renderer.close()


def template(folder: Path, code: str, builtin: bool = True) -> Template:
    (folder / "chart.py").write_text(code, encoding="utf-8")
    return Template(
        name=folder.name, renderer="plotly", artifact="chart", entry="chart.py", folder=folder, builtin=builtin
    )


def chart(
    names: list[str], numbers: dict[str, list[object]], unit: str = "EUR", title: str = "Sales", decimals: int = 0
) -> View:
    """A small chart: one name and one or more amounts a row."""
    fmt = Format(style="number", decimals=decimals)
    columns = [Column(name="place", label="Place", kind="category")]
    columns += [Column(name=n, label=n.capitalize(), kind="amount", unit=unit, format=fmt) for n in numbers]
    rows: list[tuple[Value, ...]] = [(name, *(D(str(v[i])) for v in numbers.values())) for i, name in enumerate(names)]
    world = World(tables=(Table(name="t", columns=tuple(columns), rows=tuple(rows)),))
    part = part_of(world, "t", "series", tuple(c.name for c in columns))
    return View(image=1, artifact="chart", title=title, parts=(part,))


def drawn(renderer: PlotlyRenderer, view: View, made: Template, width: int = 900, height: int = 560) -> Rendering:
    out = renderer.render(Artifact(view=view, template=made, style=Style(width_px=width, height_px=height)))
    assert isinstance(out, Rendering), out
    return out


def refused(renderer: PlotlyRenderer, view: View, made: Template, width: int = 900) -> Reject:
    out = renderer.render(Artifact(view=view, template=made, style=Style(width_px=width, height_px=560)))
    assert isinstance(out, Reject)
    return out


def cells(rendering: Rendering) -> dict[str, Reading]:
    return {r.ref: r for r in rendering.cells}


def keys(rendering: Rendering) -> dict[str, Reading]:
    return {r.ref: r for r in rendering.keys}


def test_unlabelled_bars_are_read_through_the_axis_and_named_by_their_ticks(
    plotly: PlotlyRenderer, tmp_path: Path
) -> None:
    out = drawn(plotly, sales_view(), template(tmp_path, BARS))
    found = cells(out)
    assert len(found) == 18 and out.lost == ("series.month: no legend entry, axis title or other text tells it",)
    first = found["series[0].north"]
    assert abs(D(str(first.value)) - 41) <= first.tolerance and first.tolerance > 0 and first.axis == "y"
    assert found["series[2].month"].value == date(2024, 3, 1) and found["series[2].month"].shown == "Mar 2024"
    assert keys(out)["series.north"].role == "legend" and keys(out)["series.north"].look == first.look
    assert first.keys == ("series[0].month", "series.north")


def test_a_value_label_makes_a_reading_exact(plotly: PlotlyRenderer, tmp_path: Path) -> None:
    code = BARS.replace("name=c.label)", "name=c.label, text=p.texts(c.name), textposition='outside')")
    found = cells(drawn(plotly, sales_view(), template(tmp_path, code)))
    assert all(r.tolerance == 0 and r.shown for r in found.values())
    assert found["series[5].north"].value == 63 and len(found["series[5].north"].boxes) == 2


def test_a_mark_that_does_not_stand_at_its_value_is_refused(plotly: PlotlyRenderer, tmp_path: Path) -> None:
    code = BARS.replace("y=p.numbers(c.name)", "y=[v * 1.3 for v in p.numbers(c.name)]")
    out = refused(plotly, sales_view(), template(tmp_path, code))
    assert out.reason == "mark_differs" and "series[0].north" in out.detail


def test_a_bar_axis_that_starts_above_zero_is_read_by_the_axis_not_by_length(
    plotly: PlotlyRenderer, tmp_path: Path
) -> None:
    view = chart(["Ahm", "Bru", "Cel"], {"sales": [2300, 2600, 2900]})
    code = BARS.replace("'yaxis': {", "'yaxis': {'range': [2200, 3000], ")
    found = cells(drawn(plotly, view, template(tmp_path, code.replace("thousand USD", "EUR"))))
    for row, meant in enumerate((2300, 2600, 2900)):
        reading = found[f"series[{row}].sales"]
        assert abs(D(str(reading.value)) - meant) <= reading.tolerance < 60


def test_a_dropped_mark_is_refused(plotly: PlotlyRenderer, tmp_path: Path) -> None:
    code = BARS.replace("x=names, y=p.numbers(c.name)", "x=names[:5], y=p.numbers(c.name)[:5]")
    assert refused(plotly, sales_view(), template(tmp_path, code)).reason == "marks_missing"


def test_zero_on_a_log_axis_is_not_read(plotly: PlotlyRenderer, tmp_path: Path) -> None:
    view = chart(["Ahm", "Bru", "Cel"], {"sales": [0, 10, 1000]})
    code = HEAD + (
        "    c = p.measures[0]\n"
        "    t = bind(go.Scatter(x=names, y=p.numbers(c.name), mode='markers'), c)\n"
        "    return go.Figure(t, {'template': 'none', 'yaxis': {'type': 'log', 'title': {'text': c.label}}})\n"
    )
    assert refused(plotly, view, template(tmp_path, code)).reason == "marks_missing"


def test_a_log_axis_is_read_as_one(plotly: PlotlyRenderer, tmp_path: Path) -> None:
    view = chart(["Ahm", "Bru", "Cel"], {"sales": [12, 330, 9100]})
    code = HEAD + (
        "    c = p.measures[0]\n"
        "    t = bind(go.Scatter(x=names, y=p.numbers(c.name), mode='markers'), c)\n"
        "    return go.Figure(t, {'template': 'none', 'yaxis': {'type': 'log', 'title': {'text': c.label}, 'dtick': 1}})\n"
    )
    found = cells(drawn(plotly, view, template(tmp_path, code)))
    reading = found["series[2].sales"]
    assert abs(D(str(reading.value)) - 9100) <= reading.tolerance


def test_skipped_tick_labels_lose_their_names(plotly: PlotlyRenderer, tmp_path: Path) -> None:
    code = BARS.replace("'yaxis': {", "'xaxis': {'dtick': 2}, 'yaxis': {")
    out = drawn(plotly, sales_view(), template(tmp_path, code))
    assert "series[0].month" in cells(out) and "series[1].month" not in cells(out)
    assert "series[1].month: no name at its mark" in out.lost


def test_stacked_segments_are_read_by_their_two_ends(plotly: PlotlyRenderer, tmp_path: Path) -> None:
    code = BARS.replace("'template': 'none'", "'template': 'none', 'barmode': 'stack'")
    found = cells(drawn(plotly, sales_view(), template(tmp_path, code)))
    north, south = found["series[0].north"], found["series[0].south"]
    assert abs(D(str(south.value)) - 42) <= south.tolerance and south.tolerance > north.tolerance


def test_two_axes_are_told_apart(plotly: PlotlyRenderer, tmp_path: Path) -> None:
    view = chart(["Ahm", "Bru", "Cel"], {"revenue": [35000, 31000, 38000], "margin": [10, 12, 9]})
    code = HEAD + (
        "    a, b = p.measures\n"
        "    bars = bind(go.Bar(x=names, y=p.numbers('revenue'), name=a.label), a)\n"
        "    line = bind(go.Scatter(x=names, y=p.numbers('margin'), name=b.label, yaxis='y2'), b)\n"
        "    axes = {'yaxis': {'title': {'text': a.label}}, 'yaxis2': {'title': {'text': b.label}, 'overlaying': 'y',\n"
        "            'side': 'right', 'range': [0, 15]}}\n"
        "    return go.Figure([bars, line], {'template': 'none', **axes})\n"
    )
    found = cells(drawn(plotly, view, template(tmp_path, code)))
    margin = found["series[1].margin"]
    assert margin.axis == "y2" and abs(D(str(margin.value)) - 12) <= margin.tolerance < 1
    assert found["series[1].revenue"].axis == "y"


def test_a_small_series_flat_on_a_shared_axis_has_a_tolerance_as_large_as_itself(
    plotly: PlotlyRenderer, tmp_path: Path
) -> None:
    view = chart(["Ahm", "Bru", "Cel"], {"revenue": [35000, 31000, 38000], "margin": [10, 12, 9]})
    found = cells(drawn(plotly, view, template(tmp_path, BARS.replace("thousand USD", "EUR"))))
    assert "series[1].margin" not in found


def test_years_and_numbers_as_names_stay_as_they_are(plotly: PlotlyRenderer, tmp_path: Path) -> None:
    view = chart(["2012", "2013", "2014", "12.1"], {"sales": [3, 4, 5, 6]})
    out = drawn(plotly, view, template(tmp_path, BARS.replace("thousand USD", "EUR")))
    assert [cells(out)[f"series[{i}].place"].shown for i in range(4)] == ["2012", "2013", "2014", "12.1"]
    assert not [w.text for w in out.words if w.text in ("2,013", "2012.5", "2,012.5")]


def test_dollars_tags_and_ampersands_are_drawn_as_they_stand(plotly: PlotlyRenderer, tmp_path: Path) -> None:
    names = ["$5 to $10", "Ba$$in <b>bold</b> & Co", "US$ 1,200 (US$ 900)", "a < b > c &amp; d"]
    view = chart(names, {"sales": [3, 4, 5, 6]}, title="From $1 to $9 <i>net</i>")
    out = drawn(plotly, view, template(tmp_path, BARS.replace("thousand USD", "EUR")), width=1300)
    assert [cells(out)[f"series[{i}].place"].shown for i in range(4)] == names
    assert keys(out)["@title"].shown == "From $1 to $9 <i>net</i>"


def test_equal_names_are_refused(plotly: PlotlyRenderer, tmp_path: Path) -> None:
    view = chart(["Springfield", "Shelbyville", "Springfield"], {"sales": [3, 4, 5]})
    made = template(tmp_path, BARS.replace("thousand USD", "EUR"))
    assert refused(plotly, view, made).reason == "names_collapse"


def test_characters_without_a_glyph_are_reported(plotly: PlotlyRenderer, tmp_path: Path) -> None:
    view = chart(["plain \\ text", "№ 5 Ω", "東京 支店"], {"sales": [3, 4, 5]})
    found = cells(drawn(plotly, view, template(tmp_path, BARS.replace("thousand USD", "EUR"))))
    assert found["series[0].place"].seen.missing == ""
    assert set(found["series[2].place"].seen.missing) == set("東京支店")


@pytest.mark.parametrize("height", [400, 700, 1400])
def test_a_label_of_130_characters_is_cut_or_whole_and_we_know_which(
    plotly: PlotlyRenderer, tmp_path: Path, height: int
) -> None:
    names = [f"{i} " + "long" * 32 for i in range(3)]
    view = chart(names, {"sales": [3, 4, 5]})
    made, style = template(tmp_path, BARS.replace("thousand USD", "EUR")), Style(width_px=700, height_px=height)
    out = plotly.render(Artifact(view=view, template=made, style=style))
    if isinstance(out, Reject):
        assert out.reason == "plot_too_small"
        return
    for i in range(3):
        seen = cells(out)[f"series[{i}].place"].seen
        box = cells(out)[f"series[{i}].place"].boxes[0]
        assert seen.inside < 1 or (box.x0 >= 0 and box.y1 <= height)


def test_a_long_legend_is_clipped_or_the_plot_too_small(plotly: PlotlyRenderer, tmp_path: Path) -> None:
    numbers: dict[str, list[object]] = {f"entry_{'very_long_' * 3}{i}": [i + 1, i + 2] for i in range(20)}
    view = chart(["Ahm", "Bru"], numbers)
    code = BARS.replace("'template': 'none'", "'template': 'none', 'legend': {'x': 1.2, 'y': 1}")
    out = plotly.render(
        Artifact(view=view, template=template(tmp_path, code), style=Style(width_px=600, height_px=300))
    )
    if isinstance(out, Reject):
        assert out.reason == "plot_too_small"
    else:
        cut = [k for k in out.keys if k.role == "legend" and (k.seen.inside < 1 or k.seen.clipped)]
        assert len(cut) >= 5


def test_series_of_a_used_up_colour_cycle_look_alike(plotly: PlotlyRenderer, tmp_path: Path) -> None:
    numbers: dict[str, list[object]] = {f"s{i}": [i + 1, i + 3] for i in range(12)}
    view = chart(["Ahm", "Bru"], numbers)
    code = BARS.replace("go.Bar(", "go.Scatter(mode='lines', ").replace("thousand USD", "EUR")
    found = keys(drawn(plotly, view, template(tmp_path, code)))
    one, other, eleventh = (found[f"series.s{i}"].look for i in (0, 1, 10))
    assert one and other and eleventh and alike(one, eleventh) and not alike(one, other)


def test_without_a_drawn_unit_a_mark_has_no_value(plotly: PlotlyRenderer, tmp_path: Path) -> None:
    view = chart(["Ahm", "Bru"], {"sales": [3, 4]})
    code = BARS.replace("'title': {'text': 'thousand USD'}", "'nticks': 4").replace("name=c.label", "name='Sales'")
    out = drawn(plotly, view, template(tmp_path, code))
    assert "series[0].sales: unit EUR not drawn" in out.lost


def test_unbound_traces_are_matched_by_names_and_values(plotly: PlotlyRenderer, tmp_path: Path) -> None:
    code = BARS.replace("bind(", "(").replace(", c))", "))")
    assert len(drawn(plotly, sales_view(), template(tmp_path, code)).cells) == 18


def test_an_error_in_a_template_tells_file_and_line(plotly: PlotlyRenderer, tmp_path: Path) -> None:
    out = refused(plotly, sales_view(), template(tmp_path, HEAD + "    return 1 / 0\n"))
    assert out.reason == "template_error" and f"{tmp_path.name}/chart.py:6: ZeroDivisionError" in out.detail


def test_unreviewed_code_is_not_run_without_a_cage(plotly: PlotlyRenderer, tmp_path: Path) -> None:
    flag = tmp_path / "ran"
    made = template(tmp_path, f"open({str(flag)!r}, 'w').close()\n" + BARS, builtin=False)
    with pytest.raises(SetupError, match="no cage"):
        refused(plotly, sales_view(), made)
    assert not flag.exists()


def test_the_same_artifact_gives_the_same_bytes_and_a_killed_browser_comes_back(tmp_path: Path) -> None:
    browser = Browser()
    renderer = PlotlyRenderer(browser)
    made = template(tmp_path, BARS)
    first = drawn(renderer, sales_view(), made)
    drawn(renderer, sales_view(columns=("month", "south")), made)
    os.kill(browser.pid, signal.SIGKILL)
    assert drawn(renderer, sales_view(), made) == first
    browser.close()


def test_a_plot_over_its_time_is_a_reject_and_the_next_one_works(tmp_path: Path) -> None:
    browser, made = Browser(), template(tmp_path, BARS)
    drawn(PlotlyRenderer(browser), sales_view(), made)
    assert refused(PlotlyRenderer(browser, limit_s=0.01), sales_view(), made).reason == "timeout"
    drawn(PlotlyRenderer(browser), sales_view(), made)
    browser.close()


def test_pie_labels_of_40_characters_are_whole_or_known_to_be_cut(plotly: PlotlyRenderer, tmp_path: Path) -> None:
    view = chart([f"{i} " + "very long name " * 3 for i in range(9)], {"sales": [9, 1, 1, 8, 1, 1, 1, 7, 1]})
    code = HEAD + (
        "    c = p.measures[0]\n"
        "    t = go.Pie(labels=names, values=p.numbers(c.name), text=p.texts(c.name), textinfo='label+text')\n"
        "    return go.Figure(bind(t, c), {'template': 'none', 'showlegend': False, 'title': {'text': c.label}})\n"
    )
    out = drawn(plotly, view, template(tmp_path, code), width=500, height=400)
    found = cells(out)
    for i in range(9):
        reading = found.get(f"series[{i}].sales")
        assert reading is not None or any(lost.startswith(f"series[{i}].sales: ") for lost in out.lost)
        assert reading is None or reading.value in (9, 8, 7, 1)


@pytest.mark.parametrize("name", NAMES)
def test_a_built_in_template_draws_its_sample_whole(plotly: PlotlyRenderer, name: str) -> None:
    made = load_template(BUILTIN / name, builtin=True)
    view = View.model_validate_json((BUILTIN / name / "sample.json").read_text(encoding="utf-8"))
    assert made.refuses(view) is None
    out = drawn(plotly, view, made, *made.size_px)
    assert len(out.cells) == sum(len(p.rows) * len(p.columns) for p in view.parts) and not out.lost
    for reading in (*out.cells, *out.keys):
        seen = reading.seen
        assert seen.inside > 0.99 and not seen.clipped and not seen.missing and seen.height_px >= 7, reading
        assert seen.overlapped < 0.05 and seen.covered < 0.05, reading
        assert seen.contrast > (4.5 if reading.shown else 1.5), reading


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_every_option_of_a_template_changes_the_look_and_leaves_it_readable(plotly: PlotlyRenderer, name: str) -> None:
    made = load_template(BUILTIN / name, builtin=True)
    view = View.model_validate_json((BUILTIN / name / "sample.json").read_text(encoding="utf-8"))
    bases = [{option: values[end] for option, values in made.options.items()} for end in (0, -1)]
    seen: dict[str, bytes] = {}  # a base is one of every option's looks: the same artifact gives the same bytes

    def look(options: Options) -> bytes:
        key = repr(options)
        if key not in seen:
            seen[key] = png_of(plotly, view, made, options)
        return seen[key]

    for option, values in made.options.items():
        looks: list[int] = []
        for base in bases:  # the second only where beside the first some looks are alike
            looks.append(len({look({**base, option: value}) for value in values}))
            if looks[-1] == len(values):
                break
        else:
            pytest.fail(f"{option}: {looks} looks for {len(values)} values")


def png_of(plotly: PlotlyRenderer, view: View, made: Template, options: Options) -> bytes:
    style = Style(width_px=made.size_px[0], height_px=made.size_px[1], options=options)
    out = plotly.render(Artifact(view=view, template=made, style=style))
    assert isinstance(out, Rendering), out
    assert not faults(view, out), options
    return out.png


def test_numpy_arrays_are_matched_and_read_as_lists_are(plotly: PlotlyRenderer, tmp_path: Path) -> None:
    code = "import numpy as np\n" + BARS.replace("bind(", "(").replace(", c))", "))")
    code = code.replace("y=p.numbers(c.name)", "y=np.array(p.numbers(c.name))")
    assert len(drawn(plotly, sales_view(), template(tmp_path, code)).cells) == 18
