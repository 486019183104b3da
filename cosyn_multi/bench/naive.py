"""The ways that others draw, to measure ours against: a browser or a context per page, an interpreter per chart."""

import subprocess
import sys
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from cosyn_multi.renderers.chromium import find_browser

WAIT_MS = 2000
"""The fixed wait after loading that CoSyn's generator has."""


def page_per_browser(html: str, width: int, height: int) -> float:
    """Seconds for one page with a browser of its own and the fixed wait."""
    start = time.perf_counter()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": height})
        page.set_content(html)
        page.wait_for_timeout(WAIT_MS)
        page.screenshot(full_page=True)
        browser.close()
    return time.perf_counter() - start


def pages_per_context(html: str, width: int, height: int, count: int) -> float:
    """Seconds per page with one browser, but a new context and page for each."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        start = time.perf_counter()
        for _ in range(count):
            context = browser.new_context(viewport={"width": width, "height": height})
            page = context.new_page()
            page.set_content(html)
            page.screenshot(full_page=True)
            context.close()
        seconds = (time.perf_counter() - start) / count
        browser.close()
    return seconds


def chart_per_interpreter(artifact_json: str, folder: Path) -> float:
    """Seconds for one matplotlib chart in a fresh interpreter."""
    code = (
        "import sys; from pathlib import Path\n"
        "from cosyn_multi.assets import load_template\n"
        "from cosyn_multi.model import Artifact, Style, View\n"
        "from cosyn_multi.renderers.matplotlib import MatplotlibRenderer\n"
        "view = View.model_validate_json(sys.stdin.read())\n"
        "template = load_template(Path(sys.argv[1]), builtin=True)\n"
        "options = {k: v[0] for k, v in template.options.items()}\n"
        "style = Style(width_px=template.size_px[0], height_px=template.size_px[1], options=options)\n"
        "MatplotlibRenderer().render(Artifact(view=view, template=template, style=style))\n"
    )
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code, str(folder)], input=artifact_json, text=True, check=True)
    return time.perf_counter() - start
