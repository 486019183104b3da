"""One set, end to end: what a template that fails does to it, and that the same brief gives the same set."""

import shutil
from pathlib import Path

import pytest

from cosyn_multi import generate, open_run
from cosyn_multi.assets import BUILTIN, builtin_templates
from cosyn_multi.authors.base import Brief
from cosyn_multi.authors.offline.author import OfflineAuthor
from cosyn_multi.compose import compose
from cosyn_multi.errors import MachineFailure
from cosyn_multi.model import Artifact, Reject
from cosyn_multi.renderers.base import reject
from cosyn_multi.renderers.studio import Studio

FAILS_OFTEN = "{% if style.width_px % 3 == 0 %}{{ nothing_by_this_name }}{% endif %}"


@pytest.fixture
def failing_workspace(tmp_path: Path) -> Path:
    """The HTML templates for tables, each of which now fails at a third of all widths; the PDF one is gone."""
    root = tmp_path / "workspace"
    shutil.copytree(BUILTIN / "_html", root / "_html")
    for template in builtin_templates().values():
        if template.artifact == "table":
            shutil.copytree(template.folder, root / template.name)
            page = root / template.name / template.entry
            if template.renderer == "html":
                text = page.read_text(encoding="utf-8")
                at = text.index("{% block") if "{% extends" in text else 0
                body = text.index("%}", at) + 2 if at else 0
                page.write_text(text[:body] + FAILS_OFTEN + text[body:], encoding="utf-8")
    return root


@pytest.mark.slow
def test_renders_that_fail_are_counted_and_no_set_is_shortened(failing_workspace: Path, tmp_path: Path) -> None:
    run = generate(tmp_path / "run", 6, workers=1, seed=4, artifacts=["table"], templates=failing_workspace)
    reasons = [(r.stage, r.reason) for r in run.rejects()]
    assert ("render", "template_error") in reasons
    for made in open_run(tmp_path / "run"):
        assert len(made.pictures) == len(made.plan.views) >= 2
        assert made.config == "table"
    kept = len(run)
    dropped = len({r.set_index for r in run.rejects() if r.reason in ("undrawable", "few_questions")})
    assert kept + dropped >= 6


def test_the_same_brief_gives_the_same_set_and_another_index_another() -> None:
    author, studio = OfflineAuthor(list(builtin_templates().values())), Studio()
    try:
        one, again, other = (compose(Brief(seed=9, index=i), author, studio).image_set for i in (3, 3, 4))
    finally:
        studio.close()
    assert one is not None
    assert one == again
    assert other is not None
    assert {p.rendering.png for p in one.pictures}.isdisjoint({p.rendering.png for p in other.pictures})


class SlowStudio(Studio):
    """On a machine that gets no page done in time."""

    def render(self, artifact: Artifact) -> Reject:
        return reject(artifact, "timeout", "not done after 10 s")


def test_a_machine_too_slow_for_reviewed_templates_leaves_the_set_unmade_instead_of_taking_other_templates() -> None:
    author = OfflineAuthor(list(builtin_templates().values()))
    with pytest.raises(MachineFailure, match="timeout twice"):
        compose(Brief(seed=9, index=3), author, SlowStudio())


def test_foreign_code_that_hangs_is_a_verdict_on_the_code() -> None:
    foreign = [t.model_copy(update={"builtin": False}) for t in builtin_templates().values()]
    outcome = compose(Brief(seed=9, index=3), OfflineAuthor(foreign), SlowStudio())
    assert {r.reason for r in outcome.rejects} == {"timeout", "undrawable"}
