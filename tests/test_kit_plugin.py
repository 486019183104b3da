"""A package from outside the project: its renderer and its templates are found once it is installed, and by nothing else."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cosyn_multi.shards.read import open_run

PACKAGE = Path(__file__).parent / "outside" / "typewriter"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the package is installed, from its wheel."""
    dist, site = tmp_path_factory.mktemp("dist"), tmp_path_factory.mktemp("site")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(dist), str(PACKAGE)]
    subprocess.run(build, check=True, capture_output=True)
    wheel = str(next(dist.glob("*.whl")))
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(site), wheel]
    subprocess.run(pip, check=True)
    return site


def command(site: Path, folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    env = {**os.environ, "PYTHONPATH": str(site), "COLUMNS": "160"}
    call = [sys.executable, "-m", "cosyn_multi", *words]
    return subprocess.run(call, cwd=folder, env=env, capture_output=True, text=True)


@pytest.mark.slow
def test_an_installed_package_brings_a_renderer_and_templates(site: Path, tmp_path: Path) -> None:
    done = command(site, tmp_path, "templates", "list", "--renderer", "typewriter")
    assert "till_printout" in done.stdout and "package typewriter-tables 1.2" in done.stdout, done.stderr
    done = command(site, tmp_path, "templates", "check", "till_printout", "--seeds", "1", "--allow", "0.3")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "13 pictures" in done.stdout


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_pictures_of_a_packaged_renderer_reach_a_shard_and_say_where_they_come_from(site: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    words = [
        "generate",
        "--out",
        "run",
        "-n",
        "6",
        "--seed",
        "5",
        "--artifact",
        "table",
        "--workers",
        "1",
        "--scenario",
        "paired_metrics",
        "--questions",
        "4",
    ]
    done = command(site, tmp_path, *words)
    assert done.returncode == 0, done.stderr
    drawn = [p for s in open_run(out) for p in s.pictures if p.renderer == "typewriter"]
    assert drawn and {p.origin for p in drawn} == {"package typewriter-tables 1.2"}
    environment = (out / "manifest.json").read_text(encoding="utf-8")
    assert "renderer typewriter" in environment and "templates of typewriter" in environment
    assert command(site, tmp_path, "verify", "run").returncode == 0


@pytest.mark.slow
def test_a_renderer_without_a_starter_is_started_from_its_own_template(site: Path, tmp_path: Path) -> None:
    done = command(site, tmp_path, "templates", "new", "my_slip", "--renderer", "typewriter", "--artifact", "table")
    assert done.returncode == 0, done.stderr
    assert 'name     = "my_slip"' in (tmp_path / "templates" / "my_slip" / "template.toml").read_text()
    done = command(site, tmp_path, "templates", "new", "other", "--renderer", "typewriter", "--artifact", "chart")
    assert done.returncode == 2 and "which draws table" in done.stderr


def test_without_the_package_its_templates_name_an_unknown_renderer(tmp_path: Path) -> None:
    from cosyn_multi.assets import load_template
    from cosyn_multi.errors import TemplateError

    with pytest.raises(TemplateError, match=r"template.toml:3: renderer 'typewriter': no such renderer. Known: html"):
        load_template(PACKAGE / "typewriter" / "forms" / "till_printout")
