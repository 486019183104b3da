"""Multi-image training data for vision-language models, with answers computed from what is drawn.

`generate` makes a run, `open_run` reads one. Both are imported when first used, so that importing the package is
quick.
"""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["__version__", "generate", "open_run"]

if TYPE_CHECKING:
    from .pipeline import generate
    from .shards.read import open_run


def __getattr__(name: str) -> Any:
    if name == "generate":
        from .pipeline import generate

        return generate
    if name == "open_run":
        from .shards.read import open_run

        return open_run
    raise AttributeError(f"module 'cosyn_multi' has no attribute {name!r}")
