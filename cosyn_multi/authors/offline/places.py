"""Places by locale: towns, streets, legal forms, banks, and how an address is written. Data: `places.toml`."""

import tomllib
from functools import cache
from pathlib import Path
from random import Random
from typing import Final

from cosyn_multi.errors import ConfigError, unknown
from cosyn_multi.model import Frozen

_FILE: Final = Path(__file__).with_name("places.toml")
_LETTERS: Final = "ABCEGHJKLMNPRSTVXYZ"


class City(Frozen):
    """A real town and the first characters of its postcodes."""

    name: str
    state: str
    prefix: str


class Places(Frozen):
    """What addresses and company names of one locale are built from."""

    cities: tuple[str, ...]
    streets: tuple[str, ...]
    legal: tuple[str, ...]
    banks: tuple[str, ...]
    postcode: str
    lines: tuple[str, ...]
    house: tuple[int, int]
    phone: str
    account: str = ""
    iban: str = ""

    @property
    def towns(self) -> tuple[City, ...]:
        split = (entry.split("|") for entry in self.cities)
        return tuple(City(name=name, state=state, prefix=prefix) for name, state, prefix in split)


@cache
def load_places() -> dict[str, Places]:
    """Places of every locale."""
    raw = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {code: Places.model_validate(table) for code, table in raw.items()}


def places_of(locale: str) -> Places:
    """Raises: ConfigError if there are none for the locale."""
    known = load_places()
    if locale not in known:
        raise ConfigError(unknown("locale", locale, known))
    return known[locale]


def filled(pattern: str, rng: Random) -> str:
    """A pattern with a digit for every # and a capital for every ?; the first digit is never 0."""
    out: list[str] = []
    for sign in pattern:
        first = not any(c.isdigit() for c in out)
        out.append(
            str(rng.randint(1 if first else 0, 9)) if sign == "#" else rng.choice(_LETTERS) if sign == "?" else sign
        )
    return "".join(out)


def iban(form: str, rng: Random) -> str:
    """An IBAN with right check digits (ISO 7064 mod 97-10), in groups of four. form: country, then # and ?."""
    country, account = form[:2], filled(form[2:], rng)
    as_number = "".join(str(int(c, 36)) for c in f"{account}{country}00")
    whole = f"{country}{98 - int(as_number) % 97:02d}{account}"
    return " ".join(whole[i : i + 4] for i in range(0, len(whole), 4))
