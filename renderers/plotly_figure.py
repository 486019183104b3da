"""A template's figure made safe to draw: what plotly would silently change is switched off.

Category names stay names ("12.1" is no number, 2013 no 2,013.5), numbers are written out in the locale's way, every
category gets its tick, lines keep all their vertices, nothing in a data text is taken as markup or mathematics.
"""

import base64
import json
import re
from collections.abc import Iterable
from typing import Any, Final

import numpy as np
from babel import Locale

from cosyn_multi.model import Style
from cosyn_multi.renderers.bound import BoundView

_TAGS: Final = re.compile(r"(</?(?:b|i|sup|sub)>|<br ?/?>|\n)")
_ENTITIES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_KEPT: Final = ("data", "layout")


def plain_of(figure: Any) -> dict[str, Any]:
    """The figure as plotly's JSON has it.

    Raises: TypeError if it is no figure; whatever plotly's own conversion raises.
    """
    raw = figure.to_json() if hasattr(figure, "to_json") else _encoded(figure)
    plain: dict[str, Any] = json.loads(raw)
    if not isinstance(plain, dict) or not isinstance(plain.get("data"), list):
        raise TypeError("draw() returned neither a plotly Figure nor a dict with data and layout")
    return plain


def hardened(plain: dict[str, Any], view: BoundView, style: Style) -> dict[str, Any]:
    """Plain data with all that plotly would silently change switched off."""
    delicate = sorted({str.__str__(b) for b in view.binder.bound if any(c in b for c in "&<>")}, key=len, reverse=True)
    spec: dict[str, Any] = {k: _escaped(_unpacked(plain.get(k) or {}), delicate) for k in _KEPT}
    _harden_traces(spec["data"])
    _harden_layout(spec, view.locale, style)
    return spec


def _encoded(figure: Any) -> str:
    from plotly.utils import PlotlyJSONEncoder

    return json.dumps(figure, cls=PlotlyJSONEncoder)


def _unpacked(node: Any) -> Any:
    """Arrays that plotly packed into base64 as plain lists again."""
    if isinstance(node, list):
        return [_unpacked(v) for v in node]
    if not isinstance(node, dict):
        return node
    if "bdata" not in node or "dtype" not in node:
        return {k: _unpacked(v) for k, v in node.items()}
    flat = np.frombuffer(base64.b64decode(node["bdata"]), dtype=node["dtype"])
    shape = [int(n) for n in str(node.get("shape") or len(flat)).split(",")]
    return [None if isinstance(v, float) and v != v else v for v in flat.tolist()] if len(shape) == 1 else \
        flat.reshape(shape).tolist()  # fmt: skip


def _escaped(node: Any, delicate: list[str]) -> Any:
    """Every text with & < > escaped, but for a template's own <b>, <i> and line breaks, which data never has."""
    if isinstance(node, dict):
        return {k: _escaped(v, delicate) for k, v in node.items()}
    if isinstance(node, list):
        return [_escaped(v, delicate) for v in node]
    if not isinstance(node, str) or not any(c in node for c in "&<>\n"):
        return node
    for text in delicate:
        before, found, after = node.partition(text)
        if found:
            return _escaped(before, delicate) + _entities(found) + _escaped(after, delicate)
    pieces = _TAGS.split(node)
    return "".join("<br>" if p == "\n" else p if i % 2 else _entities(p) for i, p in enumerate(pieces))


def _entities(text: str) -> str:
    return "".join(_ENTITIES.get(c, c) for c in text)


def _harden_traces(traces: list[dict[str, Any]]) -> None:
    for trace in traces:
        trace["type"] = trace.get("type", "scatter").removesuffix("gl")  # WebGL draws outside of the page's elements
        if trace["type"] == "scatter":
            trace["line"] = {**(trace.get("line") or {}), "simplify": False}
        if trace["type"] in ("pie", "funnelarea"):
            trace.setdefault("sort", False)
        trace.pop("transforms", None)


def _harden_layout(spec: dict[str, Any], locale: str, style: Style) -> None:
    layout = spec["layout"]
    layout |= {"width": style.width_px, "height": style.height_px, "autosize": False, "hovermode": False}
    layout |= {"autotypenumbers": "strict", "separators": separators(locale)}
    for name in ("transition", "uirevision", "updatemenus", "sliders", "images"):
        layout.pop(name, None)
    layout["font"] = {"family": style.font, "size": style.font_px, "color": style.ink} | (layout.get("font") or {})
    for axis in {*_axes(spec["data"]), *(k for k in layout if re.fullmatch(r"[xy]axis\d*", k))}:
        layout[axis] = _hardened_axis(layout.get(axis) or {}, named=_has_names(spec["data"], axis))


def _hardened_axis(axis: dict[str, Any], named: bool) -> dict[str, Any]:
    usual: dict[str, Any] = {"exponentformat": "none", "separatethousands": True, "automargin": True}
    if named and axis.get("type", "category") == "category":
        usual |= {"type": "category", "tickmode": "linear", "tick0": 0, "dtick": 1}
    elif not named:
        if axis.get("type") == "log" and "tickvals" not in axis:
            usual["dtick"] = 1  # else plotly writes "2" and "5" for 20 and 50
        usual["tickmode"] = "array" if "tickvals" in axis else "linear" if {"dtick"} & {*usual, *axis} else "auto"
    return usual | axis


def _axes(traces: list[dict[str, Any]]) -> Iterable[str]:
    for trace in traces:
        for letter in "xy":
            if trace.get(letter) is not None:
                yield _axis_name(trace, letter)


def _axis_name(trace: dict[str, Any], letter: str) -> str:
    return f"{letter}axis{str(trace.get(f'{letter}axis') or letter)[1:]}"


def _has_names(traces: list[dict[str, Any]], axis: str) -> bool:
    drawn = [t.get(axis[0]) for t in traces if _axis_name(t, axis[0]) == axis]
    return any(isinstance(values, list) and any(isinstance(v, str) for v in values) for values in drawn)


def separators(locale: str) -> str:
    """Plotly's `separators`: the decimal mark, then the mark between thousands."""
    symbols = Locale.parse(locale).number_symbols
    table = symbols.get("latn", symbols)
    return str(table["decimal"]) + str(table["group"]).replace("\u202f", "\u00a0")
