"""The warm browser of a worker process: one Chromium, pages that are used again, and a watch over both.

    with_page = Browser()
    picture = with_page.run(draw, name="plotly", javascript=True, setup=load_plotly)

`run` hands a job the warm page of that name. The page is made on first use, gets `setup` once, and is replaced after
`pages_per_context` jobs, so that memory stays flat. A browser that dies is replaced and the job done once more; a job
over its time is ended by killing the browser and raises `PageTimeout`.
"""

import base64
import io
import os
import signal
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar, cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, CDPSession, Page, Playwright, Request, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from cosyn_multi.errors import SetupError
from cosyn_multi.renderers.browser_cage import CageName, PidFile, launch
from cosyn_multi.renderers.chromium import FLAGS, environment, find_browser

T = TypeVar("T")
Pixels = NDArray[np.uint8]
PAGES_PER_CONTEXT: Final = 100
PAGES_PER_BROWSER: Final = 3000
LIMIT_S: Final = 10.0
_GONE: Final = ("has been closed", "crashed", "Connection closed", "Browser closed", "Session closed", "detached")


class PageTimeout(Exception):
    """A job took longer than its limit; the browser was killed and comes back with the next job."""


class BrowserGone(Exception):
    """The browser died twice under the same job."""


@dataclass
class WarmPage:
    """A page that is used again and again. `page` is Playwright's, `cdp` its DevTools session."""

    name: str
    page: Page
    cdp: CDPSession
    context: BrowserContext
    used: int = 0
    size: tuple[int, int] = (0, 0)
    refused: list[str] = field(default_factory=list)

    def resize(self, width: int, height: int) -> None:
        """Make the viewport so many CSS pixels (= image pixels)."""
        if self.size != (width, height):
            self.cdp.send(
                "Emulation.setDeviceMetricsOverride",
                {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False},
            )
            self.size = (width, height)

    def retire(self) -> None:
        """Let the next job have a fresh page: this one remembers something of its job (a refused request)."""
        self.used = 10**9

    def evaluate(self, script: str, argument: object = None) -> Any:
        """Call a JavaScript function expression in the page; works with the page's own scripts off, too."""
        return self.page.evaluate(script, argument)

    def pixels(self) -> Pixels:
        """The viewport as drawn: height x width x 3, RGB."""
        shot = self.cdp.send("Page.captureScreenshot", {"format": "png", "optimizeForSpeed": True})
        with Image.open(io.BytesIO(base64.b64decode(shot["data"]))) as image:
            return np.asarray(image.convert("RGB"))


class Browser:
    """One Chromium per worker process, started on first use. Not thread-safe."""

    def __init__(
        self,
        pages_per_context: int = PAGES_PER_CONTEXT,
        pages_per_browser: int = PAGES_PER_BROWSER,
        without: Collection[CageName] = (),
    ) -> None:
        """Args: without: cages to leave out though they are there; for tests of the others."""
        self._pages_per_context, self._pages_per_browser = pages_per_context, pages_per_browser
        self._without = frozenset(without)
        self._driver: Playwright | None = None
        self._chromium: Chromium | None = None
        self._pid = 0
        self._jobs = 0
        self._pages: dict[str, WarmPage] = {}

    @property
    def version(self) -> str:
        """Chromium's version; starts it if need be. Raises: SetupError."""
        return self._start().version

    @property
    def pid(self) -> int:
        """Process id of the running Chromium; 0 if none runs."""
        return self._pid if self._chromium else 0

    def run(
        self,
        job: Callable[[WarmPage], T],
        *,
        name: str,
        javascript: bool = False,
        setup: Callable[[WarmPage], None] | None = None,
        limit_s: float = LIMIT_S,
    ) -> T:
        """Do one job in the warm page of that name.

        Args: name: pages of different renderers have different names. javascript: whether the page's own scripts run;
            `evaluate` works either way. setup: called once for each new page (load a library). limit_s: seconds.
        Raises: PageTimeout; BrowserGone; SetupError if no browser starts; whatever the job raises.
        """
        for attempt in (1, 2):
            self._start()  # on a busy machine it may take longer than a page may
            with _Watch(self, limit_s) as watch:
                try:
                    page = self._page(name, javascript, setup)
                    page.refused.clear()
                    done = job(page)
                    if page.page.url != "about:blank":
                        page.retire()  # it went elsewhere by itself
                    return done
                except PlaywrightError as error:
                    if watch.fired:
                        self._drop()
                        raise PageTimeout(f"not done after {limit_s:g} s") from error
                    if not any(word in error.message for word in _GONE):
                        if name in self._pages:
                            self._pages[name].retire()  # what made it fail may still be there
                        raise
                    self._drop()
                    if attempt == 2:
                        raise BrowserGone(error.message.splitlines()[0]) from error
        raise AssertionError("unreachable")

    def close(self) -> None:
        """End the browser and its driver. Both come back with the next job."""
        if self._chromium is not None:
            try:
                self._chromium.close()
            except PlaywrightError:
                _kill(self._pid)
        self._drop()

    def _page(self, name: str, javascript: bool, setup: Callable[[WarmPage], None] | None) -> WarmPage:
        self._jobs += 1
        if self._jobs > self._pages_per_browser:
            self.close()
        page = self._pages.get(name)
        if page is not None and page.used >= self._pages_per_context:
            page.context.close()
            page = None
        if page is None:
            page = self._new_page(name, javascript)
            if setup is not None:
                setup(page)
            self._pages[name] = page
        page.used += 1
        return page

    def _new_page(self, name: str, javascript: bool) -> WarmPage:
        context = self._start().new_context(
            viewport={"width": 900, "height": 1100},
            device_scale_factor=1,
            java_script_enabled=javascript,
            locale="en-US",
            timezone_id="UTC",
            color_scheme="light",
            reduced_motion="reduce",
            offline=True,
            accept_downloads=False,
            service_workers="block",
        )
        page = context.new_page()
        made = WarmPage(name, page, context.new_cdp_session(page), context)
        context.on("page", lambda other: other.close())
        page.on("dialog", lambda dialog: dialog.dismiss())
        # a call into a crashed page never returns: end the browser, so that it does, and the job is done again
        page.on("crash", lambda _: _kill(self._pid))
        page.on("requestfailed", lambda request: _note(made, request))
        return made

    def _start(self) -> Chromium:
        if self._chromium is not None and self._chromium.is_connected():
            return self._chromium
        self._drop()
        path = find_browser()
        program, cage, _ = launch(path, self._without)
        root = hasattr(os, "geteuid") and os.geteuid() == 0
        told = PidFile()
        self._driver = _Driver.take()
        try:
            self._chromium = self._driver.chromium.launch(
                executable_path=program,
                args=list(FLAGS),
                env=environment() | told.environment,
                chromium_sandbox=bool(cage) or not root,
                timeout=60_000,
            )
        except PlaywrightError as error:
            told.take()
            self._drop()
            raise SetupError(f"{path}: does not start ({_why(error)}); try it by hand, or install another") from error
        session = self._chromium.new_browser_cdp_session()
        processes = cast(list[dict[str, Any]], session.send("SystemInfo.getProcessInfo")["processInfo"])
        self._pid = told.take() or next(int(p["id"]) for p in processes if p["type"] == "browser")
        session.detach()
        return self._chromium

    def _drop(self) -> None:
        """Forget a browser that is gone, and end its driver."""
        driver, self._driver, self._chromium = self._driver, None, None
        self._pages, self._pid, self._jobs = {}, 0, 0
        if driver is not None:
            _Driver.give_back()


class _Driver:
    """Playwright's driver process: a process may have one only, so browsers share it; the last one out ends it."""

    _running: Playwright | None = None
    _users = 0

    @classmethod
    def take(cls) -> Playwright:
        """Raises: SetupError."""
        if cls._running is None:
            try:
                cls._running = sync_playwright().start()
            except PlaywrightError as error:
                raise SetupError(f"the browser's driver does not start: {error.message.splitlines()[0]}") from error
        cls._users += 1
        return cls._running

    @classmethod
    def give_back(cls) -> None:
        cls._users -= 1
        if cls._users == 0 and cls._running is not None:
            driver, cls._running = cls._running, None
            driver.stop()


class _Watch:
    """Kills the browser when a job is over its time: no call into a page that hangs ever returns by itself."""

    def __init__(self, browser: Browser, limit_s: float) -> None:
        self._browser, self.fired = browser, False
        self._timer = threading.Timer(limit_s, self._fire)
        self._timer.daemon = True

    def _fire(self) -> None:
        self.fired = self._browser.pid != 0
        _kill(self._browser.pid)

    def __enter__(self) -> "_Watch":
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()


def _kill(pid: int) -> None:
    if pid:
        try:
            os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))
        except ProcessLookupError:
            return


def _note(page: WarmPage, request: Request) -> None:
    page.refused.append(request.url[:200])


def _why(error: PlaywrightError) -> str:
    lines = [line.strip() for line in error.message.splitlines() if line.strip()]
    telling = [line for line in lines if "error" in line.lower() or "sandbox" in line.lower()]
    return (telling or lines)[0][:200]
