"""Requests that carry pictures: each provider's words, the digest, the ledger, the budget's bound."""

import base64
from pathlib import Path

import pytest
from llm_rules import refusal
from pydantic import ValidationError

from cosyn_multi.llm import anthropic, openai
from cosyn_multi.llm.files import as_line
from cosyn_multi.llm.ledger import Ledger
from cosyn_multi.llm.request import Block, Image, Message, Request

DATA = base64.b64encode(b"\x89PNG and so on" * 20).decode()
IMAGE = Image(media_type="image/png", data=DATA, width=1000, height=750)


def request(*images: Image) -> Request:
    return Request(
        stage="qa_caption", model="claude-sonnet-5-5", system=(Block(text="Look.", shared=True),),
        messages=(Message(role="user", text="What is it?", images=images),),
    )  # fmt: skip


def test_each_provider_gets_the_picture_in_its_own_words_before_the_text() -> None:
    asked = request(IMAGE)
    params = anthropic.params(asked)
    assert params["messages"][0]["content"] == [
        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": DATA}},
        {"type": "text", "text": "What is it?"},
    ]
    assert refusal(params) == ""
    told = openai.params(asked, own_server=True)["messages"][1]["content"]
    assert told[0] == {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{DATA}"}}
    assert as_line(asked)["messages"][0]["images"] == [{"media_type": "image/png", "base64": DATA}]


def test_another_picture_is_another_request_and_none_is_as_before() -> None:
    other = IMAGE.model_copy(update={"data": base64.b64encode(b"other").decode()})
    assert len({request().digest, request(IMAGE).digest, request(other).digest, request(IMAGE, other).digest}) == 4
    assert request().digest == "050ab81a692c6d29b9371e8446c757046e2962c572b6237723a4d3a4ad259765"
    assert "images" not in as_line(request())["messages"][0]
    assert anthropic.params(request())["messages"] == [{"role": "user", "content": "What is it?"}]


def test_the_ledger_keeps_a_picture_once_and_gives_it_back(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    asked = [request(IMAGE), request(IMAGE).model_copy(update={"sample": 1})]
    for one in asked:
        ledger.note(one)
    assert ledger.waiting() == asked
    assert ledger.db.execute("SELECT count(*) FROM texts WHERE text = ?", (DATA,)).fetchone()[0] == 1
    ledger.close()


def test_a_picture_counts_by_its_pixels_not_by_its_bytes() -> None:
    asked, bare = request(IMAGE), request()
    assert asked.most_tokens - bare.most_tokens >= 1000 * 750 / 750
    assert asked.size_bytes - bare.size_bytes == len(DATA)


def test_models_are_shown_pictures_they_do_not_show_any() -> None:
    with pytest.raises(ValidationError, match="images go with messages of the user's alone"):
        Message(role="assistant", text="Look", images=(IMAGE,))
