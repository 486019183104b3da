"""The named rules of `unambiguous`, in the order they are tried."""

from typing import Final

from .base import Broken, Rule
from .drawing import numeric_date_order, series_by_color
from .names import degenerate, entity_not_unique, sources_disagree, tie
from .units import abbreviation_unexplained, rounded_shares, separator_unclear, unit_not_drawn, unit_not_stated
from .wording import bare_difference, direction, month_arithmetic, page_vs_image, rounding_not_stated

RULES: Final[tuple[Rule, ...]] = (
    page_vs_image,
    bare_difference,
    direction,
    month_arithmetic,
    unit_not_stated,
    unit_not_drawn,
    abbreviation_unexplained,
    separator_unclear,
    numeric_date_order,
    series_by_color,
    rounded_shares,
    entity_not_unique,
    sources_disagree,
    rounding_not_stated,
    tie,
    degenerate,
)

__all__ = ["RULES", "Broken", "Rule"]
