"""Downloads of a run's pictures: bounded, checked, remembered, resumed. URLs rot; a dead image is told, and the rest comes in."""

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from email.utils import parsedate_to_datetime
from random import Random
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import httpx2 as httpx

from cosyn_multi import __version__
from cosyn_multi.seeds import digest

from .addresses import Checked, Forbidden
from .downloads import GOT, Downloads, Fetched, FetchOptions, Job
from .images import Image, decode

PASSING: Final = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529})
"""Statuses after which another try may succeed."""
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
LONGEST_WAIT_S: Final = 60.0
LONGEST_NUMBER: Final = 19
"""Digits of a told size from which on it isn't believed."""
AGAIN: Final = frozenset({"failed"})
"""States that the next run tries again; the others stand until an option allows what it ruled out."""


def fetch(
    store: Downloads, jobs: Iterable[Job], options: FetchOptions, note: Callable[[int, int], None]
) -> Counter[str]:
    """Fetch what isn't here and wasn't given up; how every address stands now. `note(done, of)` is told of progress."""
    wanted = {j.url: j for j in jobs}
    before = store.states()
    due = [j for j in wanted.values() if _due(j, before, store, options)]
    asyncio.run(_Fetcher(store, options, note).all(due))
    after = store.states()
    return Counter(after[u].state if u in after else "failed" for u in wanted)


def _due(job: Job, before: dict[str, Fetched], store: Downloads, options: FetchOptions) -> bool:
    """Whether another request may bring another outcome than the one that is known."""
    known = before.get(job.url)
    if known is None or known.state in AGAIN:
        return True
    if known.state == "refused":
        return options.allow_private
    if known.state == "too_large":
        return 0 < known.bytes <= options.limits.bytes
    return known.state == GOT and not store.has(known.sha256)


class _Retry(Exception):
    """This try failed; another may not. `wait_s`: how long the server asks to wait."""

    def __init__(self, detail: str, wait_s: float | None = None) -> None:
        super().__init__(detail)
        self.detail, self.wait_s = detail, wait_s


class _Fetcher:
    def __init__(self, store: Downloads, options: FetchOptions, note: Callable[[int, int], None]) -> None:
        self._store, self._options, self._note = store, options, note
        self._hosts: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(options.per_host))
        self._pause: dict[str, float] = defaultdict(float)
        self._done = 0

    async def all(self, jobs: list[Job]) -> None:
        queue: asyncio.Queue[Job] = asyncio.Queue()
        for job in sorted(jobs, key=lambda j: digest(0, j.url)):  # hosts mixed, so that no one host holds all workers
            queue.put_nowait(job)
        timeout = httpx.Timeout(self._options.timeout_s)
        headers = {"user-agent": f"cosyn-multi/{__version__}", "accept": "image/*"}
        async with (
            httpx.AsyncClient(
                transport=Checked(self._options.allow_private), timeout=timeout, headers=headers, trust_env=False
            ) as client,
            asyncio.TaskGroup() as group,
        ):
            for _ in range(min(self._options.at_once, len(jobs))):
                group.create_task(self._work(client, queue, len(jobs)))

    async def _work(self, client: httpx.AsyncClient, queue: "asyncio.Queue[Job]", total: int) -> None:
        while not queue.empty():
            job = queue.get_nowait()
            fetched = await self._one(client, job)
            self._store.note(fetched)
            self._done += 1
            self._note(self._done, total)

    async def _one(self, client: httpx.AsyncClient, job: Job) -> Fetched:
        """An address, tried as often as allowed."""
        host = _host(job.url)
        if not host:
            return Fetched(job.url, "refused", detail="no address to fetch: it names no host")
        detail = ""
        for attempt in range(1, self._options.tries + 1):
            async with self._hosts[host]:
                await self._rest(host)
                try:
                    async with asyncio.timeout(self._options.total_s):
                        return (await self._try(client, job))._replace(attempts=attempt)
                except Forbidden as error:
                    return Fetched(job.url, "refused", detail=str(error), attempts=attempt)
                except (httpx.InvalidURL, httpx.UnsupportedProtocol, ValueError) as error:  # of urllib and of IDNA
                    return Fetched(job.url, "refused", detail=f"no address to fetch: {error}", attempts=attempt)
                except _Retry as error:
                    detail = error.detail
                    self._back_off(host, attempt, error.wait_s)
                except (httpx.HTTPError, TimeoutError, OSError) as error:
                    detail = f"{type(error).__name__}: {error}".rstrip(": ")
                    self._back_off(host, attempt, None)
        return Fetched(job.url, "failed", detail=detail, attempts=self._options.tries)

    async def _rest(self, host: str) -> None:
        loop = asyncio.get_running_loop()
        while (wait := self._pause[host] - loop.time()) > 0:
            await asyncio.sleep(wait)

    def _back_off(self, host: str, attempt: int, wait_s: float | None) -> None:
        jitter = Random(digest(attempt, host)).uniform(0.75, 1.25)
        wait = self._options.backoff_s * 2 ** (attempt - 1) * jitter if wait_s is None else wait_s
        until = asyncio.get_running_loop().time() + min(wait, LONGEST_WAIT_S)
        self._pause[host] = max(self._pause[host], until)

    async def _try(self, client: httpx.AsyncClient, job: Job) -> Fetched:
        """One try, redirects followed one by one. Raises: _Retry, Forbidden, httpx's errors, TimeoutError."""
        url = job.url
        for _ in range(self._options.redirects + 1):
            async with client.stream("GET", url) as response:
                if response.status_code in REDIRECTS and "location" in response.headers:
                    url = urljoin(url, response.headers["location"])
                    continue
                if response.status_code in PASSING:
                    raise _Retry(f"status {response.status_code}", retry_after_s(response.headers.get("retry-after")))
                if response.status_code != 200:
                    return Fetched(job.url, "dead", detail=f"status {response.status_code}")
                return await self._read(job, response)
        return Fetched(job.url, "dead", detail=f"more than {self._options.redirects} redirects")

    async def _read(self, job: Job, response: httpx.Response) -> Fetched:
        kind = response.headers.get("content-type", "").split(";")[0].strip().lower()
        if kind.startswith("text/") or kind in ("application/json", "application/xml", "application/pdf"):
            return Fetched(job.url, "no_image", detail=f"content type {kind}")
        most = self._options.limits.bytes
        told = response.headers.get("content-length", "")
        if told.isdecimal() and len(told) < LONGEST_NUMBER and int(told) > most:
            return Fetched(job.url, "too_large", bytes=int(told), detail=f"{int(told):,} bytes, {most:,} allowed")
        data = bytearray()
        async for part in response.aiter_bytes():
            data += part
            if len(data) > most:
                return Fetched(job.url, "too_large", bytes=len(data), detail=f"more than {most:,} bytes")
        return await asyncio.to_thread(self._judged, job, bytes(data))

    def _judged(self, job: Job, data: bytes) -> Fetched:
        image = decode(data, job.url, self._options.limits)
        if not isinstance(image, Image):
            state = "too_large" if image.reason == "too_many_pixels" else "no_image"
            return Fetched(job.url, state, detail=f"{image.reason}: {image.detail}")
        found: dict[str, Any] = {
            "sha256": image.sha256,
            "bytes": len(data),
            "width": image.width,
            "height": image.height,
        }
        if job.sha256 and job.sha256 != image.sha256:
            return Fetched(job.url, "other_picture", **found, detail=f"sha256 should be {job.sha256}")
        self._store.keep(image)
        return Fetched(job.url, GOT, **found)


def _host(url: str) -> str:
    """Whom a pause counts for: the host of an address, '' if it is none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def retry_after_s(told: str | None) -> float | None:
    """A Retry-After header in seconds from now, or None."""
    if not told:
        return None
    if told.strip().isdecimal():
        return float(told)
    try:
        return max(0.0, parsedate_to_datetime(told).timestamp() - time.time())
    except (ValueError, TypeError):
        return None
