"""Draws for what can't be told: the missing fact could have been there."""

from collections.abc import Iterator
from random import Random

from cosyn_multi.checks.case import Case
from cosyn_multi.programs import Row, plain_row


def placed(case: Case, image: int, rng: Random, count: int) -> Iterator[dict[str, list[Row]]]:
    """Readings in which the names that the program asks for stand wherever they are missing.

    A twin of a question about two images is unanswerable as soon as one lacks the row, so an image that has it decides
    nothing by itself. It is needed as the question's other half: with the gap filled, the answer rests on it. Images
    without any name that is asked for yield no draws here.
    """
    missing: dict[str, list[tuple[int, str]]] = {}
    asked = False
    for table, column, text in case.program.named:
        sheet = case.bench.sheets[table]
        asked |= sheet.image == image
        if sheet.rows and text not in sheet.values(column) and sheet.column(column).kind != "date":
            missing.setdefault(table, []).append((sheet.index(column), text))
    for _ in range(count if asked and missing else 0):
        tables: dict[str, list[Row]] = {}
        for table, gaps in missing.items():
            rows = [list(row) for row in case.bench.sheets[table].rows]
            row = rng.randrange(len(rows))
            for place, text in gaps:
                rows[row][place] = text
            tables[table] = [plain_row(r) for r in rows]
        yield tables
