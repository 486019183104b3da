"""Pointing: points as text, and the areas that they may lie in. What `points`, question kinds, checks and scoring share."""

from .areas import Area, area_of, written
from .text_form import Parsed, parse, write

__all__ = ["Area", "Parsed", "area_of", "parse", "write", "written"]
