"""A provider made from a plain function: for tests, recordings, and anything that answers without a network."""

from collections.abc import Callable

from .request import Reply, Request


class FunctionProvider:
    name = "function"

    def __init__(self, function: Callable[[Request], Reply | str]) -> None:
        self._function = function

    def close(self) -> None:
        """Nothing is held."""

    def complete(self, request: Request) -> Reply:
        """What the function says; it may raise ProviderError."""
        said = self._function(request)
        return said if isinstance(said, Reply) else Reply(text=said, stop="end", model=request.model)
