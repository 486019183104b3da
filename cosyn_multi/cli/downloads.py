"""Options of downloads, for every command that fetches pictures."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from cosyn_multi.gather.downloads import FetchOptions

AtOnce = Annotated[int, typer.Option(min=1, max=256, help="Most downloads in flight.")]
PerHost = Annotated[int, typer.Option(min=1, max=64, help="Most downloads in flight from one host.")]
Tries = Annotated[int, typer.Option(min=1, max=10, help="Tries per address.")]
Timeout = Annotated[float, typer.Option(min=0.1, help="Longest silence of a server, in seconds.")]
MaxBytes = Annotated[int, typer.Option(min=1, help="Most bytes of a picture that is fetched.")]
AllowPrivate = Annotated[
    bool, typer.Option("--allow-private", help="Also fetch from loopback, private and link-local addresses.")
]


def fetch_options(
    at_once: int, per_host: int, tries: int, timeout: float, max_bytes: int, allow_private: bool
) -> "FetchOptions":
    from cosyn_multi.gather.downloads import FetchOptions
    from cosyn_multi.gather.images import Limits

    return FetchOptions(
        at_once=at_once, per_host=per_host, tries=tries, timeout_s=timeout, allow_private=allow_private,
        limits=Limits(bytes=max_bytes),
    )  # fmt: skip
