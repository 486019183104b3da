"""Templates that attack: whatever a user's template does where it is drawn, the outcome is typed and the next one is drawn."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from attack_files import Attack, attacks
from attack_world import World

from cosyn_multi.assets import builtin_templates
from cosyn_multi.model import Artifact, Limits, Reject, Rendering, Style, Template, View
from cosyn_multi.renderers import caged
from cosyn_multi.renderers.studio import Studio
from cosyn_multi.sandbox import WarmCage

LIKE = {"matplotlib": "bars_grouped", "pdf": "pdf_invoice", "plotly": "plotly_bars", "html": "invoice_plain"}
"""A built-in template of each renderer: its sample is drawn by the attack, and by itself afterwards."""
BROKEN = (
    "NameError",
    "SyntaxError",
    "AttributeError",
    "ImportError",
    "ModuleNotFound",
    "UnboundLocal",
    "TemplateSyntax",
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("world")) as made:
        yield made


@pytest.fixture(scope="module", params=[(), ("bubblewrap",)], ids=["every layer", "no bubblewrap"])
def studio(request: pytest.FixtureRequest, world: World) -> Iterator[Studio]:
    made = Studio(WarmCage(without=request.param))
    yield made
    made.close()


def sample(template: Template) -> Artifact:
    like = builtin_templates()[LIKE[template.renderer]]
    view = View.model_validate_json((like.folder / "sample.json").read_text("utf-8"))
    width, height = like.size_px
    options = {name: values[0] for name, values in like.options.items()}
    return Artifact(view=view, template=template, style=Style(width_px=width, height_px=height, options=options))


def hostile(attack: Attack, folder: Path, world: World) -> Artifact:
    """The attack as a user's template."""
    (folder / attack.name).mkdir()
    (folder / attack.name / attack.file.name).write_text(world.fill(attack.source), encoding="utf-8")
    like = builtin_templates()[LIKE[attack.told["renderer"]]]
    changed = {"name": attack.name, "folder": folder / attack.name, "entry": attack.file.name, "builtin": False}
    return sample(like.model_copy(update=changed))


@pytest.mark.parametrize("attack", attacks("templates"), ids=lambda a: a.name)
def test_a_template_attacks_and_gets_nothing(
    attack: Attack, studio: Studio, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    normal = sample(builtin_templates()[LIKE[attack.told["renderer"]]])
    before = studio.render(normal)
    assert isinstance(before, Rendering)
    monkeypatch.setattr(caged, "LIMITS", Limits(wall_s=8, cpu_s=3, memory_mb=300))
    outcome = studio.render(hostile(attack, tmp_path, world))
    how = outcome.reason if isinstance(outcome, Reject) else "rendering"
    assert how in attack.ends, outcome
    if isinstance(outcome, Reject):
        assert outcome.detail and not any(word in outcome.detail for word in BROKEN), outcome
    assert world.reached(str(outcome)) == set()
    assert studio.render(normal) == before
