"""What is asked of a picture before any question."""

from decimal import Decimal
from typing import Any

import pytest
from perfect import rendering
from worlds import invoice_views, sales_view

from cosyn_multi.checks.view import view_faults
from cosyn_multi.model import Look, Reading, Seen, View


def reasons(view: View, change: Any = None, marks: dict[str, Decimal] | None = None, **update: Any) -> set[str]:
    drawn = rendering(view, marks, change).model_copy(update=update)
    return {fault.reason for fault in view_faults(view, drawn)}


def only(target: str, **change: Any) -> Any:
    """Change one reading; no change leaves it out."""

    def apply(_: int, reading: Reading) -> Reading | None:
        if reading.ref != target:
            return reading
        return reading.model_copy(update=change) if change else None

    return apply


def test_a_perfect_picture_has_no_faults() -> None:
    for view in (*invoice_views(), sales_view(), sales_view(1, ("month", "north"), "table")):
        assert view_faults(view, rendering(view)) == []
    assert view_faults(sales_view(), rendering(sales_view(), {"north": Decimal(1)})) == []


def test_a_fault_names_stage_image_and_what() -> None:
    view = invoice_views()[1]
    drawn = rendering(view, change=only("items[0].amount")).model_copy(update={"lost": ("items[0].amount: attribute",)})
    (found,) = view_faults(view, drawn)
    assert (found.stage, found.reason, found.image) == ("view", "not_drawn", 2)
    assert "items[0].amount: attribute" in found.detail


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (only("items[1].amount"), "not_drawn"),
        (only("items.amount"), "not_drawn"),
        (only("items[1].item"), "not_drawn"),
        (only("@title"), "not_drawn"),
        (only("@note0"), "not_drawn"),
        (only("items[1].amount", seen=Seen(clipped=True)), "clipped"),
        (only("items.amount", seen=Seen(inside=0.9)), "outside"),
        (only("@title", seen=Seen(contrast=1.5)), "low_contrast"),
        (only("items[1].amount", value=Decimal("6.04")), "value_differs"),
        (only("items[1].quantity", value=3), "value_differs"),
        (only("items[1].item", value="Sea sal"), "value_differs"),
        (only("items[1].amount", boxes=()), "no_box"),
        (only("items[1].amount", ref="items[0].amount"), "drawn_twice"),
        (only("items[1].amount", ref="items[9].amount"), "unknown_ref"),
        (only("items[1].amount", keys=("items.@axis",)), "not_drawn"),
    ],
)
def test_each_fault_has_a_name(change: Any, reason: str) -> None:
    assert reason in reasons(invoice_views()[0], change)


def test_a_mark_may_be_off_by_its_tolerance_and_no_more() -> None:
    marks = {"north": Decimal("0.5")}
    assert reasons(sales_view(), only("series[0].north", value=Decimal("41.4")), marks) == set()
    assert reasons(sales_view(), only("series[0].north", value=Decimal("41.6")), marks) == {"value_differs"}


def test_two_series_that_look_alike_are_refused() -> None:
    def look(color: str) -> Any:
        def apply(_: int, reading: Reading) -> Reading:
            colors = {"series.north": "#1f5a94", "series.south": color}
            if reading.ref in colors:
                return reading.model_copy(update={"role": "legend", "look": Look(color=colors[reading.ref])})
            return reading

        return apply

    assert reasons(sales_view(), look("#d1702a")) == set()
    assert reasons(sales_view(), look("#205b96")) == {"looks_alike"}


def test_a_unit_that_is_not_drawn_is_a_fault() -> None:
    def plain(_: int, reading: Reading) -> Reading:
        return reading.model_copy(update={"shown": reading.shown.replace(" (thousand USD)", "")})

    assert reasons(sales_view(), plain) == {"unit_not_drawn"}


def test_the_subject_stands_in_the_picture() -> None:
    view = invoice_views()[0].model_copy(update={"subject": "Linz branch"})
    assert reasons(view) == set()
    assert reasons(view, only("@subject")) == {"subject_not_drawn"}


def test_a_picture_without_words_is_a_fault() -> None:
    assert "no_words" in reasons(invoice_views()[0], words=())
