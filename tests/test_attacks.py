"""The attack corpus against the cage: each attack ran, got nothing, left nothing, and the next job is as good as any."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from attack_files import Attack, attacks
from attack_world import World, processes
from ordinary import NOBODY, as_ordinary

from cosyn_multi.model import Done, Failure, Job, Limits
from cosyn_multi.sandbox import WarmCage

MODULE = "cosyn_multi.sandbox.plain"
PLAIN = f"{MODULE}:call"
PYTHON = attacks("python")
TEETH = [a for a in PYTHON if "teeth" in a.told]
LIMITS = {"wall_s": 20, "cpu_s": 15, "memory_mb": 400, "file_mb": 16}
AT_ONCE_S = 5.0
"""The most that the next job may take; it takes some 20 ms on a quiet machine."""
BROKEN = {
    "NameError",
    "SyntaxError",
    "TypeError",
    "AttributeError",
    "ImportError",
    "ModuleNotFoundError",
    "KeyError",
    "UnboundLocalError",
}
"""What says that the attack is faulty, and proves nothing."""
NORMAL = """
import gc, json, locale, os, random, signal, sys, warnings
import matplotlib, numpy
def main(data):
    spectrum = numpy.abs(numpy.fft.fft(numpy.arange(8.0) * data)).round(6).tolist()
    return {
        "spectrum": spectrum, "random": numpy.random.random() if data < 0 else 0, "files": sorted(os.listdir(".")),
        "rc": {k: str(v) for k, v in matplotlib.rcParams.items() if k.startswith("font")}, "environ": dict(os.environ),
        "modules": sorted(m for m in sys.modules if "planted" in m), "path": sys.path, "open": repr(open), "dumps": json.dumps.__module__,
        "recursion": sys.getrecursionlimit(), "term": str(signal.getsignal(signal.SIGTERM)), "umask": os.umask(0o22),
        "locale": locale.setlocale(locale.LC_ALL), "options": str(numpy.get_printoptions()), "filters": len(warnings.filters),
    }
"""


class Cage:
    """A warm cage, with what a normal job gives in it."""

    def __init__(self, without: tuple[str, ...]) -> None:
        self.cage = WarmCage(without=without)  # type: ignore[arg-type]
        self.normal = self._normal()
        self.command = Path(f"/proc/{self.cage.warm(MODULE).pid}/cmdline").read_text()
        self.lasting = self._over_a_job()

    def run(self, code: str, data: object, limits: dict[str, int]) -> Done | Failure:
        made = Limits.model_validate({**LIMITS, **limits})
        files = {"main.py": code.encode()}
        return self.cage.run(Job(runner=PLAIN, files=files, data=json.dumps(data).encode(), limits=made))

    def _normal(self) -> object:
        outcome = self.run(NORMAL, 3, {})
        assert isinstance(outcome, Done), outcome
        return json.loads(outcome.result)

    def _over_a_job(self) -> set[int]:
        """The cage's processes that are there before and after a normal job: none that a job is done in."""
        before = processes(self.command)
        assert self._normal() == self.normal
        self.cage.warm(MODULE)  # waits until the process of the job that has just told its result is gone
        return before & processes(self.command)

    def is_as_before(self) -> None:
        start = time.monotonic()
        assert self._over_a_job() == self.lasting
        assert time.monotonic() - start < AT_ONCE_S


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("world")) as made:
        yield made


@pytest.fixture(scope="module", params=[(), ("bubblewrap",)], ids=["every layer", "no bubblewrap"])
def cage(request: pytest.FixtureRequest, world: World) -> Iterator[Cage]:
    made = Cage(request.param)
    yield made
    made.cage.close()


@pytest.mark.parametrize("attack", PYTHON, ids=lambda a: a.name)
def test_an_attack_runs_and_gets_nothing(attack: Attack, cage: Cage, world: World) -> None:
    if attack.told.get("needs", os.uname().machine) != os.uname().machine:
        pytest.skip(f"written for {attack.told['needs']}")
    disk = os.statvfs("/tmp").f_bavail
    outcome = cage.run(attack.program, world.told(), attack.limits)
    how = "done" if isinstance(outcome, Done) else outcome.reason
    assert how in attack.ends, outcome
    if isinstance(outcome, Done):
        judge_steps(attack, outcome.result)
    else:
        assert not any(word in outcome.detail for word in BROKEN), outcome
        assert len(outcome.detail) <= 500 and outcome.detail.isprintable()
    said = outcome.result.decode() if isinstance(outcome, Done) else outcome.detail
    assert world.reached(said) == set()
    cage.is_as_before()
    assert disk - os.statvfs("/tmp").f_bavail < (256 << 20) // os.statvfs("/tmp").f_frsize


def judge_steps(attack: Attack, result: bytes) -> None:
    """The attack ran, each step of it was refused by the cage, and none by a fault of its own."""
    told = json.loads(result)
    if told == "forged":
        return
    assert told, "it tried nothing"
    for what, came, kind, text in told:
        assert kind not in BROKEN, (what, kind, text)
        assert came == "refused" or what in attack.harmless, (what, came, text)


@pytest.mark.parametrize("attack", TEETH, ids=lambda a: a.name)
def test_an_attack_gets_what_it_wants_where_nothing_holds_it(attack: Attack, world: World, tmp_path: Path) -> None:
    driver = f"{attack.program}\nimport json, sys\nprint(json.dumps(main(json.loads(sys.argv[1]))))"
    told = json.dumps(world.told(caged=False))
    done = subprocess.run(
        [sys.executable, "-c", driver, told], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    reached = world.reached(done.stdout)
    world.repair()
    assert attack.told["teeth"] in reached, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.timeout(1000)
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
@pytest.mark.skipif(not (shutil.which("unshare") and shutil.which("setpriv")), reason="util-linux is not installed")
def test_all_of_this_holds_for_an_ordinary_user_too() -> None:
    folder = Path(tempfile.mkdtemp(prefix="nobody-"))
    try:
        os.chown(folder, NOBODY, NOBODY)
        # the pages' browser, and the cage without bubblewrap, run as anybody in the same way
        chosen = ["-q", "-p", "no:cacheprovider", f"--basetemp={folder}/base", "-k", "every", __file__]
        command = [sys.executable, "-m", "pytest", *chosen]
        done = subprocess.run(
            as_ordinary(command), capture_output=True, text=True, timeout=900, cwd=Path(__file__).parent.parent,
            env={"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-500:]
    finally:
        shutil.rmtree(folder)
