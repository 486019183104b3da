"""A run of any size, made by repeating a small one, and what reading it takes.

    python tests/large_runs.py make RUN OUT 100000        # needs about as much disk a set as RUN does
    python tests/large_runs.py make RUN OTHER 1000 5000   # copies from number 5000 on: to merge with the first
    python tests/large_runs.py measure SCRATCH OUT OTHER [merge ...]  # seconds and peak memory of commands that read a whole run

Each copy has ids, indices, personas, question texts and picture bytes of its own (a note in the PNG), so that nothing is
dropped as a repetition, and passes `verify`. It looks like its original, which is as bad as a split or a merge can meet.
"""

import hashlib
import json
import os
import shutil
import signal
import sys
import time
import urllib.request
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from cosyn_multi.model import Question
from cosyn_multi.shards.close import write_rejects, write_rows
from cosyn_multi.shards.finish import finish
from cosyn_multi.shards.folder import RunFolder, ShardRecord
from cosyn_multi.shards.read import open_run
from cosyn_multi.shards.rows import Row, questions_of, renamed, with_questions

SHARD_SETS = 256
PORT = 8971


def make(small: Path, out: Path, sets: int, first_copy: int = 0) -> None:
    """A run of `sets` sets in `out`, from the sets of a small one. first_copy: the number of the first copy."""
    run = open_run(small)
    originals = [(row, questions_of(row), Path(f.path).parent.name) for f in run.files() for row in run.rows(f)]
    folder = RunFolder(out)
    folder.start(run.folder.recipe(), sets, {})
    for shard, first in enumerate(range(0, sets, SHARD_SETS)):
        indices = range(first, min(first + SHARD_SETS, sets))
        by_config: dict[str, list[int]] = {}
        for index in indices:
            by_config.setdefault(originals[index % len(originals)][2], []).append(index)
        counts: Counter[str] = Counter({"drafts": 0, "dropped_sets": 0, "sets": len(indices)})
        files = []
        for config, of_config in by_config.items():
            rows = (copy(*originals[i % len(originals)][:2], i, first_copy + i // len(originals)) for i in of_config)
            files.append(write_rows(folder, config, shard, counted(rows, counts)))
            counts[f"sets_{config}"] = len(of_config)
        record = ShardRecord(
            shard=shard, first=first, sets=len(indices), files=tuple(files), yields=dict(counts),
            rejects=write_rejects(folder, shard, list(islice(run.rejects(), 60))),
        )  # fmt: skip
        folder.record_file(shard).write_text(record.model_dump_json(indent=1) + "\n")
    finish(folder, run.folder.recipe(), {})


def counted(rows: Iterator[Row], counts: Counter[str]) -> Iterator[Row]:
    for row in rows:
        counts.update(images=len(row["images"]), questions=len(row["qa_pairs"]["question"]))
        yield row


def copy(row: Row, questions: tuple[Question, ...], index: int, number: int) -> Row:
    """The row as copy `number`, under its own index."""
    persona = f"{row['metadata']['persona']} ({number})"
    was, now = (json.dumps(p, ensure_ascii=False) for p in (row["metadata"]["persona"], persona))
    readings, images = row["readings"], []
    for image in row["images"]:
        png = noted(image["bytes"], number)
        readings = readings.replace(hashlib.sha256(image["bytes"]).hexdigest(), hashlib.sha256(png).hexdigest())
        images.append({**image, "bytes": png})
    changed = row | {
        "images": images, "readings": readings, "metadata": row["metadata"] | {"persona": persona},
        "tables": row["tables"].replace(f'"persona":{was}', f'"persona":{now}'),
    }  # fmt: skip
    asked = [
        q.model_copy(update={"draft": q.draft.model_copy(update={"text": f"In file {number}: {q.draft.text}"})})
        for q in questions
    ]
    return with_questions(renamed(changed, f"9-{index:06d}", index), asked)


def noted(png: bytes, number: int) -> bytes:
    """The PNG with a text chunk before its end."""
    body = b"tEXtComment\0copy %d" % number
    chunk = (len(body) - 4).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")
    return png[:-12] + chunk + png[-12:]


def measure(scratch: Path, run: Path, other: Path, *wanted: str) -> None:
    """Run each command, or those whose names are given, in a process of its own; print seconds, and peak memory in MB."""
    scratch.mkdir(parents=True, exist_ok=True)
    out = scratch / "out"
    export = ["export", str(run), "--out", str(out), "--format"]
    commands = {
        "stats": ["stats", str(run)],
        "gallery": ["gallery", str(run), "--port", str(PORT)],
        "export-jsonl": [*export, "jsonl"],
        "export-webdataset": [*export, "webdataset"],
        "export-molmo2": [*export, "molmo2"],
        "export-split": [*export, "webdataset", "--split", "train=0.98,validation=0.02"],
        "merge": ["merge", str(run), str(other), "--out", str(out)],
        "decontaminate": ["decontaminate", str(run), "--against", str(other)],
        "verify": ["verify", str(run)],
    }
    for name in wanted or commands:
        print(f"{name:18} {spent(commands[name], leafed_through if name == 'gallery' else lambda pid: '')}", flush=True)
        shutil.rmtree(out, ignore_errors=True)


def spent(command: list[str], meanwhile: Callable[[int], str]) -> str:
    """Seconds by the clock and of the processor, and the peak of memory, of one command; meanwhile: told its process."""
    start = time.monotonic()
    silent = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    arguments = [sys.executable, "-m", "cosyn_multi", *command]
    child = os.posix_spawn(sys.executable, arguments, os.environ, file_actions=silent)
    said = meanwhile(child)
    _, status, used = os.wait4(child, 0)
    seconds, computing = time.monotonic() - start, used.ru_utime + used.ru_stime
    took = f"{seconds:6.0f} s, {computing:6.0f} s computing, {used.ru_maxrss / 1000:6.0f} MB"
    return f"{took}, exit {os.waitstatus_to_exitcode(status)}{said}"


def leafed_through(server: int) -> str:
    """Ask a gallery that starts for its first page, wait until it has indexed the run, and end it."""
    page, start = f"http://127.0.0.1:{PORT}", time.monotonic()
    while not answered(page):
        time.sleep(0.02)
    first = time.monotonic() - start
    while (found := json.loads(answered(f"{page}/indexed")))["indexed"] < found["total"]:
        time.sleep(0.5)
    indexed = time.monotonic() - start
    os.kill(server, signal.SIGTERM)
    return f", first page after {first:.1f} s, indexed after {indexed:.0f} s"


def answered(url: str) -> bytes:
    """What a server answers; nothing if it doesn't yet."""
    try:
        with urllib.request.urlopen(url, timeout=60) as opened:
            return bytes(opened.read())
    except OSError:
        return b""


if __name__ == "__main__":
    what, *given = sys.argv[1:]
    if what == "make":
        make(Path(given[0]), Path(given[1]), *map(int, given[2:]))
    else:
        measure(Path(given[0]), Path(given[1]), Path(given[2]), *given[3:])
