"""The house checks itself: layers, the lean import, sizes, docs, links."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "cosyn_multi"
LINKS = ("renderers", "prompts", "templates")

ALLOWED: dict[str, set[str]] = {
    "model": set(),
    "errors": set(),
    "seeds": set(),
    "pointing": {"model"},
    "scoring": {"model", "pointing"},
    "programs": {"model"},
    "questions": {"model"},
    "checks": {"model", "pointing", "programs", "scoring", "seeds"},
    "renderers": {"model", "errors"},
    "sandbox": {"model", "errors"},
    "plugins": set(),
    "assets": {"model", "errors", "plugins"},
    "gather": {"model", "errors", "seeds", "plugins", "shards"},
    "qa": {"model", "errors", "seeds", "scoring", "reviews", "shards", "gather", "llm", "prompting", "gallery"},
    "config": {"model", "errors", "authors"},
    "llm": {"model", "errors", "shards"},
    "prompting": {"assets", "errors"},
    "authors": {
        "model",
        "errors",
        "assets",
        "prompting",
        "seeds",
        "questions",
        "renderers",
        "programs",
        "scoring",
        "llm",
        "shards",
    },
    "storage": {"errors"},
    "shards": {"model", "errors", "config", "checks", "environment", "storage"},
    "reviews": {"model", "errors"},
    "likeness": set(),
    "exports": {"model", "errors", "seeds", "questions", "reviews", "likeness", "shards", "storage"},
    "decontaminate": {"model", "errors", "scoring", "likeness", "shards", "storage"},
    "merge": {"model", "errors", "config", "checks", "shards", "storage"},
    "push": {"errors", "shards", "storage"},
    "engines": {"model", "errors", "config", "environment", "shards", "storage", "workshop"},
}
"""Room -> rooms it may import. Rooms that aren't named here (compose, pipeline, cli ...) may import any but the faces."""


def sources() -> Iterator[tuple[str, Path]]:
    """Every source file with its room."""
    for path in sorted([*PACKAGE.rglob("*.py"), *(p for link in LINKS for p in (PACKAGE / link).glob("*.py"))]):
        relative = path.relative_to(PACKAGE)
        yield relative.parts[0].removesuffix(".py"), path


def imported_rooms(path: Path) -> set[str]:
    """Rooms of ours that a file imports, type-checking imports included."""
    package = ["cosyn_multi", *path.relative_to(PACKAGE).parts[:-1]]
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [a.name for a in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = [*base, *((node.module or "").split(".") if node.module else [])]
            names = [".".join(module)] if len(module) > 1 else [".".join([*module, a.name]) for a in node.names]
        else:
            continue
        found |= {n.split(".")[1] for n in names if n.startswith("cosyn_multi.")}
    return found - {"__version__"}


def test_rooms_import_downward_only() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {', '.join(sorted(extra))}"
        for room, path in sources()
        if room in ALLOWED and (extra := imported_rooms(path) - ALLOWED[room] - {room})
    ]
    assert not wrong, wrong


def test_nothing_imports_the_faces() -> None:
    wrong = [
        str(path)
        for room, path in sources()
        if room not in ("cli", "gallery", "__main__")
        and not _is_a_face(path)
        and imported_rooms(path) & {"cli", "gallery"}
    ]
    assert not wrong


def _is_a_face(path: Path) -> bool:
    """The page of `qa` is one, in the gallery's house; the rest of `qa` knows nothing of it."""
    return path.parent == PACKAGE / "qa" / "page"


def test_only_the_command_line_opens_the_page_of_qa() -> None:
    named = [
        str(path) for _, path in sources() if not _is_a_face(path) and "qa.page" in path.read_text(encoding="utf-8")
    ]
    assert named == [str(PACKAGE / "cli" / "qa.py")]


def test_the_four_folders_are_links_into_the_package() -> None:
    for name in LINKS:
        assert (PACKAGE / name).is_symlink(), f"cosyn_multi/{name} must link to ../{name}"
        assert (PACKAGE / name).resolve() == ROOT / name


HEAVY = (
    "matplotlib",
    "plotly",
    "playwright",
    "anthropic",
    "ray",
    "pandas",
    "reportlab",
    "pyarrow",
    "faker",
    "numpy",
    "huggingface_hub",
)


@pytest.mark.parametrize("command", [["--help"], ["generate", "--help"]])
def test_help_loads_nothing_heavy(command: list[str]) -> None:
    code = (
        "import sys\nfrom cosyn_multi.cli.app import app\n"
        f"try:\n    app({command!r})\nexcept SystemExit:\n    pass\n"
        f"print('LOADED', [m for m in {HEAVY!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "LOADED []" in done.stdout, done.stdout[-300:]


def test_most_functions_and_files_are_short() -> None:
    lines, spans = [], []
    for _, path in sources():
        text = path.read_text(encoding="utf-8")
        lines.append((len(text.splitlines()), str(path.relative_to(ROOT))))
        spans += [
            (node.end_lineno or node.lineno) - node.lineno + 1
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        ]
    long_files = [f"{name}: {n}" for n, name in lines if n > 400]
    assert not long_files, long_files
    assert sum(n <= 300 for n, _ in lines) >= 0.9 * len(lines)
    assert sum(s <= 30 for s in spans) >= 0.92 * len(spans)
    assert max(spans) <= 60


KEPT = ("renderers/bound", "renderers/matplotlib_canvas", "renderers/unshared", "sandbox/child")


def test_no_source_draws_on_hidden_randomness() -> None:
    """Global random state, salted hashes and the clock would make the same seed give other bytes."""
    wrong = []
    for _, path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            call = ast.unparse(node.func)
            hidden = call.startswith(("random.", "np.random.", "numpy.random.")) and call not in (
                "random.Random", "np.random.default_rng", "numpy.random.default_rng",
            )  # fmt: skip
            if hidden or call in ("hash", "uuid.uuid4", "datetime.now", "date.today", "os.chdir"):
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}: {call}")
    # child.py, unshared.py: that process is one job's, or the browser's; bound.py defines __hash__;
    # matplotlib_canvas.py fixes and restores the state that a template's code may touch
    kept = [w for w in wrong if not w.startswith(tuple(f"cosyn_multi/{name}.py" for name in KEPT))]
    assert not kept, kept


def test_every_command_and_option_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    from typer.main import get_command

    from cosyn_multi.cli.app import app

    group = get_command(app)
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        assert f"cosyn-multi {name}" in readme, f"README.md says nothing of `cosyn-multi {name}`"
        for parameter in command.params:
            for option in parameter.opts:
                if option.startswith("--") and option != "--help":
                    assert option in readme, f"README.md says nothing of `{name} {option}`"


def test_the_project_needs_no_secret_and_no_key_to_be_tested() -> None:
    assert not [k for k in os.environ if k.endswith("_API_KEY")], "tests must run without keys"
