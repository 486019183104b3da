"""From submitted questions to a shard: the filter, its judge, the columns, what is left out and why."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from llm_server import KEY, LlmServer, Say, serving
from qa_runs import make_store, write

from cosyn_multi.errors import ConfigError, RunError
from cosyn_multi.llm.office import LlmOptions
from cosyn_multi.qa import exporting
from cosyn_multi.qa.exporting import export
from cosyn_multi.qa.filtering import filter_questions
from cosyn_multi.qa.stats import stats
from cosyn_multi.qa.store import Store

MODEL = "claude-sonnet-5-5"
GOOD = ("By how much is the first thing dearer in image 2 than in image 1?", "0.10 EUR")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = make_store(tmp_path, sets=4, shops=2)
    yield made
    made.close()


def judged(store: Store, options: LlmOptions | None = None) -> Any:
    return filter_questions(store, "en", options, lambda line: None)


def rows(store: Store) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for file in sorted((store.run / "data").glob("*.parquet")):
        found += pq.read_table(file).to_pylist()
    return found


def test_the_filter_names_each_reason_and_heeds_what_people_take_back(store: Store) -> None:
    write(store, "set00", "Anna", *GOOD)
    write(store, "set00", "Bo", GOOD[0].upper(), "0.10 EUR")
    counting = write(store, "set01", "Bo", "How many things are in all images?", "6")
    found = judged(store)
    assert (found.judged, found.out, found.reasons) == (3, 2, {"duplicate": 1, "counting": 1})
    store.drops.take_back(counting, "Anna")
    found = judged(store)
    assert (found.out, found.taken_back) == (1, 1)
    with pytest.raises(ConfigError, match="--language 'klingon': no such language"):
        filter_questions(store, "klingon", None, lambda line: None)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[LlmServer]:
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    with serving() as found:
        yield found


def test_a_model_judges_what_the_rules_left_and_its_silence_drops_nothing(server: LlmServer, store: Store) -> None:
    write(store, "set00", "Anna", *GOOD)
    dropped = write(
        store, "set01", "Anna", "What does the first thing cost in image 1, in image 2 and in image 3?", "3.00 EUR"
    )
    write(store, "set02", "Bo", "How many things are there?", "6")
    write(store, "set03", "Bo", "Which image shows the dearest thing?", "image 3")

    def judge(params: dict[str, Any]) -> Say:
        asked = params["messages"][0]["content"]
        if "dearest" in asked:
            return Say("", stop_reason="refusal")
        fault = "one_image" if "first thing cost in image 1" in asked else "none"
        return Say(json.dumps({"fault": fault, "detail": "image 1 says it" if fault != "none" else ""}))

    server.answer = judge
    options = LlmOptions(model=MODEL, base_url=server.url)
    found = judged(store, options)
    assert found.reasons == {"one_image": 1, "counting": 1}
    assert [p.reason for p in found.problems] == ["judge_refused"]
    assert len(server.asked()) == 3, "what the rules dropped isn't paid for"
    assert store.drops.all()[dropped][0].judge == MODEL
    assert judged(store, options).reasons == found.reasons
    assert len(server.asked()) == 3


def test_the_export_has_the_public_columns_one_row_per_set_and_all_that_led_there(store: Store) -> None:
    first = write(store, "set00", "Anna Real Name", *GOOD, second=True)
    write(store, "set00", "Bo", "Which image is cheaper?\r\n", " image 1 ")
    write(store, "set01", "Bo", "How many things are there in all?", "6")
    store.looks.next_for("Bo")
    store.looks.answer(first, "Bo", "0.1 EUR", "0.10 EUR", "same")
    turn = store.talk.ask(first, GOOD[0], "", MODEL)
    store.talk.close(turn.seq, "there", answer="0.10 EUR", remark="sure")
    judged(store)
    done = export(store, None)
    assert (done.rows, done.questions, done.images, done.left_out) == (1, 2, 2, {"dropped by the filter": 1})
    assert done.embedded, "nobody else could fetch these"
    (row,) = rows(store)
    members = store.sets.get("set00").members
    assert row["image_sha256s"] == [m.sha256 for m in members]
    assert row["image_urls"] == [m.file for m in members]
    assert row["qa_pairs"] == {"question": [GOOD[0], "Which image is cheaper?"], "answer": [GOOD[1], "image 1"]}
    assert [i["bytes"] for i in row["images"]] == [(store.run / m.file).read_bytes() for m in members]
    told = json.loads(row["annotations"])
    assert [t["writer"] for t in told] == ["person 1", "person 2"]
    assert told[0]["second_look"] == {"person": "person 2", "given": "0.1 EUR", "verdict": "same", "by": "scoring"}
    assert (told[0]["dialogue"][0]["answer"], told[0]["dialogue"][0]["remark"]) == ("0.10 EUR", "sure")
    assert [v["text"] for v in told[0]["versions"]] == list(GOOD)
    assert "Real Name" not in json.dumps(row, default=str), "names stay here"
    assert str(store.run) not in json.dumps(row, default=str)


@pytest.mark.slow
def test_datasets_loads_what_was_exported_with_its_pictures(store: Store) -> None:
    from datasets import load_dataset

    for n in range(4):
        write(store, f"set{n:02d}", "Anna", *GOOD)
    export(store, None)
    loaded = load_dataset(str(store.run), split="train", cache_dir=str(store.run / "cache"))
    assert [len(row["images"]) for row in loaded] == [2, 3, 2, 3]
    assert all(image.size == (image.width, image.height) for row in loaded for image in row["images"])
    assert loaded[0]["qa_pairs"] == {"question": [GOOD[0]], "answer": [GOOD[1]]}


def test_a_set_with_a_lost_image_is_left_out_whole_and_told(store: Store) -> None:
    write(store, "set00", "Anna", *GOOD)
    write(store, "set01", "Anna", *GOOD)
    lost = store.sets.get("set01").members[2]
    (store.run / lost.file).write_bytes(b"\x89PNG cut")
    done = export(store, True)
    assert done.rows == 1
    assert done.left_out == {"in sets with a lost image": 1}
    assert [p.where for p in done.problems] == [lost.file]


def test_addresses_alone_are_enough_where_every_image_has_one(store: Store) -> None:
    with store.database.writing() as db:
        db.execute("UPDATE images SET address = 'https://example.org/' || place || '.png'")
    write(store, "set00", "Anna", *GOOD)
    assert not export(store, None).embedded
    assert rows(store)[0]["image_urls"] == ["https://example.org/0.png", "https://example.org/1.png"]
    assert "images" not in rows(store)[0]


def test_files_and_row_groups_are_closed_by_their_bytes_and_stale_files_go(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(4):
        write(store, f"set{n:02d}", "Anna", *GOOD)
    monkeypatch.setattr(exporting, "GROUP_BYTES", 1)
    monkeypatch.setattr(exporting, "FILE_BYTES", 1)
    export(store, True)
    assert len(list((store.run / "data").iterdir())) == 4
    monkeypatch.setattr(exporting, "FILE_BYTES", 10**9)
    export(store, True)
    (file,) = (store.run / "data").iterdir()
    assert pq.ParquetFile(file).metadata.num_row_groups == 4
    assert [r["id"] for r in rows(store)] == ["set00", "set01", "set02", "set03"]


def test_nothing_to_export_is_told_with_the_reason(store: Store) -> None:
    with pytest.raises(RunError, match="nothing was submitted"):
        export(store, None)
    write(store, "set00", "Anna", "How many are there?", "6")
    judged(store)
    with pytest.raises(RunError, match="nothing to export: 1 dropped by the filter"):
        export(store, None)


def test_stats_tell_how_far_the_work_is(store: Store) -> None:
    number = write(store, "set00", "Anna", *GOOD, second=True)
    store.sets.skip("set01", "Bo", "same", "")
    assert stats(store)["totals"]["waiting for a second look"] == 1
    store.looks.next_for("Bo")
    store.looks.answer(number, "Bo", "0.10 EUR", "0.10 EUR", "same")
    found = stats(store)
    assert found["totals"]["questions"] == 1
    assert found["skipped"] == {"same": 1}
    assert found["agreement"]["second looks by Bo"]["line"] == "1 compared, 1 the same: 100.0 % (2.5-100.0)"
