"""As-read tables as a prompt shows them: what a reader of the pictures knows, and no more."""

from decimal import Decimal

from cosyn_multi.model import Column, Sheet, Value, View, Views
from cosyn_multi.model.canonical import canonical


def images_told(views: Views, briefs: bool = True) -> str:
    """Every image with its tables. briefs: with title and what it is; else the tables alone."""
    blocks = []
    for view in views.views:
        sheets = [s for s in views.read if s.image == view.image]
        head = f"Image {view.image}: {_brief(view)}" if briefs else f"Image {view.image}"
        blocks.append("\n".join([head, *(sheet_told(s) for s in sheets)]))
    return "\n\n".join(blocks)


def _brief(view: View) -> str:
    what = {"chart": "a chart", "table": "a table", "doc": "a paper"}[view.artifact]
    named = f"{what} ({view.document})" if view.document else what
    told = [f'{named}, titled "{view.title}"']
    told += [f'"{view.subtitle}"'] if view.subtitle else []
    told += [f"printed page number {view.page}"] if view.page else []
    told += [f'note: "{n}"' for n in view.notes]
    return "; ".join(told)


def sheet_told(sheet: Sheet) -> str:
    """A table: its columns with kind, header, unit and precision, then its rows."""
    columns = [_column(sheet, c) for c in sheet.columns]
    rows = [" | ".join([str(sheet.row_numbers[i]), *(_cell(v) for v in row)]) for i, row in enumerate(sheet.rows)]
    head = f"Table {sheet.name}, one row per {sheet.row_noun}"
    return "\n".join(
        [
            head,
            *(f"  {c}" for c in columns),
            f"  row | {' | '.join(c.name for c in sheet.columns)}",
            *(f"  {r}" for r in rows),
        ]
    )


def _column(sheet: Sheet, column: Column) -> str:
    slack = max((row[sheet.index(column.name)] for row in sheet.tolerances), default=Decimal(0))
    told = f'{column.name}: {column.kind}, header "{column.header}"'
    told += f", in {column.unit}" if column.unit else ""
    told += f", printed with {column.format.decimals} digits" if column.numeric and not slack else ""
    return told + (f", read from marks, within {canonical(slack)}" if slack else "")


def _cell(value: Value) -> str:
    return "NULL" if value is None else canonical(value).replace("|", "/")
