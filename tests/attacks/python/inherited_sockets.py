# tries: find the channel to the outer process among its descriptors and speak on it
# must not: send a word
# harmless: found
import os
import socket


def attack(world, steps):
    found = []
    for number in range(256):
        try:
            made = socket.socket(fileno=number)
        except OSError:
            continue
        found.append(number)
        steps.run(f"speak on {number}", lambda made=made: made.send(b'{"ready": true}'))
    steps.run("found", lambda: found)
    for number in range(4, 256):
        steps.run(f"write {number}", lambda number=number: os.write(number, b'{"ready": true}')) if number < 12 else None
