"""The wheel works outside the checkout: templates, prompts, scripts and domains travel inside."""

import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    return next(out.glob("*.whl"))


@pytest.mark.slow
def test_the_wheel_holds_everything_under_one_name(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {n.split("/")[0] for n in names}
    assert {t for t in tops if not t.endswith(".dist-info")} == {"cosyn_multi"}
    for needed in (
        "templates/invoice_plain/page.html", "templates/_html/base.css", "templates/bars_plain/chart.py",
        "renderers/html.py", "renderers/look.js", "prompts/README.md", "authors/offline/domains/bakery.toml", "py.typed",
        "llm/prices.toml",
    ):  # fmt: skip
        assert f"cosyn_multi/{needed}" in names
    assert not [n for n in names if "__pycache__" in n or n.endswith(".png")]


@pytest.mark.slow
def test_an_installed_wheel_generates_outside_the_checkout(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "venv"
    venv.create(home, with_pip=True)
    python = home / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", str(wheel)], check=True)
    # Dependencies are those of this environment; its editable install of the project is not on the path this way.
    site = next(home.glob("lib/python*/site-packages"))
    (site / "dependencies.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    where = subprocess.run(
        [python, "-c", "import cosyn_multi; print(cosyn_multi.__file__)"],
        cwd=tmp_path, check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert where.stdout.startswith(str(home))
    command: list[str | Path] = [
        home / "bin" / "cosyn-multi",
        "generate",
        "--out",
        "run",
        "-n",
        "2",
        "--seed",
        "3",
        "--workers",
        "1",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert list((tmp_path / "run").glob("data/*/*.parquet"))
