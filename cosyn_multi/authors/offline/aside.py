"""Names that fit the rows of a set and stand in none of its images: what a question that can't be answered asks about."""

from collections.abc import Sequence
from typing import Final

from cosyn_multi.model import Column, Table, Value, World

NAME: Final = "aside"
"""The world's table of such names. No image shows it; `questions` finds it by this name."""


def with_aside(world: World, column: Column, names: Sequence[Value]) -> World:
    """The world with names for the rows that `column` labels. Without names, the world as it is."""
    if not names:
        return world
    table = Table(name=NAME, columns=(column,), rows=tuple((n,) for n in names), row_noun="name")
    return world.model_copy(update={"tables": (*world.tables, table)})
