"""What the Messages API (version 2026-10-21) refuses with a 400, as far as our requests could offend."""

import base64
import json
import re
from typing import Any

MODELS = ("claude-fable-5-2", "claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-5-5")
FIELDS = {
    "model", "max_tokens", "messages", "system", "output_config", "thinking", "metadata", "stop_sequences", "stream",
    "service_tier", "tools", "tool_choice", "cache_control",
}  # fmt: skip
REFUSED_KEYWORDS = {
    "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "pattern",
    "maxItems", "uniqueItems", "minProperties", "maxProperties", "patternProperties", "oneOf", "not", "default",
}  # fmt: skip
FORMATS = {"date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"}
CUSTOM_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
MOST_BYTES = 32_000_000
MEDIA_TYPES = ("image/jpeg", "image/png", "image/gif", "image/webp")
MOST_IMAGE_BYTES = 5 * 2**20
LONGEST_PROMPT_TOKENS = 1_000_000


def refusal(params: Any) -> str:
    """Why a request is invalid, in the API's manner of speaking; '' if it isn't."""
    if not isinstance(params, dict):
        return "body: Input should be a valid dictionary"
    for name in params:
        if name not in FIELDS:
            return f"{name}: Extra inputs are not permitted"
    for name in ("model", "max_tokens", "messages"):
        if name not in params:
            return f"{name}: Field required"
    if not isinstance(params["max_tokens"], int) or params["max_tokens"] < 1:
        return "max_tokens: Input should be greater than or equal to 1"
    if params["max_tokens"] > 128_000:
        return f"max_tokens: {params['max_tokens']} > 128000, which is the maximum allowed for {params['model']}"
    if tokens(params) > LONGEST_PROMPT_TOKENS:
        return f"prompt is too long: {tokens(params)} tokens > {LONGEST_PROMPT_TOKENS} maximum"
    return (
        _messages(params["messages"]) or _system(params.get("system", [])) or _output(params.get("output_config", {}))
    )


def _messages(messages: Any) -> str:
    if not isinstance(messages, list) or not messages:
        return "messages: at least one message is required"
    for i, message in enumerate(messages):
        if message.get("role") not in ("user", "assistant"):
            return f"messages.{i}.role: Input should be 'user' or 'assistant'"
        if not message.get("content"):
            return f"messages.{i}: all messages must have non-empty content"
        for j, block in enumerate(message["content"] if isinstance(message["content"], list) else ()):
            if why := _block(block):
                return f"messages.{i}.content.{j}: {why}"
    if messages[-1]["role"] == "assistant":
        return "This model does not support assistant message prefill. The conversation must end with a user message."
    return ""


def _block(block: Any) -> str:
    if block.get("type") == "text":
        return "" if block.get("text") else "text content blocks must be non-empty"
    if block.get("type") != "image":
        return "type: Input should be 'text' or 'image'"
    source = block.get("source", {})
    if source.get("type") != "base64" or source.get("media_type") not in MEDIA_TYPES:
        return f"image.source.base64.media_type: Input should be one of {', '.join(MEDIA_TYPES)}"
    try:
        data = base64.b64decode(source["data"], validate=True)
    except (KeyError, ValueError):
        return "image.source.base64.data: invalid base64 data"
    if len(data) > MOST_IMAGE_BYTES:
        return f"image.source.base64: image exceeds 5 MB maximum: {len(data)} bytes"
    return ""


def _system(system: Any) -> str:
    blocks = system if isinstance(system, list) else [{"type": "text", "text": system}]
    for i, block in enumerate(blocks):
        if block.get("type") != "text" or not block.get("text"):
            return f"system.{i}: text content blocks must be non-empty"
    marks = [b["cache_control"] for b in blocks if "cache_control" in b]
    if len(marks) > 4:
        return f"A maximum of 4 blocks with cache_control may be provided. Found {len(marks)}."
    if any(m.get("type") != "ephemeral" or m.get("ttl", "5m") not in ("5m", "1h") for m in marks):
        return "system.0.cache_control: Input should be 'ephemeral' with a ttl of '5m' or '1h'"
    return ""


def _output(output: Any) -> str:
    for name in output:
        if name not in ("format", "effort"):
            return f"output_config.{name}: Extra inputs are not permitted"
    if output.get("effort", "low") not in ("low", "medium", "high", "xhigh", "max"):
        return "output_config.effort: Input should be 'low', 'medium', 'high', 'xhigh' or 'max'"
    wanted = output.get("format")
    if wanted is None:
        return ""
    if wanted.get("type") != "json_schema" or not isinstance(wanted.get("schema"), dict):
        return "output_config.format: Input should have a type of 'json_schema' and a schema"
    return schema_refusal(wanted["schema"], wanted["schema"].get("$defs", {}), ())


def schema_refusal(node: Any, defs: dict[str, Any], within: tuple[str, ...]) -> str:
    """The first thing in a JSON schema that structured outputs don't support; '' if there is none."""
    where = "output_config.format.schema"
    if "$ref" in node:
        name = node["$ref"].rpartition("/")[2]
        if name in within:
            return f"{where}: Recursive schemas are not supported: {name}"
        if not node["$ref"].startswith("#/$defs/") or name not in defs:
            return f"{where}: $ref {node['$ref']!r} can't be resolved"
        return schema_refusal(defs[name], defs, (*within, name))
    for keyword in REFUSED_KEYWORDS & set(node):
        return f"{where}: For {node.get('type', 'object')!r} type, property {keyword!r} is not supported"
    if node.get("minItems", 0) not in (0, 1):
        return f"{where}: For 'array' type, 'minItems' values other than 0 or 1 are not supported"
    if "format" in node and node["format"] not in FORMATS:
        return f"{where}: String format {node['format']!r} is not supported"
    if node.get("type") == "object" and node.get("additionalProperties") is not False:
        return f"{where}: For 'object' type, 'additionalProperties' must be explicitly set to false"
    children = [*node.get("properties", {}).values(), *node.get("anyOf", []), *node.get("$defs", {}).values()]
    children += [node["items"]] if isinstance(node.get("items"), dict) else []
    return next((why for child in children if (why := schema_refusal(child, defs, within))), "")


def tokens(value: Any) -> int:
    """A stand-in for the tokenizer: four bytes a token."""
    return (
        len(value.encode("utf-8", "replace")) if isinstance(value, str) else len(json.dumps(value).encode())
    ) // 4 + 1
