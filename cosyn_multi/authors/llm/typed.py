"""What can be told of a model's code before it runs: that it parses, and that no value of the data is typed into it."""

import ast
import re
from collections.abc import Iterator
from typing import Final

from cosyn_multi.model import View

from .views import shown_cells

SHORTEST: Final = 4
"""Characters of a displayed value from which on finding it in code is no accident."""
FEWEST_NUMBERS: Final = 3
"""So many values of the data in one list of literals are no accident."""
_JINJA: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_HIDDEN: Final = re.compile(r"<(style|script)\b.*?</\1>|<[^>]*>", re.DOTALL | re.IGNORECASE)
ENTRY: Final = {"html": "page.html", "pdf": "page.py", "matplotlib": "chart.py", "plotly": "chart.py"}
FUNCTION: Final = {"pdf": "build", "matplotlib": "draw", "plotly": "draw"}


def code_fault(code: str, renderer: str, view: View) -> tuple[str, str] | None:
    """Slug and sentence of the first thing wrong with a piece of code, or None."""
    return _page_fault(code, view) if renderer == "html" else _python_fault(code, renderer, view)


def _page_fault(page: str, view: View) -> tuple[str, str] | None:
    text = _HIDDEN.sub(" ", _JINJA.sub(" ", page))
    for cell in _telling(view):
        if re.search(rf"(?<!\w){re.escape(cell)}(?!\w)", text):
            return "typed_value", f"{cell!r} is typed into the page; print it from `view`"
    if "view." not in page:
        return "no_data", "the page prints nothing of `view`"
    return None


def _python_fault(code: str, renderer: str, view: View) -> tuple[str, str] | None:
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None)
        return "syntax", f"line {line}: {error}" if line else str(error)
    name = FUNCTION[renderer]
    if not any(isinstance(n, ast.FunctionDef) and n.name == name for n in tree.body):
        return "no_function", f"there is no function {name}"
    cells = frozenset(_telling(view))
    if typed := next((t for t in _texts(tree) if t in cells), None):
        return "typed_value", f"{typed!r} is typed into the code; take it from `view`"
    numbers = _numbers(view)
    for listed in _lists(tree):
        if len(listed) >= FEWEST_NUMBERS and all(n in numbers for n in listed):
            return "typed_value", f"the list {listed[:6]} is typed into the code; take it from `view`"
    return None


def _telling(view: View) -> list[str]:
    return [c for c in dict.fromkeys(" ".join(t.split()) for t in shown_cells(view)) if len(c) >= SHORTEST]


def _texts(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield " ".join(node.value.split())


def _lists(tree: ast.Module) -> Iterator[list[float]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            values = [n.value for n in node.elts if isinstance(n, ast.Constant)]
            if len(values) == len(node.elts):
                yield [float(v) for v in values if isinstance(v, int | float) and not isinstance(v, bool)]


def _numbers(view: View) -> frozenset[float]:
    """The data's numbers, without those that sizes and shares of a drawing use as well."""
    found = {float(v) for p in view.parts for c in p.measures for v in p.values(c.name) if v is not None}  # type: ignore[arg-type]
    return frozenset(n for n in found if n != int(n) or abs(n) > 20)
