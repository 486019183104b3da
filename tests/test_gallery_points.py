"""The gallery on a points run: pages, missing and broken pictures, hostile texts, verdicts; by keyboard in a real Chromium."""

import hashlib
import html
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import points_made
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from gallery_runs import ask, serving
from PIL import Image
from playwright.sync_api import Page, sync_playwright
from typer.testing import CliRunner

from cosyn_multi.cli.app import app
from cosyn_multi.errors import ConfigError, RunError
from cosyn_multi.gallery.pointing.shelf import PointsShelf, ref_of_row
from cosyn_multi.gallery.serve import serve
from cosyn_multi.points.assemble import write_shards
from cosyn_multi.points.images import ImageStore
from cosyn_multi.points.sampler import PointSampler
from cosyn_multi.points.training import rows_of
from cosyn_multi.renderers.chromium import find_browser
from cosyn_multi.reviews import Reviews

HOSTILE = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
ANNA = f"cosyn-multi-reviewer={quote('Anna')}"


def row(name: str, label: str, points: list[list[dict[str, float]]], sha256s: list[str]) -> dict[str, Any]:
    size = len(points)
    return {
        "image_urls": [f"https://images.example/{i}.png" for i in range(size)], "image_sha256s": sha256s, "points": points,
        "counts": [len(p) for p in points], "labels": [f"{label}, as written {i}" for i in range(size)],
        "collection_method": ["pointing"] * size, "id": name, "normalized_labels": [f"{label} usual {i}" for i in range(size)],
        "canonical_label": label, "label_accepted": [None, True, False, True, True][:size],
        "similarity": [0.75] * (size * (size - 1) // 2), "provenance": json.dumps({"seed": 3, "canonical_by": "medoid"}),
    }  # fmt: skip


def make(folder: Path, embedded: bool = True) -> Path:
    """A points run of three sets: two images with a disc at every point, three of which one isn't here, a hostile one."""
    store = ImageStore(folder)
    points = [[{"x": 12.5, "y": 80.0}], [{"x": 90.0, "y": 10.0}], [{"x": 33.3, "y": 33.3}, {"x": 50.0, "y": 70.0}], []]
    pictures = [points_made.picture(p, n, (320 + 200 * n, 240)) for n, p in enumerate(points)]
    pictures[3] = b"<svg onload='alert(3)'>"
    names = [hashlib.sha256(p).hexdigest() for p in pictures]
    for name, picture in zip(names, pictures, strict=True):
        store.put(name, picture)
    rows = [row("3-0", "disc", points[:2], names[:2]), row("3-1", HOSTILE, [points[2], []], [names[2], names[3]])]
    if not embedded:
        rows.append(row("3-2", "lost", [points[0], points[2], []], [names[0], "../../points.json", ""]))
    write_shards(folder, rows, store if embedded else None, 2)
    store.close()
    (folder / "points.json").write_text("{}")
    return folder


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("points") / "run", embedded=False)


@pytest.fixture(scope="module")
def link(run: Path) -> Iterator[str]:
    with serving(run) as (link, _):
        yield link


def test_a_set_shows_labels_in_three_forms_similarity_and_the_samples_that_training_sees(run: Path, link: str) -> None:
    page = html.unescape(ask(link, "/set/3-0?seed=5&epoch=2").body)
    for text in (
        "disc, as written 1",
        "disc usual 1",
        "Canonical: <bdi>disc</bdi>",
        "not asked",
        "1 and 2: 0.75",
        "medoid",
    ):
        assert text in page, text
    rows = list(rows_of(run))
    for epoch in range(2, 8):
        drawn = PointSampler(rows, 5, epoch)[0]
        assert drawn.prompt in page
        assert drawn.target in page


def test_pictures_come_from_the_file_or_the_store(link: str, tmp_path: Path) -> None:
    assert ask(link, "/picture/run/3-0/1").headers["content-type"] == "image/png"
    whole = PointsShelf(make(tmp_path / "whole"))
    assert len(whole) == 2
    for image in (tmp_path / "whole" / "images").rglob("*"):
        if image.is_file():
            image.unlink()
    assert (whole.picture(0, 1) or b"")[:4] == b"\x89PNG"
    with pytest.raises(RunError, match="2 images, image 3"):
        whole.picture(0, 2)


def test_a_picture_that_is_missing_or_broken_is_said_and_its_points_are_drawn_all_the_same(link: str) -> None:
    page = ask(link, "/set/3-2").body
    assert page.count("No picture here") == 2
    assert "can&#39;t be decoded" in ask(link, "/set/3-1").body
    for path in ("3-2/2", "3-2/3", "3-1/2", "3-2/9"):  # among them a digest that is a path
        assert ask(link, f"/picture/run/{path}").status == 404
    for path in ("3-2/2", "3-1/2"):
        assert ask(link, f"/thumbnail/run/{path}").headers["content-type"] == "image/webp"


def test_texts_of_a_run_are_never_html(link: str) -> None:
    for path in ("/", "/set/3-1", "/?text=%3Cscript%3E", "/set/%3Cb%3E"):
        body = ask(link, path).body
        assert "<script>alert" not in body
        assert "<img src=x" not in body
        assert "<b>" not in body


def test_the_filter_finds_sets_by_label_size_and_verdict(run: Path, link: str) -> None:
    assert "1 set " in ask(link, "/?text=LOST").body
    assert "1 set " in ask(link, "/?size=3").body
    assert "2 sets " in ask(link, "/?size=2").body
    assert ask(link, "/?size=9").status == 422
    numbers = ask(link, "/numbers").body
    assert "3 sets, 7 images, 7 points" in numbers
    assert numbers.count("<rect") >= 15


def test_verdicts_are_stored_from_the_own_page_alone_and_exported(run: Path, link: str) -> None:
    form = {"set": "3-1", "verdict": "not_needed", "note": "a blue one"}
    assert ask(link, "/verdict", form, cookie=ANNA, origin="http://elsewhere.example").status == 403
    assert ask(link, "/verdict", form).headers["location"].startswith("/name")
    assert ask(link, "/verdict", {**form, "verdict": "lovely"}, cookie=ANNA).status == 422
    assert ask(link, "/verdict", form, cookie=ANNA).status == 303
    assert "image doesn&#39;t belong" in ask(link, "/?said=not_needed").body
    assert "/set/3-1" not in ask(link, "/?said=unreviewed").body
    done = CliRunner().invoke(app, ["gallery", "export", str(run)])
    (told,) = [r for r in map(json.loads, done.stdout.splitlines()) if r["set_id"] == "3-1"]
    assert (told["verdict"], told["kind"], told["note"]) == ("not_needed", "points", "a blue one")


def test_a_verdict_never_slips_to_a_set_that_took_the_name(run: Path) -> None:
    first = PointsShelf(run).row(0)
    assert ref_of_row(first) == ref_of_row(PointsShelf(run).row(0))
    moved = {**first, "points": [[{"x": 12.6, "y": 80.0}], *first["points"][1:]]}
    assert ref_of_row(moved).question != ref_of_row(first).question


def test_two_runs_at_once_or_a_run_without_points_is_told(run: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="give its folder alone"):
        serve([run, tmp_path])
    (tmp_path / "points.json").write_text("{}")
    with pytest.raises(RunError, match="points build"):
        serve([tmp_path])


def test_a_run_that_is_assembled_anew_while_it_is_shown_is_read_anew(tmp_path: Path) -> None:
    shelf = PointsShelf(make(tmp_path / "run"))
    write_shards(shelf.path, [row("3-9", "later", [[{"x": 1.0, "y": 2.0}], []], ["", ""])], None, 2)
    assert shelf.row(shelf.find("3-9"))["canonical_label"] == "later"
    with pytest.raises(RunError, match="no such set"):
        shelf.find("3-0")


def test_files_that_hold_something_else_are_told(tmp_path: Path) -> None:
    run = make(tmp_path / "run")
    (file,) = (run / "data").glob("*.parquet")
    pq.write_table(pa.table({"id": ["a"]}), file)
    with pytest.raises(RunError, match=r"can.t be read.*canonical_label"):
        PointsShelf(run)
    file.write_bytes(b"PAR1 nothing")
    with pytest.raises(RunError, match="can't be read"):
        PointsShelf(run)


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=str(find_browser()))
        yield browser.new_page(viewport={"width": 1380, "height": 860})
        browser.close()


@pytest.mark.slow
def test_points_stand_on_their_discs_and_a_key_stores_a_verdict(page: Page, link: str, run: Path) -> None:
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("dialog", lambda dialog: faults.append(dialog.message))
    page.context.add_cookies([{"name": "cosyn-multi-reviewer", "value": "Anna", "url": link}])
    page.goto(f"{link}set/3-0", wait_until="networkidle")
    for zoom in range(3):
        for image in (1, 2):
            pane = page.locator(f'.pane[data-image="{image}"]')
            (centre,) = middles(page, f'.pane[data-image="{image}"] .point')
            drawn = pane.locator("img").bounding_box()
            assert drawn
            x, y = disc_of(PointsShelf(run).picture(0, image - 1) or b"")
            assert abs(drawn["x"] + x * drawn["width"] - centre[0]) < 2, zoom
            assert abs(drawn["y"] + y * drawn["height"] - centre[1]) < 2, zoom
        page.keyboard.press("+")
    page.keyboard.press("o")
    assert page.locator(".point").count() == 0
    page.keyboard.press("o")
    epoch, images = next((e, i) for e in range(50) if len(i := PointSampler(list(rows_of(run)), 0, e)[0].images) == 1)
    page.goto(f"{link}set/3-0?epoch={epoch}", wait_until="networkidle")
    page.locator(".sample").first.focus()
    assert [page.locator(f'.pane[data-image="{n}"] .point').count() for n in (1, 2)] == [
        int(n in images) for n in (0, 1)
    ]
    with page.expect_response("**/verdict*"):
        page.keyboard.press("w")
    page.get_by_text("Set: wrong points").wait_for()
    (review,) = Reviews(run).of_set("3-0")
    assert (review.reviewer, review.set_id, review.verdict) == ("Anna", "3-0", "wrong")
    with page.expect_navigation(wait_until="networkidle"):
        page.keyboard.press("n")
    assert HOSTILE in page.locator("h1").inner_text()
    assert not faults, faults


def middles(page: Page, found: str) -> list[list[float]]:
    script = """found => [...document.querySelectorAll(found)].map(e => e.getBoundingClientRect())
        .map(r => [r.x + r.width / 2, r.y + r.height / 2])"""
    held: list[list[float]] = page.evaluate(script, found)
    return held


def disc_of(png: bytes) -> tuple[float, float]:
    """Where the one disc of a picture is, as shares of width and height."""
    pixels = np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)
    ys, xs = np.nonzero(np.abs(pixels - pixels[0, 0]).sum(axis=2) > 30)
    return (xs.mean() + 0.5) / pixels.shape[1], (ys.mean() + 0.5) / pixels.shape[0]


@pytest.mark.slow
def test_an_accessibility_scan_of_the_pages_finds_nothing(page: Page, link: str) -> None:
    found = []
    paths = {("light", 1380): ("", "set/3-0"), ("dark", 390): ("set/3-2", "numbers")}
    for (scheme, width), own in paths.items():
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": 860})
        for path in own:
            page.goto(link + path, wait_until="networkidle")
            for violation in Axe().run(page).response["violations"]:
                found += [
                    (scheme, path, violation["id"], n["html"][:120], n["failureSummary"][:200])
                    for n in violation["nodes"]
                ]
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, width)
    assert not found, found
