"""Answers with a shape: the schema that goes out, and the reading of what comes back. A provider's promise is not relied on."""

import json
import re
from collections.abc import Iterator
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from cosyn_multi.model import Frozen

from .request import Reply

M = TypeVar("M", bound=BaseModel)

KEPT = {"type", "properties", "required", "items", "anyOf", "enum", "const", "$ref", "$defs", "description", "title"}
"""Keywords that every provider takes. The others (minimum, maxLength, pattern ...) are refused with a 400 by some: they go
into the description, for the model to see, and are checked when the answer is read."""
FORMATS = {"date", "date-time", "time", "duration", "email", "uuid"}
TOOL_SYNTAX = re.compile(r"</?(?:antml:)?(?:function_calls|invoke|parameter|tool_use|tool_call)\b|<\|[a-z_]+\|>")
FENCE = re.compile(r"\A\s*```[a-zA-Z]*[ \t]*\n(.*?)\n?```\s*\Z", re.DOTALL)
NO_CHARACTER = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
"""Control characters other than tab and line ends, and halves of surrogate pairs: no renderer draws them."""
LONGEST_DETAIL = 300


class Parsed(Frozen, Generic[M]):
    """What an answer says. `repair`: the rule that was needed to read it, if any."""

    value: M
    repair: str = ""


class Unread(Frozen):
    """An answer that can't be read, and why: refused, cut_off, empty, malformed, tool_syntax or off_schema."""

    reason: str
    detail: str = ""


def strict_schema(model: type[BaseModel]) -> dict[str, Any]:
    """A model's JSON schema in the subset that providers take: closed objects, every property required.

    Raises: ValueError for a model that refers to itself or holds a free-form mapping: no provider takes those.
    """
    schema = model.model_json_schema()
    _refuse_recursion(schema)
    return _strict(schema)


def _strict(node: dict[str, Any]) -> dict[str, Any]:
    strict = {k: v for k, v in node.items() if k in KEPT}
    if "$ref" in strict:  # nothing may stand beside it
        ref = {"$ref": strict["$ref"]}
        return {"anyOf": [ref], "description": strict["description"]} if "description" in strict else ref
    if "prefixItems" in node or not {"type", "anyOf", "oneOf", "enum", "const"} & set(node):
        raise ValueError(f"{node.get('title', 'a field')}: not a shape that providers take; write a model, or a list")
    if {"const", "enum"} & set(strict):
        strict.pop("type", None)  # the values say it
    if "oneOf" in node:
        strict["anyOf"] = node["oneOf"]
    if node.get("type") == "string" and node.get("format") in FORMATS:
        strict["format"] = node["format"]
    if node.get("type") == "object":
        if "properties" not in node:
            raise ValueError(f"{node.get('title', 'a field')}: a free-form mapping; write a list of key and value")
        strict["additionalProperties"] = False
        strict["required"] = list(node["properties"])
        strict["properties"] = {name: _strict(child) for name, child in node["properties"].items()}
    if isinstance(node.get("items"), dict):
        strict["items"] = _strict(node["items"])
    if "anyOf" in strict:
        strict["anyOf"] = [_strict(child) for child in strict["anyOf"]]
    if "$defs" in strict:
        strict["$defs"] = {name: _strict(child) for name, child in strict["$defs"].items()}
    told = {k: v for k, v in node.items() if k not in {*strict, "type", "default", "oneOf", "discriminator"}}
    if told:
        limits = ", ".join(f"{k}: {json.dumps(v)}" for k, v in told.items())
        strict["description"] = f"{strict['description']} ({limits})" if "description" in strict else f"({limits})"
    return strict


def _refuse_recursion(schema: dict[str, Any]) -> None:
    defs: dict[str, Any] = schema.get("$defs", {})
    seen: dict[str, set[str]] = {name: set(_refs(node)) for name, node in defs.items()}
    for name in seen:
        reach, todo = set[str](), list(seen[name])
        while todo:
            one = todo.pop()
            if one not in reach:
                reach.add(one)
                todo += seen.get(one, ())
        if name in reach:
            raise ValueError(f"{name}: refers to itself; no provider takes that in a schema")


def _refs(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"].rpartition("/")[2]] if isinstance(node.get("$ref"), str) else []
        return own + [r for child in node.values() for r in _refs(child)]
    return [r for child in node for r in _refs(child)] if isinstance(node, list) else []


def unusable(reply: Reply) -> Unread | None:
    """Why an answer is of no use whatever it was asked for, or None."""
    if reply.stop == "refusal":
        return Unread(reason="refused", detail=reply.detail or reply.text[:LONGEST_DETAIL])
    if reply.stop in ("max_tokens", "context"):
        return Unread(reason="cut_off", detail=f"stopped at {reply.stop} after {reply.usage.output} tokens")
    if not reply.text.strip():
        return Unread(reason="empty", detail="no text")
    if reply.stop == "other":
        return Unread(reason="malformed", detail="ended for a reason that is no end of an answer")
    return None


def read(reply: Reply, model: type[M]) -> Parsed[M] | Unread:
    """An answer as a value, or why not.

    One repair: what came as *text that holds JSON* (the whole in a code fence, or a list or object written as a string)
    is taken as the JSON that it holds. Anything else that is off is not guessed at.
    """
    if unread := unusable(reply):
        return unread
    repair = ""
    text = reply.text
    if fenced := FENCE.match(text):
        text, repair = fenced.group(1), "fence"
    try:
        data = _loads(text)
    except (ValueError, RecursionError) as error:
        leaked = TOOL_SYNTAX.search(text)
        return Unread(reason="tool_syntax" if leaked else "malformed", detail=f"{error}: {text[:120]!r}")
    if leak := _leak(data):
        return leak
    try:
        return Parsed[M](value=model.model_validate(data), repair=repair)
    except ValidationError as error:
        unpacked = _unpack(data, error)
        if unpacked is None:
            return Unread(reason="off_schema", detail=_first(error))
    try:
        return Parsed[M](value=model.model_validate(unpacked), repair="json_string")
    except ValidationError as error:
        return Unread(reason="off_schema", detail=_first(error))


def _loads(text: str) -> Any:
    """JSON, strictly. Raises: ValueError also for NaN and for a key that is there twice."""

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(found)) < len(found):
            raise ValueError(f"a key twice among {[k for k, _ in found]}")
        return dict(found)

    def no_constant(name: str) -> None:
        raise ValueError(f"{name} is no number")

    return json.loads(text, object_pairs_hook=pairs, parse_constant=no_constant)


def _unpack(data: Any, error: ValidationError) -> Any | None:
    """The data with strings that hold JSON, where a list or object is due, replaced by it; None if there are none."""
    found = False
    for fault in error.errors():
        if fault["type"] not in (
            "list_type",
            "tuple_type",
            "set_type",
            "dict_type",
            "model_type",
            "model_attributes_type",
        ):
            continue
        if not isinstance(fault["input"], str):
            continue
        try:
            held = _loads(fault["input"])
        except (ValueError, RecursionError):
            continue
        if isinstance(held, list | dict) and not _leak(held):
            data = _replaced(data, list(fault["loc"]), fault["input"], held)
            found = True
    return data if found else None


def _replaced(data: Any, path: list[Any], old: str, new: Any) -> Any:
    """A copy of `data` with `old` at `path` replaced. Names of union members in a path are no places: they are skipped."""
    if data == old:
        return new
    if not path:
        return data
    step, rest = path[0], path[1:]
    if isinstance(data, dict) and step in data:
        return {**data, step: _replaced(data[step], rest, old, new)}
    if isinstance(data, list) and isinstance(step, int) and step < len(data):
        return [*data[:step], _replaced(data[step], rest, old, new), *data[step + 1 :]]
    return _replaced(data, rest, old, new)


def _leak(data: Any) -> Unread | None:
    """What no text of an answer may hold: a model's tool syntax, characters that are none."""
    for text in _texts(data):
        if TOOL_SYNTAX.search(text):
            return Unread(reason="tool_syntax", detail=text[:LONGEST_DETAIL])
        if odd := NO_CHARACTER.search(text):
            return Unread(reason="malformed", detail=f"character U+{ord(odd.group()):04X} in a text")
    return None


def _texts(data: Any) -> Iterator[str]:
    """Every text in JSON data, keys included."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for key, child in data.items():
            yield key
            yield from _texts(child)
    elif isinstance(data, list):
        for child in data:
            yield from _texts(child)


def _first(error: ValidationError) -> str:
    first = error.errors()[0]
    where = ".".join(str(p) for p in first["loc"]) or "the whole"
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    return f"{where}: {first['msg']}, not {str(first['input'])[:80]!r}{more}"
