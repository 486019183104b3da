# tries: send datagrams to a listener, to a name server and to everyone
# must not: reach the listener
# teeth: listener
import socket


def send(address, broadcast=False):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        if broadcast:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        return made.sendto(b"hello", address)


def attack(world, steps):
    steps.run("listener", lambda: send(("127.0.0.1", world["udp_port"])))
    for stranger in world["strangers"]:
        steps.run(f"{stranger}", lambda stranger=stranger: send(tuple(stranger), broadcast=True))
