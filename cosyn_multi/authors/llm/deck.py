"""Decks: what a run's sets draw from, dealt so that every card comes once before any comes again.

What a set gets depends on (seed, index) alone, not on what other sets came to: so a set can be made anywhere, in any
order, and a run as a whole still covers everything evenly.
"""

from collections.abc import Sequence
from typing import TypeVar

from cosyn_multi.seeds import stream

T = TypeVar("T")


def dealt(cards: Sequence[T], seed: int, index: int, purpose: str) -> T:
    """The card of a set: its round's deck is shuffled anew for every round."""
    turn, place = divmod(index, len(cards))
    order = list(range(len(cards)))
    stream(seed, turn, "deck", purpose).shuffle(order)
    return cards[order[place]]
