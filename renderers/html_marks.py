"""From marks in a page's source to comments around values: provenance that adds no element and changes no layout.

A bound value prints as OPEN number MIDDLE text CLOSE (noncharacters, see `bound`). Where a browser makes text of it, the
marks become `<!--@17-->` and `<!--@/-->`; everywhere else (inside tags, attributes, scripts, styles, titles) they are
taken out, and the value is noted as not drawn as text.
"""

import re
from typing import Final, NamedTuple

from cosyn_multi.renderers.bound import CLOSE, MIDDLE, OPEN

_RAW: Final = "script|style|textarea|title|noscript|xmp|iframe|noembed|noframes|template|desc|metadata"
_SKIP: Final = re.compile(
    rf"<!--.*?(?:-->|\Z)|<({_RAW})\b(?:[^>\"']|\"[^\"]*\"|'[^']*')*>.*?(?:</\1\s*>|\Z)"
    r"|<[a-zA-Z/!?](?:[^>\"']|\"[^\"]*\"|'[^']*')*>",
    re.IGNORECASE | re.DOTALL,
)
_OPENED: Final = re.compile(rf"{OPEN}(\d+){MIDDLE}")
_ANY: Final = re.compile(rf"{OPEN}\d+{MIDDLE}|[{OPEN}{MIDDLE}{CLOSE}]")
_FORGED: Final = re.compile(r"<!--\s*@")


class Marked(NamedTuple):
    """A page whose values stand between comments, and where the others went: number -> 'attribute', '<title>' ..."""

    html: str
    elsewhere: dict[int, str]


def mark(source: str) -> Marked:
    """Turn marks into comments. Comments in the source that look like ours are dropped."""
    out: list[str] = []
    elsewhere: dict[int, str] = {}
    position = 0
    for match in _SKIP.finditer(source):
        out.append(_as_comments(source[position : match.start()]))
        out.append(_without(match, elsewhere))
        position = match.end()
    out.append(_as_comments(source[position:]))
    return Marked("".join(out), elsewhere)


def _as_comments(text: str) -> str:
    """Text context. A mark cut in half by a filter that was not ours leaves nothing behind."""
    opened = _OPENED.sub(r"<!--@\1-->", text).replace(CLOSE, "<!--@/-->")
    return opened.replace(OPEN, "").replace(MIDDLE, "")


def _without(match: re.Match[str], elsewhere: dict[int, str]) -> str:
    piece = match.group()
    if piece.startswith("<!--"):
        where = "comment"
        if _FORGED.match(piece):
            return ""
    else:
        where = f"<{match.group(1).lower()}>" if match.group(1) else "attribute"
    if OPEN not in piece and CLOSE not in piece:
        return piece
    for number in _OPENED.findall(piece):
        elsewhere[int(number)] = where
    return _ANY.sub("", piece)
