"""Writing questions in a real Chromium: two people at once, drafts that come, are refused or are slow, reloads, a killed
server, and the way to a shard."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from llm_server import KEY, LlmServer, Say, Slow
from llm_server import serving as model_serving
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright
from qa_runs import make_store, serving, write

from cosyn_multi.qa.exporting import export
from cosyn_multi.qa.filtering import filter_questions
from cosyn_multi.renderers.chromium import find_browser

pytestmark = pytest.mark.slow
WIDE = ViewportSize(width=1380, height=860)
PHONE = ViewportSize(width=390, height=844)
PATIENCE_MS = 60_000
HOSTILE = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
Opener = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as started:
        launched = started.chromium.launch(executable_path=str(find_browser()))
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def model() -> Iterator[LlmServer]:
    with model_serving() as server:
        yield server


@pytest.fixture
def opened(browser: Browser) -> Iterator[Opener]:
    """Opens an address under a name; a fault in a page's script fails the test, but for requests that a test broke."""
    pages: list[Page] = []
    faults: list[str] = []

    def open_(address: str, name: str = "Anna", **context: Any) -> Page:
        window = browser.new_context(**{"viewport": WIDE, **context})
        if name:
            window.add_cookies([{"name": "cosyn-multi-reviewer", "value": quote(name), "url": urljoin(address, "/")}])
        page = window.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: faults.append(str(error)))
        pages.append(page)
        page.goto(address, wait_until="networkidle")
        return page

    yield open_
    for page in pages:
        page.context.close()
    assert not faults, faults


def kept(page: Page) -> None:
    expect(page.locator("#kept")).to_have_text("Everything is kept")


def type_into(page: Page, key: str, text: str) -> None:
    page.keyboard.press(key)
    page.keyboard.insert_text(text)
    page.keyboard.press("Escape")


def submit(page: Page) -> None:
    with page.expect_navigation(wait_until="networkidle"):
        page.keyboard.press("a")
        page.keyboard.press("Control+Enter")


def drafting(server: LlmServer) -> tuple[str, ...]:
    return ("--model", "claude-sonnet-5-5", "--base-url", server.url)


def answered(params: dict[str, Any]) -> Say:
    """The model's part: the length of the question's captions stands for an answer; told to be shorter, it is."""
    asked = params["messages"][-1]["content"]
    said = "0.10 EUR" if "shorter" in asked else "It is 0.10 EUR dearer there"
    return Say(json.dumps({"answer": said, "remark": "See the first line of both images."}))


def test_two_people_write_twenty_questions_at_once_and_datasets_loads_them(
    tmp_path: Path, model: LlmServer, opened: Opener
) -> None:
    from datasets import load_dataset

    store = make_store(tmp_path, sets=10)
    model.answer = answered
    with serving(store.run, *drafting(model), "--double", "0.5", key=KEY) as (link, _):
        pages = [opened(f"{link}write", name) for name in ("Anna", "Bo Öst")]
        for turn in range(10):
            assert len({page.url for page in pages}) == 2, "never on the same set"
            for page in pages:
                type_into(
                    page, "q", f"By how much is the first thing dearer in image 2 than in image 1, in turn {turn}?"
                )
                page.keyboard.press("d")
            for page in pages:
                page.locator(".turn.there").wait_for()
                page.keyboard.press("t")
                expect(page.locator("#answer")).to_have_value("It is 0.10 EUR dearer there")
                submit(page)
        for page in pages:
            expect(page.locator("h1")).to_have_text("No set is left for you")
    assert len(store.questions.submitted()) == 20
    assert filter_questions(store, "en", None, lambda line: None).out == 0
    done = export(store, None)
    store.close()
    assert (done.rows, done.questions) == (10, 20)
    loaded = load_dataset(str(store.run), split="train", cache_dir=str(tmp_path / "cache"))
    assert sum(len(row["qa_pairs"]["question"]) for row in loaded) == 20
    assert all(len(row["images"]) >= 2 for row in loaded)
    told = [t for row in loaded for t in json.loads(row["annotations"])]
    assert all(t["dialogue"][0]["state"] == "there" and t["seconds"] > 0 for t in told)


def test_an_answer_is_talked_into_shape_and_the_question_may_change_meanwhile(
    tmp_path: Path, model: LlmServer, opened: Opener
) -> None:
    store = make_store(tmp_path, sets=1, shops=1)
    model.answer = answered
    before = len(model.asked())
    with serving(store.run, *drafting(model), key=KEY) as (link, _):
        page = opened(f"{link}set/set00")
        type_into(page, "q", "How much dearer is image 2?")
        page.keyboard.press("d")
        page.locator(".turn.there").wait_for()
        type_into(page, "q", " Take the first line.")
        page.keyboard.press("m")
        page.keyboard.insert_text("shorter")
        page.keyboard.press("Enter")
        expect(page.locator(".turn.there")).to_have_count(2)
        page.reload(wait_until="networkidle")
        expect(page.locator(".turn.there")).to_have_count(2)
        page.keyboard.press("t")
        expect(page.locator("#answer")).to_have_value("0.10 EUR")
        page.locator("#answer").fill("0.10 EUR a piece")
        kept(page)
    first, second = (s.params for s in model.asked()[before:])
    captions = [c.text for c in store.pictures.captions().values()]
    assert all(c in first["messages"][0]["content"] for c in captions[:2])
    assert [m["role"] for m in second["messages"]] == ["user", "assistant", "user"]
    assert "The question is now: How much dearer is image 2? Take the first line." in second["messages"][2]["content"]
    versions = [(v.field, v.text, v.origin) for v in store.questions.versions(1)]
    assert versions[-2:] == [("answer", "0.10 EUR", "model"), ("answer", "0.10 EUR a piece", "typed")]
    store.close()


def test_a_draft_that_is_refused_or_slow_stops_nobody(tmp_path: Path, model: LlmServer, opened: Opener) -> None:
    store = make_store(tmp_path, sets=1, shops=1)
    model.answer = answered
    model.script = [
        Say("", stop_reason="refusal", stop_details={"category": "policy", "explanation": "Not this."}),
        Slow(4),
    ]
    with serving(store.run, *drafting(model), key=KEY) as (link, _):
        page = opened(f"{link}set/set00")
        type_into(page, "q", "Which image is dearer, by its first line?")
        page.keyboard.press("d")
        refused = page.locator(".turn.refused")
        expect(refused).to_contain_text(
            "The model declined. Write the answer yourself, or ask in other words. policy: Not this."
        )
        page.keyboard.press("d")
        expect(page.locator(".turn.waiting")).to_contain_text("Go on meanwhile")
        type_into(page, "a", "image 2")
        kept(page)
        page.reload(wait_until="networkidle")
        expect(page.locator("#answer")).to_have_value("image 2")
        page.locator(".turn.there").wait_for()
        expect(page.locator("#answer")).to_have_value("image 2")  # the draft waits to be taken
        submit(page)
    (written,) = store.questions.submitted()
    assert written.answer == "image 2"
    assert [t.state for t in store.talk.of(written.id)] == ["refused", "there"]
    store.close()


def test_a_killed_server_loses_neither_text_nor_draft(tmp_path: Path, model: LlmServer, opened: Opener) -> None:
    store = make_store(tmp_path, sets=1, shops=1)
    model.answer = answered
    with serving(store.run, *drafting(model), key=KEY) as (link, process):
        page = opened(f"{link}set/set00")
        type_into(page, "q", "Which image is dearer?")
        kept(page)
        model.script = [Slow(3)]
        page.keyboard.press("d")
        page.locator(".turn.waiting").wait_for()
        process.kill()
        process.wait()
        type_into(page, "a", "image 2, I think")
        expect(page.locator("#kept")).to_contain_text("Not kept yet: the server doesn't answer")
        port = link.rstrip("/").rpartition(":")[2]
        with serving(store.run, *drafting(model), "--port", port, key=KEY):
            kept(page)
            page.reload(wait_until="networkidle")
            expect(page.locator("#answer")).to_have_value("image 2, I think")
            page.locator(".turn.there").wait_for()
            type_into(page, "a", " so")
            page.reload(wait_until="networkidle")
            expect(page.locator("#answer")).to_have_value("image 2, I think so")
            kept(page)
    store.close()


def test_a_set_that_is_taken_over_tells_who_had_it_and_keeps_both_texts(tmp_path: Path, opened: Opener) -> None:
    store = make_store(tmp_path, sets=1, shops=1)
    with serving(store.run) as (link, _):
        anna = opened(f"{link}set/set00", "Anna")
        type_into(anna, "q", "Anna's question?")
        kept(anna)
        bo = opened(f"{link}set/set00", "Bo")
        expect(bo.locator(".panel .bar")).to_contain_text("Anna is writing on this set now")
        assert bo.locator("#writing").count() == 0
        with bo.expect_navigation(wait_until="networkidle"):
            bo.get_by_role("button", name="Take it over").click()
        type_into(bo, "q", "Bo's question?")
        kept(bo)
        type_into(anna, "a", "Anna's answer")
        expect(anna.locator("#taken")).to_contain_text("Bo took this set over. Your text is kept.")
        anna.keyboard.press("a")
        anna.keyboard.press("Control+Enter")
        expect(anna.locator("#taken")).to_contain_text("Bo writes on this set now; your text is kept.")
        with anna.expect_navigation(wait_until="networkidle"):
            anna.get_by_role("button", name="Take the set back").click()
        expect(anna.locator("#answer")).to_have_value("Anna's answer")
        submit(anna)
    assert [(q.writer, q.answer) for q in store.questions.submitted()] == [("Anna", "Anna's answer")]
    assert store.questions.open("set00", "Bo").question == "Bo's question?"
    store.close()


def test_two_windows_of_one_person_never_overwrite_each_other_unasked(tmp_path: Path, opened: Opener) -> None:
    store = make_store(tmp_path, sets=1, shops=1)
    with serving(store.run) as (link, _):
        one, two = opened(f"{link}set/set00"), opened(f"{link}set/set00")
        type_into(one, "q", "From the first window?")
        kept(one)
        type_into(two, "q", "From the second window?")
        expect(two.locator("#elsewhere")).to_contain_text("From the first window?")
        two.get_by_role("button", name="Keep what stands here").click()
        kept(two)
        type_into(one, "a", "7")
        one.get_by_role("button", name="Take that text").click()
        expect(one.locator("#question")).to_have_value("From the second window?")
        kept(one)
    store.close()


def test_a_second_look_is_blind_and_compares(tmp_path: Path, opened: Opener) -> None:
    store = make_store(tmp_path, sets=2, shops=2)
    write(store, "set00", "Anna", "What does rye bread cost in image 2?", "1,240 EUR", second=True)
    write(
        store,
        "set01",
        "Anna",
        "Why is image 2 dearer?",
        "Because everything in it became dearer from one month to the next.",
        second=True,
    )
    with serving(store.run) as (link, _):
        page = opened(f"{link}questions", "Bo")
        assert page.locator(".given").count() == 0
        assert "1,240" not in page.content()
        for given in ("1240", "Since all of its prices rose between the two months."):
            page.goto(f"{link}second", wait_until="networkidle")
            assert "1,240" not in page.content()
            page.locator("#given").fill(given)
            with page.expect_navigation(wait_until="networkidle"):
                page.get_by_role("button", name="Give this answer").click()
            if given == "1240":
                expect(page.locator(".outcome")).to_have_text("The same")
        with page.expect_navigation(wait_until="networkidle"):
            page.keyboard.press("y")
        expect(page.locator("h1")).to_have_text("Nothing to look at for you")
        page.goto(f"{link}progress", wait_until="networkidle")
        expect(page.locator(".figure")).to_have_text(
            "2 compared, 2 the same: 100.0 % (15.8-100.0); 1 of them by the second person's word"
        )
    store.close()


def test_a_drop_is_taken_back_in_the_page_and_a_set_is_skipped_with_its_reason(tmp_path: Path, opened: Opener) -> None:
    store = make_store(tmp_path, sets=2, shops=2)
    write(store, "set00", "Anna", "How many prices are there in both images?", "4")
    filter_questions(store, "en", None, lambda line: None)
    with serving(store.run) as (link, _):
        page = opened(f"{link}questions?show=dropped", "Bo")
        expect(page.locator(".rejects")).to_contain_text("asks to count")
        with page.expect_navigation(wait_until="networkidle"):
            page.get_by_role("button", name="It stays all the same").click()
        expect(page.locator(".rejects")).to_contain_text("Bo says it stays")
        page.goto(f"{link}set/set01", wait_until="networkidle")
        page.keyboard.press("x")
        page.get_by_label("An image can't be read").check()
        with page.expect_navigation(wait_until="networkidle"):
            page.get_by_role("button", name="Skip", exact=True).click()
    assert store.drops.out() == set()
    assert store.sets.skipped() == {"unreadable": 1}
    store.close()


@pytest.mark.parametrize(("scheme", "size"), [("light", WIDE), ("dark", PHONE)], ids=["light wide", "dark phone"])
def test_every_page_passes_the_accessibility_scan_and_shows_hostile_texts_as_texts(
    scheme: str, size: ViewportSize, tmp_path: Path, opened: Opener
) -> None:
    store = make_store(tmp_path, sets=3, shops=2)
    write(store, "set00", HOSTILE[:38], f"Which image is dearer? {HOSTILE}", f"image 2 {HOSTILE}", second=True)
    write(store, "set01", "Anna", "How many prices are there?", "4")
    mine = store.questions.open("set02", "Anna")
    turn = store.talk.ask(mine.id, HOSTILE, HOSTILE, "any")
    store.talk.close(turn.seq, "there", answer=HOSTILE, remark=HOSTILE)
    filter_questions(store, "en", None, lambda line: None)
    with serving(store.run, "--model", "any", "--llm", "openai", "--base-url", "http://127.0.0.1:9/v1") as (link, _):
        page = opened(link, viewport=size, color_scheme=scheme)
        for path in ("", "set/set02", "set/set01", "second", "questions", "progress", "name", "set/none"):
            page.goto(link + path, wait_until="networkidle")
            found = Axe().run(page).response["violations"]
            assert not found, (path, [(v["id"], [n["target"] for n in v["nodes"]]) for v in found])
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
            assert page.locator("img[src=x]").count() == 0
    store.close()
