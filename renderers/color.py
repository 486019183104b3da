"""Colours of PDF pages: mixing, and keeping text readable on whatever is behind it."""

from functools import lru_cache

from .ink import contrast

LEAST_CONTRAST = 5.2
"""What the kit gives text at least; a check wants 4.5."""
CLEAR_CONTRAST = 7.0


def rgb(color: str) -> tuple[int, int, int]:
    """'#1f5a94' as 0 to 255 a channel. Raises: ValueError."""
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def mix(a: str, b: str, share: float) -> str:
    """Share 0 is a, 1 is b."""
    return "#" + "".join(f"{round(x + (y - x) * share):02x}" for x, y in zip(rgb(a), rgb(b), strict=True))


@lru_cache(maxsize=4096)
def ratio(a: str, b: str) -> float:
    """WCAG contrast ratio, 1 to 21."""
    return contrast(rgb(a), rgb(b))


@lru_cache(maxsize=4096)
def readable(color: str, on: str) -> str:
    """The colour, moved towards black or white as far as it takes to be read on another."""
    end = "#000000" if ratio("#000000", on) > ratio("#ffffff", on) else "#ffffff"
    return next((c for i in range(11) if ratio(c := mix(color, end, i / 10), on) >= LEAST_CONTRAST), end)


def strong(color: str, on: str) -> str:
    """The colour if it stands out clearly on another, else black or white, whichever does."""
    return color if ratio(color, on) >= CLEAR_CONTRAST else max(("#000000", "#ffffff"), key=lambda end: ratio(end, on))
