"""The warm browser: found or missed in one line, never hanging, replaced when dead, flat in memory, deaf to the network."""

import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cosyn_multi.errors import SetupError
from cosyn_multi.renderers import chromium
from cosyn_multi.renderers.browser import Browser, BrowserGone, PageTimeout, WarmPage
from cosyn_multi.renderers.fonts import FAMILIES


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    made = Browser(pages_per_context=20)
    yield made
    made.close()


def text_of(page: WarmPage) -> str:
    page.page.set_content("<p>alive</p>")
    return str(page.evaluate("() => document.body.innerText"))


def test_a_named_browser_that_is_not_there_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(chromium.VARIABLE, "/nowhere/chrome")
    with pytest.raises(SetupError, match=r"\A[^\n]*/nowhere/chrome: no such file[^\n]*\Z"):
        chromium.find_browser()


def test_no_browser_at_all_is_one_line_that_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(chromium.VARIABLE, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    monkeypatch.setattr(chromium, "_USUAL", {})
    with pytest.raises(SetupError, match="playwright install chromium"):
        chromium.find_browser()


def test_playwrights_own_is_found_newest_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for build in ("chromium-1100", "chromium-1200"):
        file = tmp_path / build / "chrome-linux" / "chrome"
        file.parent.mkdir(parents=True)
        file.write_text("")
        file.chmod(0o755)
    monkeypatch.delenv(chromium.VARIABLE, raising=False)
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    assert chromium.find_browser().parts[-3] == "chromium-1200"


def test_a_program_that_is_no_browser_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake = tmp_path / "chrome"
    fake.write_text("#!/bin/sh\nexit 3\n")
    fake.chmod(0o755)
    monkeypatch.setenv(chromium.VARIABLE, str(fake))
    with pytest.raises(SetupError, match=r"\A[^\n]*does not start[^\n]*\Z"):
        Browser().run(text_of, name="x")


def test_the_environment_hands_no_secret_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_API_KEY", "secret")
    assert "secret" not in chromium.environment().values()


def test_every_family_of_ours_is_drawn_by_its_name(browser: Browser) -> None:
    def widths(page: WarmPage) -> list[float]:
        page.page.set_content(
            "".join(f"<span style=\"font:40px '{f}'\">Hamburgefonstiv 0127</span><br>" for f in FAMILIES)
        )
        found = page.evaluate(
            "() => [...document.querySelectorAll('span')].map((s) => s.getBoundingClientRect().width)"
        )
        return [float(w) for w in found]

    assert len(set(browser.run(widths, name="x"))) == len(FAMILIES)


def test_a_page_stays_the_same_until_its_count_is_full(browser: Browser) -> None:
    contexts = [browser.run(lambda page: id(page.context), name="counted") for _ in range(41)]
    assert [len(set(contexts[i : i + 20])) for i in (0, 20)] == [1, 1]
    assert len(set(contexts)) == 3


def test_a_new_page_is_set_up_once(browser: Browser) -> None:
    made: list[str] = []
    for _ in range(3):
        browser.run(text_of, name="set up", setup=lambda page: made.append(page.name))
    assert made == ["set up"]


def test_a_killed_browser_is_replaced_and_the_job_done_again(browser: Browser) -> None:
    tries: list[int] = []

    def dying(page: WarmPage) -> str:
        tries.append(browser.pid)
        if len(tries) == 1:
            os.kill(browser.pid, signal.SIGKILL)
        return text_of(page)

    assert browser.run(dying, name="x") == "alive"
    assert len(set(tries)) == 2


def test_a_crashed_page_is_replaced_and_the_job_done_again(browser: Browser) -> None:
    tries: list[int] = []

    def crashing(page: WarmPage) -> str:
        tries.append(1)
        if len(tries) == 1:
            page.cdp.send("Page.crash")
        return text_of(page)

    assert browser.run(crashing, name="x", limit_s=60) == "alive"


def test_a_browser_that_dies_twice_is_told(browser: Browser) -> None:
    def fatal(page: WarmPage) -> str:
        os.kill(browser.pid, signal.SIGKILL)
        return text_of(page)

    with pytest.raises(BrowserGone):
        browser.run(fatal, name="x")
    assert browser.run(text_of, name="x") == "alive"


@pytest.mark.parametrize(
    "hang",
    [
        lambda page: page.evaluate("() => { while (true) {} }"),
        lambda page: page.evaluate("() => new Promise(() => 0)"),
        lambda page: page.page.set_content("<script>while (true) {}</script>"),
    ],
)
def test_what_hangs_is_ended_at_its_limit(browser: Browser, hang: Callable[[WarmPage], object]) -> None:
    browser.run(text_of, name="js", javascript=True)
    with pytest.raises(PageTimeout):
        browser.run(hang, name="js", javascript=True, limit_s=0.7)
    assert browser.run(text_of, name="x") == "alive"


def test_no_request_reaches_a_listener(browser: Browser) -> None:
    server = socket.create_server(("127.0.0.1", 0))
    port = server.getsockname()[1]
    callers: list[object] = []

    def listen() -> None:
        try:
            while True:
                callers.append(server.accept()[1])
        except OSError:
            return

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    home = f"127.0.0.1:{port}"
    html = (
        f"<link rel=preconnect href='http://{home}'><link rel=stylesheet href='http://{home}/a.css'><img src='http://{home}/a.png'>"
        f"<iframe src='http://{home}/f'></iframe><style>@font-face{{font-family:A;src:url(http://{home}/a.woff2)}}p{{font-family:A}}"
        f"</style><p>x</p><a id=d href='http://{home}/d' download>d</a><script>new WebSocket('ws://{home}/w');"
        f"fetch('http://{home}/j').catch(()=>0);window.open('http://{home}/o');navigator.sendBeacon('http://{home}/b');"
        f"document.getElementById('d').click();alert(1)</script>"
    )

    def ask(page: WarmPage) -> list[str]:
        page.page.set_content(html)
        page.page.wait_for_timeout(300)
        return sorted(set(page.refused))

    for javascript in (False, True):
        refused = browser.run(ask, name=f"net {javascript}", javascript=javascript)
        assert f"http://{home}/a.png" in refused
    server.close()
    assert callers == []


@pytest.mark.slow
def test_memory_is_flat_over_many_pages() -> None:
    browser = Browser(pages_per_context=50)

    def load(page: WarmPage) -> None:
        page.resize(400, 500)  # 0.8 MB of pixels: 180 of them, if they stayed, are far over the limit below
        page.page.set_content("".join(f"<p>Line {i} of a page that is drawn again and again</p>" for i in range(200)))
        page.pixels()

    sizes = []
    for _ in range(5):
        for _ in range(60):
            browser.run(load, name="x")
        sizes.append(tree_mb(os.getpid()))
    browser.close()
    assert sizes[-1] < sizes[1] * 1.15 + 20, sizes


def tree_mb(root: int) -> float:
    """Resident memory of a process and all below it, in MB."""
    parents: dict[int, int] = {}
    resident: dict[int, float] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(folder.name)], resident[int(folder.name)] = int(fields[1]), int(fields[21]) * 4096 / 1e6

    def below(pid: int) -> bool:
        while pid > 1:
            if pid == root:
                return True
            pid = parents.get(pid, 0)
        return False

    return sum(size for pid, size in resident.items() if below(pid))
