# tries: talk to local services: an abstract socket, one in the file system, the usual buses
# must not: reach any of them
# teeth: listener
import socket


def talk(address, kind=socket.SOCK_STREAM):
    with socket.socket(socket.AF_UNIX, kind) as made:
        made.connect(address)
        made.send(b"hello")
        return "sent"


def attack(world, steps):
    steps.run("abstract", lambda: talk("\0" + world["abstract"]))
    steps.run("path", lambda: talk(world["socket"]))
    for usual in world["services"]:
        steps.run(usual, lambda usual=usual: talk(usual))
        steps.run(usual + ", datagram", lambda usual=usual: talk(usual, socket.SOCK_DGRAM))
