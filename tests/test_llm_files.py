"""Files as the carrier: requests lie there to be read, answers are taken from whoever gives them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from llm_worlds import GOOD, MODEL, SHARED, Basket, close_desks, opened, request

from cosyn_multi.llm.base import Tally
from cosyn_multi.llm.errors import ProviderError, Unanswered
from cosyn_multi.llm.office import LlmOptions, open_carrier, open_desk
from cosyn_multi.model import Reject

OPTIONS = LlmOptions(llm="files", model=MODEL)


@pytest.fixture(autouse=True)
def closing() -> Iterator[None]:
    yield
    close_desks()


def want(folder: Path, *texts: str, **changes: Any) -> None:
    at = opened(open_desk(folder, OPTIONS))
    for i, text in enumerate(texts):
        with pytest.raises(Unanswered):
            at.ask(request(text, **changes), set_index=i)


def visit(folder: Path) -> Tally:
    at, carrier = opened(open_desk(folder, OPTIONS)), open_carrier(folder, OPTIONS)
    assert carrier
    return carrier.visit(at.ledger, at.budget)


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def put(folder: Path, name: str, *answers: dict[str, Any] | str) -> None:
    text = "".join((a if isinstance(a, str) else json.dumps(a, ensure_ascii=False)) + "\n" for a in answers)
    (folder / "responses" / name).write_text(text, "utf-8")


def test_a_request_lies_there_with_all_that_answers_it(tmp_path: Path) -> None:
    want(tmp_path, "a basket")
    assert visit(tmp_path).waiting == 1
    (line,) = lines(tmp_path / "requests" / "world.jsonl")
    assert line == {
        "id": request("a basket").id,
        "stage": "world",
        "model": MODEL,
        "system": SHARED + "\n\nThis one is about fruit.",
        "messages": [{"role": "user", "content": "a basket"}],
        "schema": request().answer_schema,
        "max_tokens": 1000,
    }


def test_answers_are_taken_and_what_still_waits_stays(tmp_path: Path) -> None:
    want(tmp_path, "one", "two", "three")
    visit(tmp_path)
    ids = [line["id"] for line in lines(tmp_path / "requests" / "world.jsonl")]
    put(tmp_path, "mine.jsonl", {"id": ids[1], "text": GOOD})
    tally = visit(tmp_path)
    assert (tally.answered, tally.waiting) == (1, 2)
    assert [line["id"] for line in lines(tmp_path / "requests" / "world.jsonl")] == [ids[0], ids[2]]
    at = opened(open_desk(tmp_path, OPTIONS))
    assert at.ask_for(request("two"), Basket) == Basket.model_validate_json(GOOD)
    put(tmp_path, "more.jsonl", {"id": ids[0], "text": GOOD}, {"id": ids[2], "text": GOOD})
    done = visit(tmp_path)
    assert (done.answered, done.waiting, done.notes) == (2, 0, ())
    assert list((tmp_path / "requests").iterdir()) == []
    assert visit(tmp_path).answered == 0, "read again, nothing new"


def test_stages_have_a_file_each_in_the_order_of_sets(tmp_path: Path) -> None:
    want(tmp_path, "b", "a")
    want(tmp_path, "c", stage="plan", sample=1)
    visit(tmp_path)
    assert sorted(f.name for f in (tmp_path / "requests").iterdir()) == ["plan.jsonl", "world.jsonl"]
    world = lines(tmp_path / "requests" / "world.jsonl")
    assert [line["messages"][0]["content"] for line in world] == ["b", "a"]


def test_an_error_gives_the_request_up_with_its_reason_until_a_text_mends_it(tmp_path: Path) -> None:
    want(tmp_path, "one")
    visit(tmp_path)
    put(tmp_path, "mine.jsonl", {"id": request("one").id, "error": "out of memory"})
    tally = visit(tmp_path)
    assert (tally.failed, tally.waiting, tally.outcomes) == (1, 0, {"error": 1})
    at = opened(open_desk(tmp_path, OPTIONS))
    with pytest.raises(ProviderError, match="carrier: out of memory"):
        at.ask(request("one"))
    found = at.ask_for(request("one"), Basket)
    assert isinstance(found, Reject) and found.reason == "carrier"
    put(tmp_path, "mended.jsonl", {"id": request("one").id, "text": GOOD})
    assert visit(tmp_path).answered == 1
    assert isinstance(at.ask_for(request("one"), Basket), Basket)


def test_lines_that_are_no_answers_are_told_by_file_and_number_and_harm_nothing(tmp_path: Path) -> None:
    want(tmp_path, "one", "two")
    visit(tmp_path)
    one, two = request("one").id, request("two").id
    put(
        tmp_path,
        "mine.jsonl",
        '{"id": "x", "text": ',
        {"id": "world-nobody", "text": "?"},
        {"id": one},
        {"id": one, "text": "a", "error": "b"},
        {"id": one, "answer": "a"},
        "",
        {"id": two, "text": GOOD},
        {"id": two, "text": "another"},
    )
    tally = visit(tmp_path)
    assert tally.answered == 1 and tally.waiting == 1
    places = [n.split(": ")[0] for n in tally.notes[:-1]]
    assert sorted(places) == [f"mine.jsonl:{n}" for n in (1, 2, 3, 4, 5, 8)]
    assert opened(open_desk(tmp_path, OPTIONS)).ask(request("two")).text == GOOD, "the first answer stays"


def test_a_text_may_hold_any_line_end_and_a_file_may_begin_with_a_mark(tmp_path: Path) -> None:
    want(tmp_path, "one")
    visit(tmp_path)
    text = 'a\u2028b\u0085c\r\n"d" 漢字'
    line = json.dumps({"id": request("one").id, "text": text}, ensure_ascii=False)
    (tmp_path / "responses" / "mine.jsonl").write_bytes(b"\xef\xbb\xbf" + line.encode() + b"\r\n")
    assert visit(tmp_path).answered == 1
    assert opened(open_desk(tmp_path, OPTIONS)).ask(request("one")).text == text


def test_who_counts_tokens_may_say_so(tmp_path: Path) -> None:
    want(tmp_path, "one")
    visit(tmp_path)
    usage = {"input": 900, "output": 40}
    put(tmp_path, "mine.jsonl", {"id": request("one").id, "text": GOOD[:20], "stop": "max_tokens", "usage": usage})
    visit(tmp_path)
    at = opened(open_desk(tmp_path, OPTIONS))
    assert at.ledger.costs()[0].usage.output == 40
    found = at.ask_for(request("one"), Basket)
    assert isinstance(found, Reject) and found.reason == "cut_off"


def test_what_files_answered_replays_without_them(tmp_path: Path) -> None:
    want(tmp_path, "one")
    visit(tmp_path)
    put(tmp_path, "mine.jsonl", {"id": request("one").id, "text": GOOD})
    visit(tmp_path)
    (tmp_path / "responses" / "mine.jsonl").unlink()
    replay = opened(open_desk(tmp_path, OPTIONS.model_copy(update={"replay": True})))
    assert replay.ask(request("one")).text == GOOD
    assert open_carrier(tmp_path, OPTIONS.model_copy(update={"replay": True})) is None
