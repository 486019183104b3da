"""From how a job's process ended, and what it said, to what came of it. Nothing that was said is believed."""

import os
import signal
from typing import Final, get_args

from pydantic import Field, ValidationError

from cosyn_multi.model import Frozen
from cosyn_multi.model.job import Done, Failure, JobFault, Limits

from .child import LENGTH, RAISED, RETURNED
from .wire import Ended

LONGEST: Final = 500


class _Raised(Frozen):
    reason: str = Field(max_length=40)
    detail: str = Field(max_length=4 * LONGEST)


def judged(limits: Limits, answer: bytes, ended: Ended | None, fault: Failure | None, seconds: float) -> Done | Failure:
    """What came of a job. fault: why it was killed, if it was; ended: None if it told all and wasn't waited for, or if
    the warm parent went with it."""
    if fault is not None:
        return fault
    if complete(answer):
        told = answer[1 + LENGTH :]
        return Done(result=told, seconds=seconds) if answer[:1] == RETURNED else _raised(told)
    if ended is None:
        return Failure(reason="crash", detail="the cage's warm parent is gone; it starts again with the next job")
    if ended.over:
        return Failure(reason="too_large", detail=ended.over)
    code = os.waitstatus_to_exitcode(ended.status)
    if code < 0:
        return _killed(-code, limits, ended.cpu_s)
    if code:
        return Failure(reason="crash", detail=f"its process ended with code {code}")
    return Failure(reason="bad_result", detail="it ended without one")


def complete(answer: bytes | bytearray) -> bool:
    """Whether a job has told all that it said it would."""
    length = int.from_bytes(answer[1 : 1 + LENGTH], "big")
    return answer[:1] in (RETURNED, RAISED) and len(answer) == 1 + LENGTH + length


def _killed(number: int, limits: Limits, cpu_s: float) -> Failure:
    name = signal.Signals(number).name if number in list(signal.Signals) else str(number)
    if number == signal.SIGXCPU or (number == signal.SIGKILL and cpu_s >= limits.cpu_s):
        return Failure(reason="timeout", detail=f"more than {limits.cpu_s} s of processor time")
    if number == signal.SIGKILL:
        return Failure(reason="memory", detail="the kernel killed it, most likely for want of memory")
    if number == signal.SIGSYS:
        return Failure(reason="forbidden", detail="it made a system call of another architecture")
    return Failure(reason="crash", detail=f"its process was ended by {name}")


def _raised(told: bytes) -> Failure:
    try:
        raised = _Raised.model_validate_json(told[: 8 * LONGEST])
    except ValidationError:
        return Failure(reason="bad_result", detail="what it raised can't be read")
    known: tuple[JobFault, ...] = get_args(JobFault)
    reason = next((r for r in known if r == raised.reason), "bad_result")
    return Failure(reason=reason, detail=sentence(raised.detail))


def sentence(text: str) -> str:
    """A text that untrusted code wrote, fit for a log: one line, no control characters, not long."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:LONGEST]
