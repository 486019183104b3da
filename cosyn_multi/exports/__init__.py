"""Out to trainers: a run in the formats that their loaders read, whole or chosen, on sides that share nothing."""

from .choice import Choice, Style
from .export import STYLES, TURNS, Exported, Order, Turns, export
from .formats import FORMATS
from .split import Split, parse_split
from .where import FIELDS, where

__all__ = [
    "FIELDS",
    "FORMATS",
    "STYLES",
    "TURNS",
    "Choice",
    "Exported",
    "Order",
    "Split",
    "Style",
    "Turns",
    "export",
    "parse_split",
    "where",
]
