"""The attack corpus as data: what each file tries, what must not happen, how it may end. One file is one attack.

The head of a file (`# key: value` in Python, the same in one comment in HTML) tells:

    tries      what it tries, in a sentence
    must not   what must not happen, in a sentence
    ends       how it may end: `done`, or reasons of a failure or reject; `done` if left out
    limits     limits of its job, as `wall_s=1 memory_mb=200`
    teeth      what it gets when nothing cages it: marker, key, listener, outside. It is run uncaged, too, to prove that
    harmless   steps that may succeed, since nothing is won by them; any other step must be refused
    needs      the machine it is written for
    renderer   for templates: who draws it
"""

import re
from pathlib import Path
from typing import Any, Final, NamedTuple

ATTACKS: Final = Path(__file__).parent / "attacks"
KEYS: Final = frozenset({"tries", "must not", "ends", "limits", "teeth", "harmless", "needs", "renderer"})

STEPS: Final = '''


class _Steps:
    """The attack's own record: each step, and what came of it."""

    def __init__(self):
        self.told = []

    def run(self, what, action):
        try:
            gave = action()
        except BaseException as error:
            self.told.append([what, "refused", type(error).__name__, str(error)[:300]])
        else:
            self.told.append([what, "gave", "", repr(gave)[:4000]])

    def syscall(self, what, libc, number, *arguments):
        import ctypes

        ctypes.set_errno(0)
        said = libc.syscall(number, *arguments)
        number = ctypes.get_errno()
        told = ["refused", "OSError", f"error {number}"] if said < 0 and number else ["gave", "", str(said)]
        self.told.append([what, *told])


def main(world):
    steps = _Steps()
    attack(world, steps)
    return steps.told
'''
"""What is put behind each Python attack, so that the plain runner can call it and the test can see that it ran."""


class Attack(NamedTuple):
    """One file of the corpus."""

    name: str
    file: Path
    told: dict[str, str]

    @property
    def ends(self) -> frozenset[str]:
        return frozenset(self.told.get("ends", "done").replace(",", " ").split())

    @property
    def limits(self) -> dict[str, int]:
        return {k: int(v) for k, _, v in (pair.partition("=") for pair in self.told.get("limits", "").split())}

    @property
    def harmless(self) -> frozenset[str]:
        return frozenset(step.strip() for step in self.told.get("harmless", "").split(";"))

    @property
    def source(self) -> str:
        return self.file.read_text("utf-8")

    @property
    def program(self) -> str:
        """A Python attack as the plain runner takes it."""
        return self.source + STEPS


def attacks(folder: str) -> list[Attack]:
    """The attacks of one folder of the corpus, by name."""
    return [_attack(file) for file in sorted((ATTACKS / folder).iterdir()) if file.suffix in (".py", ".html")]


def _attack(file: Path) -> Attack:
    told = dict(_head(file))
    if unknown := set(told) - KEYS:
        raise ValueError(f"{file.name}: {sorted(unknown)}: no such key; known: {sorted(KEYS)}")
    if missing := {"tries", "must not"} - set(told):
        raise ValueError(f"{file.name}: says nothing of {sorted(missing)}")
    return Attack(file.stem, file, told)


def _head(file: Path) -> list[tuple[str, Any]]:
    lines = file.read_text("utf-8").splitlines()
    pattern = re.compile(r"(?:# |<!-- | +)([a-z ]+): (.+?)(?: -->)?")
    found = []
    for line in lines:
        match = pattern.fullmatch(line)
        if match is None:
            break
        found.append((match[1], match[2]))
    return found
