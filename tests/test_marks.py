"""Recovering values from marks: axes of every sort, tolerances, tick labels, looks."""

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosyn_multi.model import Box, Column, Format, Look
from cosyn_multi.renderers.marks import (
    Axis,
    MarkValue,
    agrees,
    alike,
    inside_share,
    nice_step,
    overlap_share,
    read_angle,
    read_length,
    read_position,
    tick_value,
    ticks_tell,
)

AMOUNT = Column(name="sold", label="Sold", kind="amount", unit="t", format=Format(style="number", decimals=1))
COUNT = Column(name="visits", label="Visits", kind="count", format=Format(style="number"))
LINEAR = Axis("y", (500, 100), (0, 80), (0, 20, 40, 60, 80))


def test_a_bar_end_is_read_through_the_axis_with_the_error_of_a_tenth_of_a_tick() -> None:
    mark = read_position(LINEAR, LINEAR.pixel(47), AMOUNT)
    assert mark == MarkValue(D(47), D(2))


def test_few_pixels_per_tick_make_the_pixel_error_count() -> None:
    short = Axis("y", (60, 20), (0, 80), (0, 20, 40, 60, 80))
    assert read_position(short, short.pixel(47), AMOUNT).tolerance == D(3)


def test_an_axis_that_does_not_start_at_zero_is_read_by_its_ticks_not_by_lengths() -> None:
    cut = Axis("y", (500, 100), (2200, 2600), (2200, 2300, 2400, 2500, 2600))
    assert read_position(cut, cut.pixel(2400), AMOUNT) == MarkValue(D(2400), D(10))


def test_an_inverted_axis_reads_the_same() -> None:
    inverted = Axis("y", (100, 500), (0, 80), (0, 20, 40, 60, 80))
    assert read_position(inverted, inverted.pixel(47), AMOUNT).value == 47


def test_on_a_log_axis_the_error_grows_with_the_value() -> None:
    log = Axis("y", (500, 100), (1, 10_000), (1, 10, 100, 1000, 10_000), log=True)
    low, high = (read_position(log, log.pixel(v), AMOUNT) for v in (20, 2000))
    assert agrees(low, D(20)) and agrees(high, D(2000))
    assert 90 < high.tolerance / low.tolerance < 110


def test_a_stacked_segment_has_two_ends_to_place() -> None:
    segment = read_length(LINEAR, LINEAR.pixel(20), LINEAR.pixel(47), AMOUNT)
    assert segment.tolerance == 2 * read_position(LINEAR, LINEAR.pixel(47), AMOUNT).tolerance
    assert agrees(segment, D(27))


def test_a_segment_on_a_log_axis_has_no_value() -> None:
    with pytest.raises(ValueError, match="log axis"):
        read_length(Axis("y", (500, 100), (1, 100), (1, 10, 100), log=True), 450, 300, AMOUNT)


@pytest.mark.parametrize(("ticks", "tolerance"), [((0, 2, 4), 0), ((0, 5, 10), 1), ((0, 20, 40), 2)])
def test_a_count_is_read_as_a_whole_number(ticks: tuple[float, ...], tolerance: int) -> None:
    axis = Axis("y", (500, 100), (ticks[0], ticks[-1]), ticks)
    mark = read_position(axis, axis.pixel(3), COUNT)
    assert isinstance(mark.value, int) and mark.tolerance == tolerance and agrees(mark, 3)


def test_an_axis_with_one_labelled_tick_is_not_read() -> None:
    with pytest.raises(ValueError, match="fewer than two"):
        read_position(Axis("y", (500, 100), (0, 80), (0,)), 300, AMOUNT)


def test_a_slice_is_judged_to_two_points() -> None:
    assert read_angle(90, AMOUNT) == MarkValue(D(25), D(2))


@given(value=st.floats(0, 1), span=st.sampled_from([0.7, 8.0, 120.0, 5e6]), start=st.floats(-3, 3), flip=st.booleans())
def test_whatever_the_axis_the_truth_is_inside_the_interval(
    value: float, span: float, start: float, flip: bool
) -> None:
    low = start * span
    ticks = tuple(low + span * i / 5 for i in range(6))
    axis = Axis("y", (70.0, 487.0) if flip else (487.0, 70.0), (low, low + span), ticks)
    truth = low + value * span
    assert agrees(read_position(axis, axis.pixel(truth), AMOUNT), D(repr(truth)))


@given(st.floats(1e-4, 1e7))
def test_the_step_is_the_largest_round_one_within_the_slack(slack: float) -> None:
    step = float(nice_step(slack))
    assert step <= slack * 1.0000001 and slack / step < 2.5 + 1e-6


@pytest.mark.parametrize(
    ("text", "locale", "value"),
    [("1,200", "en_US", 1200), ("1.200", "de_DE", 1200), ("−40", "en_US", -40), ("20%", "en_US", 20),
     ("1.5 M", "en_US", 1_500_000),
     ("1 200", "fr_FR", 1200)],
)  # fmt: skip
def test_tick_labels_tell_numbers_as_the_locale_writes_them(text: str, locale: str, value: int) -> None:
    assert tick_value(text, AMOUNT, locale) == value


def test_ticks_with_an_offset_elsewhere_do_not_tell_their_value() -> None:
    assert ticks_tell([("0", 0.0), ("200", 200.0)], AMOUNT, "en_US")
    assert not ticks_tell([("0.0", 0.0), ("0.5", 500_000.0)], AMOUNT, "en_US")


def test_looks_are_alike_only_if_colour_dash_and_marker_are() -> None:
    blue = Look(color="#1f77b4")
    assert alike(blue, Look(color="#2079b6"))
    assert not alike(blue, Look(color="#2079b6", dash="dashed"))
    assert not alike(blue, Look(color="#2079b6", marker="o"))
    assert not alike(blue, Look(color="#d1702a"))


def test_shares_of_boxes() -> None:
    box = Box(x0=-10, y0=0, x1=10, y1=10)
    assert inside_share([box], 100, 100) == 0.5
    assert overlap_share([box], [Box(x0=0, y0=0, x1=5, y1=10)]) == 0.25
