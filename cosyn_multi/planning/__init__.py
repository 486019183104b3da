"""`plan`: how long a run would take on a cluster, and how much it would hold, from what was measured on this machine."""

from .growth import Growth, grown, last_that_pays, stops
from .pace import Pace, Sizes, measured, sizes_of

__all__ = ["Growth", "Pace", "Sizes", "grown", "last_that_pays", "measured", "sizes_of", "stops"]
