"""The PDF renderer: what is read from a page is what is drawn on it."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from pdf_worlds import DOCUMENTS, paper
from PIL import Image
from worlds import invoice_views

from cosyn_multi.assets import load_template
from cosyn_multi.errors import SetupError
from cosyn_multi.model import (
    Artifact,
    Column,
    Part,
    Reading,
    Reject,
    Rendering,
    Style,
    Template,
    View,
    as_read,
    intended,
)
from cosyn_multi.renderers.pdf import PdfRenderer
from cosyn_multi.renderers.pdf_page import Page

TEMPLATES = Path(__file__).parent.parent / "templates"
NAMES = ("pdf_contract", "pdf_form", "pdf_invoice", "pdf_price_list", "pdf_report", "pdf_statement", "pdf_table")
HEAD = "from reportlab.lib.colors import HexColor\nfrom reportlab.platypus import Flowable, Paragraph, Spacer\n"
Drawn = Callable[..., Rendering | Reject]


@pytest.fixture(scope="module")
def renderer() -> PdfRenderer:
    return PdfRenderer()


@pytest.fixture
def draw(tmp_path: Path, renderer: PdfRenderer) -> Drawn:
    """Draws a view with template code given as text."""

    def drawn(
        code: str, view: View | None = None, builtin: bool = True, grows: bool = False, **style: object
    ) -> object:
        folder = tmp_path / f"t{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        (folder / "page.py").write_text(HEAD + code, encoding="utf-8")
        template = Template(
            name=folder.name,
            renderer="pdf",
            artifact="doc",
            entry="page.py",
            grows=grows,
            folder=folder,
            builtin=builtin,
        )
        look = Style.model_validate({"width_px": 600, "height_px": 600, **style})
        return renderer.render(Artifact(view=view or noted("Rye flour"), template=template, style=look))

    return drawn  # type: ignore[return-value]


def noted(*texts: str) -> View:
    """A paper with one column of texts."""
    part = Part(
        name="items", table="items", origin_rows=tuple(range(len(texts))), rows=tuple((t,) for t in texts),
        columns=(Column(name="text", label="Text", kind="text"),),
    )  # fmt: skip
    return View(image=1, artifact="doc", document="report", title="Paper", parts=(part,))


def builtin(name: str) -> Template:
    return load_template(TEMPLATES / name, builtin=True)


def styled(template: Template, number: int = 0, **more: object) -> Style:
    options = {name: values[number % len(values)] for name, values in template.options.items()}
    width, height = template.size_px
    return Style.model_validate({"width_px": width, "height_px": height, "options": options, **more})


def good(result: Rendering | Reject) -> Rendering:
    assert isinstance(result, Rendering), result
    return result


def refused(result: Rendering | Reject) -> Reject:
    assert isinstance(result, Reject)
    return result


def reading(result: Rendering | Reject, ref: str = "items[0].text") -> Reading:
    return next(r for r in (*good(result).cells, *good(result).keys) if r.ref == ref)


# --- what is read ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("locale", ["en_GB", "de_AT", "fr_FR", "en_IN"])
def test_an_invoice_is_read_back_as_it_was_meant(renderer: PdfRenderer, locale: str) -> None:
    template = builtin("pdf_invoice")
    for view in invoice_views(locale):
        rendering = good(renderer.render(Artifact(view=view, template=template, style=styled(template))))
        assert [s.rows for s in as_read(view, rendering.cells)] == [s.rows for s in intended(view)]
        assert rendering.lost == ("facts.issuer: not drawn",)


def test_every_key_of_a_cell_is_drawn(renderer: PdfRenderer) -> None:
    template = builtin("pdf_invoice")
    rendering = good(renderer.render(Artifact(view=paper("invoice"), template=template, style=styled(template))))
    drawn = {r.ref for r in (*rendering.cells, *rendering.keys)}
    assert all(set(cell.keys) <= drawn for cell in rendering.cells)
    assert reading(rendering, "items[2].amount").keys == ("items[2].item", "items.amount")


def test_boxes_lie_in_the_frame_and_hold_their_own_text_only(renderer: PdfRenderer) -> None:
    template = builtin("pdf_form")
    rendering = good(renderer.render(Artifact(view=paper("quote"), template=template, style=styled(template))))
    for found in rendering.cells:
        for box in found.boxes:
            assert 0 <= box.x0 < box.x1 <= rendering.width and 0 <= box.y0 < box.y1 <= rendering.height
            middles = [w for w in rendering.words if box.x0 <= (w.box.x0 + w.box.x1) / 2 <= box.x1]
            held = [w.text for w in middles if box.y0 <= (w.box.y0 + w.box.y1) / 2 <= box.y1]
            assert "".join(held).replace("\u00a0", "") in "".join(found.shown.split())


def test_the_same_artifact_gives_the_same_bytes(renderer: PdfRenderer) -> None:
    template = builtin("pdf_contract")
    artifact = Artifact(view=paper("contract", prose=2), template=template, style=styled(template), seed=7)
    assert renderer.render(artifact) == PdfRenderer().render(artifact)


def test_a_value_in_a_sentence_is_read_line_by_line(draw: Drawn) -> None:
    view = noted("a rather long name that needs two lines").model_copy(
        update={"prose": ("It is called {items[0].text} by those who know it, and by nobody else.",)}
    )
    found = reading(draw("def build(view, style, kit):\n return kit.prose()", view, width_px=300, font_px=20))
    assert found.value == "a rather long name that needs two lines"
    assert len(found.boxes) > 1


def test_a_link_in_a_reportlab_paragraph_is_a_place_and_leaves_nothing_in_the_file(
    draw: Drawn, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = "def build(view, style, kit):\n return [Paragraph('see ' + kit.markup(view.main.rows[0].text))]"
    files: list[bytes] = []

    def kept(pdf: bytes) -> Page:
        files.append(pdf)
        return Page(pdf)

    monkeypatch.setattr("cosyn_multi.renderers.pdf.Page", kept)
    found = reading(draw(code, noted("Fish & <b>Chips</b>")))
    assert found.shown == "Fish & <b>Chips</b>"
    assert b"/Annot" not in files[0]


@pytest.mark.parametrize(
    "text", ["Fish & Chips", "<b>bold</b>", "US$ 1,200 (US$ 900)", "a\\b", "50 % { } #", "Zoë – “x”"]
)
def test_text_is_drawn_as_it_is(draw: Drawn, text: str) -> None:
    assert reading(draw("def build(view, style, kit):\n return kit.table(view.main)", noted(text))).shown == text


def test_a_hyphen_at_the_end_of_a_line_is_read(draw: Drawn) -> None:
    code = "def build(view, style, kit):\n return kit.table(view.main, width=120)"
    assert reading(draw(code, noted("Innenein- und Auslaufrohre"), font_px=18)).shown == "Innenein- und Auslaufrohre"


def test_an_absent_cell_is_neither_read_nor_lost(draw: Drawn) -> None:
    view = noted("here", "gone")
    part = view.parts[0].model_copy(update={"rows": (("here",), (None,))})
    rendering = good(
        draw("def build(view, style, kit):\n return kit.table(view.main)", view.model_copy(update={"parts": (part,)}))
    )
    assert [r.ref for r in rendering.cells] == ["items[0].text"]
    assert rendering.lost == ("@title: not drawn",)


def test_what_is_not_drawn_is_lost(draw: Drawn) -> None:
    rendering = good(draw("def build(view, style, kit):\n return [kit.p(view.title)]"))
    assert rendering.lost == ("items.text: not drawn", "items[0].text: not drawn")


def test_of_two_drawings_the_better_seen_one_counts(draw: Drawn) -> None:
    code = """
def build(view, style, kit):
    return [kit.p(view.main.rows[0].text, size=0.75), kit.p(view.main.rows[0].text, size=2)]
"""
    assert reading(draw(code)).seen.height_px == 28


# --- what is seen ------------------------------------------------------------------------------------------------------

OVER = """
class Over(Flowable):
    def __init__(self, color, left):
        super().__init__()
        self.color, self.left = color, left
    def wrap(self, width, height):
        self.width = width
        return width, 0
    def draw(self):
        self.canv.setFillColor(HexColor(self.color))
        self.canv.rect(self.left, 0, self.width, 40, stroke=0, fill=1)
"""


def test_a_plain_cell_is_seen_whole(draw: Drawn) -> None:
    seen = reading(draw("def build(view, style, kit):\n return kit.table(view.main)")).seen
    assert (seen.inside, seen.ink, seen.covered, seen.clipped, seen.missing, seen.overlapped) == (1, 1, 0, False, "", 0)
    assert seen.contrast > 15 and seen.height_px == 14


def test_a_rectangle_over_a_cell_covers_it(draw: Drawn) -> None:
    code = OVER + "def build(view, style, kit):\n return [kit.p(view.main.rows[0].text), Over('#ffffff', 0)]"
    seen = reading(draw(code)).seen
    assert seen.covered == 1 and seen.ink == 0


def test_a_rectangle_over_half_a_cell_covers_half(draw: Drawn) -> None:
    code = OVER + "def build(view, style, kit):\n return [kit.p(view.main.rows[0].text), Over('#ffffff', 30)]"
    assert 0.2 < reading(draw(code)).seen.covered < 0.8


def test_a_band_behind_a_cell_is_what_it_contrasts_with(draw: Drawn) -> None:
    code = """
def build(view, style, kit):
    return [kit.box([kit.p(view.main.rows[0].text, on='#1c1c1c')], fill='#1c1c1c')]
"""
    seen = reading(draw(code)).seen
    assert seen.contrast > 5 and seen.ink == 1


def test_white_on_white_is_not_seen(draw: Drawn) -> None:
    code = """
class White(Flowable):
    def __init__(self, bound, face):
        super().__init__()
        self.bound, self.face = bound, face
    def wrap(self, width, height):
        return width, 30
    def draw(self):
        self.canv.setFillColor(HexColor('#ffffff'))
        self.canv.setFont(self.face.name, 20)
        self.canv.drawString(0, 5, str(self.bound))
        self.canv.mark(self.bound, (0, 0, 200, 25), self.face, 20, (self.canv.new_drawing(), 0))

def build(view, style, kit):
    return [White(view.main.rows[0].text, kit.ink_of().face)]
"""
    seen = reading(draw(code)).seen
    assert seen.contrast == 1 and seen.ink == 0


MOVED = """
class Moved(Flowable):
    def __init__(self, inner, x, clip):
        super().__init__()
        self.inner, self.x, self.clip = inner, x, clip
    def wrap(self, width, height):
        self.width, self.height = self.inner.wrap(width, height)
        return self.width, self.height
    def draw(self):
        self.canv.saveState()
        if self.clip:
            path = self.canv.beginPath()
            path.rect(0, 0, self.clip, 100)
            self.canv.clipPath(path, stroke=0)
        self.inner.drawOn(self.canv, self.x, 0)
        self.canv.restoreState()
"""


def test_text_that_runs_out_of_the_frame_is_partly_inside(draw: Drawn) -> None:
    code = MOVED + "def build(view, style, kit):\n return [Moved(kit.p(view.main.rows[0].text), -75, 0)]"
    found = reading(draw(code))
    assert 0.1 < found.seen.inside < 0.9
    assert found.boxes[0].x0 == 0


def test_text_outside_the_frame_is_lost(draw: Drawn) -> None:
    code = MOVED + "def build(view, style, kit):\n return [Moved(kit.p(view.main.rows[0].text), -900, 0)]"
    assert "items[0].text" not in {r.ref for r in good(draw(code)).cells}


def test_text_cut_by_a_clipping_path_is_clipped(draw: Drawn) -> None:
    code = MOVED + "def build(view, style, kit):\n return [Moved(kit.p(view.main.rows[0].text), 0, %s)]"
    assert reading(draw(code % 30)).seen.clipped
    assert not reading(draw(code % 300)).seen.clipped


TWO = """
def build(view, style, kit):
    a, b = (row.text for row in view.main.rows)
    return [kit.p(a), kit.blank(%s), kit.p(b)]
"""


def test_text_that_touches_other_text_is_overlapped(draw: Drawn) -> None:
    found = good(draw(TWO % -9, noted("Rye flour", "Sea salt"))).cells
    assert [r.shown for r in found] == ["Rye flour", "Sea salt"]
    assert all(r.seen.overlapped > 0.05 for r in found)


def test_text_on_other_text_is_lost(draw: Drawn) -> None:
    rendering = good(draw(TWO % -18.6, noted("Rye flour", "Sea salt")))
    assert not rendering.cells
    assert sum("other text over it" in lost for lost in rendering.lost) == 2


def test_a_value_is_taken_from_what_is_drawn_not_from_what_was_meant(draw: Drawn) -> None:
    code = """
class Other(Flowable):
    def __init__(self, bound, face):
        super().__init__()
        self.bound, self.face = bound, face
    def wrap(self, width, height):
        return width, 30
    def draw(self):
        self.canv.setFont(self.face.name, 20)
        self.canv.drawString(0, 5, "%s")
        self.canv.mark(self.bound, (0, 0, 200, 25), self.face, 20, (self.canv.new_drawing(), 0))

def build(view, style, kit):
    return [Other(view.main.rows[0].amount, kit.ink_of().face)]
"""
    view = invoice_views()[0]
    assert reading(draw(code % "€51.00", view), "items[0].amount").value == 51
    assert "items[0].amount: unreadable: drawn as 'a lot'" in good(draw(code % "a lot", view)).lost


@pytest.mark.parametrize(
    ("text", "font", "lacks"),
    [
        ("Filiale № 4", "Barlow", "№"),
        ("Filiale № 4", "Lato", ""),
        ("₺ 950", "Lato", ""),
        ("面粉", "Lato", "粉面"),
        ("🥶", "Lato", "🥶"),
    ],
)
def test_a_character_without_a_glyph_is_named(draw: Drawn, text: str, font: str, lacks: str) -> None:
    result = draw("def build(view, style, kit):\n return kit.table(view.main)", noted(text), font=font)
    found = [r for r in good(result).cells if r.ref == "items[0].text"]
    assert found[0].seen.missing == lacks if found else f"items[0].text: no glyph for {lacks!r}" in good(result).lost


def test_a_ligature_sign_is_the_text_that_was_bound(draw: Drawn) -> None:
    assert (
        reading(draw("def build(view, style, kit):\n return kit.table(view.main)", noted("ﬁne salt"))).shown
        == "ﬁne salt"
    )


def test_boxes_follow_a_turned_page(draw: Drawn) -> None:
    code = """
class Turn(Flowable):
    def wrap(self, width, height):
        return 0, 0
    def draw(self):
        self.canv.setPageRotation(90)

def build(view, style, kit):
    return [Turn(), kit.p(view.main.rows[0].text, size=2)]
"""
    rendering = good(draw(code))
    box = reading(rendering).boxes[0]
    assert box.height > 2 * box.width
    pixels = Image.open(BytesIO(rendering.png)).convert("L").crop((int(box.x0), int(box.y0), int(box.x1), int(box.y1)))
    assert pixels.getextrema()[0] < 100  # type: ignore[operator]


def test_boxes_follow_a_cropped_page() -> None:
    from reportlab.pdfgen.canvas import Canvas

    out = BytesIO()
    canvas = Canvas(out, pagesize=(400, 300), cropBox=(50, 60, 350, 260))
    canvas.setFont("Helvetica", 20)
    canvas.drawString(100, 200, "Rye")
    canvas.save()
    page = Page(out.getvalue())
    box = page.words()[0].box
    assert (page.width, page.height) == (300, 200)
    assert 49 < box.x0 < 54 and 55 < box.y1 < 66
    assert page.changed(box).any()
    page.close()


# --- what is refused ---------------------------------------------------------------------------------------------------


def test_a_cell_of_3000_words_is_refused_whole_and_the_next_page_is_fine(draw: Drawn) -> None:
    table = "def build(view, style, kit):\n return kit.table(view.main)"
    assert refused(draw(table, noted("flour " * 3000))).reason == "page_overflow"
    assert reading(draw(table)).shown == "Rye flour"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("return [Spacer(1, 700)]", "page_overflow"),
        ("return [Spacer(1, float('inf'))]", "page_overflow"),
        ("return [Spacer(1, float('nan'))]", "page_overflow"),
        ("return [kit.row([], [], width=5000)]", "page_overflow"),
        ("kit.footer(Spacer(1, 400))\n return [Spacer(1, 300)]", "page_overflow"),
        ("return 'text'", "template_error"),
        ("return [1 / 0]", "template_error"),
        ("return [kit.p(view.nothing)]", "template_error"),
        ("import no_such_module", "template_error"),
    ],
)
def test_a_page_that_fails_is_a_reject(draw: Drawn, body: str, reason: str) -> None:
    assert refused(draw(f"def build(view, style, kit):\n {body}")).reason == reason


@pytest.mark.parametrize("code", ["def draw(): pass", "x = ", "raise ValueError('no')"])
def test_an_entry_without_a_build_is_a_reject(draw: Drawn, code: str) -> None:
    assert refused(draw(code)).reason == "template_error"


def test_a_number_is_never_cut_in_two(draw: Drawn) -> None:
    view = invoice_views()[0]
    code = "def build(view, style, kit):\n return [kit.row([kit.p(view.main.rows[0].amount)], [], shares=(1, 40))]"
    assert refused(draw(code, view)).reason == "page_overflow"


def test_code_that_nobody_reviewed_is_not_run_without_a_cage(draw: Drawn, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    code = f"open({str(mark)!r}, 'w').close()\ndef build(view, style, kit): return []"
    with pytest.raises(SetupError, match="no cage"):
        draw(code, builtin=False)
    assert not mark.exists()


def test_an_unknown_font_is_an_error_of_the_machine(draw: Drawn) -> None:
    with pytest.raises(SetupError, match="Lata"):
        draw("def build(view, style, kit):\n return [kit.p(view.title)]", font="Lata")


def test_a_growing_page_is_as_tall_as_its_content(draw: Drawn) -> None:
    code = "def build(view, style, kit):\n return kit.table(view.main)"
    short = good(draw(code, noted("a"), grows=True))
    long = good(draw(code, noted(*["a"] * 40), grows=True))
    assert short.height == 240 and 600 < long.height < 2400
    assert good(draw(code, noted("a"))).height == 600


def test_an_overfull_page_is_set_tighter_first(draw: Drawn) -> None:
    code = "def build(view, style, kit):\n return kit.table(view.main)"
    found = reading(draw(code, noted(*["a"] * 18), font_px=20))
    assert 15 <= found.seen.height_px < 20


# --- the built-in templates --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_a_template_draws_its_sample(renderer: PdfRenderer, name: str) -> None:
    template = builtin(name)
    view = View.model_validate_json((TEMPLATES / name / "sample.json").read_text(encoding="utf-8"))
    assert template.refuses(view) is None
    check(good(renderer.render(Artifact(view=view, template=template, style=styled(template)))), view)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_every_option_changes_the_look(renderer: PdfRenderer, name: str) -> None:
    template = builtin(name)
    grids = ("clauses",) if name in ("pdf_contract", "pdf_price_list") else ("items",)
    document, artifact = ("data table", "table") if name == "pdf_table" else (template.suits.documents[0], "doc")
    view = paper(document, grids, rows=12, prose=2, full=name == "pdf_statement", artifact=artifact)
    assert template.refuses(view) is None
    plain = styled(template)
    for option, values in template.options.items():
        looks = set()
        for value in values:
            style = plain.model_copy(update={"options": {**plain.options, option: value}})
            rendering = good(renderer.render(Artifact(view=view, template=template, style=style, seed=1)))
            check(rendering, view)
            looks.add(rendering.png)
        assert len(looks) == len(values), f"{name}: {option} has values that look the same"


@pytest.mark.slow
@pytest.mark.parametrize("document", DOCUMENTS)
@pytest.mark.parametrize(
    ("grids", "prose"), [((), 0), (("items",), 0), (("items", "series"), 0), (("clauses",), 2), (("items",), 1)]
)
def test_every_document_is_drawn_by_some_template(
    renderer: PdfRenderer, document: str, grids: tuple[str, ...], prose: int
) -> None:
    view = paper(document, grids, rows=5, prose=prose, page="3", locale="de_AT" if prose else "en_US")
    fitting = [t for t in map(builtin, NAMES) if t.refuses(view) is None]
    assert fitting
    for number, template in enumerate(fitting[:2]):
        check(good(renderer.render(Artifact(view=view, template=template, style=styled(template, number)))), view)


def check(rendering: Rendering, view: View) -> None:
    """All that was bound is read as meant, and seen well."""
    evident = {f"{p.name}.{c.name}" for p in view.parts for c in p.columns if c.self_evident}
    assert [lost for lost in rendering.lost if lost.partition(":")[0] not in evident] == []
    assert [s.rows for s in as_read(view, rendering.cells)] == [s.rows for s in intended(view)]
    for found in (*rendering.cells, *rendering.keys):
        seen = found.seen
        assert seen.inside == pytest.approx(1) and seen.ink > 0.97 and not seen.clipped and not seen.missing, found
        assert seen.contrast > 4.5 and seen.height_px >= 9 and seen.overlapped < 0.05, found
