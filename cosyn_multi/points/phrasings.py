"""How a model is asked to point and to count: a list of wordings per style, in `phrasings.toml`."""

import tomllib
from functools import cache
from pathlib import Path
from random import Random

from cosyn_multi.pointing.text_form import Style


@cache
def phrasings() -> dict[str, tuple[str, ...]]:
    """Style -> wordings; each holds {label} once."""
    file = Path(__file__).with_name("phrasings.toml")
    return {style: tuple(texts) for style, texts in tomllib.loads(file.read_text(encoding="utf-8")).items()}


def phrasing(style: Style, label: str, rng: Random) -> str:
    """One wording of a style, with the label in its place."""
    return rng.choice(phrasings()[style]).replace("{label}", label)
