"""Images and rows from wherever they lie."""

import io
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image as Pillow

from cosyn_multi.errors import ConfigError
from cosyn_multi.gather.images import Image, Limits, Unreadable, decode, find_images
from cosyn_multi.gather.rows import read_rows


def png(color: str = "red", size: tuple[int, int] = (20, 10), form: str = "PNG") -> bytes:
    file = io.BytesIO()
    Pillow.new("RGB", size, color).save(file, form)
    return file.getvalue()


def test_an_image_that_decodes_has_its_hash_and_size() -> None:
    found = decode(png(form="WEBP"), "here")
    assert isinstance(found, Image)
    assert (found.width, found.height, found.format, len(found.sha256)) == (20, 10, "WEBP", 64)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"<html>not found</html>", "no_image"),
        (png(size=(300, 300))[:-60], "broken"),
        (png(size=(300, 300)), "too_many_pixels"),
        (b"x" * 50_001, "too_large"),
        (b"%PDF-1.4", "no_image"),
    ],
)
def test_what_is_no_image_says_why(data: bytes, reason: str) -> None:
    limits = Limits(pixels=89_999 if reason == "too_many_pixels" else 90_000, bytes=50_000)
    found = decode(data, "here", limits)
    assert isinstance(found, Unreadable)
    assert found.reason == reason


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    whole = Pillow.new("1", (20_000, 20_000))
    file = io.BytesIO()
    whole.save(file, "PNG")
    found = decode(file.getvalue(), "here")
    assert isinstance(found, Unreadable)
    assert found.reason == "too_many_pixels"


def test_images_come_from_files_folders_parquet_and_lines(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "b.png").write_bytes(png("blue"))
    (tmp_path / "folder" / "a.jpg").write_bytes(png("green", form="JPEG"))
    table = pa.table({"image": [{"bytes": png("white"), "path": "w.png"}], "caption": ["a wall"]})
    pq.write_table(table, tmp_path / "rows.parquet")
    lines = [{"image_path": "folder/b.png", "caption": "sea"}, {"image_path": "folder/no.png"}, {"caption": "nothing"},
             {"image_url": "https://example.org/c.png", "image_path": None, "caption": "far"}, {"url": "ftp://example.org/c.png"},
             {"image_path": "a\0b.png"}, {"image_path": "\ud800.png"}]  # fmt: skip
    text = "\n".join(json.dumps(line) for line in lines) + "\n{broken\n"
    (tmp_path / "rows.jsonl").write_text(text)
    found = list(find_images([tmp_path / "folder", tmp_path / "rows.parquet", tmp_path / "rows.jsonl"]))
    states = [f.image.reason if isinstance(f.image, Unreadable) else f.image.format for f in found]
    assert states == [
        "JPEG",
        "PNG",
        "PNG",
        "PNG",
        "missing",
        "missing",
        "not_here",
        "missing",
        "missing",
        "bad_row",
        "bad_row",
    ]
    assert found[2].values == {"caption": "a wall"}
    assert found[3].values["caption"] == "sea"
    assert [f.address for f in found if f.address] == ["https://example.org/c.png"]
    assert found[10].where == "rows.jsonl:8"


def test_a_source_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        list(find_images([tmp_path / "none.png"]))
    with pytest.raises(ConfigError, match="no such file"):
        list(read_rows(tmp_path / "none.parquet"))
    (tmp_path / "bad.parquet").write_bytes(b"PAR1 but no more")
    with pytest.raises(ConfigError, match="can't be read as Parquet"):
        list(read_rows(tmp_path / "bad.parquet"))


@pytest.mark.slow
def test_rows_come_from_a_saved_data_set_with_their_bytes(tmp_path: Path) -> None:
    from datasets import Dataset, Features, Value
    from datasets import Image as ImageFeature

    features = Features({"image": ImageFeature(), "label": Value("string")})
    made = Dataset.from_dict({"image": [{"bytes": png(), "path": None}], "label": ["red"]}, features=features)
    made.save_to_disk(tmp_path / "saved")
    found = list(find_images([tmp_path / "saved"]))
    assert [isinstance(f.image, Image) for f in found] == [True]
    assert found[0].values["label"] == "red"
