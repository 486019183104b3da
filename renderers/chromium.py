"""Where a Chromium is, with which flags it draws the same everywhere, and which fonts it sees."""

import os
import shutil
import sys
import tempfile
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from cosyn_multi.errors import SetupError
from cosyn_multi.renderers.fonts import FAMILIES, folder

VARIABLE: Final = "COSYN_MULTI_BROWSER"
_NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
_OWN: Final = (
    "chromium-*/chrome-*/chrome",
    "chromium-*/chrome-*/chrome.exe",
    "chromium-*/chrome-*/*.app/Contents/MacOS/*",
    "chromium_headless_shell-*/chrome-*/*headless[_-]shell*",
)
_USUAL: Final = {
    "linux": ("/usr/bin", "/usr/local/bin", "/snap/bin", "/opt/google/chrome"),
    "darwin": (
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "~/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ),
    "win32": (
        "%ProgramFiles%/Google/Chrome/Application/chrome.exe",
        "%ProgramFiles(x86)%/Google/Chrome/Application/chrome.exe",
        "%LocalAppData%/Google/Chrome/Application/chrome.exe",
        "%LocalAppData%/Chromium/Application/chrome.exe",
    ),
}

FLAGS: Final = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-features=Translate,OptimizationHints,MediaRouter,DialMediaRouteProvider,SpareRendererForSitePerProcess",
    "--disable-font-subpixel-positioning",
    "--disable-gpu",
    "--disable-lcd-text",
    "--disable-partial-raster",
    "--disable-skia-runtime-opts",
    "--disable-sync",
    "--font-render-hinting=none",
    "--force-color-profile=srgb",
    "--force-device-scale-factor=1",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--lang=en-US",
    "--no-default-browser-check",
    "--no-first-run",
)
"""What makes two machines draw the same, and keeps a browser from the network: no name and no address resolves."""

GENERIC: Final = {
    "serif": "IBM Plex Serif",
    "sans-serif": "Lato",
    "monospace": "IBM Plex Mono",
    "cursive": "Kalam",
    "fantasy": "Kalam",
    "system-ui": "Lato",
    "ui-serif": "IBM Plex Serif",
    "ui-sans-serif": "Lato",
    "ui-monospace": "IBM Plex Mono",
}
"""The family that stands for each of CSS's generic ones."""

_RULES: Final = """\
  <match target="font"><edit name="hinting" mode="assign"><bool>false</bool></edit>
    <edit name="autohint" mode="assign"><bool>false</bool></edit>
    <edit name="hintstyle" mode="assign"><const>hintnone</const></edit></match>
  <match target="scan"><test name="family" compare="contains"><string>PT S</string></test>
    <edit name="charset" mode="assign"><minus><name>charset</name><charset><int>0x20b9</int><int>0x20ba</int></charset></minus></edit></match>
"""
"""No hinting (it lets thin strokes vanish), and no rupee or lira sign from faces that draw a rouble in its place."""


def find_browser() -> Path:
    """The Chromium to use: the one that COSYN_MULTI_BROWSER names, Playwright's own, an installed Chrome or Chromium.

    Raises: SetupError, one line saying what to do.
    """
    named = os.environ.get(VARIABLE)
    if named:
        if not Path(named).is_file():
            raise SetupError(f"{VARIABLE}={named}: no such file; name a Chrome or Chromium, or unset it")
        return Path(named)
    found = _own() or _on_path() or _usual()
    if found is None:
        raise SetupError(
            f"no browser found: run `playwright install chromium`, install chromium or Chrome, or set {VARIABLE} to one"
        )
    return found


def _own() -> Path | None:
    """The newest Chromium that `playwright install` left here."""
    homes = {"darwin": "~/Library/Caches/ms-playwright", "win32": "%LocalAppData%/ms-playwright"}
    chosen = os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or homes.get(sys.platform, "~/.cache/ms-playwright")
    root = Path(os.path.expandvars(chosen)).expanduser()
    for pattern in _OWN:
        found = [p for p in sorted(root.glob(pattern), reverse=True) if p.is_file() and os.access(p, os.X_OK)]
        if found:
            return found[0]
    return None


def _on_path() -> Path | None:
    return next((Path(found) for name in _NAMES if (found := shutil.which(name))), None)


def _usual() -> Path | None:
    for place in _USUAL.get(sys.platform, ()):
        path = Path(os.path.expandvars(place)).expanduser()
        for candidate in (path, *(path / name for name in _NAMES)):
            if candidate.is_file():
                return candidate
    return None


def sees_fonts_by_name() -> bool:
    """Whether the browser can be shown a private set of fonts; elsewhere pages carry them as @font-face."""
    return sys.platform.startswith("linux")


def environment() -> dict[str, str | float | bool]:
    """The browser's environment: the fonts it sees, the zone, the language; nothing secret is handed on."""
    kept = ("PATH", "HOME", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "LOCALAPPDATA", "PROGRAMFILES", "LD_LIBRARY_PATH")
    out: dict[str, str | float | bool] = {k: v for k, v in os.environ.items() if k.upper() in kept}
    out |= {"TZ": "UTC", "LANG": "en_US.UTF-8", "LC_ALL": "C.UTF-8"}
    return out | ({"FONTCONFIG_FILE": str(fontconfig_file())} if sees_fonts_by_name() else {})


@cache
def fontconfig_file() -> Path:
    """A fontconfig file under which our families are all the fonts there are. Written once, kept in the user's cache."""
    rules = _font_rules()
    made = fontconfig_cache()
    file = made.with_name(f"fonts-{made.name}.conf")
    if not file.is_file():
        draft = file.with_suffix(f".{os.getpid()}")
        draft.write_text(
            '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>\n'
            f"{rules}  <cachedir>{escape(str(made))}</cachedir>\n</fontconfig>\n",
            encoding="utf-8",
        )
        draft.replace(file)
    return file


@cache
def fontconfig_cache() -> Path:
    """Where fontconfig keeps what it found out about our fonts."""
    # what a scan rule takes away stays in fontconfig's cache: other rules need another one
    made = cache_folder("fontconfig") / sha256(_font_rules().encode()).hexdigest()[:12]
    made.mkdir(exist_ok=True)
    return made


def _font_rules() -> str:
    folders = "".join(f"  <dir>{escape(str(folder(f)))}</dir>\n" for f in FAMILIES)
    names = {**GENERIC, "Times New Roman": "IBM Plex Serif", "Arial": "Lato", "Helvetica": "Lato"}
    aliases = "".join(
        f'  <match target="pattern"><test name="family"><string>{name}</string></test>'
        f'<edit name="family" mode="assign" binding="same"><string>{family}</string></edit></match>\n'
        for name, family in names.items()
    )
    return f"{folders}{_RULES}{aliases}"


@cache
def cache_folder(name: str) -> Path:
    """A writable folder of that name that outlives the process, else a temporary one."""
    root = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "cosyn-multi" / name
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError:
        return Path(tempfile.mkdtemp(prefix=f"cosyn-multi-{name}-"))
    return root if os.access(root, os.W_OK) else Path(tempfile.mkdtemp(prefix=f"cosyn-multi-{name}-"))
