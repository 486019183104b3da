"""Jinja2 for templates that may not be trusted: sandboxed, strict, with limits, and filters that keep what a value is bound to."""

import functools
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from jinja2 import BytecodeCache, ChoiceLoader, FileSystemLoader, StrictUndefined, TemplateSyntaxError
from jinja2.bccache import Bucket
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from cosyn_multi.model import Artifact
from cosyn_multi.renderers.bound import CLOSE, MIDDLE, OPEN, Bound, BoundColumn, BoundView, Fact
from cosyn_multi.renderers.color import mix, ratio, readable

NUMBERS: Final = frozenset({"abs", "float", "int", "round"})
"""Filters that work on a bound value's number, for layout; what they return is bound to nothing."""
MOST_CHARACTERS: Final = 4_000_000
MOST_ITERATIONS: Final = 2_000
LIMIT_S: Final = 5.0
_STRIP: Final = {ord(c): None for c in (OPEN, MIDDLE, CLOSE)}
SHARED: Final = Path(__file__).parent.parent / "templates"


class TemplateFailed(Exception):
    """A template that can't be filled in: 'page.html, line 12: what went wrong'."""


class _Files(FileSystemLoader):
    """Template files; noncharacters in them are taken out, so that no file can forge a mark.

    A file is named without its folder, so that what was compiled in one place can be used in another.
    """

    def get_source(self, environment: Any, template: str) -> tuple[str, str, Callable[[], bool]]:
        source, _, fresh = super().get_source(environment, template)
        return source.translate(_STRIP), template, fresh


class Compiled(BytecodeCache):
    """Compiled templates by name and source: compiling a page costs more than filling it in ten times."""

    def __init__(self) -> None:
        self.code: dict[tuple[str, str], bytes] = {}

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        return name

    def load_bytecode(self, bucket: Bucket) -> None:
        if known := self.code.get((bucket.key, bucket.checksum)):
            bucket.bytecode_from_string(known)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.code[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


COMPILED: Final = Compiled()


class _Sandbox(SandboxedEnvironment):
    """The sandbox; repetition (`'x' * 10**9`) and powers are not for templates."""

    intercepted_binops = frozenset({"*", "**"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator == "**" or not (isinstance(left, int | float) and isinstance(right, int | float)):
            raise TypeError(f"{type(left).__name__} {operator} {type(right).__name__} is not for templates")
        return left * right


def fill(artifact: Artifact, view: BoundView) -> str:
    """The finished source of the page, marks included.

    Raises: TemplateFailed with file and line.
    """
    template = artifact.template
    options = {name: values[0] for name, values in template.options.items()} | artifact.style.options
    out: list[str] = []
    size, deadline = 0, time.monotonic() + LIMIT_S
    try:
        page = environment(template.folder).get_template(template.entry)
        for chunk in page.generate(view=view, style=artifact.style, opt=options):
            out.append(chunk)
            size += len(chunk)
            if size > MOST_CHARACTERS or time.monotonic() > deadline:
                raise TemplateFailed(f"{template.entry}: more than {MOST_CHARACTERS} characters or {LIMIT_S:g} s")
    except TemplateFailed:
        raise
    except Exception as error:  # whatever a template's code raises is the template's fault
        raise TemplateFailed(_where(error, template.entry)) from error
    return "".join(out)


@functools.lru_cache(maxsize=64)
def environment(folder: Path) -> SandboxedEnvironment:
    """The environment of one template folder; shared pieces are imported from '_html/...'."""
    made = _common().overlay(loader=ChoiceLoader([_Files(folder), _Files(SHARED)]))
    assert isinstance(made, SandboxedEnvironment)
    return made


@functools.cache
def _common() -> _Sandbox:
    """What the environments of all folders share: wrapping every filter anew costs a caged page a fiftieth of its time."""
    made = _Sandbox(
        autoescape=True,
        undefined=StrictUndefined,
        bytecode_cache=COMPILED,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.loopcontrols", "jinja2.ext.do"],
    )
    made.filters = {name: keeping(name, function) for name, function in made.filters.items()}
    made.globals |= {"range": _short_range, "mix": mix, "readable": readable, "on": on}
    return made


def keeping(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """A filter that gives back what it was given: text made from a bound value stays bound to the same cell."""
    place = 1 if getattr(function, "jinja_pass_arg", None) is not None else 0

    @functools.wraps(function)
    def filtered(*args: Any, **kwargs: Any) -> Any:
        value = _printed(args[place]) if len(args) > place else None
        if not isinstance(value, Bound):
            return function(*args, **kwargs)
        plain = value.value if name in NUMBERS and value.value is not None else str.__str__(value)
        result = function(*args[:place], plain, *args[place + 1 :], **kwargs)
        return _bound_again(value, result)

    return filtered


def on(ground: str) -> str:
    """Near-black or white: what is read best on a ground."""
    return max("#141414", "#ffffff", key=lambda color: ratio(color, ground))


def _printed(value: Any) -> Any:
    """What printing a column or a fact prints."""
    if isinstance(value, BoundColumn):
        return value.label
    return value.value if isinstance(value, Fact) else value


def _bound_again(source: Bound, result: Any) -> Any:
    if isinstance(result, Markup):
        return Markup(f"{OPEN}{source.number}{MIDDLE}{result}{CLOSE}")
    return source.with_text(result) if isinstance(result, str) else result


def _short_range(*bounds: int) -> range:
    made = range(*bounds)
    if len(made) > MOST_ITERATIONS:
        raise OverflowError(f"range of {len(made)}; at most {MOST_ITERATIONS}")
    return made


def _where(error: Exception, entry: str) -> str:
    """'page.html, line 12: UndefinedError: ...'."""
    name, line = entry, 0
    if isinstance(error, TemplateSyntaxError):
        name, line = error.name or entry, error.lineno
    else:
        for file, number in _frames(error):
            if not file.is_absolute():  # as `_Files` names them
                name, line = file.name, number
    place = f"{name}, line {line}" if line else name
    return f"{place}: {type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"


def _frames(error: Exception) -> Iterator[tuple[Path, int]]:
    for frame in traceback.extract_tb(error.__traceback__):
        yield Path(frame.filename), frame.lineno or 0
