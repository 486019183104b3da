"""Reviews: the interval, the store, the sum, and what an export leaves out."""

import json
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from gallery_runs import image_set, make_run

from cosyn_multi.errors import RunError, UserError
from cosyn_multi.reviews import Review, Reviews, clopper_pearson, ref_of, rejected, summed_up, without_rejected
from cosyn_multi.reviews.summary import Summary


def said(number: int, verdict: str, reviewer: str = "Anna", ok: bool | None = None) -> Review:
    given = None if ok is None else "41"
    return Review(
        set_id="3-000001", question=f"q{number}", number=number, kind="aggregate", reviewer=reviewer, verdict=verdict,
        given=given, given_ok=ok, at="2024-01-01T00:00:00.000Z",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("found", "of", "low", "high"),
    [  # at the ends it has a closed form; 5 of 20 is a textbook's example
        (0, 10, 0.0, 1 - 0.025**0.1),
        (10, 10, 0.025**0.1, 1.0),
        (5, 20, 0.08657147, 0.49104587),
        (0, 0, 0.0, 1.0),
    ],
)
def test_the_interval_is_clopper_and_pearsons(found: int, of: int, low: float, high: float) -> None:
    assert clopper_pearson(found, of) == pytest.approx((low, high), abs=1e-7)


def test_the_interval_covers_as_often_as_it_says_even_for_rare_errors() -> None:
    from math import comb

    for share in (0.001, 0.01, 0.05, 0.5):
        covered = 0.0
        for found in range(61):
            low, high = clopper_pearson(found, 60)
            covered += comb(60, found) * share**found * (1 - share) ** (60 - found) if low <= share <= high else 0
        assert covered >= 0.95


def test_two_hundred_and_twelve_checked_and_one_wrong_reads_as_the_manual_says() -> None:
    reviews = [said(n, "wrong" if n == 1 else "right") for n in range(1, 213)]
    assert summed_up(reviews).line == "212 checked, 1 wrong: error rate 0.5 % (0.0-2.6)"


def test_nothing_checked_is_no_rate() -> None:
    assert summed_up([]).line == "0 checked"
    assert summed_up([said(1, "")]).line == "0 checked"


def test_a_question_that_two_judged_counts_once_and_is_wrong_if_either_says_so() -> None:
    summary = summed_up([said(1, "right"), said(1, "wrong", "Bo"), said(2, "right"), said(2, "right", "Bo")])
    assert (summary.checked, summary.wrong, summary.disputed) == (2, 1, (("3-000001", 1),))
    assert summary.reviewers == {"Anna": 2, "Bo": 2}


def test_blind_answers_have_a_rate_of_their_own() -> None:
    summary = summed_up([said(1, "right", ok=True), said(2, "right", ok=False), said(3, "right")])
    assert summary.blind_line == "2 answered blind, 1 as stored: 50.0 % (1.3-98.7)"
    assert isinstance(summary, Summary)


def test_a_verdict_is_on_disk_at_once_and_every_change_is_kept(tmp_path: Path) -> None:
    store, ref = Reviews(tmp_path), ref_of(image_set(1), 2)
    store.judge("Anna", ref, "right")
    store.judge("Anna", ref, "wrong", "the board says 41")
    other = Reviews(tmp_path)  # as another process would see it, the first one still open
    assert [(r.verdict, r.note) for r in other.all()] == [("wrong", "the board says 41")]
    store.judge("Anna", ref, "")
    assert [r.verdict for r in other.history()] == ["right", "wrong", ""]
    assert other.all()[0].note == "the board says 41"
    store.close()
    other.close()


def test_the_first_blind_answer_stands(tmp_path: Path) -> None:
    store, ref = Reviews(tmp_path), ref_of(image_set(1), 1)
    store.answer("Anna", ref, "41", False)
    store.answer("Anna", ref, "101", True)
    assert [(r.given, r.given_ok) for r in store.all()] == [("41", False)]
    store.close()


def test_a_verdict_never_slips_to_another_question_that_took_the_number() -> None:
    made = image_set(1)
    swapped = made.model_copy(update={"questions": made.questions[::-1]})
    assert ref_of(made, 1).question == ref_of(swapped, 3).question != ref_of(swapped, 1).question
    redrawn = made.pictures[0].model_copy(update={"png_digest": "another"})
    changed = made.model_copy(update={"pictures": (redrawn, *made.pictures[1:])})
    assert ref_of(made, 1).question != ref_of(changed, 1).question


def test_many_threads_and_two_stores_lose_nothing(tmp_path: Path) -> None:
    stores = [Reviews(tmp_path), Reviews(tmp_path)]
    made = image_set(2)

    def judge(n: int) -> None:
        stores[n % 2].judge(f"reviewer {n % 10}", ref_of(made, 1 + n // 10 % 3), "right", str(n))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(judge, range(60)))
    assert len(stores[0].all()) == 30
    assert len(stores[1].history()) == 60
    for store in stores:
        store.close()


@pytest.mark.parametrize("name", ["", "   ", "x" * 41, "a\x00b", "right‮left"])
def test_names_that_cannot_be_shown_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="1 to 40 printable"):
        Reviews(tmp_path).judge(name, ref_of(image_set(1), 1), "right")
    assert not list(tmp_path.iterdir())


def test_an_unknown_verdict_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="Did you mean 'wrong'"):
        Reviews(tmp_path).judge("Anna", ref_of(image_set(1), 1), "wrnog")


def test_looking_makes_no_file(tmp_path: Path) -> None:
    assert Reviews(tmp_path).all() == [] == Reviews(tmp_path).history()
    assert rejected(tmp_path) == frozenset()
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_no_database_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "reviews.sqlite").write_text("x" * 5000)
    with pytest.raises(RunError, match=r"\A[^\n]*reviews.sqlite: can't be used[^\n]*\Z"):
        Reviews(tmp_path).all()


def test_a_place_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "reviews.sqlite").mkdir()
    with pytest.raises(RunError, match=r"\A[^\n]*can't be used[^\n]*\Z"):
        Reviews(tmp_path).judge("Anna", ref_of(image_set(1), 1), "right")


def test_exports_leave_out_what_any_reviewer_rejects_and_nothing_that_is_merely_ugly(tmp_path: Path) -> None:
    made, store = image_set(1), Reviews(tmp_path)
    store.judge("Anna", ref_of(made, 1), "right")
    store.judge("Bo", ref_of(made, 1), "unreadable")
    store.judge("Anna", ref_of(made, 2), "wrong")
    store.judge("Anna", ref_of(made, 2), "right")  # her last word
    store.judge("Anna", ref_of(made, 3), "ugly")
    store.close()
    kept = without_rejected(made, rejected(tmp_path))
    assert [q.draft.kind for q in kept.questions] == ["extremum", "sequential_hop"]
    assert without_rejected(image_set(2), rejected(tmp_path)) == image_set(2)
    assert len(without_rejected(made, rejected(tmp_path, frozenset({"ugly"}))).questions) == 2


@pytest.mark.slow
def test_a_file_left_by_a_killed_process_still_tells_all(tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; sys.path.insert(0, 'tests')\n"
        "from gallery_runs import image_set; from cosyn_multi.reviews import Reviews, ref_of\n"
        "Reviews(Path(sys.argv[1])).judge('Anna', ref_of(image_set(1), 1), 'wrong'); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=Path(__file__).parent.parent, check=False)
    assert [r.verdict for r in Reviews(tmp_path).all()] == ["wrong"]
    assert sqlite3.connect(tmp_path / "reviews.sqlite").execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.slow
def test_export_writes_json_lines_and_stats_tell_of_the_reviews(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", 2, shard_size=2)
    store = Reviews(run)
    store.judge("Anna", ref_of(image_set(0), 1), "right", 'fine; "quoted"\nline')
    store.judge("Anna", ref_of(image_set(1), 1), "wrong")
    store.close()

    def command(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-m", "cosyn_multi", *words], capture_output=True, text=True, check=True)

    done = command("gallery", "export", str(run))
    assert [json.loads(line)["verdict"] for line in done.stdout.splitlines()] == ["right", "wrong"]
    assert done.stderr.strip() == "2 checked, 1 wrong: error rate 50.0 % (1.3-98.7)"
    command("gallery", "export", str(run), "--history", "--to", str(tmp_path / "all.jsonl"))
    assert len((tmp_path / "all.jsonl").read_text().splitlines()) == 2
    found = json.loads(command("stats", str(run), "--json").stdout)
    assert found["reviews"]["checked"] == 2
    assert found["reviews"]["error_rate"] == 0.5
