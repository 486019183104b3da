"""Recipe and runtime: what decides the bytes, and what doesn't."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosyn_multi.config import Recipe, differences, dump_config, load_config, make_recipe
from cosyn_multi.errors import ConfigError

recipes = st.builds(
    Recipe,
    seed=st.integers(0, 2**40),
    artifacts=st.lists(st.sampled_from(["chart", "table", "doc"]), unique=True).map(tuple),
    images=st.sampled_from([(2, 5), (2, 2), (3, 4), (5, 5)]),
    questions=st.integers(1, 40),
    shard_size=st.integers(1, 4096),
)


@given(recipe=recipes, sets=st.integers(1, 10**6))
def test_run_toml_gives_back_the_recipe(recipe: Recipe, sets: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("config") / "run.toml"
    file.write_text(dump_config(recipe, sets))
    fields = load_config(file)
    assert fields.pop("sets") == sets
    assert make_recipe(**fields) == recipe


@given(one=recipes, other=recipes)
def test_recipes_have_one_digest_exactly_when_they_do_not_differ(one: Recipe, other: Recipe) -> None:
    assert (one.digest == other.digest) == (differences(one, other) == [])


def test_the_order_in_which_artifacts_are_named_does_not_matter() -> None:
    assert make_recipe(artifacts=["doc", "chart"]) == make_recipe(artifacts=["chart", "doc", "doc"])


def test_an_unknown_setting_names_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "run.toml").write_text("sed = 3\n")
    with pytest.raises(ConfigError, match="Did you mean 'seed'"):
        load_config(tmp_path / "run.toml")


def test_broken_toml_is_named_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "run.toml").write_text("seed = \n")
    with pytest.raises(ConfigError, match="line 1"):
        load_config(tmp_path / "run.toml")
