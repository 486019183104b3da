"""Which sets of a run are too like a benchmark: by their pictures' perceptual hashes, and their questions' n-grams."""

from .benchmarks import Benchmarks
from .compare import BITS, SHARE, Likeness, likenesses
from .listing import FILE, contaminated, write_listing

__all__ = ["BITS", "FILE", "SHARE", "Benchmarks", "Likeness", "contaminated", "likenesses", "write_listing"]
