"""`--where`: what is a predicate, what it keeps, and what is refused in one line."""

import pytest

from cosyn_multi.errors import ConfigError
from cosyn_multi.exports import FIELDS, where

FACTS = {name: "" if kind is str else 0 for name, kind in FIELDS.items()} | {
    "kind": "extremum", "num_images": 3, "question": "Which gym has 50 percent?", "domain": "gym", "answer_type": "str",
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ('kind != "direct_lookup"', True),
        ("kind == 'direct_lookup'", False),
        ("num_images >= 3 and not domain == 'museum'", True),
        ("num_images > 3 or domain in ('gym', 'bank')", True),
        ("domain not in ['gym']", False),
        ("'percent' in question", True),
        ("2 < num_images <= 3", True),
        ("num_images > 2.5 and num_images != -1", True),
        ("num_images in {4, 5}", False),
        ("  (kind == 'extremum')\n", True),
    ],
)
def test_a_predicate_compares_fields_with_texts_and_numbers(text: str, holds: bool) -> None:
    assert bool(where(text)(FACTS)) is holds


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("kind =", "is no comparison|invalid syntax"),
        ("", "invalid syntax"),
        ("kind", "'kind' is no comparison"),
        ("kinds == 'extremum'", "no such field.*Did you mean 'kind'"),
        ("kind == 'direct_lokup'", "no such kind.*Did you mean 'direct_lookup'"),
        ("answer_type != 'integer'", "no such answer_type"),
        ("kind > 3", "can't be compared"),
        ("num_images == '3'", "can't be compared"),
        ("num_images in 'abc'", "can't be compared"),
        ("domain in ('gym', 3)", "texts alone, or numbers alone"),
        ("domain in ()", "texts alone, or numbers alone"),
        ("kind is 'extremum'", "write =="),
        ("__import__('os').system('true')", "is no comparison"),
        ("().__class__ == 1", "neither a field nor a text or number"),
        ("kind == f'{seed}'", "neither a field nor a text or number"),
        ("seed == 10 ** 10 ** 10", "neither a field nor a text or number"),
        ("seed == True", "neither a field nor a text or number"),
        ("(lambda: 1)() == 1", "neither a field nor a text or number"),
        ("not " * 400 + "seed == 1" + " " * 900, "longer than"),
        ("(" * 900 + "seed == 1" + ")" * 900, "too many nested|nested too deeply|too complex"),
        ("kind == 'a\0b'", "null"),
        ("drop table sets; --", "invalid syntax"),
    ],
)
def test_what_is_no_predicate_is_refused_in_one_line(text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as refused:
        where(text)
    assert "\n" not in str(refused.value) and str(refused.value).startswith("--where ")
