# tries: unpack a picture of a few kilobytes to gigabytes, with the library's own guard switched off
# must not: get the memory for it
# ends: memory, code_error
# limits: memory_mb=300 wall_s=20 cpu_s=15
import io
import struct
import zlib


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def attack(world, steps):
    from PIL import Image

    side = 40_000
    packer = zlib.compressobj(9)
    body = b"".join(packer.compress(b"\0" * (1 + side * 3)) for _ in range(50)) + packer.flush()
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    Image.MAX_IMAGE_PIXELS = None
    Image.open(io.BytesIO(bomb)).load()
