"""The font families that every renderer shares, by path: static TrueType faces from packages.

An unknown family is an error, never a silent fallback. Which characters a face has comes from its cmap.
"""

from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from cosyn_multi.errors import SetupError, unknown

PACKAGES: Final[dict[str, str]] = {
    "Alegreya Sans": "fontpkg_alegreya_sans", "Barlow": "fontpkg_barlow", "Crimson Text": "fontpkg_crimson_text",
    "Fira Sans": "fontpkg_fira_sans", "Hind": "fontpkg_hind", "IBM Plex Mono": "fontpkg_ibm_plex_mono",
    "IBM Plex Sans Condensed": "fontpkg_ibm_plex_sans_condensed", "IBM Plex Serif": "fontpkg_ibm_plex_serif",
    "Kalam": "fontpkg_kalam", "Lato": "fontpkg_lato", "Mukta": "fontpkg_mukta", "PT Sans": "fontpkg_pt_sans",
    "PT Serif": "fontpkg_pt_serif", "Poppins": "fontpkg_poppins", "Sarabun": "fontpkg_sarabun",
    "Spectral": "fontpkg_spectral", "Titillium Web": "fontpkg_titillium_web", "Zilla Slab": "fontpkg_zilla_slab",
}  # fmt: skip
FAMILIES: Final = tuple(sorted(PACKAGES))
TEXT: Final = tuple(f for f in FAMILIES if f not in ("Kalam", "IBM Plex Mono"))
"""Families for running text; Kalam is a hand (notes, signatures), IBM Plex Mono a typewriter (receipts)."""

MISDRAWN: Final[dict[str, frozenset[int]]] = {"PT_": frozenset({0x20B9, 0x20BA})}
"""By the beginning of a file's name: code points whose glyph is another character. The PT faces date from before the
rouble sign had a code point of its own, and draw it where the rupee and lira signs belong."""


@cache
def folder(family: str) -> Path:
    """Where a family's .ttf files lie. Raises: SetupError."""
    if family not in PACKAGES:
        raise SetupError(unknown("font family", family, FAMILIES))
    try:
        return Path(str(files(PACKAGES[family]))) / "files"
    except ModuleNotFoundError as error:
        raise SetupError(
            f"font family {family}: package {PACKAGES[family]} is missing; reinstall cosyn-multi"
        ) from error


@cache
def face(family: str, bold: bool = False, italic: bool = False) -> Path:
    """The file of one face; the nearest weight where a family lacks the one asked for."""
    weights = ("Bold", "SemiBold", "Medium") if bold else ("Regular", "Book", "Medium")
    found = {p.stem.rpartition("-")[2].lower(): p for p in sorted(folder(family).rglob("*.ttf"))}
    for weight in weights:
        for slant in ("Italic", "") if italic else ("",):
            name = f"{'' if weight == 'Regular' and slant else weight}{slant}".lower()
            if name in found:
                return found[name]
    raise SetupError(f"font family {family} has no regular face in {folder(family)}")


@lru_cache(maxsize=256)
def characters(path: Path) -> frozenset[int]:
    """The code points that a font file has a glyph for, and the right one."""
    from fontTools.ttLib import TTFont

    with TTFont(path, lazy=True) as font:
        return frozenset(font.getBestCmap()) - misdrawn(path)


def misdrawn(path: Path) -> frozenset[int]:
    """The code points that a font file draws as another character."""
    return next((wrong for start, wrong in MISDRAWN.items() if path.name.startswith(start)), frozenset())


def missing(text: str, family: str, bold: bool = False, italic: bool = False) -> str:
    """The characters of a text that the face lacks."""
    have = characters(face(family, bold, italic))
    return "".join(sorted({c for c in text if ord(c) not in have and not c.isspace()}))
