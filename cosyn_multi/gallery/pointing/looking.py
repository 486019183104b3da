"""Which sets of a points run a visitor looks at; it travels in every link, so that leafing keeps it."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from cosyn_multi.errors import ConfigError, unknown
from cosyn_multi.gallery.looking import LONGEST_TEXT, UNSAID
from cosyn_multi.model import Frozen
from cosyn_multi.reviews import VERDICTS

SIZES: Final = (2, 3, 4, 5)


class PointsLooking(Frozen):
    """A filter: words of a label or an id, images per set (0: any), a verdict that somebody gave."""

    text: str = ""
    size: int = 0
    said: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "PointsLooking":
        """From a request's parameters. Raises: ConfigError."""
        size, said = given.get("size", ""), given.get("said", "")
        if size not in ("", *map(str, SIZES)):
            raise ConfigError(f"size={size[:20]}: a set has {SIZES[0]} to {SIZES[-1]} images")
        if said not in ("", UNSAID, *VERDICTS):
            raise ConfigError(unknown("verdict", said[:40], (UNSAID, *VERDICTS)))
        return cls(text=" ".join(given.get("text", "").split())[:LONGEST_TEXT], size=int(size or 0), said=said)

    def params(self, **more: object) -> str:
        """As the query part of a link; `more` goes with it, what is empty is left out."""
        return urlencode(
            {k: v for k, v in {**self.model_dump(exclude_defaults=True), **more}.items() if v not in ("", None)}
        )


__all__ = ["SIZES", "UNSAID", "PointsLooking"]
