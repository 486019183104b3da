"""Stores for tests: a real S3 server on this machine, and a store that fails, is slow or dies, kept in a folder."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar
from urllib.request import Request, urlopen

import fsspec
from fsspec.implementations.local import LocalFileSystem
from gallery_runs import image_set

from cosyn_multi.config import make_recipe
from cosyn_multi.model import SetOutcome
from cosyn_multi.shards.close import close_shard
from cosyn_multi.shards.finish import finish
from cosyn_multi.shards.folder import RunFolder
from cosyn_multi.shards.pending import store_outcome

AWS = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "y", "AWS_DEFAULT_REGION": "eu-west-1"}


class Unsteady(LocalFileSystem):  # type: ignore[misc]
    """A folder as a store without rename, to which every call may fail."""

    protocol = "unsteady"
    cachable = False
    calls: ClassVar[int] = 0
    every: ClassVar[int] = 0
    """Every so manieth call fails; 0: none does."""
    last: ClassVar[int] = 0
    """After so many calls every further one fails, in the middle of what it does; 0: none does."""
    slow_s: ClassVar[float] = 0.0

    @classmethod
    def behave(cls, every: int = 0, last: int = 0, slow_s: float = 0.0) -> None:
        cls.calls, cls.every, cls.last, cls.slow_s = 0, every, last, slow_s

    def _called(self) -> bool:
        """Count a call. Raises: OSError if it fails. Returns whether it dies half-way."""
        cls = type(self)
        cls.calls += 1
        time.sleep(cls.slow_s)
        if cls.every and cls.calls % cls.every == 0:
            raise ConnectionError("the line broke")
        return bool(cls.last and cls.calls > cls.last)

    def _refuse(self) -> None:
        if self._called():
            raise ConnectionError("the store is gone")

    def info(self, path: str, **kwargs: Any) -> Any:
        self._refuse()
        return super().info(path, **kwargs)

    def ls(self, path: str, detail: bool = False, **kwargs: Any) -> Any:
        self._refuse()
        return super().ls(path, detail=detail, **kwargs)

    def cat_file(self, path: str, start: int | None = None, end: int | None = None, **kwargs: Any) -> Any:
        self._refuse()
        return super().cat_file(path, start=start, end=end, **kwargs)

    def rm_file(self, path: str) -> None:
        self._refuse()
        super().rm_file(path)

    def mv(self, path1: str, path2: str, **kwargs: Any) -> None:
        self._refuse()
        super().mv(path1, path2, **kwargs)

    def put_file(self, lpath: str, rpath: str, **kwargs: Any) -> None:
        dies = self._called()
        content = Path(lpath).read_bytes()
        Path(rpath).write_bytes(content[: len(content) // 2] if dies else content)
        if dies:
            raise ConnectionError("the store is gone")


fsspec.register_implementation("unsteady", Unsteady, clobber=True)


@contextmanager
def s3_server() -> Iterator[dict[str, str]]:
    """A real S3 server with an empty bucket `bucket`. Yields the environment in which it is found; ours has it, too."""
    import s3fs
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    kept = dict(os.environ)
    found = AWS | {"AWS_ENDPOINT_URL": f"http://{host}:{port}"}
    os.environ.update(found)
    s3fs.S3FileSystem.clear_instance_cache()
    # its buckets live in this process, and outlive a server that another test module had
    urlopen(Request(f"http://{host}:{port}/moto-api/reset", method="POST"), timeout=60).close()
    try:
        s3fs.S3FileSystem().mkdir("bucket", region_name="eu-west-1")
        yield found
    finally:
        os.environ.clear()
        os.environ.update(kept)
        s3fs.S3FileSystem.clear_instance_cache()
        server.stop()


def make_run_at(out: str, work: Path, sets: int, shard_size: int = 2) -> RunFolder:
    """A closed run without a renderer, or the rest of it."""
    recipe = make_recipe(seed=3, shard_size=shard_size, questions=1)
    folder = RunFolder(out, work)
    with folder.locked():
        folder.start(recipe, sets, {"browser": "none"})
        for shard, first in enumerate(range(0, sets, shard_size)):
            indices = range(first, min(first + shard_size, sets))
            if folder.record(shard) is None:
                for index in indices:
                    store_outcome(folder, SetOutcome(index=index, image_set=image_set(index), drafts=4))
            close_shard(folder, recipe, shard, indices)
        finish(folder, recipe, {"browser": "none"})
    return folder
