# tries: sockets of every family there is, and pairs and listeners
# must not: get one
import asyncio
import socket

FAMILIES = {"unix": 1, "IPv4": 2, "IPv6": 10, "netlink": 16, "packet": 17, "bluetooth": 31, "alg": 38, "vsock": 40, "xdp": 44, "can": 29}


def attack(world, steps):
    for name, family in FAMILIES.items():
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET):
            steps.run(f"{name} {int(kind)}", lambda family=family, kind=kind: socket.socket(family, kind))
    steps.run("pair", socket.socketpair)
    steps.run("server", lambda: socket.create_server(("127.0.0.1", 0)))
    steps.run("event loop", asyncio.new_event_loop)
