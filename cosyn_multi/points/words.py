"""The words that labels are normalised with, from `words.toml` and files of the same form that a user adds."""

import tomllib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from pydantic import Field, ValidationError

from cosyn_multi.errors import ConfigError
from cosyn_multi.model import Frozen

BUILT_IN: Final = Path(__file__).with_name("words.toml")
Mark = tuple[str, str]


class Unchanged(Frozen):
    words: tuple[str, ...] = ()


class Language(Frozen):
    """What one language brings; all texts in lower case."""

    articles: tuple[str, ...] = ()
    prepositions: tuple[str, ...] = ()
    irregular: dict[str, str] = Field({}, description="Plural -> singular.")
    unchanged: Unchanged = Unchanged()
    spelling: dict[str, str] = Field({}, description="Variant -> usual spelling.")
    synonyms: dict[str, tuple[str, ...]] = Field({}, description="Usual wording -> other wordings.")
    marks: dict[str, dict[str, tuple[str, ...]]] = Field({}, description="Class -> name -> words.")


class Words:
    """All languages together: a label's language is not known, and languages are mixed in it. The first one wins."""

    def __init__(self, languages: list[Language]) -> None:
        self.articles = {a for lang in languages for a in lang.articles}
        self.prepositions = {p for lang in languages for p in lang.prepositions}
        self.irregular = {k: v for lang in reversed(languages) for k, v in lang.irregular.items()}
        self.unchanged = {w for lang in languages for w in lang.unchanged.words}
        self.spelling = {k: v for lang in reversed(languages) for k, v in lang.spelling.items()}
        self.synonyms: dict[str, str] = {}
        for lang in languages:
            for usual, others in lang.synonyms.items():
                for other in others:
                    self.synonyms.setdefault(other, usual)
        self.marks: dict[str, set[Mark]] = {}
        for lang in languages:
            for kind, names in lang.marks.items():
                for name, words in names.items():
                    for word in words:
                        self.marks.setdefault(word, set()).add((kind, name))

    @cached_property
    def marked_characters(self) -> dict[str, set[Mark]]:
        """Marks of scripts without spaces: found anywhere in a label."""
        return {w: m for w, m in self.marks.items() if min(w) > "\u2e80"}


def load_words(extra: Path | None = None, languages: tuple[str, ...] = ()) -> Words:
    """The built-in words and those of a user's file, of some languages or all.

    Raises: ConfigError for a file that can't be read, an unknown key, or a chain of synonyms that never ends.
    """
    files = [_read(BUILT_IN), *([_read(extra)] if extra else [])]
    known = {name for file in files for name in file}
    if wrong := sorted(set(languages) - known):
        raise ConfigError(f"--languages {','.join(wrong)}: no words for it. Known: {', '.join(sorted(known))}")
    words = Words(
        [lang for file in reversed(files) for name, lang in file.items() if not languages or name in languages]
    )
    for source in (*words.spelling, *words.synonyms):
        _follow(source, words, extra)
    return words


def _read(path: Path) -> dict[str, Language]:
    try:
        held: Mapping[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        return {name: Language.model_validate(fields) for name, fields in held.items()}
    except OSError as error:
        raise ConfigError(f"{path}: can't be read: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: no TOML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(p) for p in first["loc"]) or "the file"
        raise ConfigError(f"{path}: {where}: {first['msg']}; see words.toml for the form") from error


def _follow(source: str, words: Words, file: Path | None) -> None:
    """Follow a wording through spellings and synonyms to its end. Raises: ConfigError if there is none."""
    seen = [source]
    while (following := words.synonyms.get(seen[-1]) or words.spelling.get(seen[-1])) and following != seen[-1]:
        if following in seen:
            raise ConfigError(f"{file or BUILT_IN}: {' -> '.join([*seen, following])}: goes round; leave one out")
        seen.append(following)
