"""HTML pages: what is bound is found, what is hidden is told, what is broken is refused. In a real browser."""

import io
import time
from collections.abc import Iterator
from datetime import date
from decimal import Decimal as D
from pathlib import Path

import numpy as np
import pytest
from pages import artifact, reading
from PIL import Image
from worlds import invoice_views

from cosyn_multi.model import Reject, Rendering, Style, View
from cosyn_multi.renderers.browser import Browser
from cosyn_multi.renderers.html import HtmlRenderer, font_face
from cosyn_multi.renderers.html_marks import mark

ISSUER, TOTAL = "{{ view.facts.issuer.value }}", "{{ view.facts.total.value }}"
TABLE = (
    "<table><tr>{% for c in view.main.columns %}<th>{{ c.label }}</th>{% endfor %}</tr>{% for r in view.main.rows %}"
    "<tr>{% for cell in r %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</table>"
)


@pytest.fixture(scope="module")
def html() -> Iterator[HtmlRenderer]:
    renderer = HtmlRenderer(Browser())
    yield renderer
    renderer.close()


def with_issuer(name: str) -> View:
    """The first invoice, from somebody else."""
    view = invoice_views()[0]
    facts = view.parts[0]
    rows = ((name, *facts.rows[0][1:]),)
    return view.model_copy(update={"parts": (facts.model_copy(update={"rows": rows}), view.parts[1])})


def draw(html: HtmlRenderer, *args: object, **more: object) -> Rendering:
    done = html.render(artifact(*args, **more))  # type: ignore[arg-type]
    assert isinstance(done, Rendering), done
    return done


def test_every_cell_and_header_of_a_table_is_read_with_its_value(html: HtmlRenderer, tmp_path: Path) -> None:
    done = draw(html, tmp_path / "t", TABLE + "<p>{{ view.facts.date.label }} {{ view.facts.date.value }}</p>")
    assert reading(done, "items[1].price").value == D("3.20")
    assert reading(done, "items[0].quantity").value == 4
    assert reading(done, "facts[0].issued").value == date(2024, 3, 14)
    assert reading(done, "items.quantity").shown == "Quantity (bags)"
    assert reading(done, "items[0].amount").keys == ("items[0].item", "items.amount")
    assert {r.seen.ink for r in done.cells} == {1.0} or min(r.seen.ink for r in done.cells) > 0.8


def test_no_ink_touches_the_border_of_a_reading(html: HtmlRenderer, tmp_path: Path) -> None:
    done = draw(html, tmp_path / "t", f"<i>{TABLE}</i>", "td{padding:4px 9px}body{font-family:'Spectral'}")
    pixels = np.asarray(Image.open(io.BytesIO(done.png)))
    for r in done.cells:
        for box in r.boxes:
            crop = pixels[int(box.y0) : int(box.y1), int(box.x0) : int(box.x1)]
            edge = np.concatenate([crop[0], crop[-1], crop[:, 0], crop[:, -1]])
            assert (edge == 255).all(), r


@pytest.mark.parametrize(
    "printed",
    ["|upper", "|title", "|trim", "|truncate(40)", "|replace('x', 'y')", "|default('-')", "|e", "|safe", "|string"],
)
def test_a_filter_keeps_the_binding(html: HtmlRenderer, tmp_path: Path, printed: str) -> None:
    body = "<p>{{ view.facts.issuer.value" + printed + " }}</p>"
    assert reading(draw(html, tmp_path / "t", body), "facts[0].issuer").shown.lower() == "hofer mills"


@pytest.mark.parametrize(
    "body",
    [
        "<p>{{ 'by ' ~ view.facts.issuer.value }}</p>",
        "<p>{{ [view.facts.issuer.value, view.facts.number.value]|join(', ') }}</p>",
        "{% set x %}<b>{{ view.facts.issuer.value }}</b>{% endset %}<p>{{ x }}</p>",
        "{% macro m(v) %}<b>{{ v }}</b>{% endmacro %}<p>{{ m(view.facts.issuer) }}</p>",
        "<svg width=300 height=40><text x=5 y=25>{{ view.facts.issuer.value }}</text></svg>",
        "<select><option>other</select><ul><li>{{ view.facts.issuer.value }}</ul>",
        "<!--@3--><p>{{ view.facts.issuer.value }}</p>",
        "{% for f in view.facts|sort(attribute='name') %}<p>{{ f.value }}{% endfor %}",
    ],
)
def test_a_value_is_found_wherever_it_is_text(html: HtmlRenderer, tmp_path: Path, body: str) -> None:
    found = reading(draw(html, tmp_path / "t", body), "facts[0].issuer")
    assert found.shown == "Hofer Mills"
    assert found.seen.ink > 0.7


def test_values_in_attributes_and_titles_are_told_as_lost(html: HtmlRenderer, tmp_path: Path) -> None:
    body = f'<title>{TOTAL}</title><p title="{ISSUER}">x</p>'
    lost = draw(html, tmp_path / "t", body).lost
    assert "facts[0].issuer: attribute" in lost
    assert "facts[0].total: <title>" in lost
    assert "facts[0].number: not drawn" in lost


def test_marks_change_no_pixel(html: HtmlRenderer, tmp_path: Path) -> None:
    css = "td:first-child{color:red}td+td{padding-left:9px}p span{color:blue}"
    bound = draw(html, tmp_path / "t", f"<p>{ISSUER}</p>{TABLE}", css)
    view = invoice_views()[0]
    cells = "".join(
        "<tr>" + "".join(f"<td>{c.shown}</td>" for c in bound.cells if c.ref.startswith(f"items[{i}]")) + "</tr>"
        for i in range(2)
    )
    heads = "".join(f"<th>{c.header}</th>" for c in view.parts[1].columns)
    plain = draw(html, tmp_path / "u", f"<p>Hofer Mills</p><table><tr>{heads}</tr>{cells}</table>", css)
    assert plain.png == bound.png


HIDDEN = {
    "same colour": "color:#fff",
    "nearly the same colour": "color:#f4f4f4",
    "transparent": "color:transparent",
    "transparent fill": "-webkit-text-fill-color:transparent",
    "opacity": "opacity:.05",
    "invisible": "visibility:hidden",
    "not displayed": "display:none",
    "no size": "font-size:0",
    "tiny": "font-size:5px",
    "scaled down": "display:inline-block;transform:scale(.3)",
    "indented away": "display:block;text-indent:100%;overflow:hidden;white-space:nowrap",
    "far off": "position:absolute;left:-9999px",
    "half off": "position:absolute;left:-30px",
    "clip path": "clip-path:inset(50%)",
    "old clip": "position:absolute;clip:rect(0,0,0,0)",
    "cut by its box": "display:inline-block;width:30px;overflow:hidden;white-space:nowrap",
    "flat box": "display:block;height:5px;overflow:hidden",
    "ellipsis": "display:block;width:50px;overflow:hidden;white-space:nowrap;text-overflow:ellipsis",
    "line clamp": "display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:1;overflow:hidden;width:50px",
    "filter": "filter:opacity(0)",
    "blur": "filter:blur(9px)",
    "mask": "-webkit-mask-image:linear-gradient(transparent,transparent)",
    "behind": "position:relative;z-index:-1",
    "gradient of its colour": "color:#fff;background:linear-gradient(#fff,#fefefe)",
    "blended away": "color:#fff;mix-blend-mode:multiply",
    "dots for letters": "-webkit-text-security:disc",
    "endless fade": "animation:a 1s infinite;opacity:.02",
}


@pytest.mark.parametrize("how", HIDDEN)
def test_hidden_text_shows_in_what_was_seen(html: HtmlRenderer, tmp_path: Path, how: str) -> None:
    css = "body,main{background:#fff}@keyframes a{to{opacity:.04}}#x{" + HIDDEN[how] + "}"
    done = draw(html, tmp_path / "t", f"<main><p>Some text</p><p><span id=x>{ISSUER}</span></p></main>", css)
    found = [r.seen for r in done.cells]
    assert not found or not well_seen(found[0]), found


def well_seen(seen: object) -> bool:
    s = seen
    return (
        s.height_px >= 7 and s.inside >= 0.99 and s.covered < 0.05 and not s.clipped  # type: ignore[attr-defined]
        and s.contrast >= 3 and s.ink >= 0.7 and not s.missing and s.overlapped < 0.05  # type: ignore[attr-defined]
    )  # fmt: skip


PLAIN = {
    "as it is": "",
    "white on black": "color:#fff;background:#000",
    "on a gradient": "background:linear-gradient(#fff,#def);display:inline-block",
    "shadowed": "text-shadow:1px 1px 1px #ccc",
    "bold italic serif": "font:italic 700 18px 'PT Serif'",
    "light": "font-weight:300",
    "black": "font-weight:900",
    "rotated a little": "display:inline-block;transform:rotate(2deg)",
    "clipped at nothing": "display:block;overflow:hidden",
    "with a letter gap": "letter-spacing:2px",
    "small capitals": "font-variant:small-caps",
    "in a clip path": "display:inline-block;clip-path:inset(0)",
    "a typewriter": "font-family:monospace",
    "a hand": "font-family:Kalam",
    "indented": "display:block;text-indent:20px",
    "coloured": "color:#8c1d40;background:#fdf4e3",
    "on the page's edge": "position:absolute;left:0;top:0",
}


@pytest.mark.parametrize("how", PLAIN)
def test_plain_text_is_seen_well(html: HtmlRenderer, tmp_path: Path, how: str) -> None:
    done = draw(html, tmp_path / "t", f"<p>Some text</p><p><span id=x>{ISSUER}</span></p>", "#x{" + PLAIN[how] + "}")
    assert well_seen(reading(done, "facts[0].issuer").seen), reading(done, "facts[0].issuer").seen


@pytest.mark.parametrize(
    "cover",
    [
        "<div style='position:absolute;inset:0;background:#fff'></div>",
        "<div style='position:absolute;left:0;top:0;width:70px;height:400px;background:#ccc;pointer-events:none'></div>",
        "<style>main::after{content:'';position:absolute;inset:0;background:#eee}</style>",
        "<svg style='position:absolute;left:0;top:0' width=400 height=400><rect width=400 height=400 fill='#abc'/></svg>",
    ],
)
def test_covered_text_shows_in_what_was_seen(html: HtmlRenderer, tmp_path: Path, cover: str) -> None:
    done = draw(html, tmp_path / "t", f"<main style='position:relative'><p>{ISSUER}</p>{cover}</main>")
    assert not well_seen(reading(done, "facts[0].issuer").seen)


def test_text_under_other_text_is_told(html: HtmlRenderer, tmp_path: Path) -> None:
    body = f"<p style='position:relative'>{ISSUER}<span style='position:absolute;left:10px'>Other text</span></p><p>{TOTAL}</p>"
    done = draw(html, tmp_path / "t", body)
    assert reading(done, "facts[0].issuer").seen.overlapped > 0.3
    assert reading(done, "facts[0].total").seen.overlapped == 0


def test_tight_lines_do_not_count_as_overlap(html: HtmlRenderer, tmp_path: Path) -> None:
    done = draw(html, tmp_path / "t", f"<p style='line-height:1'>{ISSUER}<br>{TOTAL}</p>")
    assert {r.seen.overlapped for r in done.cells} == {0.0}


@pytest.mark.parametrize(
    ("name", "missing"),
    [("Hof № 7", ""), ("漢字 Ltd", "字漢"), ("Brr 🥶", "🥶"), ("5 Ω ₺ \\ ½", ""), ("co\u00adop", "")],
)
def test_characters_without_a_glyph_are_named(html: HtmlRenderer, tmp_path: Path, name: str, missing: str) -> None:
    done = draw(html, tmp_path / "t", f"<p>{ISSUER}</p>", view=with_issuer(name))
    assert reading(done, "facts[0].issuer").seen.missing == missing


def test_of_two_drawings_the_better_one_is_kept(html: HtmlRenderer, tmp_path: Path) -> None:
    done = draw(html, tmp_path / "t", f"<p style='color:#eee'>{ISSUER}</p><h1>{ISSUER}</h1>")
    assert [r.ref for r in done.cells] == ["facts[0].issuer"]
    assert reading(done, "facts[0].issuer").seen.contrast > 15


def test_a_shortened_number_is_what_a_reader_takes_from_it(html: HtmlRenderer, tmp_path: Path) -> None:
    assert (
        reading(
            draw(html, tmp_path / "t", "<p>{{ view.facts.total.value|replace('.40', '') }}"), "facts[0].total"
        ).value
        == 56
    )
    done = draw(html, tmp_path / "u", "<p>{{ view.facts.total.value|replace('.40', '.x') }}")
    assert any(line.startswith("facts[0].total: unreadable") for line in done.lost)


def test_words_are_what_is_drawn(html: HtmlRenderer, tmp_path: Path) -> None:
    body = f"<p style='text-transform:uppercase'>Due to</p><p>({ISSUER})</p><p hidden>no</p><script>nor this</script>"
    done = draw(html, tmp_path / "t", body)
    assert [w.text for w in done.words] == ["DUE", "TO", "(", "Hofer", "Mills", ")"]


def test_a_page_grows_with_its_content_and_one_that_does_not_loses_what_is_cut(
    html: HtmlRenderer, tmp_path: Path
) -> None:
    body = f"<div style='height:900px'></div><p>{TOTAL}</p>"
    grown = draw(html, tmp_path / "t", body)
    assert grown.height > 930
    cut = draw(html, tmp_path / "u", body, grows=False)
    assert (cut.width, cut.height) == (500, 400)
    assert "facts[0].total: no visible area" in cut.lost


@pytest.mark.parametrize("size", ["height:2500px", "width:700px"])
def test_a_page_too_large_is_refused(html: HtmlRenderer, tmp_path: Path, size: str) -> None:
    done = html.render(artifact(tmp_path / "t", f"<div style='{size}'>{ISSUER}</div>"))
    assert isinstance(done, Reject) and done.reason == "page_too_large"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("\n{{ view.nothing }}", "page.html, line 2"),
        ("{% if %}", "page.html, line 1"),
        ("\n\n{{ view.main.rows[0].nothing }}", "page.html, line 3"),
        ("{{ view.facts.total.value * 2 }}", "not for templates"),
        ("{{ view.facts.total.value + 2 }}", "a total is a cell of the world"),
        ("{{ ''.__class__.__mro__ }}", "SecurityError"),
        ("{{ 'x' * 999999999 }}", "not for templates"),
        ("{% for i in range(99999) %}{% endfor %}", "at most"),
        ("{% for i in range(2000) %}{% for j in range(2000) %}xxxxx{% endfor %}{% endfor %}", "more than"),
        ("{% include '../../etc/passwd' %}", "TemplateNotFound"),
    ],
)
def test_an_error_in_a_template_is_refused_with_file_and_line(
    html: HtmlRenderer, tmp_path: Path, body: str, words: str
) -> None:
    done = html.render(artifact(tmp_path / "t", body))
    assert isinstance(done, Reject)
    assert done.reason == "template_error"
    assert words in done.detail


def test_an_unknown_family_is_refused(html: HtmlRenderer, tmp_path: Path) -> None:
    asked = artifact(tmp_path / "t", ISSUER).model_copy(update={"style": Style(font="Comic Sans MS")})
    done = html.render(asked)
    assert isinstance(done, Reject) and done.reason == "unknown_font"


def test_the_network_is_refused_at_once_and_the_page_is_done(html: HtmlRenderer, tmp_path: Path) -> None:
    css = "@font-face{font-family:Far;src:url(https://fonts.example.org/far.woff2)}p{font-family:Far,Lato}"
    body = f"<script src='https://cdn.example.org/x.js'></script><img src='http://10.1.1.1/x.png'><p>{ISSUER}</p>"
    draw(html, tmp_path / "warm", "<p>x</p>")
    start = time.monotonic()
    done = draw(html, tmp_path / "t", body, css)
    assert time.monotonic() - start < 2
    assert [line for line in done.lost if "@network" in line] == [
        "@network: refused http://10.1.1.1/x.png",
        "@network: refused https://fonts.example.org/far.woff2",
    ]
    assert done.png == draw(html, tmp_path / "t", body, css).png


def test_polls_alerts_and_endless_animations_neither_hang_nor_change_the_bytes(
    html: HtmlRenderer, tmp_path: Path
) -> None:
    css = "@keyframes spin{to{transform:rotate(360deg)}}p{animation:spin 1s infinite linear}"
    body = (
        f"<script>alert(1);setInterval(()=>fetch('http://127.0.0.1/'),100);while(1);</script><p>{ISSUER}</p>"
        "<marquee>goes on</marquee><svg width=50 height=50><rect width=9 height=9><animate attributeName=x from=0 to=40"
        " dur=1s repeatCount=indefinite /></rect></svg>"
    )
    first, second = draw(html, tmp_path / "t", body, css), draw(html, tmp_path / "t", body, css)
    assert first.png == second.png
    assert well_seen(reading(first, "facts[0].issuer").seen)


def test_a_page_over_its_time_is_refused_and_the_next_one_drawn(tmp_path: Path) -> None:
    browser = Browser()
    renderer = HtmlRenderer(browser)
    draw(renderer, tmp_path / "a", "<p>warm</p>")
    heavy = "<div style='filter:blur(90px)'>" * 400 + "{% for i in range(2000) %}<p>x</p>{% endfor %}"
    done = HtmlRenderer(browser, limit_s=0.05).render(artifact(tmp_path / "t", heavy))
    assert isinstance(done, Reject) and done.reason == "timeout"
    assert reading(draw(renderer, tmp_path / "u", f"<p>{ISSUER}"), "facts[0].issuer").shown == "Hofer Mills"
    renderer.close()


def test_a_fresh_browser_gives_the_same_bytes(html: HtmlRenderer, tmp_path: Path) -> None:
    other = HtmlRenderer(Browser())
    body = f"<h1>{ISSUER}</h1>{TABLE}"
    draw(html, tmp_path / "s", "<style>*{font-size:20px}</style>" + body)
    assert draw(html, tmp_path / "t", body) == draw(other, tmp_path / "t", body)
    other.close()


def test_inlined_faces_measure_as_the_named_ones(html: HtmlRenderer, tmp_path: Path) -> None:
    named = draw(html, tmp_path / "t", f"<p>{ISSUER}</p>", "p{font-family:'Barlow'}")
    rules = font_face("Barlow").replace('"Barlow"', "Other")
    inlined = draw(html, tmp_path / "u", f"<p>{ISSUER}</p>", rules + "p{font-family:Other,'Barlow'}")
    assert named.png == inlined.png


@pytest.mark.parametrize(
    ("source", "html_out", "elsewhere"),
    [
        ("<p>\ufdd07\ufdd1a\ufdd2</p>", "<p><!--@7-->a<!--@/--></p>", {}),
        ("<p title='\ufdd07\ufdd1a > b\ufdd2'>x", "<p title='a > b'>x", {7: "attribute"}),
        ("<style>\ufdd07\ufdd1a\ufdd2</style>b", "<style>a</style>b", {7: "<style>"}),
        ("<!-- \ufdd07\ufdd1a\ufdd2 -->", "<!-- a -->", {7: "comment"}),
        ("<textarea rows=2>\ufdd07\ufdd1a\ufdd2</textarea>", "<textarea rows=2>a</textarea>", {7: "<textarea>"}),
        ("<!--@9-->x<!--@/-->", "x", {}),
        ("1 < 2 \ufdd03\ufdd1<b>\ufdd2", "1 < 2 <!--@3--><b><!--@/-->", {}),
    ],
)
def test_marks_become_comments_in_text_only(source: str, html_out: str, elsewhere: dict[int, str]) -> None:
    assert mark(source) == (html_out, elsewhere)


@pytest.mark.parametrize("family", ["PT Sans", "Barlow"])
def test_a_rupee_sign_that_a_face_draws_as_a_rouble_is_missing(html: HtmlRenderer, tmp_path: Path, family: str) -> None:
    """The PT faces draw a rouble there; a face without the sign must not borrow it from them."""
    css = f"p{{font-family:'{family}'}}"
    rupee = draw(html, tmp_path / "t", f"<p>{ISSUER}</p>", css, view=with_issuer("₹"))
    rouble = draw(html, tmp_path / "u", f"<p>{ISSUER}</p>", css, view=with_issuer("₽"))
    assert reading(rupee, "facts[0].issuer").seen.missing == ("₹" if family == "PT Sans" else "")
    assert (rupee.png == rouble.png) == (family == "PT Sans")


@pytest.mark.parametrize("size", [11, 13, 15])
def test_thin_strokes_survive_at_small_sizes(html: HtmlRenderer, tmp_path: Path, size: int) -> None:
    css = f"p{{font:{size}px 'Crimson Text'}}"
    done = draw(html, tmp_path / "t", f"<p>{ISSUER}</p>", css, view=with_issuer("OOO"))
    box = reading(done, "facts[0].issuer").boxes[0]
    pixels = np.asarray(Image.open(io.BytesIO(done.png)).convert("L"))
    ink = 255 - pixels[int(box.y0) : int(box.y1), int(box.x0) : int(box.x1)].astype(int)
    rows = np.flatnonzero(ink.sum(axis=1))
    assert ink[rows[-3] : rows[-1] + 1].sum() > 0.5 * ink[rows[0] : rows[2] + 1].sum()


def test_a_zero_is_a_value_that_is_drawn(html: HtmlRenderer, tmp_path: Path) -> None:
    view = invoice_views()[0]
    items = view.parts[1]
    at = items.index("quantity")
    rows = (tuple(0 if i == at else v for i, v in enumerate(items.rows[0])), *items.rows[1:])
    zero = view.model_copy(update={"parts": (view.parts[0], items.model_copy(update={"rows": rows}))})
    found = reading(draw(html, tmp_path / "t", TABLE, view=zero), "items[0].quantity")
    assert (found.shown, found.value) == ("0", 0)
