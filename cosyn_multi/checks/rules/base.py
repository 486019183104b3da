"""What a rule is: a function from a case to what it breaks, or None."""

from collections.abc import Callable

from cosyn_multi.checks.case import Case

Broken = tuple[str, str]
"""A slug and a sentence."""

Rule = Callable[[Case], Broken | None]
