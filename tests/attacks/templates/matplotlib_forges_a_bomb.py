# tries: give a PNG that says it is small and unpacks to gigabytes
# must not: have the outer process unpack it
# renderer: matplotlib
# ends: bad_result
import json
import os
import struct
import zlib


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def draw(fig, view, style, bind):
    side, packer = 60_000, zlib.compressobj(1)
    body = b"".join(packer.compress(b"\0" * (1 + side * 3)) for _ in range(20)) + packer.flush()
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    told = {"rendering": {"width": style.width_px, "height": style.height_px, "words": [], "cells": [], "keys": [], "lost": []}}
    text = json.dumps(told).encode()
    os.write(3, b"R" + len(text).to_bytes(4, "big") + text + bomb)
    os._exit(0)
