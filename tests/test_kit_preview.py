"""The preview page in a real browser: six pictures, drawn anew with each save; boxes where the readings are."""

import json
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from cosyn_multi.kit.start import start
from cosyn_multi.renderers.chromium import find_browser

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("templates")
    start("mine", "html", "doc", made)
    return made


@pytest.fixture(scope="module")
def link(workspace: Path) -> Iterator[str]:
    words = ["templates", "preview", "mine", "--watch", "--port", "0", "--no-browser", "--templates", str(workspace)]
    call = [sys.executable, "-m", "cosyn_multi", *words]
    with subprocess.Popen(call, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        found = re.search(r"http://\S+", child.stdout.readline())
        assert found is not None
        yield found[0]
        child.send_signal(signal.SIGINT)
        assert child.wait(60) == 0


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=find_browser())
        yield made
        made.close()


@pytest.fixture
def page(browser: Any, link: str) -> Iterator[Page]:
    made = browser.new_page(viewport={"width": 1200, "height": 900})
    made.goto(link)
    yield made
    made.close()


def state(link: str, after: str = "") -> dict[str, Any]:
    """The state once all is drawn, after a version."""
    for _ in range(600):
        with urllib.request.urlopen(f"{link}state") as answer:
            found: dict[str, Any] = json.loads(answer.read())
        if not found["drawing"] and found["version"] != after:
            return found
        time.sleep(0.2)
    raise AssertionError("never done")


def test_six_pictures_are_drawn_and_their_boxes_lie_on_the_readings(link: str, page: Page) -> None:
    drawn = state(link)
    assert len(drawn["proofs"]) == 6 and all(p["good"] for p in drawn["proofs"])
    page.wait_for_function("document.querySelectorAll('.picture img').length === 6")
    for width in (390, 1200, 2000):
        page.set_viewport_size({"width": width, "height": 900})
        found = page.evaluate(
            """() => [...document.querySelectorAll('.picture')].map((p) => {
                const at = p.querySelector('img').getBoundingClientRect();
                return [at.width, [...p.querySelectorAll('rect')].map((r) => {
                    const box = r.getBoundingClientRect();
                    return [box.x - at.x, box.y - at.y, box.width, box.height];
                })];
            })"""
        )
        for proof, (shown, boxes) in zip(drawn["proofs"], found, strict=True):
            scale = shown / proof["width"]
            assert len(boxes) == len(proof["marks"]) > 10
            for mark, box in zip(proof["marks"], boxes, strict=True):
                wanted = [mark[k] * scale for k in ("x", "y", "width", "height")]
                assert max(abs(a - b) for a, b in zip(wanted, box, strict=True)) < 2
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_each_save_draws_anew_and_errors_come_with_file_and_line(link: str, page: Page, workspace: Path) -> None:
    entry, manifest = workspace / "mine" / "page.html", workspace / "mine" / "template.toml"
    good, told = entry.read_text(encoding="utf-8"), manifest.read_text(encoding="utf-8")
    before = state(link)["version"]

    entry.write_text(good.replace("{{ fact.label }}", "{{ fact.labl }}"), encoding="utf-8")
    failing = state(link, before)
    line = next(n for n, text in enumerate(good.splitlines(), 1) if "fact.label" in text)
    assert all(f"page.html, line {line}: UndefinedError" in p["faults"][0] for p in failing["proofs"])
    page.wait_for_selector(f"text=page.html, line {line}")

    entry.write_text(good.replace("{{ note }}", "").replace("{{ column.label }}", ""), encoding="utf-8")
    unread = state(link, failing["version"])
    assert any("not drawn" in text for p in unread["proofs"] for text in p["unread"])
    page.wait_for_selector("text=Can't be read")

    manifest.write_text(told.replace("rows ", "row "), encoding="utf-8")
    broken = state(link, unread["version"])
    assert "template.toml" in broken["error"] and "Did you mean 'rows'" in broken["error"] and not broken["proofs"]
    page.wait_for_selector("#error:has-text('Did you mean')")

    manifest.write_text(told, encoding="utf-8")
    entry.write_text(good, encoding="utf-8")
    for _ in range(3):  # two files were saved: the first save may have been drawn with the other one
        mended = state(link, broken["version"])
        if all(p["good"] for p in mended["proofs"]):
            break
        broken = mended
    assert not mended["error"] and all(p["good"] for p in mended["proofs"])
    page.wait_for_selector("#status:has-text('6 pictures, no fault')")


def test_texts_of_a_template_are_never_markup(link: str, page: Page, workspace: Path) -> None:
    manifest = workspace / "mine" / "template.toml"
    told, before = manifest.read_text(encoding="utf-8"), state(link)["version"]
    hostile = "<img src=x onerror=document.title=1><script>document.title=2</script>"
    manifest.write_text(re.sub(r'about    = ".*"', f'about    = "{hostile}"', told), encoding="utf-8")
    drawn = state(link, before)
    assert hostile in drawn["about"]
    page.wait_for_selector("h1:has-text('<script>')")
    assert page.title() == "Template preview"
    manifest.write_text(told, encoding="utf-8")


def test_the_page_works_by_keyboard_and_passes_axe_in_light_and_dark(link: str, browser: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

    for scheme in ("light", "dark"):
        page = browser.new_page(color_scheme=scheme, viewport={"width": 390, "height": 844})
        page.goto(link)
        state(link)
        page.wait_for_selector(".proof")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.get_attribute("#boxes", "aria-pressed") == "false" and not page.is_visible(".picture svg")
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        page.close()


def test_it_answers_to_loopback_names_alone_and_changes_nothing(link: str) -> None:
    for address, host, method, code in (
        ("state", "evil.example", "GET", 400), ("state", "localhost", "POST", 405), ("picture/0/x.png", "localhost", "GET", 404),
        ("..%2f..%2fetc/passwd", "localhost", "GET", 404),
    ):  # fmt: skip
        asked = urllib.request.Request(link + address, method=method, headers={"Host": host})
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(asked)
        assert refused.value.code == code
        refused.value.close()


def test_preview_makes_sets_in_scratch_opens_the_gallery_and_leaves_nothing(tmp_path: Path) -> None:
    from cosyn_multi.cli.preview import scratch

    where = scratch() or tmp_path
    words = ["preview", "-n", "2", "--seed", "3", "--artifact", "doc", "--workers", "1", "--port", "0", "--no-browser"]
    call = [sys.executable, "-m", "cosyn_multi", *words]
    with subprocess.Popen(call, stdout=subprocess.PIPE, text=True, cwd=tmp_path) as child:
        assert child.stdout is not None
        told = []
        for line in child.stdout:
            told.append(line)
            if "http://" in line:
                break
        link = re.search(r"http://\S+", told[-1])
        run = re.search(r"Run: (\S+)", "".join(told))
        assert link is not None and run is not None
        assert run[1].startswith(str(where)) and (Path(run[1]) / "manifest.json").is_file()
        with urllib.request.urlopen(link[0]) as answer:
            assert b"2 sets" in answer.read()
        child.send_signal(signal.SIGTERM)
        child.wait(60)
    assert not Path(run[1]).parent.exists()


def test_preview_takes_every_option_of_generate() -> None:
    from typer.main import get_command

    from cosyn_multi.cli.app import app

    commands = get_command(app).commands  # type: ignore[attr-defined]
    options = {name: {o for p in commands[name].params for o in p.opts} for name in ("generate", "preview")}
    assert options["generate"] - options["preview"] == {
        "--out",
        "--engine",
        "--ray-address",
    }  # it stays on this machine
