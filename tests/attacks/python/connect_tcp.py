# tries: connect to a listener on this machine, over IPv4 and IPv6, from Python and from C
# must not: reach it
# teeth: listener
import ctypes
import socket
import struct


def in_c(port):
    libc = ctypes.CDLL(None, use_errno=True)
    made = libc.socket(2, 1, 0)
    if made < 0:
        raise OSError(ctypes.get_errno(), "socket")
    address = struct.pack("=HHI8x", 2, socket.htons(port), 0x0100007F)
    if libc.connect(made, address, len(address)) < 0:
        raise OSError(ctypes.get_errno(), "connect")


def fast_open(port):
    with socket.socket() as made:
        made.sendto(b"hello", 0x20000000, ("127.0.0.1", port))


def attack(world, steps):
    port = world["port"]
    steps.run("IPv4", lambda: socket.create_connection(("127.0.0.1", port), 1))
    steps.run("any address", lambda: socket.create_connection(("0.0.0.0", port), 1))
    steps.run("name", lambda: socket.create_connection(("localhost", port), 1))
    steps.run("IPv6", lambda: socket.create_connection(("::1", port), 1))
    steps.run("fast open", lambda: fast_open(port))
    steps.run("C", lambda: in_c(port))
