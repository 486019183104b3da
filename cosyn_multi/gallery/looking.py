"""What a visitor looks at: a filter, perhaps a sample's seed. It travels in every link, so that leafing keeps it."""

from collections.abc import Mapping
from typing import Literal
from urllib.parse import urlencode

from pydantic import Field, ValidationError

from cosyn_multi.errors import ConfigError, unknown
from cosyn_multi.model import Frozen
from cosyn_multi.reviews import VERDICTS
from cosyn_multi.shards.index import Query

LONGEST_TEXT = 200
UNSAID = "unreviewed"


class Looking(Frozen):
    """Which sets, in which order."""

    run: str = ""
    query: Query = Query()
    seed: int | None = Field(None, ge=0, lt=2**63, description="Shuffles; None keeps the run's order.")
    said: str = Field(
        "", description="A verdict that somebody gave to one of the set's questions; UNSAID: nobody gave any."
    )
    per: Literal["one", "all"] = Field("one", description="Blind review: one question of each set, or all of them.")

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Looking":
        """From a request's parameters. Raises: ConfigError for a seed that is no number, or no verdict."""
        facets = {name: given.get(name, "")[:LONGEST_TEXT] for name in Query.model_fields}
        facets["text"] = " ".join(facets["text"].split())
        seed = given.get("seed", "").strip()
        said = said_in(given)
        try:
            return cls(
                run=given.get("run", ""),
                query=Query(**facets),
                seed=int(seed) if seed else None,
                said=said,
                per="all" if given.get("per") == "all" else "one",
            )
        except (ValueError, ValidationError) as error:
            raise ConfigError(f"seed={seed[:40]}: write a whole number from 0") from error

    def params(self, **more: object) -> str:
        """As the query part of a link; `more` goes with it, what is empty is left out."""
        own = {
            "run": self.run,
            **self.query.model_dump(),
            "seed": self.seed,
            "said": self.said,
            "per": self.per if self.per != "one" else "",
        }
        return query_part({**own, **more})


def said_in(given: Mapping[str, str]) -> str:
    """The verdict that sets are filtered by, or UNSAID; '' for any. Raises: ConfigError."""
    said = given.get("said", "")
    if said not in ("", UNSAID, *VERDICTS):
        raise ConfigError(unknown("verdict", said[:40], (UNSAID, *VERDICTS)))
    return said


def query_part(values: Mapping[str, object]) -> str:
    """Of a link; what is empty is left out."""
    return urlencode({k: v for k, v in values.items() if v not in ("", None)})
