"""Every random stream of a run, derived from (seed, set index, purpose). Nothing else may be a source of randomness."""

import hashlib
from random import Random

import numpy as np


def digest(*parts: str | int) -> int:
    """128 bits that depend on all the parts and their order."""
    text = "\x1f".join(str(p) for p in parts)
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=16).digest(), "big")


def stream(seed: int, index: int, purpose: str, *more: str | int) -> Random:
    return Random(digest(seed, index, purpose, *more))


def generator(seed: int, index: int, purpose: str, *more: str | int) -> np.random.Generator:
    return np.random.default_rng(digest(seed, index, purpose, *more))
