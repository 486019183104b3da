"""The scenarios: one file each. A module here with a NAME is found; nothing registers."""

import importlib
import pkgutil
from functools import lru_cache
from typing import cast

from cosyn_multi.authors.offline.scenario import Scenario


@lru_cache
def scenarios() -> dict[str, Scenario]:
    """Every scenario by its name, in order of the names."""
    found: dict[str, Scenario] = {}
    for info in sorted(pkgutil.iter_modules(__path__), key=lambda i: i.name):
        module = cast(Scenario, importlib.import_module(f"{__name__}.{info.name}"))
        if module.NAME in found:
            raise ValueError(f"two scenarios are called {module.NAME}")
        found[module.NAME] = module
    return found
