"""Templates that nobody reviewed are drawn in the cage: the same bytes as uncaged, and nothing forged gets through."""

import base64
import json
import shutil
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cosyn_multi import generate
from cosyn_multi.assets import BUILTIN, builtin_templates, load_template
from cosyn_multi.engines.base import Event
from cosyn_multi.errors import TemplateError
from cosyn_multi.model import Artifact, Done, Failure, Job, Reject, Rendering, Style, Template, View
from cosyn_multi.renderers.caged import draw_picture
from cosyn_multi.renderers.studio import Studio
from cosyn_multi.renderers.untrusted import BadResult, decoded, marked_page, named_marks
from cosyn_multi.sandbox import NoCage, WarmCage

ONE_OF_EACH = ("bars_grouped", "pdf_invoice", "plotly_bars", "invoice_plain")


@pytest.fixture(scope="module", params=[(), ("bubblewrap",)], ids=["all layers", "without bubblewrap"])
def studio(request: pytest.FixtureRequest) -> Iterator[Studio]:
    made = Studio(WarmCage(without=request.param))
    yield made
    made.close()


def sample(template: Template) -> Artifact:
    view = View.model_validate_json((template.folder / "sample.json").read_text("utf-8"))
    options = {name: values[0] for name, values in template.options.items()}
    width, height = template.size_px
    return Artifact(view=view, template=template, style=Style(width_px=width, height_px=height, options=options))


def copied(name: str, root: Path) -> Template:
    """A built-in template as a user's: the same files elsewhere."""
    shutil.copytree(BUILTIN / name, root / name)
    return load_template(root / name)


def written(root: Path, renderer: str, code: str, entry: str) -> Artifact:
    """A user's template of one file, with the sample of a built-in one of its renderer."""
    like = next(n for n in ONE_OF_EACH if builtin_templates()[n].renderer == renderer)
    template = copied(like, root)
    (template.folder / template.entry).write_text(code, encoding="utf-8")
    assert template.entry == entry
    return sample(template)


@pytest.mark.parametrize("name", ONE_OF_EACH)
def test_a_copy_of_a_built_in_template_gives_the_same_caged(studio: Studio, name: str, tmp_path: Path) -> None:
    uncaged, caged = sample(builtin_templates()[name]), sample(copied(name, tmp_path))
    assert not caged.template.builtin
    drawn = studio.render(caged)
    assert isinstance(drawn, Rendering), drawn
    assert drawn == studio.render(uncaged)
    assert studio.render(caged) == drawn


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(set(builtin_templates()) - set(ONE_OF_EACH)))
def test_every_built_in_template_gives_the_same_caged(studio: Studio, name: str, tmp_path: Path) -> None:
    assert studio.render(sample(copied(name, tmp_path))) == studio.render(sample(builtin_templates()[name]))


READS = "open('/etc/passwd').read()"
SPOILT = {
    "matplotlib": ("chart.py", f"def draw(fig, view, style, bind):\n    {READS}\n", "template_error"),
    "plotly": ("chart.py", f"def draw(view, style, bind):\n    {READS}\n", "template_error"),
    "pdf": ("page.py", f"def build(view, style, kit):\n    {READS}\n", "template_error"),
    "html": ("page.html", "{{ ''.__class__.__mro__[1].__subclasses__() }}", "template_error"),
}


@pytest.mark.parametrize("renderer", SPOILT)
def test_code_that_reaches_out_is_a_reject_and_the_next_one_works(
    studio: Studio, renderer: str, tmp_path: Path
) -> None:
    entry, code, reason = SPOILT[renderer]
    refused = studio.render(written(tmp_path / "bad", renderer, code, entry))
    assert isinstance(refused, Reject) and refused.stage == "render" and refused.reason == reason
    good = next(n for n in ONE_OF_EACH if builtin_templates()[n].renderer == renderer)
    assert isinstance(studio.render(sample(copied(good, tmp_path / "good"))), Rendering)


def test_a_page_that_never_ends_to_be_compiled_or_filled_in_is_a_reject(studio: Studio, tmp_path: Path) -> None:
    loop = "{% for a in range(2000) %}{% for b in range(2000) %}{% for c in range(2000) %}x{% endfor %}{% endfor %}{% endfor %}"
    refused = studio.render(written(tmp_path / "a", "html", loop, "page.html"))
    assert isinstance(refused, Reject) and refused.reason == "template_error" and "5 s" in refused.detail
    bomb = "{{ (9 ** 9 ** 9) }}"
    refused = studio.render(written(tmp_path / "b", "html", bomb, "page.html"))
    assert isinstance(refused, Reject) and refused.reason in ("template_error", "timeout", "memory")


def test_a_link_in_a_template_s_folder_is_not_followed(studio: Studio, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret")
    artifact = written(tmp_path / "linked", "html", "{% include 'more.txt' %}", "page.html")
    (artifact.template.folder / "more.txt").symlink_to(secret)
    refused = studio.render(artifact)
    assert isinstance(refused, Reject) and refused.reason == "template_error" and "TemplateNotFound" in refused.detail


def test_an_entry_outside_of_its_folder_is_no_template(tmp_path: Path) -> None:
    template = copied("invoice_plain", tmp_path)
    secret = tmp_path / "secret.html"
    secret.write_text("the secret")
    page = template.folder / template.entry
    page.unlink()
    page.symlink_to(secret)
    with pytest.raises(TemplateError, match="not in the folder"):
        load_template(template.folder)
    toml = template.folder / "template.toml"
    toml.write_text(toml.read_text().replace('"page.html"', '"../secret.html"'))
    with pytest.raises(TemplateError, match="not in the folder"):
        load_template(template.folder)


class Forger:
    """A cage whose jobs were taken over: it changes what honest code told, as that code's process could."""

    layers = ("forged",)

    def __init__(
        self, change: Callable[[dict[str, Any]], None], png: Callable[[bytes], bytes] = lambda png: png
    ) -> None:
        self._change, self._png = change, png

    def run(self, job: Job) -> Done | Failure:
        done = NoCage().run(job)
        assert isinstance(done, Done), done
        length = int.from_bytes(done.result[:4], "big")
        told = json.loads(done.result[4 : 4 + length])
        self._change(told.get("rendering", told))
        text = json.dumps(told).encode()
        return Done(
            result=len(text).to_bytes(4, "big") + text + self._png(done.result[4 + length :]), seconds=done.seconds
        )

    def close(self) -> None:
        """Nothing is kept."""


def changed(*path: Any) -> Callable[[dict[str, Any]], None]:
    """Set what stands at a path to its last member."""

    def change(told: Any) -> None:
        *way, last, value = path
        for step in way:
            told = told[step]
        told[last] = value(told[last]) if callable(value) else value

    return change


FORGED = {
    "a ref of no cell": changed("cells", 0, "ref", "series[99].sales"),
    "a ref that is code": changed("cells", 0, "ref", "__import__('os')"),
    "a cell twice": changed("cells", lambda cells: cells * 2),
    "a key's ref": changed("keys", 0, "ref", "@note77"),
    "a value that its text does not say": changed("cells", 0, "value", "Atlantis"),
    "a title that was not given": changed("keys", 0, "shown", "Something else altogether"),
    "a mark without its keys": changed("cells", 1, "keys", []),
    "a kind that is another": changed("cells", 1, "kind", "text"),
    "a number of endless length": changed("cells", 1, "value", "1e999999999"),
    "a number in figures": changed("cells", 1, "value", 10**50),
    "a tolerance of endless length": changed("cells", 1, "tolerance", "1E+99999999"),
    "a tolerance below zero": changed("cells", 1, "tolerance", "-1"),
    "a box that is no number": changed("cells", 0, "boxes", 0, "x0", float("nan")),
    "a box without end": changed("cells", 0, "boxes", 0, "x1", float("inf")),
    "a box inside out": changed("cells", 0, "boxes", 0, "x1", -5.0),
    "a box outside of the frame": changed("cells", 0, "boxes", [{"x0": 5000, "y0": 5000, "x1": 5050, "y1": 5020}]),
    "a box where nothing is drawn": changed("cells", 0, "boxes", [{"x0": 1, "y0": 1, "x1": 4, "y1": 3}]),
    "no box": changed("cells", 0, "boxes", []),
    "another width": changed("width", 100),
    "a picture for giants": changed("height", 10**9),
    "a field too many": changed("extra", 1),
    "words without end": changed("words", [{"text": "x", "box": {"x0": 1, "y0": 1, "x1": 2, "y1": 2}}] * 30_000),
    "no lists": changed("cells", {"a": 1}),
    "a lost line with control characters": changed("lost", ["a\x1b[31m"]),
}  # fmt: skip


def forged(forger: Forger, tmp_path: Path) -> Rendering | Reject:
    return draw_picture(forger, sample(copied("bars_grouped", tmp_path)))


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_rendering_is_a_bad_result(name: str, tmp_path: Path) -> None:
    def change(told: dict[str, Any]) -> None:
        told.setdefault("extra", None) if name == "a field too many" else None
        FORGED[name](told)

    refused = forged(Forger(change), tmp_path)
    assert isinstance(refused, Reject) and refused.reason == "bad_result", refused


def test_what_an_honest_job_tells_is_taken(tmp_path: Path) -> None:
    assert isinstance(forged(Forger(lambda told: None), tmp_path), Rendering)


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def bomb(width: int, height: int) -> bytes:
    """A small file of a large picture."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(min(height * (1 + 3 * width), 10**7)), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


PNGS: dict[str, Callable[[bytes], bytes]] = {
    "no picture": lambda png: b"",
    "another kind of file": lambda png: b"GIF89a" + png,
    "a bomb": lambda png: bomb(100_000, 100_000),
    "a picture of another size": lambda png: bomb(10, 10),
    "a file cut short": lambda png: png[: len(png) // 2],
    "bytes behind the end": lambda png: png + b"#!/bin/sh",
    "a hidden text": lambda png: png[:33] + chunk(b"tEXt", b"Secret\0yes") + png[33:],
    "a damaged chunk": lambda png: png[:60] + bytes([png[60] ^ 1]) + png[61:],
}


@pytest.mark.parametrize("name", PNGS)
def test_a_forged_picture_is_a_bad_result(name: str, tmp_path: Path) -> None:
    refused = forged(Forger(lambda told: None, PNGS[name]), tmp_path)
    assert isinstance(refused, Reject) and refused.reason == "bad_result", refused


def test_a_picture_over_the_limit_is_not_unpacked() -> None:
    with pytest.raises(BadResult, match="at most 1000"):
        decoded(bomb(100, 100), 100, 100, 1000)


@pytest.mark.parametrize(
    "elsewhere", [{"7": "attribute"}, {"-1": "comment"}, {"x": "comment"}, {"0": "a\nb"}, {"0": 1}, [], None]
)
def test_a_forged_page_is_a_bad_result(elsewhere: Any) -> None:
    with pytest.raises(BadResult):
        marked_page(elsewhere, b"<p>", bound=3)


def nested(depth: int) -> dict[str, Any]:
    figure: dict[str, Any] = {}
    for _ in range(depth):
        figure = {"data": [figure]}
    return figure


@pytest.mark.parametrize(
    ("figure", "marks"),
    [
        (None, []),
        ({"data": 1}, []),
        ({"data": [1]}, []),
        ({"data": [], "layout": 1}, []),
        (nested(900), []),
        ({"data": [{"x": [0] * 500_000}]}, []),
        ({"data": [{}]}, [[0, [99], ""]]),
        ({"data": [{}]}, [[0, [-1], ""]]),
        ({"data": [{}]}, [[1, [], ""]]),
        ({"data": [{}]}, [[True, [], ""]]),
        ({"data": [{}]}, [[0, [], "z"]]),
        ({"data": [{}]}, [["0", [], ""]]),
        ({"data": [{}]}, 5),
    ],
)
def test_a_forged_figure_is_a_bad_result(figure: Any, marks: Any) -> None:
    with pytest.raises(BadResult):
        named_marks(figure, marks, [])


PACKED = {"dtype": "O", "bdata": base64.b64encode(b"x" * 8).decode()}
STRANGE = [
    PACKED, {"dtype": "V999999999", "bdata": "AAAA"}, {"dtype": "f8", "bdata": "!!"}, {"dtype": "f8", "bdata": "AAAAAAAA", "shape": "9,9"},
]  # fmt: skip


@pytest.mark.parametrize("values", STRANGE)
def test_a_figure_that_plotly_would_not_make_is_a_reject(studio: Studio, values: Any, tmp_path: Path) -> None:
    code = (
        f"def draw(view, style, bind):\n    return {{'data': [{{'type': 'bar', 'y': {values!r}}}], 'layout': {{}}}}\n"
    )
    refused = studio.render(written(tmp_path / "odd", "plotly", code, "chart.py"))
    assert isinstance(refused, Reject), refused


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """Copies of the built-in tables; some draw a secret if they get at one."""
    for template in builtin_templates().values():
        if template.artifact == "table":
            shutil.copytree(template.folder, tmp_path / "workspace" / template.name)
    return tmp_path / "workspace"


@pytest.mark.slow
def test_a_run_with_a_user_s_templates_is_the_run_with_the_built_in_ones(workspace: Path, tmp_path: Path) -> None:
    options: dict[str, Any] = {"workers": 1, "seed": 4, "artifacts": ["table"]}
    plain = generate(tmp_path / "plain", 2, **options)
    caged = generate(tmp_path / "caged", 2, templates=workspace, **options)
    unsafe_said: list[Event] = []
    unsafe = generate(
        tmp_path / "unsafe", 2, templates=workspace, unsafe_no_sandbox=True, report=unsafe_said.append, **options
    )
    pictures = [[[p.rendering for p in made.pictures] for made in run] for run in (plain, caged, unsafe)]
    assert pictures[0] == pictures[1] == pictures[2] and pictures[0]
    said = [
        json.loads((tmp_path / n / "manifest.json").read_text())["unsafe_no_sandbox"]
        for n in ("plain", "caged", "unsafe")
    ]
    assert said == [False, False, True]
    assert [e.warning for e in unsafe_said if e.alarm and "--unsafe-no-sandbox" in e.warning]
