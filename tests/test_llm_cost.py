"""`cosyn-multi cost`: what a run's answers cost, from its ledger."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from llm_worlds import GOOD, Basket, close_desks, desk, request
from typer.testing import CliRunner

from cosyn_multi.cli.app import app
from cosyn_multi.errors import ConfigError, RunError
from cosyn_multi.llm.function import FunctionProvider
from cosyn_multi.llm.office import LlmOptions, open_desk
from cosyn_multi.llm.report import report
from cosyn_multi.llm.request import Reply, Request, Usage


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Path]:
    """Three answers of two stages, one of no use, one read by repair, one of a model without a price; one call broke off."""

    def say(asked: Request) -> Reply:
        text = {"bad": "no JSON", "fenced": f"```json\n{GOOD}\n```"}.get(asked.messages[0].text, GOOD)
        return Reply(text=text, stop="end", usage=Usage(input=1000, cache_read=4000, output=500))

    at = desk(tmp_path, FunctionProvider(say))
    at.ask_for(request("good", stage="plan"), Basket)
    at.ask_for(request("bad"), Basket)
    at.ask_for(request("fenced"), Basket)
    at.ask_for(request("good", model="mine"), Basket)
    at.budget.admit("killed", 0.25)
    at.budget.begin()
    yield tmp_path
    close_desks()


def test_costs_are_told_per_stage_and_model(run: Path) -> None:
    found = report(run)
    one = (1000 * 2 + 4000 * 0.1 + 500 * 10) / 1e6
    assert [(r["stage"], r["model"], r["requests"], r["dollars"]) for r in found["answers"]] == [
        ("plan", "claude-sonnet-5-5", 1, round(one, 4)),
        ("world", "claude-sonnet-5-5", 2, round(2 * one, 4)),
        ("world", "mine", 1, None),
    ]
    assert found["totals"] == {
        "requests": 4, "tokens in": 20_000, "of these from cache": 16_000, "tokens out": 2000,
        "dollars": round(3 * one, 4), "answers without a price": 1,
    }  # fmt: skip
    assert found["of no use"] == {"malformed": 1} and found["read by repair"] == {"fence": 1}
    assert (found["open"]["calls that broke off"], found["open"]["dollars they cost at most"]) == (1, 0.25)


def test_the_command_prints_a_table_or_json(run: Path) -> None:
    shown = CliRunner().invoke(app, ["cost", str(run)])
    assert shown.exit_code == 0 and "no price" in shown.output and "malformed" in shown.output
    as_json = CliRunner().invoke(app, ["cost", str(run), "--json"])
    assert json.loads(as_json.output) == report(run)


def test_a_run_that_asked_no_model_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="no language model was asked"):
        report(tmp_path)


def test_a_way_that_does_not_exist_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="Did you mean 'anthropic'"):
        open_desk(tmp_path, LlmOptions(llm="antropic", model="x"))
