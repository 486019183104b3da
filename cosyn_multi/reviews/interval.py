"""An exact interval for a share that was counted."""

from collections.abc import Callable
from math import exp, lgamma, log


def clopper_pearson(found: int, of: int, level: float = 0.95) -> tuple[float, float]:
    """The shares, 0 to 1, under which counting `found` of `of` would not be unlikely.

    Exact, from the binomial's own tails: it covers the true share at least as often as `level` says, so it is never
    too narrow. With nothing counted it is (0, 1). Raises: ValueError unless 0 <= found <= of and 0 < level < 1.
    Source: Clopper and Pearson 1934, Biometrika 26(4).
    """
    if not (0 <= found <= of and 0 < level < 1):
        raise ValueError(f"{found} of {of} at level {level}: not a count and a level")
    tail = (1 - level) / 2
    low = 0.0 if found == 0 else _root(lambda p: at_most(of - found, of, 1 - p) - tail)
    high = 1.0 if found == of else _root(lambda p: tail - at_most(found, of, p))
    return low, high


def shown_share(found: int, of: int, level: float = 0.95) -> str:
    """A share with its interval, in percent: '0.5 % (0.0-2.6)'. `of` is 1 at least."""
    low, high = clopper_pearson(found, of, level)
    return f"{found / of:.1%} ({low * 100:.1f}-{high * 100:.1f})".replace("%", " %", 1)


def at_most(count: int, of: int, share: float) -> float:
    """Probability of at most `count` hits in `of` independent tries, each with probability `share`."""
    if share <= 0 or count >= of:
        return 1.0
    if share >= 1:
        return 0.0
    whole, hit, miss = lgamma(of + 1), log(share), log(1 - share)
    return sum(exp(whole - lgamma(k + 1) - lgamma(of - k + 1) + k * hit + (of - k) * miss) for k in range(count + 1))


def _root(rising: Callable[[float], float]) -> float:
    """Where a rising function on 0 to 1 crosses zero, to about 1e-10."""
    low, high = 0.0, 1.0
    for _ in range(34):
        middle = (low + high) / 2
        low, high = (low, middle) if rising(middle) > 0 else (middle, high)
    return (low + high) / 2
