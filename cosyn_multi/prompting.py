"""Prompt files: Jinja2, one per stage, each of named blocks. A file of the user's own, `prompts/NAME.j2` in the folder
they work in, wins over the built-in one of that name."""

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined, Template, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from .assets import PROMPTS, find_prompts
from .errors import ConfigError


class PromptFiles:
    """The prompt files in use.

    Args: own: the user's folder, if there is one. helpers: what the files may call.
    """

    def __init__(self, own: Path | None = None, **helpers: Any) -> None:
        self.own = own
        folders = [own, PROMPTS] if own else [PROMPTS]
        self._environment = SandboxedEnvironment(
            loader=ChoiceLoader([FileSystemLoader(f) for f in folders]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            autoescape=False,
        )
        self._environment.globals |= helpers

    def block(self, stage: str, name: str, **values: Any) -> str:
        """One block of a stage's prompt. Raises: ConfigError if it asks for something that it isn't given."""
        template = self.template(stage, name)
        try:
            return "".join(template.blocks[name](template.new_context(values))).strip()
        except TemplateError as error:
            raise ConfigError(f"{template.filename}: {error}; mend the prompt") from error

    def template(self, stage: str, block: str) -> Template:
        """A stage's file, which has that block. Raises: ConfigError if it can't be read, or has not."""
        try:
            found = self._environment.get_template(f"{stage}.j2")
        except TemplateError as error:
            place = f"{getattr(error, 'filename', None) or f'{stage}.j2'}:{getattr(error, 'lineno', 1)}"
            raise ConfigError(f"{place}: {error.message}; mend the prompt") from error
        if block not in found.blocks:
            raise ConfigError(f"{found.filename}: has no block {block!r}; the built-in {stage}.j2 shows what is needed")
        return found


def block(stage: str, name: str, **values: Any) -> str:
    """One block of a prompt of `points` or `qa`, the user's own if there is one. Raises: ConfigError as `PromptFiles`."""
    return _files(find_prompts()[0]).block(stage, name, **values)


@cache
def _files(own: Path | None) -> PromptFiles:
    return PromptFiles(own)
