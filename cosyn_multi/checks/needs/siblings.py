"""Draws for kinds that ask which image, or whether images agree: another view of the family in the hidden one's place."""

from collections.abc import Iterator

from cosyn_multi.checks.case import Case
from cosyn_multi.model import Sheet, Value
from cosyn_multi.programs import Row, plain_row


def swapped(case: Case, image: int) -> Iterator[dict[str, list[Row]]]:
    """The hidden image's sheets with the content of each sibling's, as far as their columns match."""
    bench = case.bench
    family = bench.views.view(image).family
    mine = {s.name: s for s, _ in case.columns if s.image == image}
    for other in bench.views.views:
        if not family or other.family != family or other.image == image:
            continue
        theirs = {s.part: s for s in bench.sheets.values() if s.image == other.image}
        pairs = {name: theirs[s.part] for name, s in mine.items() if s.part in theirs}
        if pairs:
            yield {name: _rows(mine[name], sibling) for name, sibling in pairs.items()}


def _rows(mine: Sheet, sibling: Sheet) -> list[Row]:
    places = [next((i for i, c in enumerate(sibling.columns) if c.name == m.name), None) for m in mine.columns]
    rows: list[Row] = []
    for number, row in enumerate(sibling.rows):
        own = mine.rows[min(number, len(mine.rows) - 1)]
        cells: list[Value] = [own[i] if place is None else row[place] for i, place in enumerate(places)]
        rows.append(plain_row(cells))
    return rows
