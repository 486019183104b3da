"""The two seams to the outside: a provider answers while one waits, a carrier answers later."""

from typing import TYPE_CHECKING, Protocol

from pydantic import Field

from cosyn_multi.model import Frozen

from .request import Reply, Request

if TYPE_CHECKING:
    from .budget import Budget
    from .ledger import Ledger


class Provider(Protocol):
    name: str

    def complete(self, request: Request) -> Reply:
        """Ask and wait. Raises: ProviderError; what can be retried was retried."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...


class Tally(Frozen):
    """What one visit of a carrier brought. Every request that waited is in exactly one of the numbers."""

    answered: int = Field(0, description="Answers that came in.")
    failed: int = Field(0, description="Given up for good: at fault, or sent as often as allowed.")
    waiting: int = Field(0, description="With the carrier now, an answer still to come.")
    held: int = Field(0, description="Not sent: the budget has no room for them.")
    outcomes: dict[str, int] = Field({}, description="How the items that came back ended, as the carrier calls it.")
    notes: tuple[str, ...] = Field((), description="Lines for a person: where to look, what was wrong with a file.")

    @property
    def total(self) -> int:
        return self.answered + self.failed + self.waiting + self.held

    @property
    def line(self) -> str:
        """The visit in one line, for a person."""
        parts = [f"{self.answered} answered", f"{self.waiting} wait", f"{self.failed} given up"]
        parts += [f"{self.held} held back by the budget"] if self.held else []
        ended = ", ".join(f"{n} {name}" for name, n in self.outcomes.items())
        return ", ".join(parts) + (f" (came back: {ended})" if ended else "")


class Carrier(Protocol):
    name: str

    def visit(self, ledger: "Ledger", budget: "Budget") -> Tally:
        """Bring in answers, send what waits. Raises: ProviderRefused, ProviderDown, BudgetReached (nothing could be sent)."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...
