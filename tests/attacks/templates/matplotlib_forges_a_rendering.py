# tries: write a rendering of its own past the renderer: a tidy picture with readings that nobody could make
# must not: be believed
# renderer: matplotlib
# ends: bad_result
import json
import os


def draw(fig, view, style, bind):
    reading = {"ref": "items[0].amount", "shown": "999", "value": 999, "kind": "amount", "boxes": [{"x0": 1, "y0": 1, "x1": 9, "y1": 9}]}
    told = {"rendering": {"width": style.width_px, "height": style.height_px, "words": [], "cells": [reading] * 3, "keys": [], "lost": []}}
    text = json.dumps(told).encode()
    os.write(3, b"R" + len(text).to_bytes(4, "big") + text + b"\x89PNG\r\n\x1a\n")
    os._exit(0)
