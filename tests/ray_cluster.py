"""A Ray cluster of three nodes on this machine, on loopback: a head without cores, and two nodes to work on.

Prints its address and the process ids of head and nodes as JSON; ends when its standard input does.
"""

import json
import os
import sys

QUIET = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0", "RAY_enable_worker_prestart": "0"}
"""No figures sent anywhere, loopback alone, no process that isn't asked for."""


WAIT_S = 200
"""Nodes come up in a few seconds; on a crowded machine, in a minute."""


def main(cores: int) -> None:
    os.environ.update(QUIET)
    from ray.cluster_utils import Cluster

    small = {"include_dashboard": False, "object_store_memory": 100 << 20}
    cluster = Cluster()
    nodes = [cluster.add_node(wait=False, num_cpus=n, **small) for n in (0, cores, cores)]
    cluster.wait_for_nodes(timeout=WAIT_S)
    pids = [[p.process.pid for kind in ("gcs_server", "raylet") for p in n.all_processes.get(kind, ())]
            for n in nodes]  # fmt: skip
    print(json.dumps({"address": cluster.address, "head": pids[0], "nodes": pids[1:]}), flush=True)
    sys.stdin.read()
    cluster.shutdown()


if __name__ == "__main__":
    main(int(sys.argv[1]))
