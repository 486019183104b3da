"""The board: hands note on it each set that they have made, and the crew reads it now and then. It only makes progress
visible: what is on a board that gets lost comes with the shard."""

from .base import Event


class Board:
    def __init__(self) -> None:
        self._noted: list[Event] = []

    def note(self, event: Event) -> None:
        self._noted.append(event)

    def read(self) -> list[Event]:
        """What was noted since it was read last."""
        noted, self._noted = self._noted, []
        return noted
