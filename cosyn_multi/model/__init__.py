"""The nouns of the house. Frozen, typed, without I/O; everything else imports them from here."""

from .artifact import Artifact
from .base import Frozen
from .formats import Format, Unreadable, quantize, read, show
from .image_set import ConfigName, ImageSet, Picture, Plan, Planted, Provenance, SetOutcome
from .job import Cage, Done, Failure, Job, JobFault, Limits
from .made import Made
from .question import AnswerType, Draft, PlainType, Question, Verdict, Witness
from .reading import Box, Look, Reading, Rendering, Seen, Word
from .reject import Reject
from .sheet import Sheet, as_read, intended, needed_keys, sheet_name
from .style import Style
from .template import Needs, Suits, Template
from .values import LABELS, NOT_ANSWERABLE, NUMERIC, Kind, Value, coerce
from .view import ArtifactKind, Part, View, cell_ref, header_ref, part_of
from .views import Views
from .world import Column, Grid, Origin, Relation, Table, World

__all__ = [
    "LABELS", "NOT_ANSWERABLE", "NUMERIC", "AnswerType", "Artifact", "ArtifactKind", "Box", "Cage", "Column",
    "ConfigName", "Done", "Draft", "Failure", "Format", "Frozen", "Grid", "ImageSet", "Job", "JobFault", "Kind",
    "Limits", "Look", "Made", "Needs", "Origin", "Part", "Picture", "PlainType", "Plan", "Planted", "Provenance", "Question",
    "Reading", "Reject", "Relation", "Rendering", "Seen", "SetOutcome", "Sheet", "Style", "Suits", "Table", "Template",
    "Unreadable", "Value", "Verdict", "View", "Views", "Witness", "Word", "World", "as_read", "cell_ref", "coerce",
    "header_ref", "intended", "needed_keys", "part_of", "quantize", "read", "sheet_name", "show",
]  # fmt: skip
