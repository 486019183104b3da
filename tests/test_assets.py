"""Templates are found by folder; a broken one names its file, line and mend."""

import json
from pathlib import Path

import pytest

from cosyn_multi.assets import BUILTIN, builtin_templates, find_templates, load_template
from cosyn_multi.errors import TemplateError, unknown
from cosyn_multi.model import View

GOOD = """name = "mine"
renderer = "html"
artifact = "doc"
entry = "page.html"
[needs]
rows = [3, 25]
columns = { key = [1, 1], amount = [1, 3] }
"""


def folder(root: Path, text: str, name: str = "mine") -> Path:
    made = root / name
    made.mkdir(parents=True)
    (made / "template.toml").write_text(text)
    (made / "page.html").write_text("<p>{{ view.title }}</p>")
    return made


def test_there_are_enough_templates_of_each_kind_and_renderer() -> None:
    templates = builtin_templates().values()
    kinds = [t.artifact for t in templates]
    assert len(kinds) >= 24
    assert kinds.count("chart") >= 10
    assert kinds.count("table") >= 6
    assert kinds.count("doc") >= 8
    assert {t.renderer for t in templates} == {"html", "matplotlib", "plotly", "pdf"}


@pytest.mark.parametrize("name", sorted(p.name for p in BUILTIN.iterdir() if (p / "template.toml").is_file()))
def test_each_builtin_template_draws_its_own_sample(name: str) -> None:
    template = builtin_templates()[name]
    view = View.model_validate(json.loads((template.folder / "sample.json").read_text(encoding="utf-8")))
    assert template.refuses(view) is None
    assert template.about, "template.toml says nothing about it"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("rows = [3, 25]", "rows = [25, 3]", r"template.toml:6: needs.rows = \[25, 3\]: the fewest exceed the most"),
        ("rows = [3, 25]", "row = [3, 25]", r"template.toml:6: needs.row: no such key. Did you mean 'rows'"),
        ("artifact", "artefact", r"template.toml:3: artefact: no such key. Did you mean 'artifact'"),
        ('"doc"', '"poster"', "template.toml:3: artifact"),
        ('"page.html"', '"pag.html"', "template.toml:4: entry 'pag.html' is not in the folder"),
        ('name = "mine"', 'name = "yours"', "differs from the folder's; write 'mine'"),
        ('name = "mine"', 'builtin = true\nname = "mine"', "trust comes from the place"),
        ("[needs]", "[needs", "mend the TOML"),
    ],
)
def test_a_broken_template_names_file_line_and_mend(old: str, new: str, said: str, tmp_path: Path) -> None:
    made = folder(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(TemplateError, match=said):
        load_template(made)


def test_a_workspace_wins_by_name_and_is_not_trusted(tmp_path: Path) -> None:
    name = next(iter(builtin_templates()))
    folder(tmp_path, GOOD.replace("mine", name, 1), name)
    folder(tmp_path, GOOD)
    found, broken = find_templates(tmp_path)
    assert broken == []
    assert found[name].folder.parent == tmp_path
    assert not found[name].builtin
    assert not found["mine"].builtin


def test_the_nearest_name_is_the_one_with_the_fewest_letters_changed() -> None:
    assert unknown("renderer", "plotli", ["html", "matplotlib", "pdf", "plotly"]).endswith("Did you mean 'plotly'?")
