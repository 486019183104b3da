"""`make bench`: what things cost on this machine, measured side by side in one run."""

from .table import bench

__all__ = ["bench"]
