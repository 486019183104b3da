"""`qa stats`: how far the work is, who did how much, and how well two people agree."""

from collections import Counter
from typing import Any

from .agreement import agreement
from .store import Store


def stats(store: Store) -> dict[str, Any]:
    """Counts by section; shares come with their 95 % interval (Clopper-Pearson) in lines for people."""
    questions, groups, out = store.questions.submitted(), store.sets.all(), store.drops.out()
    looks = agreement(store.looks.all(), questions)
    written = Counter(q.writer for q in questions)
    seconds: Counter[str] = Counter()
    for q in questions:
        seconds[q.writer] += round(q.seconds)
    turns = [t for q in questions for t in store.talk.of(q.id)]
    return {
        "totals": {
            "images": len(store.pictures.all()),
            "images without a caption": len(store.pictures.uncaptioned()),
            "sets": len(groups),
            "sets with a question": len({q.set_id for q in questions}),
            "questions": len(questions),
            "left out by the filter": len(out & {q.id for q in questions}),
            "waiting for a second look": store.looks.wanted(),
        },
        "sets by images": {str(n): k for n, k in sorted(Counter(len(g.members) for g in groups).items())},
        "people": {
            name: f"{n} submitted, {seconds[name] / n:.0f} seconds each" for name, n in sorted(written.items())
        },
        "skipped": store.sets.skipped(),
        "drafts": dict(sorted(Counter(t.state for t in turns).items())),
        "agreement": {
            "overall": looks.overall.facts(),
            **{f"answers by {name}": found.facts() for name, found in looks.writers.items()},
            **{f"second looks by {name}": found.facts() for name, found in looks.seconds.items()},
        }
        if looks.overall.compared or looks.overall.undecided
        else {},
    }  # fmt: skip
