"""How often something happened and why, for a person."""

from collections import Counter


def told(reasons: Counter[str]) -> str:
    """Reasons and how often, the most frequent first: '12 empty_label, 3 twice'."""
    return ", ".join(f"{n:,} {reason}" for reason, n in sorted(reasons.items(), key=lambda i: (-i[1], i[0])))
