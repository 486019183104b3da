"""The layers a cage may have, which of them this machine offers, and how to get the others."""

import os
from collections.abc import Collection
from typing import Final, Literal, NamedTuple

from cosyn_multi.errors import SetupError

from . import bubblewrap, landlock, seccomp

LayerName = Literal["bubblewrap", "landlock", "seccomp"]
LAYERS: Final[tuple[LayerName, ...]] = ("bubblewrap", "landlock", "seccomp")
FEWEST: Final = 2


class Layer(NamedTuple):
    """One layer as found here; `note` tells its version, or what is in the way and the mend."""

    name: LayerName
    active: bool
    note: str


def layers() -> tuple[Layer, ...]:
    """Every layer, as this machine has it."""
    trouble = bubblewrap.trouble()
    abi = landlock.abi()
    return (
        Layer(
            "bubblewrap", not trouble, f"{trouble}; {_bubblewrap_mend(trouble)}" if trouble else bubblewrap.program()
        ),
        Layer(
            "landlock",
            abi > 0,
            f"ABI {abi}" if abi else "the kernel has none; use Linux 5.13 or newer with landlock in its lsm= list",
        ),
        Layer(
            "seccomp",
            seccomp.available(),
            "own filter" if seccomp.available() else "needs Linux on x86_64 or aarch64 with CONFIG_SECCOMP_FILTER",
        ),
    )


def usable(without: Collection[LayerName] = ()) -> tuple[LayerName, ...]:
    """The layers a cage will have here. Raises: SetupError if they are too few to hold anything."""
    found = layers()
    have = tuple(layer.name for layer in found if layer.active and layer.name not in without)
    missing = [layer for layer in found if layer.name not in have]
    why = "; ".join(layer.note if not layer.active else f"{layer.name} is left out" for layer in missing)
    if len(have) < FEWEST:
        raise SetupError(
            f"the cage has {len(have)} of bubblewrap, Landlock and seccomp, and needs two: {why}; "
            "code that nobody reviewed can't be run here"
        )
    if "seccomp" not in have and os.geteuid() == 0:
        raise SetupError(f"as root, nothing but seccomp bounds processes: {why}; run as an ordinary user")
    return have


def _bubblewrap_mend(trouble: str) -> str:
    if "not installed" in trouble:
        return "install the package bubblewrap (apt-get install bubblewrap, dnf install bubblewrap)"
    return "allow user namespaces (sysctl kernel.unprivileged_userns_clone=1, or an AppArmor profile for bwrap)"
