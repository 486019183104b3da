"""Running a SELECT safely and exactly.

    program = analyse(sql, sheets)      what can be told before it runs: one SELECT, typed
    probe(db, program)                  what only a run can tell: ties, NULLs, look-ups that find several rows
    answer_of(db.run(sql), draft)       the answer in canonical form

Whatever is wrong raises ProgramError with a slug from a closed set.
"""

from .database import Database, Perturbation, Result, Row, plain, plain_row
from .exact import Cell
from .facets import Facet
from .probes import probe
from .safe import ProgramError
from .shape import CELL, answer_of, as_number, member
from .static import Program, analyse

__all__ = [
    "CELL", "Cell", "Database", "Facet", "Perturbation", "Program", "ProgramError", "Result", "Row", "analyse", "answer_of",
    "as_number", "member", "plain", "plain_row", "probe",
]  # fmt: skip
