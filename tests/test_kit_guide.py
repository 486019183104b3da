"""templates/README.md, followed word for word: each file is written where its line says, each command is run."""

import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from pathlib import Path

import pytest

from cosyn_multi.shards.read import open_run

GUIDE = Path(__file__).parent.parent / "templates" / "README.md"
FILE = re.compile(r"^`(templates/\S+)`\n\n```\w+\n(.*?)^```$", re.M | re.S)
COMMANDS = re.compile(r"^```sh\n(.*?)^```$", re.M | re.S)
SERVING = ("--watch", "cosyn-multi gallery")


def run(command: str, folder: Path) -> str:
    """Run a command of the guide as it stands there. One that serves a page is asked for it once, and ended."""
    words = [sys.executable, "-m", "cosyn_multi", *command.split()[1:]]
    if any(s in command for s in SERVING):
        return served([*words, "--port", "0", *(["--no-browser"] if "--watch" in command else [])], folder)
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


def served(words: list[str], folder: Path) -> str:
    with subprocess.Popen(words, cwd=folder, stdout=subprocess.PIPE, text=True) as child:
        try:
            assert child.stdout is not None
            link = next(found for text in child.stdout if (found := re.search(r"http://\S+", text)))
            with urllib.request.urlopen(link[0]) as answer:
                return str(answer.read().decode())
        finally:
            child.send_signal(signal.SIGINT)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_guide_works_word_for_word(tmp_path: Path) -> None:
    text = GUIDE.read_text(encoding="utf-8")
    steps = sorted([(m.start(), m) for rule in (FILE, COMMANDS) for m in rule.finditer(text)], key=lambda s: s[0])
    seconds: Counter[str] = Counter()
    for _, found in steps:
        if found.re is FILE:
            file = tmp_path / found[1]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(found[2], encoding="utf-8")
            continue
        for command in found[1].strip().splitlines():
            start = time.monotonic()
            said = run(command, tmp_path)
            seconds[command] = round(time.monotonic() - start)
            if "check" in command:
                assert ", 0 with faults" in said, said
    print(dict(seconds))
    renderers = {re.search(r'renderer = "(\w+)"', f.read_text())[1] for f in tmp_path.glob("templates/*/template.toml")}  # type: ignore[index]
    assert renderers == {"html", "matplotlib", "plotly", "pdf"}
    drawn = [p for s in open_run(tmp_path / "outputs" / "receipts") for p in s.pictures if p.template == "shop_receipt"]
    assert drawn, "no picture of the run is drawn by the guide's template"
    assert {p.origin for p in drawn} == {"workspace"}


def test_the_guide_names_every_need_and_every_renderer() -> None:
    from cosyn_multi.assets import RENDERERS
    from cosyn_multi.model import Needs

    text = GUIDE.read_text(encoding="utf-8")
    missing = [n for n in Needs.model_fields if f"`{n}`" not in text]
    assert not missing, f"templates/README.md says nothing of needs {', '.join(missing)}"
    assert all(f'renderer = "{r}"' in text for r in RENDERERS)
