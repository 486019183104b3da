"""Codes that join images: item codes made of a class of goods and a number, site codes, meter numbers."""

import re
from collections.abc import Sequence
from random import Random

from .domain import Item


def item_codes(items: Sequence[Item], rng: Random) -> dict[str, str]:
    """By item name: 'FL-204', the letters from the item's category; numbers differ well."""
    numbers = rng.sample(range(101, 990, 3), len(items))
    style = rng.choice(("{letters}-{number}", "{letters}{number}", "{number}-{letters}"))
    return {
        item.name: style.format(letters=_letters(item.category), number=number)
        for item, number in zip(items, numbers, strict=True)
    }


def _letters(category: str) -> str:
    plain = re.sub(r"[^A-Z]", "", category.upper().encode("ascii", "ignore").decode()) or "AX"
    return plain[:2] if len(plain) > 1 else plain + "X"


def numbered_codes(count: int, rng: Random, letters: str = "") -> list[str]:
    """Codes of places: 'S-04', 'N12': rising, with gaps."""
    head = letters or rng.choice(("S-", "P-", "L", "K-", "A", "B-", "ST-", "N"))
    numbers = sorted(rng.sample(range(1, count * 3 + 6), count))
    return [f"{head}{n:02d}" for n in numbers]
