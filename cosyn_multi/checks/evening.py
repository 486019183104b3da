"""Evening out what is asked of a shard, or of runs that are joined: too many Yes, one answer too often, too many direct
look-ups, right choices in one position.

A question is a row of numbers here, about 40 bytes, so that a merge holds those of a large run at a time.
"""

from array import array
from collections.abc import Callable
from fractions import Fraction
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from cosyn_multi.model import Question, Reject
from cosyn_multi.seeds import digest

DIRECT_SHARE: Final = Fraction(1, 10)
"""Most direct look-ups, of all questions."""
ANSWER_SHARE: Final = Fraction(1, 10)
ANSWERS_FREE: Final = 3
"""An answer text may occur this often within a kind, or in ANSWER_SHARE of its questions if that is more."""
MAJORITY: Final = Fraction(11, 10)
"""Yes may outnumber No (or No Yes) by this factor within a kind, or by one."""
OPEN: Final = ("int", "float", "str", "date", "list")
"""Answer types of which none may come too often."""

Numbers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


class Asked:
    """Questions, each known by its number: the order in which they were added, from 0."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._kinds: dict[str, int] = {}
        self._types: dict[str, int] = {}
        self._reasons: list[tuple[str, str]] = [("", "")]
        self._kind, self._type, self._choices = array("H"), array("B"), array("H")
        self._answer, self._draw = array("Q"), array("Q")
        self._set, self._place = array("q"), array("H")
        self._gone, self._position = array("i"), array("h")

    def __len__(self) -> int:
        return len(self._gone)

    def add(self, set_id: str, set_index: int, place: int, question: Question) -> None:
        """Take note of a question. place: in its set. set_index: of its set, among all that are evened out."""
        draft, answer = question.draft, question.text_answer
        self._kind.append(self._kinds.setdefault(draft.kind, len(self._kinds)))
        self._type.append(self._types.setdefault(draft.answer_type, len(self._types)))
        self._choices.append(len(draft.choices))
        self._answer.append(_number(answer.casefold()))
        self._draw.append(_number(self._seed, set_id, draft.text, answer))
        self._set.append(set_index)
        self._place.append(place)
        self._gone.append(0)
        self._position.append(-1)

    def drop(self, number: int, reason: str, detail: str) -> None:
        """Leave a question out of what is evened."""
        if self._reasons[-1] != (reason, detail):
            self._reasons.append((reason, detail))
        self._gone[number] = len(self._reasons) - 1

    def gone(self, number: int) -> bool:
        return self._gone[number] != 0

    def left(self, first: int, count: int) -> int:
        """How many stay of `count` questions that follow each other."""
        return self._gone[first : first + count].count(0)

    def position(self, number: int) -> int | None:
        """Where the right choice of a question is to stand; None if it has none."""
        return self._position[number] if self._position[number] >= 0 else None

    def reject(self, number: int, question: Question, set_index: int) -> Reject:
        """Why a question is gone."""
        reason, detail = self._reasons[self._gone[number]]
        return Reject(
            stage="balanced", reason=reason, detail=detail.replace("{answer}", repr(question.text_answer.casefold())),
            set_index=set_index, kind=question.draft.kind, question=question.draft.text,
        )  # fmt: skip

    def even_out(self) -> None:
        """Drop too many Yes or No, an answer above its cap within a kind, direct look-ups above a tenth of what is left,
        in this order; then deal the right choices to even positions."""
        for step in (self._even_yes_no, self._cap_answers, self._cap_direct, self._deal_choices):
            step()

    def _of(self, *types: str) -> Mask:
        """Those left of some answer types."""
        known = [self._types[t] for t in types if t in self._types]
        return self._left() & np.isin(_column(self._type, np.uint8), known)

    def _left(self) -> Mask:
        left: Mask = _column(self._gone, np.int32) == 0
        return left

    def _each_kind(self, among: Mask, even: Callable[[str, Numbers], None]) -> None:
        kinds = _column(self._kind, np.uint16)
        for kind, code in self._kinds.items():
            if len(group := np.flatnonzero(among & (kinds == code))):
                even(kind, group)

    def _even_yes_no(self) -> None:
        self._each_kind(self._of("bool"), self._even_sides)

    def _even_sides(self, kind: str, group: Numbers) -> None:
        answers = _column(self._answer, np.uint64)[group]
        sides = [(a, group[answers == np.uint64(_number(a.casefold()))]) for a in ("Yes", "No")]
        (answer, more), (_, fewer) = sorted(sides, key=lambda side: len(side[1]), reverse=True)
        allowed = max(len(fewer) + 1, int(len(fewer) * MAJORITY))
        detail = f"{kind}: {len(more)} answer {answer}, {len(fewer)} don't"
        self._drop_lowest(more, len(more) - allowed, "yes_no", detail)

    def _cap_answers(self) -> None:
        self._each_kind(self._of(*OPEN), self._cap_kind)

    def _cap_kind(self, kind: str, group: Numbers) -> None:
        cap = max(ANSWERS_FREE, int(len(group) * ANSWER_SHARE))
        _, which, counts = np.unique(
            _column(self._answer, np.uint64)[group], return_inverse=True, return_counts=True
        )  # fmt: skip
        for answer in np.flatnonzero(counts > cap):
            same = group[which == answer]
            detail = f"{kind}: {len(same)} of {len(group)} answer {{answer}}; at most {cap} may"
            self._drop_lowest(same, len(same) - cap, "answer_cap", detail)

    def _cap_direct(self) -> None:
        left = self._left()
        direct = np.flatnonzero(left & (_column(self._kind, np.uint16) == self._kinds.get("direct_lookup", -1)))
        questions = int(np.count_nonzero(left))
        allowed = int((questions - len(direct)) * DIRECT_SHARE / (1 - DIRECT_SHARE))
        detail = f"{len(direct)} direct look-ups among {questions} questions; at most {allowed} may stay"
        self._drop_lowest(direct, len(direct) - allowed, "direct_cap", detail)

    def _deal_choices(self) -> None:
        """Give the right choices the positions 0, 1, 2 ... in turn, per number of choices, in the order of the draws."""
        group = np.flatnonzero(self._of("choice"))
        choices = _column(self._choices, np.uint16)[group]
        for count in np.unique(choices):
            for turn, number in enumerate(self._drawn(group[choices == count])):
                self._position[number] = turn % int(count)

    def _drop_lowest(self, group: Numbers, count: int, reason: str, detail: str) -> None:
        """Those with the lowest draws go, if any must."""
        for number in self._drawn(group)[: max(0, count)]:
            self.drop(int(number), reason, detail)

    def _drawn(self, group: Numbers) -> Numbers:
        """In the order of the draws, which depend on the seed and the question, not on its neighbours."""
        keys = ((self._place, np.uint16), (self._set, np.int64), (self._draw, np.uint64))
        ordered: Numbers = group[np.lexsort([_column(numbers, kind)[group] for numbers, kind in keys])]
        return ordered


def _number(*parts: str | int) -> int:
    return digest(*parts) >> 64


def _column(numbers: "array[int]", kind: Any) -> Any:
    """An array as NumPy sees it, without a copy."""
    return np.frombuffer(numbers, dtype=kind)
