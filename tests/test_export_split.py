"""Sides that share no world, no persona and no picture, and that a set never changes."""

import io
import json
from collections import defaultdict
from pathlib import Path

import pytest
from export_runs import blocks, image_set, make_run
from PIL import Image

from cosyn_multi.errors import ConfigError, RunError
from cosyn_multi.exports import Order, export, parse_split
from cosyn_multi.likeness.near import Lookalikes
from cosyn_multi.likeness.phash import phash
from cosyn_multi.model import ImageSet
from cosyn_multi.shards.read import open_run

HALVES = parse_split("train=0.5,validation=0.5")
SIDES = ("train", "validation")


def exported(run: Path, out: Path, split: str = "train=0.6,validation=0.4") -> dict[str, list[str]]:
    """Ids per side."""
    export(open_run(run), Order("jsonl", out, split=parse_split(split)))
    return {s: [json.loads(line)["id"] for line in (out / f"{s}.jsonl").read_text().splitlines()] for s in SIDES}


def personas(side: int) -> list[str]:
    """Personas that fall on a side of HALVES."""
    return [p for p in (f"A clerk of office {n}" for n in range(60)) if HALVES.side(p) == side]


def test_all_sets_of_a_persona_fall_together(tmp_path: Path) -> None:
    sets = [image_set(i, persona=f"A baker of town {i % 5}") for i in range(20)]
    found = exported(make_run(tmp_path / "run", sets), tmp_path / "out")
    side_of: dict[str, set[str]] = defaultdict(set)
    for side, ids in found.items():
        for name in ids:
            side_of[sets[int(name[-6:])].plan.persona].add(side)
    assert all(len(sides) == 1 for sides in side_of.values()) and len(side_of) == 5
    assert all(found.values())


def test_a_set_stays_on_its_side_when_the_run_grows(tmp_path: Path) -> None:
    sets = [image_set(i) for i in range(24)]
    small = exported(make_run(tmp_path / "small", sets[:9]), tmp_path / "a")
    large = exported(make_run(tmp_path / "large", sets), tmp_path / "b")
    for side in SIDES:
        assert set(small[side]) <= set(large[side])
    assert sum(map(len, large.values())) == 24


def shared(tmp_path: Path, one: ImageSet, other: ImageSet) -> dict[str, list[str]]:
    """What comes of two sets on different sides, among others that share nothing; validation is the smaller side."""
    rest = [image_set(i, persona=personas(0)[i]) for i in range(2, 5)]
    run = make_run(tmp_path / "run", [one, other, *rest])
    found = exported(run, tmp_path / "out", "train=0.5,validation=0.5")
    assert set(found["train"]) | set(found["validation"]) >= {s.id for s in rest}
    return found


def test_a_world_on_both_sides_is_left_out_of_the_larger(tmp_path: Path) -> None:
    bags = range(500, 506)
    one = image_set(0, persona=personas(0)[0], bags=bags)
    other = image_set(1, persona=personas(1)[0], bags=bags)
    found = shared(tmp_path, one, other)
    assert (one.id in found["train"]) != (other.id in found["validation"])


def changed(png: bytes, how: str) -> bytes:
    with Image.open(io.BytesIO(png)) as opened:
        out = io.BytesIO()
        if how == "half":
            opened.resize((opened.width // 2, opened.height // 2)).save(out, "PNG")
        elif how == "jpeg":
            opened.save(out, "JPEG", quality=40)
        else:
            opened.point([min(255, v + 3) for v in range(256)] * 3).save(out, "PNG")
        return out.getvalue()


@pytest.mark.parametrize("how", ["half", "brighter"])
def test_pictures_that_look_alike_never_stand_on_both_sides(how: str, tmp_path: Path) -> None:
    picture = blocks("shared", (500, 500))
    one = image_set(0, persona=personas(0)[0], pictures=(picture, blocks("x")))
    other = image_set(1, persona=personas(1)[0], pictures=(blocks("y"), changed(picture, how)))
    found = shared(tmp_path, one, other)
    assert (one.id in found["train"]) != (other.id in found["validation"])


def test_the_smaller_side_keeps_what_is_shared_and_the_loss_is_counted(tmp_path: Path) -> None:
    split = parse_split("train=0.9,validation=0.1")
    names = [f"A clerk of office {n}" for n in range(200)]
    small = [n for n in names if split.side(n) == 1]
    large = [n for n in names if split.side(n) == 0]
    picture = blocks("shared")
    sets = [image_set(i, persona=large[i], pictures=(picture, blocks(f"own {i}"))) for i in range(1)]
    sets += [
        image_set(1, persona=small[0], pictures=(changed(picture, "brighter"), blocks("own"))),
        image_set(2, persona=large[2]),
    ]
    done = export(open_run(make_run(tmp_path / "run", sets)), Order("jsonl", tmp_path / "out", split=split))
    assert dict(done.rows) == {"validation": 1, "train": 1}
    readme = (tmp_path / "out/README.md").read_text()
    assert readme.index("split: train") < readme.index("split: validation"), "sides stand in the order asked for"
    assert done.left_out["sets that share a world or a picture with a smaller side"] == 1


def test_shares_come_out_about_as_asked() -> None:
    split = parse_split("train=0.9,validation=0.06,test=0.04")
    sides = [split.side(f"A clerk of office {n}") for n in range(4000)]
    assert [sides.count(n) / 4000 for n in range(3)] == pytest.approx([0.9, 0.06, 0.04], abs=0.015)
    assert split.side("A  clerk of OFFICE 7") == split.side("a clerk of office 7")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("train", "'train' is no side"), ("train=x", "'train=x' is no side"), ("train=0.5,train=0.5", "is no side"),
        ("train=0.9,validation=0.2", "add to 1.1"), ("train=1.5", "is no side"), ("train=1,validation=0", "is no side"),
        ("../up=1", "is no side"), ("Train=1", "is no side"), ("train=nan", "is no side"), (",", "'' is no side"),
    ],
)  # fmt: skip
def test_a_split_that_is_none_is_refused(text: str, said: str) -> None:
    with pytest.raises(ConfigError, match="--split") as refused:
        parse_split(text)
    assert said in str(refused.value) and "\n" not in str(refused.value)


def test_a_picture_that_cannot_be_decoded_is_named(tmp_path: Path) -> None:
    whole = image_set(0)
    run = make_run(tmp_path / "run", [whole, image_set(1)])
    png = whole.pictures[1].rendering.png
    (shard,) = run.rglob("*.parquet")
    import pyarrow.parquet as pq

    rows = pq.read_table(shard).to_pylist()
    rows[0]["images"][1]["bytes"] = png[: len(png) // 2]
    schema = pq.read_schema(shard)
    import pyarrow as pa

    pq.write_table(pa.Table.from_pylist(rows, schema=schema), shard)
    with pytest.raises(RunError, match=r"set 3-000000: image 2 can't be decoded; run `verify`"):
        export(open_run(run), Order("jsonl", tmp_path / "out", split=HALVES))
    assert not (tmp_path / "out").exists()


def test_retouched_pictures_are_near_and_others_are_far() -> None:
    pictures = [blocks(n) for n in range(200)]
    index = Lookalikes([phash(p) for p in pictures])
    for number in (0, 17, 199):
        for how in ("half", "jpeg", "brighter"):
            assert [entry for entry, _ in index.near(phash(changed(pictures[number], how)))] == [number]
