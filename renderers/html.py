"""The HTML renderer: a Jinja2 page with bound values, drawn in a warm browser, read back through comments around values."""

import io
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from PIL import Image
from playwright.sync_api import Error as PlaywrightError

from cosyn_multi.model import Artifact, Cage, Part, Reading, Reject, Rendering, Unreadable, needed_keys, read
from cosyn_multi.model.reading import ReadingRole
from cosyn_multi.renderers.base import reject
from cosyn_multi.renderers.bound import Bound, BoundView
from cosyn_multi.renderers.browser import Browser, BrowserGone, PageTimeout, WarmPage
from cosyn_multi.renderers.caged import PageFiller
from cosyn_multi.renderers.chromium import sees_fonts_by_name
from cosyn_multi.renderers.fonts import FAMILIES, face
from cosyn_multi.renderers.html_env import TemplateFailed, fill
from cosyn_multi.renderers.html_limits import leaves_traces, too_heavy
from cosyn_multi.renderers.html_marks import Marked, mark
from cosyn_multi.renderers.html_page import BARE, FIT, LOOK, TOFU, Inspector, Look, Mark, parse, strange
from cosyn_multi.renderers.ink import Pixels

MOST_PX: Final = 2400
LIMIT_S: Final = 10.0


@dataclass(frozen=True)
class _Drawn:
    """A page after the browser was done with it."""

    pixels: Pixels
    look: Look
    inspector: Inspector
    refused: tuple[str, ...]


class _TooLarge(Exception):
    """A page that is wider than its frame or taller than any picture may be."""


class HtmlRenderer:
    """Draws HTML templates. The browser is handed in: the plotly renderer of the same worker shares it."""

    name = "html"

    def __init__(self, browser: Browser, limit_s: float = LIMIT_S, cage: Cage | None = None) -> None:
        self._browser, self._limit_s, self._caged = browser, limit_s, PageFiller(cage)

    def render(self, artifact: Artifact) -> Rendering | Reject:
        """Draw one page. Raises: SetupError if no browser starts, or the template needs a cage and there is none."""
        style = artifact.style
        unknown = [f for f in (style.font, style.heading_font) if f not in FAMILIES]
        if unknown:
            return reject(artifact, "unknown_font", f"style asks for {', '.join(unknown)}")
        view = BoundView(artifact.view, style)
        try:
            marked = self._filled(artifact, view)
            if isinstance(marked, Reject):
                return marked
            source = marked
            drawn = self._browser.run(lambda page: _draw(page, artifact, source), name="html", limit_s=self._limit_s)
        except TemplateFailed as error:
            return reject(artifact, "template_error", str(error))
        except _TooLarge as error:
            return reject(artifact, "page_too_large", str(error))
        except PageTimeout as error:
            return reject(artifact, "timeout", str(error))
        except BrowserGone as error:
            return reject(artifact, "browser_gone", str(error))
        except PlaywrightError as error:
            return reject(artifact, "page_error", error.message.splitlines()[0][:300])
        return _rendering(artifact, view, marked, drawn)

    def warm(self) -> None:
        self._browser.run(lambda page: None, name="html")

    def _filled(self, artifact: Artifact, view: BoundView) -> Marked | Reject:
        """The page with its values filled in: by reviewed code in this process, else in the cage. Raises: TemplateFailed."""
        if not artifact.template.builtin:
            return self._caged.fill(artifact, view)
        return mark(fill(artifact, view))

    def close(self) -> None:
        self._browser.close()


def _draw(page: WarmPage, artifact: Artifact, marked: Marked) -> _Drawn:
    """Everything that needs the browser, in one go: layout, size, words and boxes, picture."""
    style, grows = artifact.style, artifact.template.grows
    if heavy := too_heavy(marked.html):
        raise _TooLarge(heavy)
    if leaves_traces(marked.html):
        page.retire()
    page.resize(style.width_px, style.height_px)  # always: vh and overflow must not depend on the page before
    page.page.set_content(_with_fonts(marked.html))
    content = page.evaluate(FIT)
    height = content["height"] if grows else style.height_px
    if (grows and content["width"] > style.width_px + 1) or height > MOST_PX:
        raise _TooLarge(f"content is {content['width']} x {content['height']} px; frame {style.width_px} x {MOST_PX}")
    page.resize(style.width_px, max(height, 1))
    look = parse(page.evaluate(LOOK, {"width": style.width_px, "height": height}))
    pairs = strange(look)
    tofu = page.evaluate(TOFU, [list(p) for p in pairs]) if pairs else []
    pixels = page.pixels()
    inspector = Inspector(look, pixels, frozenset(p for p, lost in zip(pairs, tofu, strict=True) if lost))
    unsure = inspector.unsure()
    if unsure:
        page.evaluate(BARE)
        inspector.settle(unsure, page.pixels())
    if page.refused:
        page.retire()
    return _Drawn(pixels, look, inspector, tuple(sorted(set(page.refused))))


def _rendering(artifact: Artifact, view: BoundView, marked: Marked, drawn: _Drawn) -> Rendering:
    best: dict[str, Reading] = {}
    reasons: dict[str, str] = {view.binder.bound[n].ref: place for n, place in marked.elsewhere.items()}
    for found in drawn.look.marks:
        if found.number >= len(view.binder.bound) or not found.shown:
            continue
        bound = view.binder.bound[found.number]
        made = _reading(artifact, bound, found, drawn.inspector)
        if isinstance(made, str):
            reasons.setdefault(bound.ref, made)
        elif bound.ref not in best or _rank(made) > _rank(best[bound.ref]):
            best[bound.ref] = made
    # by length: a bound zero is falsy, as the number that it is
    refs = dict.fromkeys(b.ref for b in view.binder.bound if len(b))
    lost = [f"{ref}: {reasons.get(ref, 'not drawn')}" for ref in refs if ref not in best]
    lost += [f"@network: refused {url}" for url in drawn.refused]
    return Rendering(
        png=_png(drawn.pixels),
        width=drawn.pixels.shape[1],
        height=drawn.pixels.shape[0],
        words=drawn.look.words,
        cells=tuple(best[ref] for ref in refs if ref in best and best[ref].role == "cell"),
        keys=tuple(best[ref] for ref in refs if ref in best and best[ref].role != "cell"),
        lost=tuple(lost),
    )


def _reading(artifact: Artifact, bound: Bound, found: Mark, inspector: Inspector) -> Reading | str:
    """The reading of one drawing, or why there is none."""
    boxes = inspector.boxes(found)
    if not boxes:
        return "no visible area" if found.style else "no box"
    seen = inspector.seen(found)
    part, row, column = _cell(artifact, bound.ref)
    if part is None:
        return Reading(ref=bound.ref, role=_role(bound.ref), shown=found.shown, boxes=boxes, seen=seen)
    what = part.column(column)
    try:
        value = read(found.shown, what.kind, what.format, artifact.view.locale)
    except Unreadable as error:
        return f"unreadable, {error}"
    return Reading(
        ref=bound.ref,
        shown=found.shown,
        kind=what.kind,
        value=value,
        boxes=boxes,
        keys=needed_keys(part, row, column),
        seen=seen,
    )


def _cell(artifact: Artifact, ref: str) -> tuple[Part | None, int, str]:
    """'items[3].amount' taken apart; no part for a ref that is not a data cell's."""
    name, bracket, rest = ref.partition("[")
    if not bracket:
        return None, 0, ""
    row, _, column = rest.partition("].")
    return artifact.view.part(name), int(row), column


def _role(ref: str) -> ReadingRole:
    if ref.startswith("@note"):
        return "note"
    if ref == "@page":
        return "text"
    return "title" if "@" in ref else "header"


def _rank(reading: Reading) -> tuple[bool, float, float, float, float]:
    seen = reading.seen
    whole = round(seen.inside * (1 - seen.covered) * (1 - seen.overlapped), 2)
    return not seen.clipped, whole, min(seen.ink, 0.8), min(seen.contrast, 4.5), seen.height_px


def _png(pixels: Pixels) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG", compress_level=3)
    return out.getvalue()


def _with_fonts(html: str) -> str:
    """The page; with our families as @font-face where the browser can't be shown them by name."""
    if sees_fonts_by_name():
        return html
    rules = "".join(font_face(f) for f in FAMILIES if f in html)
    head = html.find("<head>")
    where = head + len("<head>") if head >= 0 else 0
    return f"{html[:where]}<style>{rules}</style>{html[where:]}"


@lru_cache(maxsize=32)
def font_face(family: str) -> str:
    """@font-face rules of one family, faces inlined."""
    import base64

    rules = []
    for bold in (False, True):
        for italic in (False, True):
            data = base64.b64encode(face(family, bold, italic).read_bytes()).decode()
            rules.append(
                f'@font-face{{font-family:"{family}";font-weight:{700 if bold else 400};'
                f"font-style:{'italic' if italic else 'normal'};src:url(data:font/ttf;base64,{data})}}"
            )
    return "".join(rules)
