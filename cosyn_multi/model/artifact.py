"""Artifact: a view, the code that draws it, and its style."""

from .base import Frozen
from .style import Style
from .template import Template
from .view import View


class Artifact(Frozen):
    """What a renderer gets."""

    view: View
    template: Template
    style: Style
    seed: int = 0
