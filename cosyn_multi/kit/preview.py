"""Six pictures of a template from six worlds: the look before anything else."""

import tempfile
from pathlib import Path
from typing import Final

from cosyn_multi.errors import TemplateError
from cosyn_multi.model import Template
from cosyn_multi.renderers.studio import Studio
from cosyn_multi.sandbox import WarmCage

from .proofs import proofs
from .report import write_report
from .tally import Tally
from .worlds import Worlds

SIX: Final = ((0, "en_US"), (1, "de_DE"), (2, "en_IN"), (3, "fr_FR"), (4, "sv_SE"), (5, "pl_PL"))
"""Seed and locale of the six: numbers and dates are written in six ways."""


def write_preview(template: Template) -> tuple[Path, Tally]:
    """Draw the six and put them on a page in a temporary folder.

    Raises: TemplateError if no world suits the template's needs; SetupError for what the machine lacks.
    """
    worlds, studio = Worlds(template), Studio(WarmCage())
    if not worlds.suited:
        raise TemplateError(f"{template.name}: {worlds.why_none()}")
    try:
        tally = Tally.of(template, proofs(template, worlds, studio, SIX))
    finally:
        studio.close()
    folder = Path(tempfile.mkdtemp(prefix=f"cosyn-multi-{template.name}-"))
    return write_report(tally, folder), tally
