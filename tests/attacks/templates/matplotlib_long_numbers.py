# tries: give a number of millions of digits, which takes minutes to read
# must not: have the outer process read it
# renderer: matplotlib
# ends: bad_result
import os


def draw(fig, view, style, bind):
    text = b'{"rendering": {"width": 1' + b"0" * 4_000_000 + b"}}"
    os.write(3, b"R" + len(text).to_bytes(4, "big") + text)
    os._exit(0)
