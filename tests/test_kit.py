"""The template kit: starting a template, drawing it from many worlds, and judging what came out."""

import re
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from typer.testing import CliRunner
from worlds import invoice_views

from cosyn_multi.assets import BUILTIN, builtin_templates, find_template, find_workspace
from cosyn_multi.authors.offline.dress import choose
from cosyn_multi.cli.app import app
from cosyn_multi.errors import ConfigError, TemplateError
from cosyn_multi.kit.judge import faults
from cosyn_multi.kit.proofs import Proof, proofs
from cosyn_multi.kit.start import STARTERS, start
from cosyn_multi.kit.tally import Tally
from cosyn_multi.kit.worlds import Worlds
from cosyn_multi.model import Artifact, Box, Reject, Rendering, Style, Template, View, Word
from cosyn_multi.renderers.bound import BoundView
from cosyn_multi.renderers.studio import Studio
from cosyn_multi.sandbox import WarmCage


@pytest.fixture(scope="module")
def studio() -> Iterator[Studio]:
    made = Studio(WarmCage())
    yield made
    made.close()


PAGE = """<!doctype html><html><head><style>body{font:16px Lato;margin:20px}%s</style></head><body>
<h1>{{ view.title }}</h1><p>March 2024</p>
{%% for fact in view.facts %%}<p>{{ fact.label }}: {{ fact.value }}</p>{%% endfor %%}
<table><tr>{%% for c in view.main.columns %%}<th>{{ c.label }}</th>{%% endfor %%}</tr>
{%% for row in view.main.rows %%}<tr>{%% for cell in row %%}<td>{{ cell }}</td>{%% endfor %%}</tr>{%% endfor %%}</table>
{%% for note in view.notes %%}<p>{{ note }}</p>{%% endfor %%}%s</body></html>"""


def page(folder: Path, css: str = "", more: str = "") -> Template:
    made = folder / "mine"
    made.mkdir(parents=True)
    (made / "page.html").write_text(PAGE % (css, more), encoding="utf-8")
    return Template(name="mine", renderer="html", artifact="doc", entry="page.html", grows=True, folder=made)


def reasons(studio: Studio, template: Template) -> set[str]:
    view = invoice_views()[0]
    drawn = studio.render(Artifact(view=view, template=template, style=Style(width_px=600, height_px=400)))
    assert isinstance(drawn, Rendering), drawn
    return {f.reason for f in faults(view, drawn)}


# --- the workspace -------------------------------------------------------------------------------------------------


def test_the_workspace_is_templates_of_the_current_folder_if_it_holds_any(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_workspace(None) is None
    (tmp_path / "templates" / "emails").mkdir(parents=True)
    assert find_workspace(None) is None, "a folder of that name without a template is somebody else's"
    start("mine", "html", "doc", Path("templates"))
    assert find_workspace(None) == Path("templates")
    assert find_workspace(BUILTIN) is None, "the built-in folder is trusted, and no workspace"
    with pytest.raises(ConfigError, match="no such folder"):
        find_workspace(tmp_path / "nowhere")


def test_a_template_is_found_by_name_or_the_nearest_is_named(tmp_path: Path) -> None:
    made = start("mine", "html", "doc", tmp_path)
    assert find_template("mine", tmp_path) == made and made.origin == "workspace" and not made.builtin
    assert find_template("invoice_plain", tmp_path).origin == "built-in"
    with pytest.raises(TemplateError, match="Did you mean 'invoice_plain'"):
        find_template("invoice_plan", tmp_path)
    (tmp_path / "mine" / "template.toml").write_text("name = ")
    with pytest.raises(TemplateError, match=r"mine/template.toml: .*mend the TOML"):
        find_template("mine", tmp_path)


# --- new -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "renderer", "artifact", "said"),
    [
        ("My Receipt", "html", "doc", "try 'my_receipt'"),
        ("../up", "html", "doc", "lower-case letters"),
        ("mine", "htm", "doc", "Did you mean 'html'"),
        ("mine", "html", "poster", "no such artifact. Known: chart, doc, table"),
        ("mine", "html", "chart", "Renderers with a starter for a chart: matplotlib, plotly"),
        ("invoice_plain", "html", "doc", r"is there already \(built-in\)"),
        ("taken", "html", "doc", "taken: is there already"),
    ],
)
def test_new_refuses_in_one_line_that_says_the_mend(
    name: str, renderer: str, artifact: str, said: str, tmp_path: Path
) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(TemplateError, match=said):
        start(name, renderer, artifact, tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["taken"]


@pytest.mark.slow
@pytest.mark.parametrize("starter", sorted(p.name for p in STARTERS.iterdir()))
def test_a_new_template_renders_without_a_fault(starter: str, tmp_path: Path, studio: Studio) -> None:
    renderer, artifact = starter.split("_")
    made = start("mine", renderer, artifact, tmp_path)
    which = [(0, "en_US"), (1, "de_DE"), (2, "pl_PL"), (3, "en_IN")]
    tally = Tally.of(made, proofs(made, Worlds(made), studio, which))
    assert tally.drawn == 4 and not tally.bad, [p.faults for p in tally.worst]
    assert (made.folder / "sample.json").is_file()


# --- judging -------------------------------------------------------------------------------------------------------


def test_a_plain_page_has_no_fault(studio: Studio, tmp_path: Path) -> None:
    assert reasons(studio, page(tmp_path)) == set()


@pytest.mark.parametrize(
    ("css", "more", "reason"),
    [
        ("table{table-layout:fixed;width:90px}td{overflow:hidden;white-space:nowrap}", "", "clipped"),
        ("td{color:#fff}", "", "no_ink"),
        ("h1{font-size:6px}", "", "too_small"),
        ("", "<p style='position:absolute;top:20px;left:20px'>Original copy</p>", "overlapped"),
        ("", "<p>Thank you</p><p style='margin-top:-34px'>Call again</p>", "words_overlap"),
        ("", "<p style='position:absolute;left:-30px'>Continuation</p>", "word_outside"),
        ("th{display:none}", "", "not_drawn"),
    ],
)
def test_what_is_wrong_with_a_picture_has_its_name(
    css: str, more: str, reason: str, studio: Studio, tmp_path: Path
) -> None:
    assert reason in reasons(studio, page(tmp_path, css, more))


def test_a_page_is_the_same_whatever_was_drawn_before_it(studio: Studio, tmp_path: Path) -> None:
    def drawn(template: Template) -> Rendering:
        artifact = Artifact(view=invoice_views()[0], template=template, style=Style(width_px=600, height_px=300))
        found = studio.render(artifact)
        assert isinstance(found, Rendering), found
        return found

    late = "<p style='position:absolute;left:300px'>Continuation</p><p style='min-height:60vh'></p>"
    one = page(tmp_path / "one", "", late)
    first = drawn(one)
    drawn(page(tmp_path / "two", "body{min-height:2000px}"))
    assert drawn(one).png == first.png


def test_lines_set_tightly_do_not_overlap_but_words_on_words_do() -> None:
    def words(dx: float, dy: float) -> Rendering:
        boxes = (Box(x0=0, y0=0, x1=80, y1=20), Box(x0=dx, y0=dy, x1=dx + 80, y1=dy + 20))
        pair = tuple(Word(text=t, box=b) for t, b in zip(("one", "two"), boxes, strict=True))
        return drawn.model_copy(update={"words": pair})

    template = builtin_templates()["table_plain"]
    view = Worlds(template).draw(0, "en_US")
    assert view is not None
    studio = Studio()
    found = next(proofs(template, Worlds(template), studio, [(0, "en_US")])).rendering
    studio.close()
    assert found is not None
    drawn = found

    def overlaps(dx: float, dy: float) -> bool:
        return "words_overlap" in {f.reason for f in faults(view[1], words(dx, dy))}

    assert not overlaps(0, 11) and overlaps(0, 9)
    assert not overlaps(73, 0) and overlaps(70, 0)
    assert not overlaps(50, 9), "neighbours of a slanted line share a corner of their upright boxes"


@pytest.mark.parametrize(("renderer", "artifact"), [("matplotlib", "chart"), ("plotly", "chart"), ("pdf", "doc")])
def test_an_error_names_file_and_line(renderer: str, artifact: str, studio: Studio, tmp_path: Path) -> None:
    made = start("mine", renderer, artifact, tmp_path)
    entry = made.folder / made.entry
    lines = entry.read_text(encoding="utf-8").splitlines()
    first = next(n for n, line in enumerate(lines, 1) if line.startswith("def "))
    entry.write_text("\n".join([*lines[:first], "    1 / 0", *lines[first:]]), encoding="utf-8")
    (proof,) = proofs(made, Worlds(made), studio, [(0, "en_US")])
    assert f"mine/{made.entry}:{first + 1}: ZeroDivisionError" in proof.faults[0].detail
    entry.write_text("def draw(:\n", encoding="utf-8")
    (proof,) = proofs(made, Worlds(made), studio, [(0, "en_US")])
    assert f"mine/{made.entry}:1: SyntaxError" in proof.faults[0].detail


# --- worlds and tally ----------------------------------------------------------------------------------------------


def test_worlds_play_in_the_locale_asked_for_and_suit_the_template() -> None:
    template = builtin_templates()["invoice_plain"]
    worlds = Worlds(template)
    for locale in ("sv_SE", "en_IN"):
        found = worlds.draw(3, locale)
        assert found is not None
        assert found[1].locale == locale and template.refuses(found[1]) is None
        assert worlds.draw(3, locale) == found, "the same seed gives the same world"


def test_a_template_that_nothing_suits_is_told_what_views_were_refused_for() -> None:
    plain = builtin_templates()["bars_plain"]
    needs = plain.needs.model_copy(update={"measures": (9, 9)})
    worlds = Worlds(plain.model_copy(update={"needs": needs}))
    assert worlds.suited == [] and worlds.draw(0, "en_US") is None
    assert "takes (9, 9) measures" in worlds.why_none()


def test_a_tally_keeps_the_worst_and_passes_up_to_the_share_allowed() -> None:
    template = builtin_templates()["bars_plain"]
    bad = [Reject(stage="view", reason="covered", detail=str(n)) for n in range(3)]
    found = [
        Proof(1, "en_US", seconds=0.1), Proof(2, "en_US", faults=(bad[0],), seconds=0.2),
        Proof(3, "de_DE", skipped="no_font"), Proof(4, "de_DE", seconds=0.1), Proof(5, "de_DE", seconds=0.3),
    ]  # fmt: skip
    tally = Tally.of(template, found)
    assert (tally.drawn, tally.bad, dict(tally.skipped)) == (4, 1, {"no_font": 1})
    assert not tally.passes(0.2) and tally.passes(0.25)
    assert [p.seed for p in tally.worst] == [2]
    assert tally.line().startswith("4 pictures, 1 with faults (covered 1); 0.15 s each")
    assert not Tally(template).passes(1.0), "nothing drawn is no proof"


def test_ones_own_templates_are_drawn_more_often_than_others() -> None:
    plain = builtin_templates()["table_plain"]
    own = plain.model_copy(update={"name": "own", "origin": "workspace", "builtin": False})
    found = Worlds(plain).draw(0, "en_US")
    assert found is not None
    chosen = [choose(found[1], (plain, own), found[0].domain, Random(n)) for n in range(200)]
    assert 140 < sum(not isinstance(t, Reject) and t.name == "own" for t in chosen) < 190


# --- the commands --------------------------------------------------------------------------------------------------


def test_list_shows_what_is_asked_for_and_where_it_comes_from(tmp_path: Path) -> None:
    start("mine", "html", "doc", tmp_path)
    (tmp_path / "broken").mkdir()
    run = CliRunner().invoke(app, ["templates", "list", "--templates", str(tmp_path), "--artifact", "doc"])
    rows = [re.split(r"\s{2,}", line) for line in run.output.splitlines()]
    assert ["mine", "html", "doc", "workspace"] in [r[:4] for r in rows]
    assert "bars_plain" not in run.output and "left out: " in run.output
    with pytest.raises(ConfigError, match="Did you mean 'plotly'"):
        CliRunner().invoke(app, ["templates", "list", "--renderer", "plotty"], catch_exceptions=False)


@pytest.mark.slow
def test_check_exits_1_and_shows_the_worst_pictures(tmp_path: Path) -> None:
    made = start("mine", "html", "doc", tmp_path)
    entry = made.folder / "page.html"
    text = entry.read_text(encoding="utf-8").replace(
        "</style>", "table{table-layout:fixed;width:60px}td{overflow:hidden;white-space:nowrap}</style>"
    )
    entry.write_text(text, encoding="utf-8")
    words = ["templates", "check", "mine", "--templates", str(tmp_path), "--seeds", "2", "--locale", "en_GB"]
    run = CliRunner().invoke(app, [*words, "--report", str(tmp_path / "report")])
    assert run.exit_code == 1, run.output
    assert "2 pictures, 2 with faults (clipped 2" in run.output
    report = (tmp_path / "report" / "index.html").read_text(encoding="utf-8")
    assert "The worst pictures" in report and 'class="faulty"' in report and "data:image/png;base64," in report
    assert "http://" not in report and "https://" not in report
    with pytest.raises(ConfigError, match="--locale 'en_UK': no such locale"):
        CliRunner().invoke(app, [*words[:-1], "en_UK"], catch_exceptions=False)


def test_a_subtitle_that_repeats_the_title_is_left_out_before_any_template_sees_it() -> None:
    twice = View(image=1, artifact="doc", title="Minutes", subtitle="Minutes", parts=())
    once = twice.model_copy(update={"subtitle": "of May"})
    assert BoundView(twice, Style()).subtitle == "" and BoundView(once, Style()).subtitle == "of May"
