"""In which language a text is, if that can be told."""

from functools import cache
from typing import Any, Final

from cosyn_multi.errors import ConfigError, SetupError, unknown

FEWEST_LETTERS: Final = 12
SURE: Final = 0.4
NEVER: Final = 0.05
"""A text is in another language if that one is at least SURE, and the wanted one less likely than NEVER."""


@cache
def _identifier() -> Any:
    try:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier
    except ImportError as error:
        raise SetupError("py3langid: not installed; it comes with the extra: pip install 'cosyn-multi[qa]'") from error
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def check_language(code: str) -> None:
    """Raises: ConfigError for a code that isn't known (ISO 639-1, as `en`); SetupError."""
    known = {str(c) for c in _identifier().nb_classes}
    if code not in known:
        raise ConfigError(f"--language {unknown('language', code, known)}")


def other_language(text: str, wanted: str) -> str:
    """The code of the language that a text is in, if it is surely not in the wanted one; else ''. Short texts never are."""
    if sum(c.isalpha() for c in text) < FEWEST_LETTERS:
        return ""
    ranked = {str(code): float(share) for code, share in _identifier().rank(text)}
    first = max(ranked, key=ranked.__getitem__)
    return first if first != wanted and ranked[first] >= SURE and ranked.get(wanted, 0.0) < NEVER else ""
