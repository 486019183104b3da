"""Which sets of a points run a visitor looks at; it travels in every link, so that leafing keeps it."""

from collections.abc import Mapping
from typing import Final

from cosyn_multi.errors import ConfigError
from cosyn_multi.gallery.looking import LONGEST_TEXT, query_part, said_in
from cosyn_multi.model import Frozen

SIZES: Final = (2, 3, 4, 5)


class PointsLooking(Frozen):
    """A filter: words of a label or an id, images per set (0: any), a verdict that somebody gave."""

    text: str = ""
    size: int = 0
    said: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "PointsLooking":
        """From a request's parameters. Raises: ConfigError."""
        size = given.get("size", "")
        if size not in ("", *map(str, SIZES)):
            raise ConfigError(f"size={size[:20]}: a set has {SIZES[0]} to {SIZES[-1]} images")
        return cls(
            text=" ".join(given.get("text", "").split())[:LONGEST_TEXT], size=int(size or 0), said=said_in(given)
        )

    def params(self, **more: object) -> str:
        """As the query part of a link; `more` goes with it, what is empty is left out."""
        return query_part({**self.model_dump(exclude_defaults=True), **more})
