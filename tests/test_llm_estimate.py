"""What a run will cost, from what it has shown: only of sets that are finished."""

from pathlib import Path

from llm_worlds import MODEL, desk, request

from cosyn_multi.authors.llm.estimate import of_run
from cosyn_multi.llm.function import FunctionProvider
from cosyn_multi.llm.prices import load_prices
from cosyn_multi.llm.request import Reply, Usage


def test_sets_in_the_making_do_not_count_towards_the_price_of_the_finished_ones(tmp_path: Path) -> None:
    usage = Usage(input=1000, output=500)
    at = desk(tmp_path, FunctionProvider(lambda r: Reply(text="{}", stop="end", usage=usage, model=MODEL)))
    at.budget.begin()
    for index in range(4):
        for turn in range(2):
            at.ask(request(f"set {index}, turn {turn}"), index)
    at.close()
    found = of_run(tmp_path, None, {0: 6, 1: 0})
    assert found is not None
    assert [(s.requests, s.out) for s in found.stages] == [(2.0, 500)]
    assert (found.kept, found.questions) == (0.5, 6)
    price = load_prices().of(MODEL)
    assert found.per_set(price, batched=True) < found.per_set(price, batched=False)
    assert of_run(tmp_path, None, {}) is None
