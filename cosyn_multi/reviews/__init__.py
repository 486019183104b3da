"""What people say of a run's questions: kept in one SQLite file beside the run, summed up, and heeded by exports."""

from .interval import clopper_pearson
from .store import REJECTING, VERDICTS, Ref, Review, Reviews, ref_of
from .summary import Summary, rejected, summed_up, without_rejected

__all__ = [
    "REJECTING", "VERDICTS", "Ref", "Review", "Reviews", "Summary", "clopper_pearson", "ref_of", "rejected", "summed_up",
    "without_rejected",
]  # fmt: skip
