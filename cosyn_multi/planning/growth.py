"""What a cluster would do: whole shards dealt to workers, as the Ray engine deals them.

Three things keep it from growing with its nodes: workers of one node that get in each other's way, shards that are
too few to go round, and a head that writes everything itself where the run lies in its folder.
"""

import heapq
from typing import Final

from pydantic import Field

from cosyn_multi.model import Frozen

from .pace import Pace

LEAST_GAIN: Final = 1.1
"""Twice the nodes must be so many times as fast, or it has stopped growing."""
MOST_NODES: Final = 4096


class Growth(Frozen):
    """One size of a cluster."""

    nodes: int
    workers: int
    hours: float
    sets_s: float = Field(description="Sets a second, over the whole run.")
    limit: str = Field(description="What keeps it from being faster.")


def contention(pace: Pace) -> float:
    """The share of its work for which a second worker waits on the first, 0 if it runs twice as fast.

    Source: Gunther's universal scalability law with coherency left out: n / (1 + s (n - 1)); two figures give one s.
    """
    return max(0.0, 2 * pace.one / pace.two - 1)


def per_worker(pace: Pace, cores: int) -> float:
    """Sets a second of one worker on a node with `cores` of them at work."""
    return pace.one / (1 + contention(pace) * (cores - 1))


def grown(pace: Pace, sets: int, shard_size: int, cores: int, nodes: int, by_head: bool) -> Growth:
    """The run on `nodes` nodes of `cores` workers each. by_head: the head writes, not the nodes (no store)."""
    rate, workers = per_worker(pace, cores), nodes * cores
    counts = [min(shard_size, sets - first) for first in range(0, sets, shard_size)]
    seconds = [n * (1 / rate + pace.close_s) for n in counts]
    writing = [n * pace.sizes.bytes / pace.head_bytes_s if by_head else 0.0 for n in counts]
    ended = _dealt(seconds, writing, workers, pace.start_s)
    limit = "workers"
    if sum(writing) > 0.9 * ended:
        limit = "the head, which writes all"
    elif ended > LEAST_GAIN * (pace.start_s + sum(seconds) / workers):
        limit = f"{len(counts)} whole shards for {workers} workers"
    return Growth(nodes=nodes, workers=workers, hours=ended / 3600, sets_s=sets / ended, limit=limit)


def stops(pace: Pace, sets: int, shard_size: int, cores: int, nodes: int, by_head: bool) -> list[Growth]:
    """Clusters of 1, 2, 4 ... nodes and the one asked for, up to the first after which doubling no longer pays."""
    rows: list[Growth] = []
    size = 1
    while size <= MOST_NODES:
        rows.append(grown(pace, sets, shard_size, cores, size, by_head))
        if len(rows) > 1 and rows[-2].hours < LEAST_GAIN * rows[-1].hours:
            break
        size *= 2
    if nodes not in [r.nodes for r in rows]:
        rows.append(grown(pace, sets, shard_size, cores, nodes, by_head))
    return sorted(rows, key=lambda r: r.nodes)


def last_that_pays(rows: list[Growth]) -> Growth:
    """Of `stops`: the cluster that twice as many nodes would make less than a tenth faster."""
    by_nodes = {r.nodes: r for r in rows}
    doubled = [(r, by_nodes[2 * r.nodes]) for r in rows if 2 * r.nodes in by_nodes]
    return next((r for r, twice in doubled if r.hours < LEAST_GAIN * twice.hours), rows[-1])


def _dealt(seconds: list[float], writing: list[float], workers: int, start_s: float) -> float:
    """When the last shard is written: each goes to the worker that is free first; one head writes in turn."""
    free = [start_s] * min(workers, len(seconds))
    head = 0.0
    arrived = []
    for make_s, write_s in zip(seconds, writing, strict=True):
        done = heapq.heappop(free) + make_s
        heapq.heappush(free, done)
        arrived.append((done, write_s))
    for done, write_s in sorted(arrived):
        head = max(head, done) + write_s
    return head
