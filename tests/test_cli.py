"""The command line as a user meets it: one clear line for a mistake, exit code 2, nothing half-written."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


def cosyn(*arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cosyn_multi", *arguments],
        capture_output=True, text=True, timeout=120, env={**os.environ, **(env or {})},
    )  # fmt: skip


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-n", "3", "--scenario", "invoices_over_month"], "Did you mean 'invoices_over_months'?"),
        (["-n", "3", "--artifact", "chrat"], "Did you mean 'chart'?"),
        (["-n", "3", "--author", "ofline"], "Did you mean 'offline'?"),
        (["-n", "0"], "sets = 0"),
        (["-n", "3", "--seed", "-1"], "seed = -1"),
        (["-n", "3", "--images", "1-9"], "2 to 5 images"),
        (["-n", "3", "--images", "many"], "write fewest and most"),
        (["-n", "3", "--images", "3-"], "write fewest and most"),
        (["-n", "3", "--questions", "0"], "questions = 0"),
        ([], "-n: missing"),
        (["--config", "nowhere.toml"], "nowhere.toml: not there"),
    ],
)
def test_a_mistaken_option_is_one_line_and_leaves_nothing_behind(
    arguments: list[str], said: str, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    assert said in one_line(cosyn("generate", "--out", str(out), *arguments))
    assert not out.exists()


def test_a_file_where_the_folder_should_be_is_named(tmp_path: Path) -> None:
    file = tmp_path / "run"
    file.write_text("mine")
    assert str(file) in one_line(cosyn("generate", "--out", str(file), "-n", "2"))
    assert file.read_text() == "mine"


def test_a_folder_with_other_files_is_not_written_into(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("mine")
    assert "holds other files" in one_line(cosyn("generate", "--out", str(tmp_path), "-n", "2"))
    assert sorted(p.name for p in tmp_path.iterdir() if p.name != ".lock") == ["thesis.tex"]


def test_no_browser_is_one_line_before_anything_is_made(tmp_path: Path) -> None:
    out = tmp_path / "run"
    done = cosyn("generate", "--out", str(out), "-n", "2", env={"COSYN_MULTI_BROWSER": str(tmp_path / "none")})
    assert "COSYN_MULTI_BROWSER" in one_line(done)
    assert not out.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
@pytest.mark.slow
def test_a_full_disk_is_one_line_and_nothing_half_written(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)], capture_output=True).returncode:
        pytest.skip("no mounts are allowed here")
    try:
        said = one_line(cosyn("generate", "--out", str(disk / "run"), "-n", "2", "--workers", "1"))
        assert "can't be written" in said
        assert not list(disk.rglob("*.tmp"))
        assert not list(disk.rglob("*.parquet"))
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_reading_commands_name_a_folder_that_is_no_run(tmp_path: Path) -> None:
    for command in (["verify", str(tmp_path)], ["stats", str(tmp_path)], ["show", str(tmp_path), "1-000000"]):
        assert "no run here" in one_line(cosyn(*command))


def test_a_broken_template_folder_is_named_with_line_and_mend_and_the_others_work(tmp_path: Path) -> None:
    from cosyn_multi.assets import find_templates

    broken = tmp_path / "my_receipt"
    broken.mkdir()
    (broken / "template.toml").write_text(
        'name = "my_receipt"\nrenderer = "html"\nartefact = "doc"\nentry = "page.html"\n'
    )
    found, faults = find_templates(tmp_path)
    assert len(found) >= 24
    assert len(faults) == 1
    assert "template.toml:3" in str(faults[0])
    assert "Did you mean 'artifact'?" in str(faults[0])
