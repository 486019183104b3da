"""What a face's glyphs are made of: how much ink a text has, how tall its line is, what the face lacks."""

import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from cosyn_multi.renderers.chromium import GENERIC
from cosyn_multi.renderers.fonts import FAMILIES, characters, folder

_WEIGHTS: Final = {
    "thin": 100, "extralight": 200, "light": 300, "": 400, "regular": 400, "book": 400, "medium": 500,
    "semibold": 600, "bold": 700, "extrabold": 800, "black": 900,
}  # fmt: skip
_KNOWN: Final = {name.lower(): name for name in FAMILIES}
_STAND_INS: Final = {**GENERIC, "times new roman": "IBM Plex Serif", "arial": "Lato"}
DEFAULT: Final = "Lato"


@lru_cache(maxsize=512)
def family_of(css: str) -> str:
    """The family that a CSS font-family list is drawn in: its first one that is ours, or the stand-in."""
    for name in css.split(","):
        plain = name.strip().strip("\"'").lower()
        if plain in _KNOWN:
            return _KNOWN[plain]
        if plain in _STAND_INS:
            return _STAND_INS[plain]
    return DEFAULT


@lru_cache(maxsize=512)
def face_file(family: str, weight: float, italic: bool) -> Path:
    """The file whose weight is nearest to a CSS weight (1 to 1000)."""

    def distance(path: Path) -> tuple[float, str]:
        style = path.stem.rpartition("-")[2].lower()
        slanted = style.endswith("italic")
        return abs(_WEIGHTS.get(style.removesuffix("italic"), 400) - weight) + 2000 * (slanted != italic), path.name

    return min(folder(family).rglob("*.ttf"), key=distance)


@lru_cache(maxsize=256)
def _open(path: Path) -> tuple[Any, dict[int, str], int]:
    from fontTools.ttLib import TTFont

    font = TTFont(path, lazy=True)
    return font.getGlyphSet(), font.getBestCmap(), int(font["head"].unitsPerEm)


@lru_cache(maxsize=8192)
def glyph_ink(path: Path, character: str) -> float:
    """Inked area of one character, in square em; 0 for one that the face lacks."""
    from fontTools.pens.areaPen import AreaPen

    glyphs, cmap, unit = _open(path)
    name = cmap.get(ord(character))
    if name is None:
        return 0.0
    pen = AreaPen(glyphs)
    glyphs[name].draw(pen)
    return float(abs(pen.value)) / unit**2


def text_ink(text: str, path: Path) -> float:
    """Inked area of a text, in square em."""
    return sum(glyph_ink(path, c) for c in text if not c.isspace())


@lru_cache(maxsize=4096)
def lacking(text: str, path: Path) -> str:
    """The visible characters of a text that a face has no glyph for."""
    have = characters(path)
    return "".join(
        sorted({c for c in text if ord(c) not in have and not c.isspace() and unicodedata.category(c) != "Cf"})
    )
