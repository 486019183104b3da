"""Lazy reading and the index: positions, filters, samples, runs that grow, files that are broken."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from gallery_runs import make_run

from cosyn_multi.errors import RunError
from cosyn_multi.gallery.library import Library
from cosyn_multi.gallery.looking import Looking
from cosyn_multi.reviews import ref_of
from cosyn_multi.shards.index import Index, Query, closest, difficulty, shuffle_keys
from cosyn_multi.shards.lazy import LazyRun, RowGroups
from cosyn_multi.shards.read import open_run

SETS = 12


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_run(tmp_path_factory.mktemp("runs") / "run", SETS)


@pytest.fixture
def lazy(run: Path) -> LazyRun:
    return LazyRun(open_run(run), RowGroups())


@pytest.fixture
def index(lazy: LazyRun) -> Index:
    made = Index(lazy.path, lazy.files)
    assert list(made.build())[-1] == SETS
    return made


@pytest.fixture
def library(run: Path) -> Iterator[Library]:
    made = Library([run])
    yield made
    made.close()


def ids(lazy: LazyRun, found: np.ndarray) -> list[int]:
    return [lazy.set(int(p)).index for p in found]


def test_every_position_gives_the_set_that_reading_in_turn_gives(lazy: LazyRun) -> None:
    in_turn = list(open_run(lazy.path))
    assert len(lazy) == len(in_turn) == SETS
    assert [lazy.set(p) for p in range(SETS)] == in_turn
    assert [lazy.find(made.id) for made in in_turn] == list(range(SETS))


def test_an_id_that_is_not_there_is_none_whatever_it_looks_like(lazy: LazyRun) -> None:
    for strange in ("3-000099", "4-000001", "", "3-", "../../etc/passwd", "3-²", "x" * 500, "3-00000١"):
        assert lazy.find(strange) is None


def test_only_so_much_of_what_was_read_is_kept(run: Path) -> None:
    groups = RowGroups(kept_bytes=1)
    lazy = LazyRun(open_run(run), groups)
    for position in range(SETS):
        lazy.row(position, ("images",))
    assert len(groups._tables) == 1


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        (Query(), set(range(SETS))),
        (Query(scenario="regional_metric"), {i for i in range(SETS) if i % 2}),
        (Query(domain="gym"), {i for i in range(SETS) if i % 3 == 1}),
        (Query(domain="gym", scenario="regional_metric"), {1, 7}),
        (Query(artifact="mixed"), set(range(SETS))),
        (Query(artifact="chart"), set()),
        (Query(template="price_board"), set(range(SETS))),
        (Query(template="price"), set()),
        (Query(kind="extremum"), set(range(SETS))),
        (Query(difficulty="easy"), {i for i in range(SETS) if i % 2 == 0}),
        (Query(closest="needs_every_image"), set(range(SETS))),
        (Query(closest="none measured", kind="sequential_hop"), set(range(SETS))),
        (Query(closest="none measured", kind="extremum"), set()),
        (Query(text="OF STORE 7 is"), {7}),
        (Query(text="stock of store 7"), {7}),
        (Query(text="3-000004"), {4}),
        (Query(text="cheapest", kind="extremum"), set()),
        (Query(text="%"), set()),
        (Query(text=".*"), set()),
        (Query(scenario="nothing of the kind"), set()),
    ],
)
def test_a_filter_finds_what_it_says(query: Query, wanted: set[int], index: Index, lazy: LazyRun) -> None:
    assert ids(lazy, index.matches(query)) == sorted(wanted)


def test_sets_are_counted_by_each_value_of_a_facet(index: Index) -> None:
    for facet in ("template", "domain", "artifact"):
        found = {name: len(index.matches(Query.model_validate({facet: name}))) for name in index.names(facet)}
        assert index.counts(facet) == found and sum(found.values()) >= SETS


def test_levels_and_the_nearest_limit_follow_their_rules() -> None:
    def raw(cells: int, images: int, **measures: float) -> dict[str, object]:
        verdicts = [{"check": c, "ok": True, "measure": m} for c, m in measures.items()]
        return {"draft": {"evidence": ["e"] * cells, "images": [1] * images}, "verdicts": verdicts}

    assert [difficulty(raw(c, i)) for c, i in ((2, 2), (2, 3), (3, 2), (10, 3), (11, 2), (1, 4))] == [
        "easy", "medium", "medium", "medium", "hard", "hard",
    ]  # fmt: skip
    # needs_every_image fails from 0.8 on, so 0.7 there is nearer to its limit than 0.85 is to 1
    assert closest(raw(1, 2, needs_every_image=0.7, robust=0.85)) == "needs_every_image"
    assert closest(raw(1, 2, needs_every_image=0.6, robust=0.85)) == "robust"
    assert closest(raw(1, 2, needs_every_image=0.0)) == "none measured"


def test_a_sample_depends_on_the_seed_alone_and_a_filter_keeps_its_order(library: Library) -> None:
    orders = [library.order(Looking(seed=seed)).tolist() for seed in (1, 1, 2)]
    assert orders[0] == orders[1] != orders[2]
    assert sorted(orders[0]) == list(range(SETS))
    part = library.order(Looking(seed=1, query=Query(domain="gym"))).tolist()
    assert part == [p for p in orders[0] if p in part]
    assert len(part) == 4


def test_sets_are_found_by_what_was_said_of_them(tmp_path: Path) -> None:
    library = Library([make_run(tmp_path / "run", 5)])
    shelf = library.shelves[0]
    for set_number, verdict in ((1, "right"), (1, "ugly"), (3, "wrong")):
        made = shelf.lazy.set(set_number)
        shelf.reviews.judge(f"Anna {verdict}", ref_of(made, 1), verdict)
    found = {said: library.order(Looking(said=said)).tolist() for said in ("", "unreviewed", "right", "ugly", "wrong")}
    assert found == {"": [0, 1, 2, 3, 4], "unreviewed": [0, 2, 4], "right": [1], "ugly": [1], "wrong": [3]}
    shelf.reviews.judge("Anna wrong", ref_of(shelf.lazy.set(3), 1), "")
    assert library.order(Looking(said="unreviewed", seed=2)).tolist() != [0, 2, 3, 4]
    assert sorted(library.order(Looking(said="unreviewed", seed=2)).tolist()) == [0, 2, 3, 4]
    library.close()


def test_samples_are_fair() -> None:
    from cosyn_multi.shards.folder import FileRecord

    files = [FileRecord(path=f"data/doc/train-{n:05d}.parquet", sha256="", rows=50, bytes=0) for n in range(4)]
    first = np.zeros(200)
    for seed in range(2000):
        first[int(np.argmin(shuffle_keys(files, seed)))] += 1
    assert first.min() > 0
    assert ((first - 10) ** 2 / 10).sum() < 270  # chi-square with 199 degrees of freedom: 0.05 % above


def test_a_run_that_grows_is_taken_in_and_what_stayed_is_not_read_again(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", 5)
    library = Library([run])
    kept = library.shelves[0].index._parts[0]
    make_run(run, 12)
    library.refresh()
    assert len(library) == 12
    for _ in library.shelves[0].index.build():
        pass
    assert library.shelves[0].index._parts[0] is kept
    assert len(library.order(Looking(query=Query(kind="extremum")))) == 12
    library.close()


def test_two_runs_of_one_name_are_told_apart(run: Path, tmp_path: Path) -> None:
    other = make_run(tmp_path / "run", 2)
    library = Library([run, other])
    assert [s.name for s in library.shelves] == ["run", "run~2"]
    assert len(library.order(Looking())) == SETS + 2
    assert library.order(Looking(run="run~2")).tolist() == [SETS, SETS + 1]
    shelf, own = library.find("run~2", "3-000001")
    assert library.at(library.overall(shelf, own)) == (shelf, own)
    with pytest.raises(RunError, match="no such run in this gallery"):
        library.find("rnu", "3-000001")
    library.close()


def test_a_file_cut_short_is_one_line_and_the_rest_stays_in_reach(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", 10)
    broken = run / "data/mixed/train-00001.parquet"
    broken.write_bytes(broken.read_bytes()[:900])
    library = Library([run])
    assert [len(f.splitlines()) for f in library.faults] == [1]
    assert "train-00001.parquet: can't be read" in library.faults[0]
    shelf = library.shelves[0]
    assert shelf.lazy.set(2).id == "3-000002"
    with pytest.raises(RunError, match=r"train-00001.parquet: can't be read"):
        shelf.lazy.set(7)
    assert len(library.order(Looking(query=Query(kind="extremum")))) == 5
    library.close()
