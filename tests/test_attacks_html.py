"""Pages that attack the browser: nothing is fetched, read, run or started, each ends in time, and the next page is the same."""

import base64
import os
import re
import struct
import subprocess
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from attack_files import Attack, attacks
from attack_world import World
from playwright.sync_api import Error as PlaywrightError
from worlds import invoice_views

from cosyn_multi.model import Artifact, Reject, Rendering, Style, Template
from cosyn_multi.renderers.browser import Browser, WarmPage
from cosyn_multi.renderers.browser_cage import CageName
from cosyn_multi.renderers.chromium import find_browser
from cosyn_multi.renderers.html import HtmlRenderer
from cosyn_multi.renderers.html_limits import MOST_CHARACTERS, MOST_TAGS, leaves_traces, too_heavy
from cosyn_multi.sandbox import WarmCage

PAGES = attacks("pages")
TEETH = [a for a in PAGES if "teeth" in a.told]
LIMIT_S = 4.0
BLANK = ("frameset_of_files", "letters_as_high_as_a_house", "refresh_to_itself", "refresh_to_server", "refresh_to_file")
"""Pages of which nothing may be left to draw."""
WITHOUT: dict[str, tuple[CageName, ...]] = {"bubblewrap": (), "unshared": ("bubblewrap",)}
NORMAL = (
    "<!doctype html><html><head><style>p{color:red;font:20px '{{ style.font }}'} .u{text-transform:uppercase}</style></head><body>"
    "<p>{{ view.facts.issuer.value }}</p><p class=u>iii</p><img src=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' "
    "width='20' height='20'><rect width='20' height='20'/></svg>\"></body></html>"
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("world")) as made:
        yield made


@pytest.fixture(scope="module", params=WITHOUT)
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    made = Browser(without=WITHOUT[request.param])
    yield made
    made.close()


@pytest.fixture(scope="module")
def html(browser: Browser) -> Iterator[HtmlRenderer]:
    cage = WarmCage()
    yield HtmlRenderer(browser, LIMIT_S, cage)
    cage.close()


def page(folder: Path, text: str) -> Artifact:
    """A user's template of one page, on the first invoice."""
    folder.mkdir()
    (folder / "page.html").write_text(text, encoding="utf-8")
    made = Template(name="page", renderer="html", artifact="doc", entry="page.html", grows=True, folder=folder)
    return Artifact(view=invoice_views()[0], template=made, style=Style(width_px=500, height_px=400, font="Lato"))


def filled(attack: Attack, world: World) -> str:
    """A page of the corpus with its places, its bomb and its repetitions put in: `@repeat FIRST LAST text@`, where
    %n is the number and %p the one before it."""

    def repeat(found: re.Match[str]) -> str:
        numbers = range(int(found[1]), int(found[2]) + 1)
        return "".join(found[3].replace("%n", str(n)).replace("%p", str(n - 1)) for n in numbers)

    text = world.fill(attack.source)
    text = text.replace("@bomb@", base64.b64encode(png(12_000)).decode()) if "@bomb@" in text else text
    return re.sub(r"@repeat (\d+) (\d+) (.*?)@", repeat, text)


def png(side: int) -> bytes:
    """A black picture of so many pixels each way, a few hundredths of a percent of that in bytes."""
    packer = zlib.compressobj(6)
    some = b"\0" * (100 * (1 + side * 3))
    rows = b"".join(packer.compress(some) for _ in range(side // 100)) + packer.flush()
    parts = {b"IHDR": struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0), b"IDAT": rows, b"IEND": b""}
    chunks = (struct.pack(">I", len(b)) + k + b + struct.pack(">I", zlib.crc32(k + b)) for k, b in parts.items())
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


class Normal(NamedTuple):
    artifact: Artifact
    drawn: Rendering


@pytest.fixture(scope="module")
def normal(html: HtmlRenderer, tmp_path_factory: pytest.TempPathFactory) -> Normal:
    """A page without harm, as it is drawn before any attack: after each it must be the same."""
    artifact = page(tmp_path_factory.mktemp("normal") / "page", NORMAL)
    drawn = html.render(artifact)
    assert isinstance(drawn, Rendering), drawn
    return Normal(artifact, drawn)


@pytest.mark.parametrize("attack", PAGES, ids=lambda a: a.name)
def test_a_page_attacks_and_gets_nothing(
    attack: Attack, html: HtmlRenderer, world: World, normal: Normal, tmp_path: Path
) -> None:
    start = time.monotonic()
    outcome = html.render(page(tmp_path / "attack", filled(attack, world)))
    took = time.monotonic() - start
    how = outcome.reason if isinstance(outcome, Reject) else "rendering"
    assert how in (attack.ends if "ends" in attack.told else {"rendering"}), outcome
    assert took < 3 * LIMIT_S + 10
    if isinstance(outcome, Rendering):
        shown = " ".join(word.text for word in outcome.words)
        assert "script ran" not in shown.replace("no script ran", "")
        assert "attack ran" in shown or attack.name in BLANK
        assert ("<noscript>" in attack.source) == ("no script ran" in shown)
    assert world.reached(str(outcome)) == set()
    assert html.render(normal.artifact) == normal.drawn
    time.sleep(1.2 if "refresh" in attack.name else 0)
    assert html.render(normal.artifact) == normal.drawn


@pytest.mark.parametrize("attack", TEETH, ids=lambda a: a.name)
def test_a_page_reaches_out_where_nothing_holds_it(attack: Attack, world: World, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(filled(attack, world), encoding="utf-8")
    flags = (
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={tmp_path}/profile",
        "--virtual-time-budget=1000",
    )
    command: list[str | Path] = [find_browser(), *flags, "--dump-dom", file.as_uri()]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=60, env={"PATH": os.defpath, "HOME": str(tmp_path)}
    )
    assert attack.told["teeth"] in world.reached(done.stdout), done.stderr


@pytest.mark.parametrize("name", WITHOUT)
def test_the_browser_is_in_a_network_of_its_own_and_sees_no_file_of_the_user(name: str, world: World) -> None:
    made = Browser(without=WITHOUT[name])
    try:
        made.run(lambda page: page.page.set_content("<p>x"), name="x")
        below = family(made.pid)
        networks = {network(pid) for pid in below if program(pid) != "bwrap"}
        assert below and network("self") not in networks
        assert world.key not in "".join(Path(f"/proc/{pid}/environ").read_text() for pid in below)
        script = f"fetch('file://{world.home}/.ssh/id_ed25519').then((r) => r.text()).catch((e) => 'refused')"
        assert made.run(lambda page: page.evaluate(f"() => {script}"), name="js", javascript=True) == "refused"
    finally:
        made.close()
    deadline = time.monotonic() + 5
    while (left := [pid for pid in below if Path(f"/proc/{pid}").exists()]) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not left


def test_a_browser_asked_for_a_file_from_within_sees_none(world: World) -> None:
    """What a page that broke out of its renderer could do: the browser itself opens files and addresses."""
    for without in WITHOUT.values():
        made = Browser(without=without)
        try:
            for address in (
                f"file://{world.home}/.ssh/id_ed25519",
                "file:///etc/passwd",
                f"http://127.0.0.1:{world.port}/",
            ):
                said = made.run(lambda page, address=address: visit(page, address), name="x")  # type: ignore[misc]
                assert world.marker not in said and "root:" not in said
        finally:
            made.close()
    assert world.reached("") == set()


def visit(page: WarmPage, address: str) -> str:
    """What the browser itself shows of an address."""
    try:
        page.page.goto(address, timeout=3000)
    except PlaywrightError as error:
        return error.message.splitlines()[0]
    return page.page.content()


def family(root: int) -> list[int]:
    """A process and all below it."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def network(pid: int | str) -> str:
    return str(Path(f"/proc/{pid}/ns/net").readlink())


def program(pid: int) -> str:
    return Path(f"/proc/{pid}/comm").read_text().strip()


def test_a_page_that_weighs_too_much_is_named_so() -> None:
    assert too_heavy("x" * (MOST_CHARACTERS + 1)) and too_heavy("<b>" * (MOST_TAGS + 1))
    assert not too_heavy("<b>" * 1000)


@pytest.mark.parametrize(
    "text", ["<meta name=x>", "<META\nhttp-equiv=refresh>", '<meta charset="utf-8" name=color-scheme>', "<meta/name=x>"]
)
def test_a_page_with_meta_elements_leaves_traces(text: str) -> None:
    assert leaves_traces(text)
    assert not leaves_traces('<meta charset="utf-8"><p>metal</p>')
