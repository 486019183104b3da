"""Job: code that nobody reviewed, and what it may use up. Outcome: what came of it, as a value."""

from pathlib import PurePosixPath
from typing import Literal, Protocol

from pydantic import Field, field_validator

from .base import Frozen

JobFault = Literal["timeout", "memory", "crash", "forbidden", "too_large", "bad_result", "code_error"]


class Limits(Frozen):
    """What one job may use up. There is no limit on processes and threads to set: a job can't start any."""

    wall_s: float = Field(20, gt=0, le=3600, description="Seconds by the clock, from when it is handed over.")
    cpu_s: int = Field(20, ge=1, le=3600, description="Seconds of processor time.")
    memory_mb: int = Field(1500, ge=16, le=65536, description="Address space beyond what the warm parent maps, MiB.")
    file_mb: int = Field(64, ge=1, le=256, description="Largest file, and all files of its scratch folder, MiB.")
    files: int = Field(1000, ge=1, le=10_000, description="Files in its scratch folder.")
    open_files: int = Field(64, ge=16, le=1024, description="Files open at a time.")
    result_mb: int = Field(32, ge=1, le=512, description="Longest result, MiB.")
    pixels: int = Field(12_000_000, ge=1, description="Largest picture that is taken out of a result.")


class Job(Frozen):
    """One run in the cage.

    `runner` is a trusted function of ours, 'cosyn_multi.room.module:function', called in the cage as
    runner(scratch: Path, data: bytes) -> bytes. It must never come from untrusted input; all else may.
    """

    runner: str = Field(pattern=r"^cosyn_multi(\.\w+)+:\w+$")
    files: dict[str, bytes] = Field({}, description="Relative name -> content: put into the scratch folder.")
    data: bytes = b""
    limits: Limits = Limits()

    @field_validator("files")
    @classmethod
    def _inside(cls, files: dict[str, bytes]) -> dict[str, bytes]:
        for name in files:
            path = PurePosixPath(name)
            if not path.parts or path.is_absolute() or ".." in path.parts or "\0" in name:
                raise ValueError(f"file name {name!r} leads out of the scratch folder; use a relative one without '..'")
        return files


class Done(Frozen):
    """What the runner gave back. It comes from where untrusted code ran: validate it before use."""

    result: bytes = Field(repr=False)
    seconds: float


class Failure(Frozen):
    """Why there is no result."""

    reason: JobFault
    detail: str = Field(description="One sentence, at most 500 characters, without control characters.")


class Cage(Protocol):
    """Runs jobs without reach: no network, no files but its own, no secrets, no processes, bounded."""

    @property
    def layers(self) -> tuple[str, ...]:
        """What holds it: of bubblewrap, Landlock, seccomp; empty for the one that doesn't hold at all."""
        ...

    def run(self, job: Job) -> Done | Failure:
        """Run one job. Raises: SetupError if the machine can't build the cage."""
        ...

    def close(self) -> None: ...
