"""Images and captions coming in: from files, from a run of ours, from a model with eyes; and sets from captions."""

import base64
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from gallery_runs import make_run
from llm_server import KEY, LlmServer, Say, serving
from PIL import Image as Pillow
from qa_runs import draw, make_images

from cosyn_multi.errors import ConfigError, RunError
from cosyn_multi.gather.embed import sentence_embedder
from cosyn_multi.llm.office import LlmOptions
from cosyn_multi.qa.captioning import LONGEST_SIDE_PX, MOST_PIXELS, sendable
from cosyn_multi.qa.grouping import FLOOR, MOST_SETS, group, shape_of
from cosyn_multi.qa.problems import Problem
from cosyn_multi.qa.start import start
from cosyn_multi.qa.store import Store

MODEL = "claude-sonnet-5-5"


def begin(out: Path, *sources: Path, captions: Path | None = None, options: LlmOptions | None = None) -> list[Problem]:
    return start(out, [str(s) for s in sources], captions, None, options, lambda line: None).problems


def reasons(problems: list[Problem]) -> dict[str, str]:
    return {p.reason: p.line for p in problems}


def lines(file: Path, *rows: object) -> Path:
    file.write_text("".join((r if isinstance(r, str) else json.dumps(r)) + "\n" for r in rows), encoding="utf-8")
    return file


def test_everything_wrong_with_the_input_is_a_line_and_the_rest_comes_in(tmp_path: Path) -> None:
    img = tmp_path / "img"
    draw(img / "a.png", "a")
    draw(img / "b.png", "b")
    draw(img / "deep" / "b.png", "another b")
    (img / "copy.png").write_bytes((img / "a.png").read_bytes())
    (img / "broken.png").write_bytes((img / "b.png").read_bytes()[:200])
    (img / "page.jpg").write_text("<html>not found</html>")
    (img / "nothing.png").touch()
    told = lines(
        tmp_path / "captions.jsonl", {"image": "copy.png", "caption": "an a"}, {"image": "zebra.png", "caption": "x"},
        "{not json", {"image": "b.png", "caption": "which b?"}, {"image": str(img / "b.png"), "caption": " "},
        {"caption": "of nothing"},
    )  # fmt: skip
    problems = begin(tmp_path / "qa", img, captions=told)
    by_reason = reasons(problems)
    assert sorted(by_reason) == [
        "ambiguous", "bad_row", "broken", "duplicate", "empty", "no_caption", "no_image", "unknown_image",
    ]  # fmt: skip
    assert "captions.jsonl:2: unknown image: no image is called zebra.png" in by_reason["unknown_image"]
    kept = [json.loads(line) for line in (tmp_path / "qa" / "problems.jsonl").read_text().splitlines()]
    assert kept == [p.model_dump() for p in problems]
    store = Store(tmp_path / "qa")
    assert len(store.pictures.all()) == 3
    assert [c.text for c in store.pictures.captions().values()] == ["an a"], "by the name of its copy"
    store.close()


def test_what_can_not_be_read_at_all_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        begin(tmp_path / "qa", tmp_path / "none.png")
    assert not (tmp_path / "qa").exists()
    draw(tmp_path / "a.png", "a")
    nameless = lines(tmp_path / "c.jsonl", {"picture": "a.png", "caption": "x"})
    with pytest.raises(
        ConfigError, match=r"no column for the image; one of image, image_url, .* it has caption, picture"
    ):
        begin(tmp_path / "qa", tmp_path / "a.png", captions=nameless)
    with pytest.raises(RunError, match="holds other files"):
        begin(tmp_path)


def test_starting_again_takes_in_more_and_changes_nothing_else(tmp_path: Path) -> None:
    captions = make_images(tmp_path / "img", shops=1)
    begin(tmp_path / "qa", tmp_path / "img", captions=captions)
    draw(tmp_path / "img" / "late.png", "late")
    begun = start(tmp_path / "qa", [str(tmp_path / "img")], None, None, None, lambda line: None)
    assert begun.line.endswith("5 images (1 new), 1 without a caption")
    assert not begun.problems


def test_rows_bring_image_address_and_caption(tmp_path: Path) -> None:
    file = draw(tmp_path / "a.png", "a")
    row = {
        "image": {"bytes": file.read_bytes(), "path": None},
        "image_url": "https://example.org/a.png",
        "caption": "an a",
    }
    pq.write_table(pa.Table.from_pylist([row]), tmp_path / "rows.parquet")
    begin(tmp_path / "qa", tmp_path / "rows.parquet")
    store = Store(tmp_path / "qa")
    (picture,) = store.pictures.all()
    assert picture.address == "https://example.org/a.png"
    assert (store.run / picture.file).read_bytes() == file.read_bytes()
    assert store.pictures.captions()[picture.sha256].text == "an a"
    store.close()


def test_a_photo_that_lies_on_its_side_is_shown_upright(tmp_path: Path) -> None:
    turned = Pillow.Exif()
    turned[0x0112] = 6
    Pillow.new("RGB", (300, 200), "white").save(tmp_path / "a.jpg", exif=turned)
    begin(tmp_path / "qa", tmp_path / "a.jpg")
    store = Store(tmp_path / "qa")
    assert [(p.width, p.height) for p in store.pictures.all()] == [(200, 300)]
    store.close()


def test_a_run_of_ours_brings_its_pictures_with_captions_from_its_worlds(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", 2)
    start(tmp_path / "qa", [], None, run, None, lambda line: None)
    store = Store(tmp_path / "qa")
    captions = [c.text for c in store.pictures.captions().values()]
    assert len(captions) == len(store.pictures.all()) == 5
    assert (
        captions[1] == "A price list: Stock 0. Item: Item Yeast, Bags 13; Item Malt, Bags 16; Item Poppy seed, Bags 19."
    )
    store.close()


@pytest.mark.slow
def test_sets_are_the_same_whatever_the_order_and_keep_to_the_sizes_wanted(tmp_path: Path) -> None:
    captions = make_images(tmp_path / "img")
    files = sorted((tmp_path / "img").iterdir())
    embedder, found = sentence_embedder(), []
    for name, order in (("one", files), ("two", files[::-1])):
        begin(tmp_path / name, *order, captions=captions)
        store = Store(tmp_path / name)
        formed = group(store, embedder, shape_of(None, MOST_SETS, FLOOR), 7)
        assert formed.alone == formed.uncaptioned == 0
        assert 2.3 < formed.mean < 3.1
        groups = store.sets.all()
        assert all(2 <= len({m.sha256 for m in g.members}) == len(g.members) <= 5 for g in groups)
        assert all(s >= FLOOR for g in groups for s in g.similarities)
        found.append([(g.id, [m.sha256 for m in g.members]) for g in groups])
        assert group(store, embedder, shape_of(None, MOST_SETS, FLOOR), 7).added == 0
        store.close()
    assert found[0] == found[1]


def test_sets_need_captions(tmp_path: Path) -> None:
    begin(tmp_path / "qa", draw(tmp_path / "a.png", "a"))
    store = Store(tmp_path / "qa")
    with pytest.raises(RunError, match=r"0 images with a caption, 1 without; .* --caption-with llm"):
        group(store, lambda texts: None, shape_of(None, 1, 0.5), 0)  # type: ignore[arg-type]
    store.close()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[LlmServer]:
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    with serving() as found:
        yield found


def test_a_model_with_eyes_writes_captions_once_and_a_replay_needs_no_model(server: LlmServer, tmp_path: Path) -> None:
    draw(tmp_path / "img" / "a.png", "a", size=(3000, 900))
    draw(tmp_path / "img" / "b.png", "b")
    server.answer = lambda params: Say(json.dumps({"caption": f"A list, seen as {seen(params).size}."}))
    options = LlmOptions(model=MODEL, base_url=server.url, budget=1.0)
    assert not begin(tmp_path / "qa", tmp_path / "img", options=options)
    store = Store(tmp_path / "qa")
    captions = [(c.text, c.source) for c in store.pictures.captions().values()]
    store.close()
    assert captions == [("A list, seen as (1568, 470).", MODEL), ("A list, seen as (420, 260).", MODEL)]
    assert len(server.asked()) == 2
    begin(tmp_path / "qa", options=options)
    assert len(server.asked()) == 2, "what has a caption isn't asked again"
    other = tmp_path / "again"
    other.mkdir()
    (other / "ledger.sqlite").write_bytes((tmp_path / "qa" / "ledger.sqlite").read_bytes())
    begin(other, tmp_path / "img", options=options.model_copy(update={"replay": True}))
    store = Store(other)
    assert [(c.text, c.source) for c in store.pictures.captions().values()] == captions
    store.close()


def seen(params: dict[str, object]) -> Pillow.Image:
    """The picture that a request carries, before its text."""
    content = params["messages"][0]["content"]  # type: ignore[index]
    assert [block["type"] for block in content] == ["image", "text"]
    return Pillow.open(io.BytesIO(base64.b64decode(content[0]["source"]["data"])))


def test_a_caption_that_the_model_refuses_is_told_and_the_others_come(server: LlmServer, tmp_path: Path) -> None:
    make_images(tmp_path / "img", shops=1, months=3)
    server.answer = lambda params: Say(json.dumps({"caption": "A list."}))
    server.script = [Say("", stop_reason="refusal")]
    problems = begin(tmp_path / "qa", tmp_path / "img", options=LlmOptions(model=MODEL, base_url=server.url, at_once=1))
    assert [p.reason for p in problems] == ["caption_refused"]
    store = Store(tmp_path / "qa")
    assert len(store.pictures.uncaptioned()) == 1
    store.close()


def test_captions_by_files_wait_until_they_are_answered(tmp_path: Path) -> None:
    make_images(tmp_path / "img", shops=1, months=2)
    options = LlmOptions(model="any", llm="files")
    begun = start(tmp_path / "qa", [str(tmp_path / "img")], None, None, options, lambda line: None)
    assert "2 captions wait for the model" in begun.line
    asked = [json.loads(line) for line in (tmp_path / "qa" / "requests" / "qa_caption.jsonl").read_text().splitlines()]
    assert all(len(a["messages"][0]["images"]) == 1 for a in asked)
    answers = [{"id": a["id"], "text": json.dumps({"caption": f"number {n}"})} for n, a in enumerate(asked)]
    lines(tmp_path / "qa" / "responses" / "a.jsonl", *answers)
    begun = start(tmp_path / "qa", [], None, None, options, lambda line: None)
    assert begun.line.endswith("2 images (0 new), 0 without a caption")


@pytest.mark.parametrize(
    ("mode", "size", "kind", "sent"),
    [
        ("RGB", (200, 100), "image/png", (200, 100)),
        ("RGBA", (4000, 1000), "image/png", (1568, 392)),
        ("P", (2000, 2000), "image/png", (1072, 1072)),
        ("noise", (900, 700), "image/jpeg", (900, 700)),
    ],
)
def test_a_picture_is_sent_no_larger_than_it_is_looked_at(
    mode: str, size: tuple[int, int], kind: str, sent: tuple[int, int]
) -> None:
    picture = Pillow.effect_noise(size, 90).convert("RGB") if mode == "noise" else Pillow.new(mode, size)
    out = io.BytesIO()
    picture.save(out, "PNG")
    image = sendable(out.getvalue())
    assert (image.media_type, (image.width, image.height)) == (kind, sent)
    assert image.width * image.height <= MOST_PIXELS
    assert max(image.width, image.height) <= LONGEST_SIDE_PX
    with Pillow.open(io.BytesIO(base64.b64decode(image.data))) as back:
        assert back.size == sent
        if mode == "RGBA":
            assert back.convert("RGB").getpixel((5, 5)) == (255, 255, 255), "what is transparent is seen on white"
