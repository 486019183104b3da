"""The gallery in a real Chromium: by keyboard, at several zooms, by two people at once, in both schemes and on a phone."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, urljoin

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from gallery_runs import MARK, make_run, serving
from PIL import Image
from playwright.sync_api import Browser, Dialog, Page, ViewportSize, sync_playwright

from cosyn_multi.renderers.chromium import find_browser
from cosyn_multi.reviews import Reviews, ref_of
from cosyn_multi.shards.read import open_run

SETS = 10
WIDE = ViewportSize(width=1380, height=860)
PHONE = ViewportSize(width=390, height=844)
HOSTILE = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(2)>"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as started:
        launched = started.chromium.launch(executable_path=str(find_browser()))
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_run(tmp_path_factory.mktemp("runs") / "run", SETS)


@pytest.fixture(scope="module")
def link(run: Path) -> Iterator[str]:
    with serving(run) as (link, _):
        yield link


Opener = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser) -> Iterator[Opener]:
    """Opens an address as a reviewer; a fault in a page's script fails the test."""
    pages: list[Page] = []
    faults: list[str] = []

    def open_(address: str, reviewer: str = "", **context: object) -> Page:
        window = browser.new_context(**{"viewport": WIDE, **context})  # type: ignore[arg-type]
        if reviewer:
            window.add_cookies(
                [{"name": "cosyn-multi-reviewer", "value": quote(reviewer), "url": urljoin(address, "/")}]
            )
        page = window.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
        pages.append(page)
        page.goto(address, wait_until="networkidle")
        return page

    yield open_
    for page in pages:
        page.context.close()
    assert not faults, faults


def press_and_go(page: Page, key: str) -> None:
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press(key)


def answer_blind(page: Page, run: Path) -> None:
    """Answer the question on the page as the run does, with keys alone."""
    made = open_run(run).get(page.locator("h1 bdi").inner_text())
    text = page.locator("h2.text").inner_text()
    asked = next(q for q in made.questions if q.draft.text.partition("\n")[0] in text)
    if asked.draft.choices:
        press_and_go(page, "abcd"[asked.draft.choices.index(asked.text_answer)])
    else:
        page.keyboard.type(asked.text_answer)
        press_and_go(page, "Enter")


def test_ten_sets_are_reviewed_blind_by_keyboard_alone(tmp_path: Path, opened: Opener) -> None:
    run = make_run(tmp_path / "run", SETS)
    with serving(run) as (link, _):
        page = opened(link)
        press_and_go(page, "b")
        page.keyboard.type("Anna B")
        press_and_go(page, "Enter")
        for number in range(SETS):
            assert page.locator(".solution").count() == 0
            assert page.locator(".box").count() == 0
            answer_blind(page, run)
            assert page.locator(".outcome.ok").count() == 1
            assert page.locator(".box.lit").count() >= 2
            press_and_go(page, "w" if number == 4 else "r")
        assert "That was the last one" in page.locator("h1").inner_text()
        assert "10 checked, 1 wrong: error rate 10.0 % (0.3-44.5)" in page.locator("main").inner_text()
        assert "10 answered blind, 10 as stored: 100.0 % (69.2-100.0)" in page.locator("main").inner_text()
    reviews = Reviews(run).by("Anna B")
    assert len({r.set_id for r in reviews}) == SETS
    assert all(r.given_ok for r in reviews)


def test_a_killed_gallery_loses_nothing_and_blind_review_goes_on_where_it_was(tmp_path: Path, opened: Opener) -> None:
    run = make_run(tmp_path / "run", 4)
    with serving(run) as (link, process):
        page = opened(f"{link}blind?seed=3", "Anna")
        first = page.locator("h1 bdi").inner_text()
        answer_blind(page, run)
        press_and_go(page, "r")
        second = page.locator("h1 bdi").inner_text()
        answer_blind(page, run)
        page.wait_for_load_state("networkidle")
        process.kill()
        process.wait()
    with serving(run) as (link, _):
        page = opened(f"{link}blind?seed=3", "Anna")
        assert page.locator("h1 bdi").inner_text() == second != first
        assert page.locator(".outcome.ok").count() == 1, "the answer was given before the kill"
        assert "you judged 1" in page.locator(".pager").inner_text()


def test_two_reviewers_at_once_keep_their_own_verdicts(tmp_path: Path, opened: Opener) -> None:
    run = make_run(tmp_path / "run", 3)
    with serving(run) as (link, _):
        address = f"{link}set/run/3-000001"
        anna, bo = opened(address, "Anna"), opened(address, "Bo Öst")
        for key in ("r", "j", "w"):
            for page in (anna, bo):
                page.keyboard.press(key)
        bo.keyboard.press("k")
        bo.keyboard.press("u")
        for page in (anna, bo):
            page.wait_for_load_state("networkidle")
        anna.reload(wait_until="networkidle")
        assert "Bo Öst: not readable" in anna.locator(".question").first.inner_text()
        assert anna.locator(".question .state .mark.right").count() == 1
        assert bo.locator(".question").first.locator(".state").inner_text() == "not readable"
    said = {(r.reviewer, r.number): r.verdict for r in Reviews(run).all()}
    assert said == {("Anna", 1): "right", ("Anna", 2): "wrong", ("Bo Öst", 1): "unreadable", ("Bo Öst", 2): "wrong"}
    assert len(Reviews(run).history()) == 5


def test_a_note_goes_with_the_verdict_and_a_verdict_can_be_taken_back(tmp_path: Path, opened: Opener) -> None:
    run = make_run(tmp_path / "run", 1)
    with serving(run) as (link, _):
        page = opened(f"{link}set/run/3-000000", "Anna")
        page.keyboard.press("t")
        page.keyboard.type("rw u")  # typing isn't pressing keys
        page.keyboard.press("Escape")
        page.keyboard.press("x")
        page.locator(".state .mark.not_needed").wait_for()
        page.keyboard.press("z")
        page.locator(".state .mark").wait_for(state="detached")
    store = Reviews(run)
    assert [(r.verdict, r.note) for r in store.history()] == [("not_needed", "rw u"), ("", "rw u")]


def painted(page: Page) -> np.ndarray:
    """What the window shows without overlays: where it has the colour of a reading."""
    page.add_style_tag(content=".boxes { visibility: hidden }")
    shot = np.asarray(Image.open(io.BytesIO(page.screenshot())).convert("RGB")).astype(int)
    return np.asarray(np.abs(shot - np.array(MARK)).sum(axis=2) < 120)


@pytest.mark.parametrize("zoom", ["fit", "larger", "natural", "alone", "largest"])
def test_boxes_lie_within_two_pixels_of_what_is_painted(zoom: str, run: Path, browser: Browser, link: str) -> None:
    window = browser.new_context(viewport=WIDE, bypass_csp=True)  # the test hides the boxes with a style of its own
    page = window.new_page()
    page.goto(f"{link}set/run/3-000001", wait_until="networkidle")
    keys = {"fit": "o", "larger": "o++", "natural": "o", "alone": "o2", "largest": "o1++++"}[zoom]
    for key in keys:
        page.keyboard.press(key)
    if zoom == "natural":
        page.locator("#natural").click()
    page.evaluate("document.querySelectorAll('.viewport').forEach((v) => v.scrollTo(0, 0))")
    boxes = page.evaluate("""() => [...document.querySelectorAll('.box')].map((b) => {
        const r = b.getBoundingClientRect(), v = b.closest('.viewport').getBoundingClientRect();
        return [r.left, r.top, r.right, r.bottom, v.left, v.top, v.right, v.bottom];
    })""")
    mask, checked = painted(page), 0
    for left, top, right, bottom, *frame in boxes:
        if left - 6 < frame[0] or top - 6 < frame[1] or right + 6 > frame[2] or bottom + 6 > frame[3]:
            continue  # not in view at this zoom
        x, y = round(left) - 6, round(top) - 6
        around = mask[y : round(bottom) + 6, x : round(right) + 6]
        rows, columns = np.flatnonzero(around.any(axis=1)), np.flatnonzero(around.any(axis=0))
        found = (columns[0] + x, rows[0] + y, columns[-1] + 1 + x, rows[-1] + 1 + y)
        assert np.abs(np.array(found) - (left, top, right, bottom)).max() <= 2, (
            zoom,
            found,
            (left, top, right, bottom),
        )
        checked += 1
    window.close()
    assert checked >= 3


@pytest.mark.parametrize("index", range(4))
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_the_whole_set_is_in_view_at_first(index: int, size: ViewportSize, link: str, opened: Opener) -> None:
    page = opened(f"{link}set/run/3-00000{index}", viewport=size)
    fits = page.evaluate("""() => [...document.querySelectorAll('.pane')].map((pane) => {
        const [s, v] = ['.stage', '.viewport'].map((c) => pane.querySelector(c).getBoundingClientRect());
        return s.width > 30 && s.left >= v.left - 1 && s.right <= v.right + 1 && s.top >= v.top - 1
            && s.bottom <= v.bottom + 1 && v.bottom <= innerHeight + 1 && v.right <= innerWidth + 1;
    })""")
    assert fits == [True] * (2 + index)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_hovering_a_question_lights_its_readings_on_every_image_and_its_answer_jumps_there(
    link: str, opened: Opener
) -> None:
    page = opened(f"{link}set/run/3-000001")

    def lit(kind: str) -> set[str]:
        return set(page.locator(f".box.{kind}").evaluate_all("all => all.map((b) => b.dataset.ref)"))

    page.locator(".question").nth(1).hover()
    assert lit("lit") == {f"image{i}:items[{r}].bags" for i in (1, 2) for r in (0, 1)}
    assert lit("key") == {"image1:items.bags", "image2:items.bags"}
    for _ in range(10):
        page.keyboard.press("+")
    page.locator(".question").nth(1).locator("[data-jump]").click()
    seen = page.evaluate("""() => [...document.querySelectorAll('.box.now')].map((b) => {
        const r = b.getBoundingClientRect(), v = b.closest('.viewport').getBoundingClientRect();
        return r.right > v.left && r.left < v.right && r.bottom > v.top && r.top < v.bottom;
    })""")
    assert seen == [True, True]


def test_a_cell_and_its_box_are_linked_both_ways(link: str, opened: Opener) -> None:
    page = opened(f"{link}set/run/3-000001")
    page.keyboard.press("s")
    page.locator(".sheet td").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    assert page.locator(".box.lit").get_attribute("data-ref") == "image1:items[1].bags"
    page.keyboard.press("q")
    page.keyboard.press("o")
    box = page.locator('.box[data-ref="image2:items[0].item"]').bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert page.locator("#tab-tables").get_attribute("aria-selected") == "true"
    assert page.locator(".sheet td.lit").get_attribute("data-ref") == "image2:items[0].item"


def test_zoomed_pictures_are_panned_by_mouse_and_by_keyboard(link: str, opened: Opener) -> None:
    page = opened(f"{link}set/run/3-000001")
    for key in "2+++++":
        page.keyboard.press(key)
    viewport = page.locator('.pane[data-image="2"] .viewport')
    at = "v => [v.scrollLeft, v.scrollTop]"
    before = viewport.evaluate(at)
    place = viewport.bounding_box()
    assert place
    page.mouse.move(place["x"] + 200, place["y"] + 200)
    page.mouse.down()
    page.mouse.move(place["x"] + 150, place["y"] + 120, steps=4)
    page.mouse.up()
    assert viewport.evaluate(at) == pytest.approx([before[0] + 50, before[1] + 80], abs=1)
    viewport.focus()
    page.keyboard.press("ArrowDown")
    page.wait_for_function("([v, y]) => v.scrollTop > y", arg=[viewport.element_handle(), before[1] + 81])


def test_single_keys_can_be_turned_off(link: str, opened: Opener) -> None:
    page = opened(f"{link}set/run/3-000001")
    page.keyboard.press("?")
    page.locator("#single-keys").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.keyboard.press("2")
    page.wait_for_timeout(200)
    assert page.url.endswith("3-000001")
    assert page.locator(".pane:visible").count() == 3


def test_every_control_is_reached_by_tab_and_seen_to_be(link: str, opened: Opener) -> None:
    page = opened(f"{link}set/run/3-000001", "Anna")
    reached, unseen = set(), []
    for _ in range(60):
        page.keyboard.press("Tab")
        name, outlined = page.evaluate("""() => { const a = document.activeElement, s = getComputedStyle(a);
            return [a === document.body ? 'BODY' : a.id || a.dataset.key || a.className || a.tagName,
                s.outlineStyle !== 'none' && s.outlineWidth !== '0px']; }""")
        reached.add(name)
        if not outlined and name not in ("BODY", "question", "main"):
            unseen.append(name)
    wanted = "b help-button larger fit outline viewport tab-questions r w t answer"
    assert set(wanted.split()) <= reached
    assert not unseen


def test_hostile_texts_stay_texts(tmp_path: Path, opened: Opener) -> None:
    run = make_run(tmp_path / "run", 3, words=HOSTILE)
    with serving(run) as (link, _):
        page = opened(link, "Eve <b>")
        dialogs: list[str] = []

        def note(dialog: Dialog) -> None:
            dialogs.append(dialog.message)
            dialog.dismiss()

        page.on("dialog", note)
        for path in (
            "",
            "set/run/3-000001",
            "rejects",
            "summary",
            "blind?at=1",
            f"?text={quote(HOSTILE)}",
            f"nothing{quote(HOSTILE)}",
        ):
            status = 404 if path.startswith("nothing") else 200
            if status == 200:
                assert page.goto(link + path, wait_until="networkidle")
                assert (
                    page.locator("main script:not([type='application/json']), main img[src='x'], main b").count() == 0
                )
        page.goto(f"{link}set/run/3-000001")
        assert HOSTILE in page.locator(".question .text").first.inner_text()
        page.keyboard.press("s")
        assert HOSTILE in page.locator("#tables").inner_text()
        page.keyboard.press("r")
        page.wait_for_load_state("networkidle")
        assert not dialogs


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The link of a gallery in which two people judged and one of them answered."""
    run = make_run(tmp_path_factory.mktemp("reviewed") / "run", 4)
    store, made = Reviews(run), open_run(run).get("3-000001")
    for number, verdict in ((1, "right"), (2, "wrong"), (3, "ugly")):
        store.judge("Bo", ref_of(made, number), verdict, "a note")
        store.judge("Anna", ref_of(made, number), verdict)
    store.answer("Anna", ref_of(made, 1), "7", False)
    store.close()
    with serving(run) as (link, _):
        yield link


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_an_accessibility_scan_finds_nothing(scheme: str, size: ViewportSize, reviewed: str, opened: Opener) -> None:
    page = opened(reviewed, "Anna", viewport=size, color_scheme=scheme)
    paths = ("", "set/run/3-000001", "set/run/3-000001 s", "set/run/3-000001 i", "set/run/3-000001 d", "set/run/3-000001 ?",
             "blind?at=0", "blind?at=2", "blind?at=1&q=1", "blind?at=9", "rejects", "summary", "name")  # fmt: skip
    found = []
    for path, _, key in (p.partition(" ") for p in paths):
        page.goto(reviewed + path, wait_until="networkidle")
        if key:
            page.keyboard.press(key)
        for violation in Axe().run(page).response["violations"]:
            found += [
                (path, key, violation["id"], n["html"][:120], n["failureSummary"][:300]) for n in violation["nodes"]
            ]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    assert not found, found
