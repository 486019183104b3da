# tries: unpack a few kilobytes to gigabytes
# must not: get the memory for it
# ends: memory
# limits: memory_mb=64
import zlib


def attack(world, steps):
    packer = zlib.compressobj(1)
    packed = b"".join(packer.compress(b"\0" * (1 << 20)) for _ in range(100)) + packer.flush()
    return zlib.decompress(packed)
