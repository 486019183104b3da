"""Calls to a store: tried again where another try may help; what goes wrong for good is an OSError, in one line."""

import time
from collections.abc import Callable
from typing import Final, TypeVar

T = TypeVar("T")

WAITS_S: Final = (0.2, 0.8, 2.0)
"""Seconds before each further try. A store's own library has tried a few times before it says that a call failed."""
FINAL: Final = (FileNotFoundError, FileExistsError, IsADirectoryError, NotADirectoryError, PermissionError)
"""The store answered; asking again gets the same."""
NO_KEYS: Final = (
    "NoCredentialsError", "PartialCredentialsError", "ProfileNotFound", "TokenRetrievalError", "DefaultCredentialsError",
    "LocalTokenNotFoundError", "NoAuthTokenError",
)  # fmt: skip
"""Names of the errors by which stores' libraries say that they found no credentials (no common base, no import here)."""


class StoreError(OSError):
    """A store that can't be used, in one line; `strerror` holds it, as with every OSError that the system raises."""

    def __init__(self, said: str) -> None:
        super().__init__(5, said)

    def __str__(self) -> str:
        return str(self.strerror)


def patiently(do: Callable[[], T]) -> T:
    """Call, and call again if it fails for a reason that may pass.

    Raises: FileNotFoundError and its like as they are; StoreError for everything else that a store's library raises.
    """
    for wait_s in WAITS_S:
        try:
            return do()
        except FINAL:
            raise
        except Exception as error:  # each store's library has errors of its own
            if type(error).__name__ in NO_KEYS:
                raise StoreError(f"no credentials were found ({_line(error)})") from error
            time.sleep(wait_s)
    try:
        return do()
    except FINAL:
        raise
    except Exception as error:
        raise StoreError(_line(error)) from error


def _line(error: Exception) -> str:
    said = str(error).strip()
    return said.splitlines()[0] if said else type(error).__name__
