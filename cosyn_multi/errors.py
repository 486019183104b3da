"""The error tree. What is expected is a value (`Reject`, `Verdict`); what is raised is a mistake or a bug.

UserError          bad input: one line that says what, where and the mend; exit code 2
  ConfigError      an option or a config file
  RunError         a run folder: differing settings, a file where a folder should be, a full disk
    PlannedStop    no fault: a limit that the user set is reached; one line, exit code 0
  TemplateError    a template folder
  SetupError       something is missing on this machine: a browser, fonts, a cage
Waiting            no fault: an answer is still to come, and what needs it is made once it is there
MachineFailure     this machine, just now, not the input: a set that meets it is left unmade and tried by the next run
"""

from collections.abc import Iterable

from rapidfuzz import fuzz, process


class UserError(Exception):
    """A mistake of the user's. The message is one line."""


class ConfigError(UserError):
    pass


class RunError(UserError):
    pass


class PlannedStop(RunError):
    """The run ends where its user said it should. What is made is kept, and the run can go on."""


class TemplateError(UserError):
    pass


class SetupError(UserError):
    pass


class Waiting(Exception):
    """Something that was asked elsewhere is not answered yet."""


class MachineFailure(Exception):
    """Something that would have worked on a less busy machine."""


def unknown(what: str, given: str, known: Iterable[str]) -> str:
    """One line for a name that isn't known: what is known, and the nearest."""
    names = sorted(known)
    near = process.extractOne(given, names, scorer=fuzz.ratio, score_cutoff=50)
    listed = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
    return f"{given!r}: no such {what}. Known: {listed}." + (f" Did you mean {near[0]!r}?" if near else "")
