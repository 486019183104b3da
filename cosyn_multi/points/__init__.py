"""Multi-image pointing and counting, from point annotations or from our own renderings.

    annotations -> cluster (soft sets by label) -> normalise -> canonical label -> assemble (Parquet)
    a run of `generate` -> from_run (entities that readings locate) -> Parquet
    Parquet -> PointSampler -> what training sees

`PointSampler`, `write` and `parse` are what a training loop imports; they load nothing heavy.
"""

from cosyn_multi.pointing.text_form import Parsed, parse, write

from .sampler import PointSampler, Sample, Sampling

__all__ = ["Parsed", "PointSampler", "Sample", "Sampling", "parse", "write"]
