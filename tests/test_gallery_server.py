"""The gallery over HTTP: who may ask, what may change, hostile texts, broken files, a run left as it was."""

import hashlib
import html
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from gallery_runs import ask, image_set, make_run, serving

from cosyn_multi.reviews import Reviews
from cosyn_multi.shards.schema import SCHEMA

HOSTILE = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(2)>&amp;{{7*7}}‮"
ANNA = {"cookie": "cosyn-multi-reviewer=Anna"}
RIGHT = {"run": "run", "set": "3-000001", "number": "1", "verdict": "right"}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_run(tmp_path_factory.mktemp("runs") / "run", 10)


@pytest.fixture(scope="module")
def link(run: Path) -> Iterator[str]:
    with serving(run) as (link, _):
        yield link


def test_every_page_answers(link: str) -> None:
    for path in (
        "/",
        "/?seed=4&kind=extremum&page=1",
        "/set/run/3-000001",
        "/rejects",
        "/summary",
        "/templates",
        "/?said=unreviewed",
        "/name",
        "/indexed",
    ):
        assert ask(link, path).status == 200, path
    assert ask(link, "/blind").headers["location"] == "/name?next=%2Fblind"
    assert "of 10" in ask(link, "/blind?seed=1", **ANNA).body


def test_a_template_is_shown_by_an_image_that_it_drew(link: str) -> None:
    page = ask(link, "/templates").body
    drawn = sorted(set(re.findall(r'src="(/drawn/[^"]+)"', page)))
    assert drawn and all(ask(link, path).headers["content-type"] == "image/webp" for path in drawn)
    name = drawn[0].rpartition("/")[2]
    assert f'href="/?template={name}"' in page and "invoice_plain" in page and "not drawn yet" in page


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/drawn/invoice_plain", 404, "no image of these runs"),
        ("/?said=wrongg", 422, "Did you mean &#39;wrong&#39;"),
        ("/set/run/3-000099", 404, "no such set"),
        ("/set/other/3-000001", 404, "no such run"),
        ("/picture/run/3-000001/9", 404, "image 9 was asked for"),
        ("/picture/run/3-000001/0", 404, "image 0"),
        ("/?seed=seven", 422, "write a whole number"),
        ("/?page=-1", 422, "write a whole number"),
        ("/nothing", 404, "Not Found"),
    ],
)
def test_a_mistaken_address_is_one_line(link: str, path: str, status: int, said: str) -> None:
    answer = ask(link, path)
    assert answer.status == status
    assert said in answer.body
    assert "Traceback" not in answer.body


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/set/run/..%2f..%2frun.toml", "/picture/../../run.toml/1",
        "/picture/%2e%2e/%2e%2e/1", "/set/%2fetc/passwd", "/static//etc/passwd", "/thumbnail/run/%00/1",
    ],
)  # fmt: skip
def test_no_path_leaves_the_run(link: str, path: str) -> None:
    answer = ask(link, path)
    assert answer.status in (404, 422)
    assert "[recipe]" not in answer.body
    assert "root:" not in answer.body
    assert "Starlette" not in answer.body


def test_nothing_is_changed_from_another_site(link: str, run: Path) -> None:
    before = Reviews(run).history()
    refused = [
        ask(link, "/verdict", RIGHT, origin="http://evil.example", **ANNA),
        ask(link, "/verdict", RIGHT, origin="", **ANNA),
        ask(link, "/verdict", RIGHT, origin="null", **ANNA),
        ask(link, "/verdict", RIGHT, sec_fetch_site="cross-site", **ANNA),
        ask(link, "/verdict", RIGHT, sec_fetch_site="same-site", **ANNA),
        ask(link, "/answer", {**RIGHT, "given": "1"}, origin="http://evil.example", **ANNA),
        ask(link, "/name", {"name": "Eve"}, origin="http://evil.example"),
        ask(link, "/verdict", RIGHT, method="PUT", **ANNA),
        ask(link, "/verdict", RIGHT, method="DELETE", **ANNA),
    ]
    assert [a.status for a in refused] == [403] * 7 + [405] * 2
    assert ask(link, "/verdict?" + "&".join(f"{k}={v}" for k, v in RIGHT.items()), **ANNA).status == 405  # a GET
    assert Reviews(run).history() == before


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8765", "127.0.0.1.evil.example", "", "[::1"])
def test_on_loopback_no_other_name_is_answered(link: str, host: str) -> None:
    assert ask(link, "/", host=host or " ").status in (400, 421)


def test_too_large_a_form_is_refused(link: str) -> None:
    assert ask(link, "/verdict", {**RIGHT, "note": "x" * 70_000}, **ANNA).status == 413


def test_a_redirect_never_leads_elsewhere(link: str) -> None:
    for onward in (
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/\tevil\r\nx: y",
    ):
        assert ask(link, "/name", {"name": "Anna", "next": onward}).headers["location"] == "/"
    assert ask(link, "/name", {"name": "Anna", "next": "/blind?seed=2"}).headers["location"] == "/blind?seed=2"


def test_a_verdict_without_a_name_asks_for_one(link: str) -> None:
    assert ask(link, "/verdict", RIGHT).headers["location"] == "/name"
    assert ask(link, "/verdict", RIGHT, accept="application/json").status == 401


@pytest.mark.parametrize("number", ["0", "4", "x", "", "-1", "9" * 5000])
def test_a_verdict_on_no_question_is_refused(link: str, number: str) -> None:
    assert ask(link, "/verdict", {**RIGHT, "number": number}, **ANNA).status == 422


def test_the_browser_is_told_to_run_nothing_but_the_gallerys_own_scripts(link: str) -> None:
    for path in ("/", "/set/run/3-000001", "/picture/run/3-000001/1", "/nothing"):
        headers = ask(link, path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_pages_load_nothing_from_elsewhere(link: str) -> None:
    for path in (
        "/",
        "/set/run/3-000001",
        "/static/style.css",
        "/static/viewer.js",
        "/static/set.js",
        "/static/keys.js",
    ):
        body = ask(link, path).body
        assert not re.search(r"(?:src|href|url|import|fetch)\W{1,3}(?:https?:)?//", body), path


def test_before_an_answer_the_page_does_not_hold_it(link: str) -> None:
    for at in range(10):
        body = html.unescape(ask(link, f"/blind?seed=1&at={at}", cookie="cosyn-multi-reviewer=Nosy").body)
        found = re.search(r"<bdi>3-(\d{6})</bdi>", body)
        assert found
        for question in image_set(int(found[1])).questions:
            if not question.draft.choices:
                assert question.text_answer not in body
            assert question.draft.program not in body
            assert question.explanation not in body
        assert '"boxes": {}' in body
        assert "items[" not in body


def test_a_blind_answer_is_scored_then_shown_and_the_first_one_stands(link: str, run: Path) -> None:
    form = {"run": "run", "set": "3-000002", "number": "1"}
    sent = ask(link, "/answer?at=2&q=1", {**form, "given": " 7,102 "}, cookie="cosyn-multi-reviewer=Carl")
    assert sent.status == 303
    body = ask(link, sent.headers["location"], cookie="cosyn-multi-reviewer=Carl").body
    assert "As stored" in body
    assert "Image 1 and image 2 say so: 7102." in body
    ask(link, "/answer?at=2&q=1", {**form, "given": "7"}, cookie="cosyn-multi-reviewer=Carl")
    store = Reviews(run)
    assert [(r.given, r.given_ok) for r in store.by("Carl")] == [("7,102", True)]
    store.close()
    wrong = ask(
        link, "/answer?at=2&q=3", {**form, "number": "3", "given": "Malt3x"}, cookie="cosyn-multi-reviewer=Carl"
    )
    assert "Not as stored" in ask(link, wrong.headers["location"], cookie="cosyn-multi-reviewer=Carl").body


def test_rejects_are_found_by_reason_kind_and_text(link: str) -> None:
    def dropped(query: str) -> int:
        found = re.search(r"<h1>([\d,]+) dropped", ask(link, f"/rejects?{query}").body)
        assert found
        return int(found[1])

    assert dropped("") == 10
    assert dropped("reason=robust/comparison_flips") == 10
    assert dropped("reason=robust/no_such") == dropped("kind=aggregate") == 0
    assert dropped("text=STORE+7") == 1
    assert dropped("text=stage") == 0
    assert 'href="/set/run/3-000007"' in ask(link, "/rejects?text=store+7").body


def test_leafing_keeps_filter_order_and_place_among_sets_of_2_and_5_images(link: str) -> None:
    path, seen, images = "/set/run/3-000001?domain=gym&seed=8", [], []
    first = re.findall(r'href="(/set/run/[^"]+)"', ask(link, "/?domain=gym&seed=8").body)
    path = html.unescape(first[0])
    while path:
        body = ask(link, path).body
        seen.append(re.findall(r"/set/run/([\d-]+)", path)[0])
        images.append(body.count('<figure class="pane"'))
        onward = re.search(r'<a href="([^"]+)" rel="next"', body)
        path = html.unescape(onward[1]) if onward else ""
        assert not path or "domain=gym&seed=8" in path
    assert seen == [re.findall(r"/set/run/([\d-]+)", html.unescape(p))[0] for p in first]
    assert sorted(images) == [2 + i % 4 for i in (4, 1, 7)]


@pytest.mark.slow
def test_a_token_is_asked_for_beyond_loopback(run: Path) -> None:
    with serving(run, options=["--host", "0.0.0.0"]) as (link, _):
        token = link.partition("token=")[2]
        assert len(token) >= 32
        for cookie in ("", "cosyn-multi-token=x", "x" * 3000, f'a="; {token}'):
            assert ask(link, "/", cookie=cookie).status == 401
            assert ask(link, "/verdict", RIGHT, cookie=cookie).status == 401
        assert ask(link, f"/?token={token[:-1]}").status == 401
        entered = ask(link, f"/?token={token}&seed=3")
        assert (entered.status, entered.headers["location"]) == (303, "/?seed=3")
        given = entered.headers["set-cookie"]
        assert "httponly" in given.lower()
        assert "samesite=strict" in given.lower()
        cookie = given.partition(";")[0]
        assert ask(link, "/?seed=3", cookie=cookie).status == 200
        assert ask(link, "/summary", cookie=cookie, host="any.name.example").status == 200
        assert token not in ask(link, "/", cookie=cookie).body
        assert ask(link, f"//evil.example?token={token}").headers["location"] == "/evil.example"


def test_on_loopback_there_is_no_token(link: str) -> None:
    assert "token" not in link
    assert link.startswith("http://127.0.0.1:")


@pytest.mark.slow
def test_texts_from_a_model_are_never_html(tmp_path: Path) -> None:
    run = make_run(tmp_path / f"we ird & <run> {quote('%')}", 3, words=HOSTILE)
    with serving(run) as (link, _):
        here = quote(run.name, safe="")
        for path in ("/", f"/set/{here}/3-000001", "/rejects", "/summary", "/?text=" + quote(HOSTILE), "/blind?at=1"):
            body = ask(link, path, **ANNA).body
            assert "<script>alert" not in body, path
            assert "<img src=x" not in body, path
            assert "49" not in re.findall(r"amp;(\S*?)‮", body), path
        assert HOSTILE in html.unescape(ask(link, f"/set/{here}/3-000001").body)
        inert = re.search(r'id="page-data">(.*?)</script>', ask(link, f"/set/{here}/3-000001").body, re.S)
        assert inert
        assert "image1:items[0].bags" in json.loads(inert[1])["boxes"]


@pytest.mark.slow
def test_a_broken_picture_leaves_the_rest_in_reach(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", 2)
    file = run / "data/mixed/train-00000.parquet"
    rows = pq.read_table(file).to_pylist()
    rows[0]["images"][0]["bytes"] = rows[0]["images"][0]["bytes"][:-45]
    rows[0]["images"][1]["bytes"] = b""
    pq.write_table(pa.Table.from_pylist(rows, schema=SCHEMA), file)
    with serving(run) as (link, _):
        for number, status in ((1, 404), (2, 404)):
            answer = ask(link, f"/thumbnail/run/3-000000/{number}")
            assert answer.status == status
            assert "can&#39;t be decoded" in answer.body
        assert ask(link, "/thumbnail/run/3-000001/1").status == 200
        assert ask(link, "/set/run/3-000000").status == 200
        assert ask(link, "/").status == 200


@pytest.mark.slow
def test_a_port_in_use_is_one_line(link: str, run: Path) -> None:
    port = link.rpartition(":")[2].strip("/")
    command = [sys.executable, "-m", "cosyn_multi", "gallery", str(run), "--port", port]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert f"port {port}: can't be listened on" in done.stderr


@pytest.mark.slow
def test_a_folder_that_is_no_run_is_one_line(tmp_path: Path) -> None:
    for words in (["gallery", str(tmp_path)], ["gallery", "export", str(tmp_path)]):
        done = subprocess.run([sys.executable, "-m", "cosyn_multi", *words], capture_output=True, text=True, timeout=60)
        assert done.returncode == 2
        assert "no run here" in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.slow
def test_reviewing_changes_nothing_of_the_run(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", 3)

    def digests() -> dict[str, str]:
        files = [p for p in run.rglob("*") if p.is_file() and not p.name.startswith("reviews.sqlite")]
        return {str(p): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}

    before = digests()
    with serving(run) as (link, process):
        assert ask(link, "/verdict", RIGHT, **ANNA).status == 303
        process.kill()
        process.wait()
    assert digests() == before
    with serving(run) as (link, _):
        assert "1 checked, 0 wrong" in ask(link, "/summary").body
    make_run(run, 5)  # the run grows with the reviews beside it
    assert [r.verdict for r in Reviews(run).all()] == ["right"]
