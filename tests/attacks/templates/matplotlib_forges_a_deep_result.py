# tries: give JSON so deep that reading it overflows the outer process's stack
# must not: break it
# renderer: matplotlib
# ends: bad_result
import os


def draw(fig, view, style, bind):
    text = b"[" * 200_000
    os.write(3, b"R" + len(text).to_bytes(4, "big") + text)
    os._exit(0)
