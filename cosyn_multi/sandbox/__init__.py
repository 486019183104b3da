"""The cage: code that nobody reviewed runs without reach. `make_cage` is all that others need."""

from cosyn_multi.model.job import Cage

from .cage import WarmCage
from .layers import FEWEST, LAYERS, Layer, LayerName, layers, usable
from .unsafe import WARNING, NoCage

__all__ = ["FEWEST", "LAYERS", "WARNING", "Layer", "LayerName", "NoCage", "WarmCage", "layers", "make_cage", "usable"]


def make_cage(unsafe: bool = False) -> Cage:
    """The cage of one worker; nothing is started before its first job. unsafe: none at all, as the user insists."""
    return NoCage() if unsafe else WarmCage()
