"""Downloads against a server that misbehaves in every way that was met in public."""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from image_server import PICTURE, Server, serving

from cosyn_multi.gather.addresses import Checked, Forbidden, is_public
from cosyn_multi.gather.downloads import FetchOptions, Job
from cosyn_multi.gather.fetch import fetch, retry_after_s
from cosyn_multi.gather.images import Limits
from cosyn_multi.points.images import ImageStore

OPTIONS = FetchOptions(
    allow_private=True,
    backoff_s=0.02,
    tries=3,
    timeout_s=0.5,
    total_s=2,
    limits=Limits(bytes=200_000),
    at_once=8,
    per_host=8,
)


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as found:
        yield found


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ImageStore]:
    found = ImageStore(tmp_path)
    yield found
    found.close()


def nobody(done: int, of: int) -> None:
    """Nobody listens."""


@pytest.mark.parametrize(
    ("path", "state"),
    [("good", "ok"), ("moved", "ok"), ("busy", "ok"), ("gone", "dead"), ("page", "no_image"), ("page_as_image", "no_image"),
     ("cut", "no_image"), ("endless", "too_large"), ("claims_5gb", "too_large"), ("loop", "dead"), ("to_files", "refused"),
     ("always_busy", "failed"), ("silent", "failed"), ("drip", "failed")],
)  # fmt: skip
def test_each_way_to_misbehave_ends_in_its_state(server: Server, store: ImageStore, path: str, state: str) -> None:
    options = OPTIONS.model_copy(update={"tries": 1 if path in ("silent", "drip") else 3, "total_s": 1})
    standing = fetch(store, [Job(url=f"{server.url}/{path}")], options, nobody)
    assert standing == {state: 1}
    (found,) = store.states().values()
    assert (found.state == "ok") == (found.detail == "")
    if state == "ok":
        assert store.get(found.sha256) == PICTURE
        assert found.attempts == (3 if path == "busy" else 1)
    if state in ("failed", "dead"):
        assert server.seen["/" + path] <= 7


def test_a_picture_that_is_not_the_annotated_one_is_told(server: Server, store: ImageStore) -> None:
    right, wrong = (
        Job(url=f"{server.url}/a", sha256=hashlib.sha256(PICTURE).hexdigest()),
        Job(url=f"{server.url}/b", sha256="0" * 64),
    )
    assert fetch(store, [right, wrong], OPTIONS, nobody) == {"ok": 1, "other_picture": 1}


def test_a_second_run_fetches_only_what_failed_in_passing(server: Server, store: ImageStore) -> None:
    jobs = [Job(url=f"{server.url}/{p}") for p in ("good", "gone", "always_busy")]
    fetch(store, jobs, OPTIONS, nobody)
    before = Counter(server.seen)
    fetch(store, jobs, OPTIONS, nobody)
    assert {p: n - before[p] for p, n in server.seen.items()} == {"/good": 0, "/gone": 0, "/always_busy": 3}


def test_what_an_option_ruled_out_is_fetched_when_the_option_allows_it(server: Server, store: ImageStore) -> None:
    jobs = [Job(url=f"{server.url}/good")]
    small = OPTIONS.model_copy(update={"limits": Limits(bytes=len(PICTURE) - 1)})
    private = small.model_copy(update={"allow_private": False})
    assert [fetch(store, jobs, options, nobody) for options in (private, private, small, small, OPTIONS)] == [
        {"refused": 1}, {"refused": 1}, {"too_large": 1}, {"too_large": 1}, {"ok": 1},
    ]  # fmt: skip
    assert server.seen["/good"] == 2, "the smaller limit asked once"


def test_no_more_downloads_are_in_flight_than_a_host_is_given(server: Server, store: ImageStore) -> None:
    jobs = [Job(url=f"{server.url}/slow{i}") for i in range(12)]
    options = OPTIONS.model_copy(update={"per_host": 2, "timeout_s": 10, "total_s": 20})
    told: list[tuple[int, int]] = []
    assert fetch(store, jobs, options, lambda done, of: told.append((done, of))) == {"ok": 12}
    assert server.peak <= 2
    assert told == [(n, 12) for n in range(1, 13)]


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/a.png", "http://localhost:9/a.png", "http://[::1]:9/a.png", "http://169.254.169.254/latest/meta-data",
            "http://10.0.0.1/a.png", "http://0.0.0.0/a.png", "http://[::ffff:127.0.0.1]/a.png", "file:///etc/passwd", "http://2130706433/a.png",
            "ftp://127.0.0.1/a.png", "not an address", "http:///a.png", "http://[bad/a.png",
            "http://a..b/a.png"],
)  # fmt: skip
def test_addresses_that_are_not_public_are_refused_unasked(url: str, store: ImageStore) -> None:
    options = OPTIONS.model_copy(update={"allow_private": False})
    assert fetch(store, [Job(url=url)], options, nobody) == {"refused": 1}


@pytest.mark.parametrize(
    ("address", "public"),
    [("8.8.8.8", True), ("2606:4700::1111", True), ("192.168.1.1", False), ("100.64.0.1", False), ("224.0.0.1", False),
     ("fe80::1", False), ("fd00::1", False), ("::", False), ("64:ff9b::7f00:1", False), ("2002:7f00:1::", False)],
)  # fmt: skip
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(address) == public


def test_a_redirect_to_a_private_address_is_refused_too(server: Server) -> None:
    """The transport judges each request by itself, so that a redirect is judged like a first address."""

    async def ask() -> None:
        async with httpx2.AsyncClient(transport=Checked(allow_private=False)) as client:
            await client.get(f"{server.url}/good")

    with pytest.raises(Forbidden, match="no public address"):
        asyncio.run(ask())
    assert not server.seen


def test_how_long_a_server_asks_to_wait() -> None:
    assert retry_after_s("7") == 7
    assert retry_after_s("Wed, 21 Oct 2015 07:28:00 GMT") == 0
    assert retry_after_s("soon") is None
    assert retry_after_s(None) is None
