"""The cage: what a job gets, what it may use up, what is left of it; with every pair of layers, as root and as a user."""

import json
import os
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from ordinary import as_ordinary

from cosyn_multi.errors import SetupError
from cosyn_multi.model import Done, Failure, Job, Limits
from cosyn_multi.sandbox import LayerName, NoCage, WarmCage, layers, usable
from cosyn_multi.sandbox.outcome import sentence
from cosyn_multi.sandbox.parent import Parent
from cosyn_multi.sandbox.seccomp import program

PLAIN = "cosyn_multi.sandbox.plain"
SETS: tuple[tuple[LayerName, ...], ...] = ((), ("bubblewrap",), ("landlock",))
"""Layers left out: every set that still holds for root."""


def job(body: str, data: object = None, **limits: object) -> Job:
    """A job whose main.py has this body of `main(data)`."""
    code = "def main(data):\n" + "".join(f"    {line}\n" for line in body.strip().splitlines())
    return Job(
        runner=f"{PLAIN}:call",
        files={"main.py": code.encode()},
        data=json.dumps(data).encode(),
        limits=Limits.model_validate({"wall_s": 60, "cpu_s": 50, **limits}),
    )


def gives(outcome: Done | Failure) -> object:
    assert isinstance(outcome, Done), outcome
    return json.loads(outcome.result)


def fails(outcome: Done | Failure) -> Failure:
    assert isinstance(outcome, Failure), outcome
    return outcome


@pytest.fixture(scope="module", params=SETS, ids=lambda s: f"without {', '.join(s) or 'nothing'}")
def cage(request: pytest.FixtureRequest) -> Iterator[WarmCage]:
    here = {layer.name for layer in layers() if layer.active}
    if len(here - set(request.param)) < 2:
        pytest.skip(f"this machine has {', '.join(sorted(here))}")
    with WarmCage(without=request.param) as made:
        yield made


def test_a_job_gets_its_data_and_gives_a_result(cage: WarmCage) -> None:
    assert gives(cage.run(job("return [data, 1]", {"a": "é"}))) == [{"a": "é"}, 1]


def test_a_job_has_no_secret_no_home_and_nothing_to_read_or_write_to(
    cage: WarmCage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "a-secret")
    cage.close()
    told = gives(
        cage.run(
            job(
                "import os\nopen('kept', 'w').close()\nreturn [dict(os.environ), os.listdir('.'), os.read(0, 9).decode()]"
            )
        )
    )
    assert isinstance(told, list)
    environment, files, read = told
    assert not {k for k in environment if "KEY" in k or "PROXY" in k.upper() or k in ("HOME", "USER")}
    assert sorted(files) == ["kept", "main.py"] and read == ""


STATE = """
import matplotlib, random, sys, numpy, builtins, os
seen = [matplotlib.rcParams['lines.linewidth'], random.random(), float(numpy.random.rand()), hasattr(builtins, 'left'), os.path.exists('left')]
matplotlib.rcParams['lines.linewidth'] = 99
builtins.left = sys.modules['json'].left = 1
open('left', 'w').close()
return seen
"""


def test_a_job_sees_nothing_of_the_one_before(cage: WarmCage) -> None:
    first, second = gives(cage.run(job(STATE))), gives(cage.run(job(STATE)))
    assert first == second
    assert isinstance(second, list) and second[0] != 99 and second[3:] == [False, False]


FAILING = {
    "an endless loop is out of time": ("while True: pass", "timeout", {"wall_s": 1}),
    "sleep is out of time": ("import time; time.sleep(60)", "timeout", {"wall_s": 1}),
    "a deaf loop is out of processor time": (
        "import signal\nsignal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: pass",
        "timeout",
        {"cpu_s": 1},
    ),
    "a regex in C is out of time": ("import re; re.match('(a+)+$', 'a' * 40 + 'b')", "timeout", {"wall_s": 1}),
    "a list is out of memory": ("x = []\nwhile True: x.append(bytearray(50 << 20))", "memory", {}),
    "an array is out of memory": ("import numpy; numpy.ones(4 << 30)", "memory", {}),
    "a dead process is a crash": ("import os; os.kill(os.getpid(), 11)", "crash", {}),
    "an exit code is a crash": ("import os; os._exit(3)", "crash", {}),
    "a quick exit has no result": ("import os; os._exit(0)", "bad_result", {}),
    "no JSON is code's fault": ("return {1, 2}", "code_error", {}),
    "sys.exit is code's fault": ("raise SystemExit('enough')", "code_error", {}),
    "a socket is forbidden": ("import socket; socket.socket()", "forbidden", {}),
    "a process is forbidden": ("import os; os.fork()", "forbidden", {}),
    "a program is forbidden": ("import subprocess; subprocess.run(['true'])", "forbidden", {}),
    "a thread is forbidden": ("import threading; threading.Thread(target=print).start()", "forbidden", {}),
    "its parent's death is forbidden": ("import os; os.kill(os.getppid(), 9)", "forbidden", {}),
    "a link is forbidden": ("import os; os.symlink('/etc', 'there')", "forbidden", {}),
    "a folder is forbidden": ("import os; os.mkdir('there')", "forbidden", {}),
    "removing is forbidden": ("import os; os.unlink('main.py')", "forbidden", {}),
    "a nameless file is forbidden": ("import os; os.open('.', os.O_TMPFILE | os.O_WRONLY)", "forbidden", {}),
    "a change of mode is forbidden": ("import os; os.chmod('main.py', 0o777)", "forbidden", {}),
    "a large file is too large": (
        "f = open('x', 'wb')\nwhile True: f.write(bytes(1 << 20))",
        "too_large",
        {"file_mb": 8},
    ),
    "large files are too large": (
        "for i in range(9999): open(str(i), 'wb').write(bytes(1 << 20))",
        "too_large",
        {"file_mb": 8},
    ),
    "many files are too many": ("for i in range(10**7): open(str(i), 'wb').close()", "too_large", {"files": 20}),
    "many open files are too many": ("return len([open('main.py') for _ in range(999)])", "too_large", {}),
    "a long result is too large": ("return 'x' * (3 << 20)", "too_large", {"result_mb": 2}),
}


@pytest.mark.parametrize("name", FAILING)
def test_a_failure_has_its_type_and_the_next_job_works(cage: WarmCage, name: str) -> None:
    body, reason, limits = FAILING[name]
    start = time.monotonic()
    assert fails(cage.run(job(body, **limits))).reason == reason
    assert time.monotonic() - start < 20  # a busy machine is slow, a job that isn't ended never ends
    start = time.monotonic()
    assert gives(cage.run(job("return data", 7))) == 7
    assert time.monotonic() - start < 10


def test_what_was_raised_is_told_with_its_line(cage: WarmCage) -> None:
    assert fails(cage.run(job("x = 1\nreturn x / 0"))).detail == "main.py:3: ZeroDivisionError: division by zero"


def test_output_goes_nowhere_and_stops_nothing(cage: WarmCage) -> None:
    assert (
        gives(cage.run(job("import sys\nfor _ in range(300): print('x' * 10**6)\nsys.stderr.write('y')\nreturn 1")))
        == 1
    )


FORGING = """
import os
for fd in range(64):
    try: os.write(fd, b'R"forged"')
    except OSError: pass
os._exit(0)
"""


def test_a_forged_result_is_the_forging_job_s_own(cage: WarmCage) -> None:
    cage.run(job(FORGING))
    assert gives(cage.run(job("return 'honest'"))) == "honest"


def test_what_is_raised_can_not_break_the_log(cage: WarmCage) -> None:
    told = fails(cage.run(job("raise ValueError('a\\n\\x1b[31mb' * 999)"))).detail
    assert told.isprintable() and len(told) <= 500 and sentence("a\r\nb\x1b") == "a b"


def test_a_warm_parent_that_was_killed_comes_back(cage: WarmCage) -> None:
    assert gives(cage.run(job("return 1"))) == 1
    os.kill(cage.warm(PLAIN).pid, signal.SIGKILL)
    assert fails(cage.run(job("return 2"))).reason == "crash"
    assert gives(cage.run(job("return 3"))) == 3


def test_the_warm_parent_has_one_thread_and_no_secret(cage: WarmCage) -> None:
    pid = cage.warm(PLAIN).pid
    assert len(list(Path(f"/proc/{pid}/task").iterdir())) == 1
    assert b"KEY" not in Path(f"/proc/{pid}/environ").read_bytes()


def test_a_file_name_that_leads_out_is_refused() -> None:
    for name in ("../x", "/etc/x", "a/../../x", "", "a\0b"):
        with pytest.raises(ValueError, match="out of the scratch folder"):
            Job(runner=f"{PLAIN}:call", files={name: b""})


def test_a_runner_is_a_function_of_ours() -> None:
    for runner in ("os:system", "cosyn_multi:x", "cosyn_multi.sandbox.plain", "cosyn_multi_other.x:y"):
        with pytest.raises(ValueError, match="pattern"):
            Job(runner=runner)


def test_with_fewer_than_two_layers_nothing_is_run() -> None:
    with pytest.raises(SetupError, match=r"needs two: .*bubblewrap.* is left out.*; landlock is left out"):
        usable(without=("bubblewrap", "landlock"))
    with pytest.raises(SetupError, match="needs two"), WarmCage(without=("bubblewrap", "landlock")) as refused:
        refused.run(job("return 1"))


@pytest.mark.skipif(os.geteuid() != 0, reason="limits on processes hold for users")
def test_root_needs_the_layer_that_bounds_processes() -> None:
    with pytest.raises(SetupError, match="as root, nothing but seccomp bounds processes"):
        usable(without=["seccomp"])


def test_no_cage_runs_the_same_jobs_and_says_that_it_holds_nothing() -> None:
    cage = NoCage()
    assert gives(cage.run(job("return data", 5))) == 5 and cage.layers == ()
    assert fails(cage.run(job("return 1 / 0"))).detail == "main.py:2: ZeroDivisionError: division by zero"


def verdict(machine: str, architecture: int, number: int, *arguments: int) -> str:
    """What the filter says of a system call: a small interpreter of its instructions."""
    data = struct.pack("=iIQ6Q", number, architecture, 0, *[*arguments, 0, 0, 0, 0, 0, 0][:6])
    steps = list(struct.iter_unpack("=HBBI", program(4711, machine)))
    held = at = 0
    while True:
        code, then, otherwise, value = steps[at]
        at += 1
        if code == 0x20:
            held = struct.unpack_from("=I", data, value)[0]
        elif code == 0x06:
            return {0x7FFF0000: "allowed", 0x80000000: "end"}.get(value, "refused")
        else:
            holds = {0x15: held == value, 0x35: held >= value, 0x45: bool(held & value)}[code]
            at += then if holds else otherwise


X86 = {"read": 0, "openat": 257, "kill": 62, "prlimit": 302, "fcntl": 72}
ARM = {"read": 63, "openat": 56, "kill": 129, "prlimit": 261, "fcntl": 25}
REFUSED = {
    "x86_64": (41, 56, 57, 59, 101, 165, 250, 321, 425, 435, 87, 90, 9999),
    "aarch64": (198, 220, 221, 117, 40, 219, 280, 425, 435, 35, 53, 9999),
}
"""Sockets, new processes and programs, ptrace, mount, keys, bpf, io_uring, removing, modes, and what isn't there yet."""


@pytest.mark.parametrize(
    ("machine", "architecture", "calls"),
    [
        ("x86_64", 0xC000003E, X86),
        ("aarch64", 0xC00000B7, ARM),
    ],
)  # fmt: skip
def test_the_filter_allows_and_refuses_on_both_architectures(
    machine: str, architecture: int, calls: dict[str, int]
) -> None:
    def said(number: int, *arguments: int) -> str:
        return verdict(machine, architecture, number, *arguments)

    assert said(calls["read"]) == "allowed"
    assert {said(n) for n in REFUSED[machine]} == {"refused"}
    assert (said(calls["kill"], 4711, 9), said(calls["kill"], 1, 9)) == ("allowed", "refused")
    assert (said(calls["prlimit"], 0), said(calls["prlimit"], 1)) == ("allowed", "refused")
    assert (said(calls["openat"], 0, 0, 0o1), said(calls["openat"], 0, 0, 0o20200001)) == ("allowed", "refused")
    assert (said(calls["fcntl"], 3, 2), said(calls["fcntl"], 3, 8)) == ("allowed", "refused")
    assert verdict(machine, architecture ^ 1, calls["read"]) == "end"


def test_x32_calls_end_the_process() -> None:
    assert verdict("x86_64", 0xC000003E, 0x40000000) == "end"


ALONE = """
import sys
from cosyn_multi.sandbox import WarmCage
from cosyn_multi.model import Job
cage = WarmCage(without=sys.argv[1:])
print(cage.run(Job(runner="cosyn_multi.sandbox.plain:call", files={"main.py": b"def main(data): return 1"})).result, flush=True)
print(cage.warm("cosyn_multi.sandbox.plain").pid, flush=True)
sys.stdin.read()
cage.close()
"""


@pytest.mark.slow
@pytest.mark.parametrize("without", [(), ("bubblewrap",)])
def test_nothing_is_left_when_the_outer_process_is_killed(without: tuple[str, ...]) -> None:
    outer = subprocess.Popen(
        [sys.executable, "-c", ALONE, *without], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert outer.stdin and outer.stdout
    assert outer.stdout.readline() == "b'1'\n"
    pid = int(outer.stdout.readline())
    outer.kill()
    outer.wait()
    outer.stdin.close()
    outer.stdout.close()
    deadline = time.monotonic() + 10
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(f"/proc/{pid}").exists()
    left = {p for p in Path("/dev/shm").glob(f"cosyn-multi-cage-{outer.pid}-*") if any(p.iterdir())}
    assert not left


def resident_mb(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def settled(parent: Parent) -> Parent:
    """Wait until it has cleared up, and has the one child that waits for the next job."""
    children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children")
    deadline = time.monotonic() + 10
    while len(children.read_text().split()) != 1 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert len(children.read_text().split()) == 1
    time.sleep(0.2)
    return parent


WORK = """
import matplotlib.figure
matplotlib.figure.Figure().subplots().plot([1, 2])
open('x', 'wb').write(bytes(9999))
return 1
"""


def open_files(pid: int | str) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


@pytest.mark.slow
@pytest.mark.timeout(1500)
@pytest.mark.parametrize("without", [(), ("bubblewrap",)])
def test_hundreds_of_jobs_leave_no_process_no_file_and_no_growth(without: tuple[LayerName, ...]) -> None:
    with WarmCage(without=without) as cage:
        for _ in range(50):
            cage.run(job(WORK))
        parent = settled(cage.warm(PLAIN))
        files, theirs, memory = open_files("self"), open_files(parent.pid), resident_mb(parent.pid)
        for _ in range(300):
            assert gives(cage.run(job(WORK))) == 1
        assert settled(cage.warm(PLAIN)) is parent
        assert (open_files("self"), open_files(parent.pid)) == (files, theirs)
        assert resident_mb(parent.pid) < memory + 4
        if parent.folder:
            assert {p.name for p in parent.folder.iterdir()} == {"matplotlib", "job"}
            assert not list((parent.folder / "job").iterdir())
        assert gives(cage.run(job("import os; return os.listdir('.')"))) == ["main.py"]


def test_what_a_killed_owner_left_is_swept_and_nothing_else() -> None:
    root = Path("/dev/shm") if os.access("/dev/shm", os.W_OK) else Path(tempfile.gettempdir())
    gone = subprocess.Popen(["true"])
    gone.wait()
    names = [f"cosyn-multi-cage-{pid}-{age}" for pid in (gone.pid, os.getpid()) for age in ("old", "new")]
    for name in names:
        (root / name).mkdir()
        if name.endswith("old"):
            os.utime(root / name, (1, 1))
    try:
        without: tuple[LayerName, ...] = ("bubblewrap",)
        with WarmCage(without=without) as cage:
            assert gives(cage.run(job("return 1"))) == 1
        assert [(root / name).exists() for name in names] == [False, True, True, True]
    finally:
        for name in names:
            shutil.rmtree(root / name, ignore_errors=True)


@pytest.mark.slow
def test_eight_cages_start_at_once_and_say_nothing() -> None:
    running = [
        subprocess.Popen([sys.executable, "-W", "error", "-c", ALONE], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(8)
    ]  # fmt: skip
    told = [p.communicate(timeout=280) for p in running]
    assert {(out.splitlines()[0], error) for out, error in told} == {("b'1'", "")}


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="the other tests ran as an ordinary user")
@pytest.mark.skipif(not (shutil.which("unshare") and shutil.which("setpriv")), reason="util-linux is not installed")
@pytest.mark.parametrize("without", ["", "bubblewrap", "landlock", "seccomp"])
def test_the_cage_holds_for_an_ordinary_user_too(without: str) -> None:
    command = as_ordinary([sys.executable, "-c", ALONE, *([without] if without else [])])
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env={"PATH": os.environ["PATH"]})
    assert done.stdout.startswith("b'1'\n"), done.stderr[-500:]
