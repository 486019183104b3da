"""The named rules of `unambiguous`: each has one question that keeps it and one that breaks it."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest
from drafts import draft, invoices, outcome, regions, total, with_part
from perfect import perfect
from worlds import invoice_views, invoice_world, sales_view, sales_world

from cosyn_multi.checks.rules.drawing import alike
from cosyn_multi.checks.rules.units import _ABBREVIATED, says
from cosyn_multi.model import Column, Draft, Format, Look, Reading, Views

DIFFERENCE = 'SELECT round((SELECT "total" FROM "image2_facts") - (SELECT "total" FROM "image1_facts"), 2)'


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("How much higher is the total due in image 2 than in image 1, in EUR?", ""),
        ("What is the total due in image 2 minus that in image 1, in EUR?", ""),
        ("By how much did the total due change from image 1 to image 2, in EUR?", ""),
        ("What is the difference of the totals due of image 1 and image 2, in EUR?", "unambiguous:bare_difference"),
        ("What is the absolute difference of the totals due, in EUR?", "unambiguous:bare_difference"),
        ("What do the totals due of both come to, in EUR?", "unambiguous:bare_difference"),
    ],
)
def test_a_difference_says_of_what_from_what(text: str, result: str) -> None:
    assert outcome(total(program=DIFFERENCE, answer="35.30", text=text)) == result


def test_an_absolute_difference_is_computed_as_one() -> None:
    program = 'SELECT round(abs((SELECT "total" FROM "image1_facts") - (SELECT "total" FROM "image2_facts")), 2)'
    assert (
        outcome(
            total(program=program, answer="35.30", text="What is the absolute difference of both totals due, in EUR?")
        )
        == ""
    )


def test_swapping_the_operands_makes_the_text_wrong() -> None:
    swapped = 'SELECT round((SELECT "total" FROM "image1_facts") - (SELECT "total" FROM "image2_facts"), 2)'
    text = "How much higher is the total due in image 1 than in image 2, in EUR?"
    assert outcome(total(program=swapped, answer="-35.30", text=text)) == "unambiguous:direction"


@pytest.mark.parametrize(
    ("more", "result"),
    [
        ({}, ""),
        ({"text": "What do both invoices come to, in euros?"}, ""),
        ({"text": "What do both invoices come to, in €?"}, ""),
        ({"text": "What do both invoices come to?"}, "unambiguous:unit_not_stated"),
        ({"text": "What do both invoices come to?", "unit": ""}, "unambiguous:unit_not_stated"),
        ({"text": "What do both invoices come to, in USD?"}, "unambiguous:unit_not_stated"),
    ],
)
def test_the_unit_stands_in_the_question(more: dict[str, Any], result: str) -> None:
    assert outcome(total(**more)) == result


def test_a_scale_is_part_of_the_unit() -> None:
    def asked(unit: str) -> Draft:
        return draft(
            "SELECT round((SELECT max(north) FROM image1_series) + (SELECT max(south) FROM image2_series), 0)", "123",
            f"What do the highest north and the highest south make, in {unit}, as a whole number?", unit="thousand USD", decimals=0,
        )  # fmt: skip

    assert outcome(asked("thousand USD"), regions()) == ""
    assert outcome(asked("USD"), regions()) == "unambiguous:unit_not_stated"


def test_a_unit_that_no_image_shows_can_not_be_asked_for() -> None:
    def without(_: int, reading: Reading) -> Reading:
        return reading.model_copy(update={"shown": reading.shown.replace("€", "")})

    assert outcome(total(), invoices(without)) == "unambiguous:unit_not_drawn"


@pytest.mark.parametrize(
    ("text", "unit", "said"),
    [
        ("in kWh", "kWh", True), ("how many bags", "bags", True), ("one bag", "bags", True), ("in percent", "%", True), ("5%", "%", True),
        ("in thousand USD", "thousand USD", True), ("in dollars", "USD", True), ("in k$", "thousand USD", False), ("baggage", "bags", False),
        ("Europe", "EUR", False), ("the euro amount", "EUR", True), ("m", "km", False), ("€5", "EUR", True), ("per household", "per household", True),
        ("(thousand USD)", "thousand USD", True), ("kilowatt", "kW", False),
    ],
)  # fmt: skip
def test_a_text_says_a_unit_in_any_of_its_forms(text: str, unit: str, said: bool) -> None:
    assert says(text, unit) is said


def with_dates(pattern: str, *days: date, note: str = "") -> Views:
    views = []
    for view, day in zip(invoice_views(), days, strict=True):
        facts = view.parts[0]
        columns = tuple(
            c.model_copy(update={"format": Format(style="date", pattern=pattern)}) if c.name == "issued" else c
            for c in facts.columns
        )
        rows = ((*facts.rows[0][:2], day, facts.rows[0][3]),)
        changed = with_part(view, 0, columns=columns, rows=rows)
        views.append(changed.model_copy(update={"notes": (note,)} if note else {}))
    return perfect(invoice_world(), tuple(views))


def interval(days: int) -> Draft:
    return draft(
        "SELECT julianday((SELECT issued FROM image2_facts)) - julianday((SELECT issued FROM image1_facts))", str(days),
        "How many days later than image 1 is image 2 dated?", "int", kind="temporal_interval", unit="days",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("pattern", "days", "note", "result"),
    [
        ("dd/MM/yyyy", (date(2024, 3, 14), date(2024, 4, 15)), "", ""),
        ("dd/MM/yyyy", (date(2024, 3, 4), date(2024, 4, 5)), "", "unambiguous:numeric_date_order"),
        ("MM/dd/yyyy", (date(2024, 3, 4), date(2024, 4, 5)), "", "unambiguous:numeric_date_order"),
        ("dd/MM/yyyy", (date(2024, 3, 4), date(2024, 4, 5)), "Dates are DD/MM/YYYY.", ""),
        ("dd/MM/yyyy", (date(2024, 3, 3), date(2024, 4, 4)), "", ""),
        ("d MMM yyyy", (date(2024, 3, 4), date(2024, 4, 5)), "", ""),
        ("yyyy-MM-dd", (date(2024, 3, 4), date(2024, 4, 5)), "", ""),
    ],
)
def test_a_numeric_date_needs_an_image_that_settles_its_order(
    pattern: str, days: tuple[date, date], note: str, result: str
) -> None:
    assert outcome(interval((days[1] - days[0]).days), with_dates(pattern, *days, note=note)) == result


def printed(shown: Callable[[Reading], str], locale: str = "de_DE") -> Views:
    """A chart and a table of the regions' numbers in thousands, printed as told."""

    def change(_: int, reading: Reading) -> Reading:
        numeric = reading.role == "cell" and isinstance(reading.value, D)
        return reading.model_copy(update={"shown": shown(reading)}) if numeric else reading

    views = (sales_view(1, ("month", "north")), sales_view(2, ("month", "south"), "table"))
    return perfect(sales_world(), tuple(v.model_copy(update={"locale": locale}) for v in views), change=change)


def highest(text: str = "") -> Draft:
    return draft(
        "SELECT round((SELECT max(north) FROM image1_series) + (SELECT max(south) FROM image2_series), 0)", "123",
        text or "What do the highest north and the highest south make, in thousand USD, as a whole number?", unit="thousand USD", decimals=0,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("shown", "result"),
    [
        ("{}", ""), ("{}.000", "unambiguous:separator_unclear"), ("{},000", "unambiguous:separator_unclear"), ("{}.000,5", ""),
        ("{} K", "unambiguous:abbreviation_unexplained"), ("{} M", "unambiguous:abbreviation_unexplained"), ("{} lakh", "unambiguous:abbreviation_unexplained"),
    ],
)  # fmt: skip
def test_separators_and_abbreviations_must_be_settled_in_the_image(shown: str, result: str) -> None:
    views = printed(lambda r: shown.format(r.value))
    # The header says 'thousand', which explains K: without it nothing does.
    assert outcome(highest(), views) == ("" if shown == "{} K" else result)


def test_a_code_after_a_number_is_no_abbreviation() -> None:
    """An axis label and the site code beside it, read in one line: '140 B-04' is not 140 billion."""
    assert not _ABBREVIATED.findall("140 B-04 160 K-12")
    assert _ABBREVIATED.findall("140 B, 160K") == ["B", "K"]


def test_an_abbreviation_is_explained_by_a_legend() -> None:
    views = printed(lambda r: f"{r.value} M")
    noted = tuple(v.model_copy(update={"notes": ("M = million",)}) for v in views.views)
    assert outcome(highest(), perfect(sales_world(), noted)) == ""


@pytest.mark.parametrize(
    ("decimals", "text", "result"),
    [
        (1, "Which percentage of the total in image 2 is the total in image 1, rounded to one decimal?", ""),
        (1, "Which percentage of the total in image 2 is the total in image 1?", "unambiguous:rounding_not_stated"),
    ],
)
def test_rounding_is_stated_where_it_happens(decimals: int, text: str, result: str) -> None:
    program = 'SELECT round(100.0 * (SELECT "total" FROM "image1_facts") / (SELECT "total" FROM "image2_facts"), 1)'
    assert outcome(total(program=program, answer="61.5", text=text, unit="%", decimals=decimals)) == result


@pytest.mark.parametrize(
    ("text", "page", "result"),
    [
        ("What do image 1 and image 2 come to, in EUR?", "", ""),
        ("What do image 1 and image 3 come to, in EUR?", "", "unambiguous:page_vs_image"),
        ("What do page 3 and page 4 come to, in EUR?", "", "unambiguous:page_vs_image"),
        ("What do page 1 and page 2 come to, in EUR?", "{}", ""),
        ("What do page 3 and page 4 come to, in EUR?", "{}", "unambiguous:page_vs_image"),
        ("What do page 1 and image 2 come to, in EUR?", "{}", "unambiguous:page_vs_image"),
    ],
)
def test_page_is_what_is_printed_and_image_is_the_position(text: str, page: str, result: str) -> None:
    views = tuple(v.model_copy(update={"page": page.format(v.image)}) for v in invoice_views())
    assert outcome(total(text=text), perfect(invoice_world(), views)) == result


@pytest.mark.parametrize(("note", "result"), [("", "unambiguous:month_arithmetic"), ("A month has 30 days.", "")])
def test_months_are_counted_by_a_printed_rule_only(note: str, result: str) -> None:
    views = tuple(v.model_copy(update={"notes": (note,)} if note else {"notes": ()}) for v in invoice_views())
    asked = draft(
        "SELECT (julianday((SELECT issued FROM image2_facts)) - julianday((SELECT issued FROM image1_facts))) - 2", "30",
        "How many days later than one month after image 1 is image 2?", "int", unit="days",
    )  # fmt: skip
    assert outcome(asked, perfect(invoice_world(), views)) == result


def test_equal_names_name_nothing() -> None:
    first, second = invoice_views()
    twice = with_part(
        second, 1, rows=tuple((("Rye flour", *r[1:]) if r[0] == "Yeast" else r) for r in second.parts[1].rows)
    )
    asked = draft(
        "SELECT round((SELECT amount FROM image1_items WHERE item = 'Rye flour') + (SELECT max(amount) FROM image2_items WHERE item = 'Rye flour'), 2)",
        "114.50", 'What do both invoices charge for "Rye flour", in EUR?', unit="EUR", decimals=2,
    )  # fmt: skip
    assert outcome(asked) == ""
    assert outcome(asked, perfect(invoice_world(), (first, twice))) == "unambiguous:entity_not_unique"
    almost = with_part(
        second, 1, rows=tuple((("rye flour ", *r[1:]) if r[0] == "Yeast" else r) for r in second.parts[1].rows)
    )
    assert outcome(asked, perfect(invoice_world(), (first, almost))) == "unambiguous:entity_not_unique"


def test_a_tie_has_no_winner() -> None:
    asked = draft(
        "SELECT CASE WHEN (SELECT price FROM image1_items WHERE item = '{0}') < (SELECT price FROM image2_items WHERE item = '{0}') THEN 'Yes' ELSE 'No' END",
        "{1}", "Is it dearer in image 2 than in image 1?", "bool", kind="compare_pair",
    )  # fmt: skip

    def about(item: str, answer: str) -> Draft:
        program = asked.program.format(item)
        return asked.model_copy(
            update={"program": program, "witnesses": (asked.witnesses[0].model_copy(update={"answer": (answer,)}),)}
        )

    assert outcome(about("Rye flour", "Yes")) == ""
    assert outcome(about("Sea salt", "No")) == "unambiguous:tie", "both cost 3.20"


def counted(limit: str, answer: str) -> Draft:
    return draft(
        f"SELECT count(*) FROM (SELECT amount FROM image1_items UNION ALL SELECT amount FROM image2_items) WHERE amount > {limit}", answer,
        f"How many line items of image 1 and image 2 have an amount above {limit} EUR?", "int", kind="count_entities",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("limit", "answer", "result"),
    [("20", "3", ""), ("1", "5", "unambiguous:degenerate_all"), ("500", "0", "unambiguous:degenerate_none")],
)
def test_all_and_none_are_no_counts(limit: str, answer: str, result: str) -> None:
    assert outcome(counted(limit, answer)) == result


def test_sources_that_disagree_must_be_named() -> None:
    world, (first, second) = invoice_world(), invoice_views()
    wrong = ((*first.parts[0].rows[0][:3], D("59.40")),)
    copy = with_part(first.model_copy(update={"image": 3, "title": "Reminder"}), 0, rows=wrong)
    views = perfect(world, (first, second, copy))
    assert outcome(total(text="What do both invoices come to, in EUR?"), views) == "unambiguous:sources_disagree"
    assert outcome(total(text="What do image 1 and image 2 come to, in EUR?"), views) == ""


def test_rounded_shares_are_not_added_up() -> None:
    columns = (
        Column(name="part", label="Part", kind="category"),
        Column(name="share", label="Share", kind="percent", format=Format(style="percent")),
    )
    views = []
    for view, shares in zip(invoice_views(), ((33, 35, 33), (20, 30, 50)), strict=True):
        rows = tuple((n, D(s)) for n, s in zip(("Rent", "Staff", "Goods"), shares, strict=True))
        views.append(
            with_part(view, 1, columns=columns, rows=rows, origin_rows=(0, 1, 2), name="items", table=f"t{view.image}")
        )
    asked = draft(
        "SELECT round((SELECT sum(share) FROM image1_items WHERE part <> 'Rent') + (SELECT share FROM image2_items WHERE part = 'Rent'), 0)", "88",
        "What do the shares other than Rent in image 1 and that of Rent in image 2 make, in percent, as a whole number?", unit="%", decimals=0,
    )  # fmt: skip
    assert outcome(asked, perfect(invoice_world(), tuple(views))) == "unambiguous:rounded_shares"
    assert outcome(asked.model_copy(update={"tolerance": D(2)}), perfect(invoice_world(), tuple(views))) == ""


def legend(*colors: str) -> Views:
    """North and south in one chart with a legend, and the table of the south."""
    looks = dict(zip(("series.north", "series.south"), colors, strict=True))

    def change(image: int, reading: Reading) -> Reading:
        if image == 1 and reading.ref in looks:
            return reading.model_copy(update={"role": "legend", "look": Look(color=looks[reading.ref])})
        return reading

    views = (sales_view(1, ("month", "north", "south")), sales_view(2, ("month", "south"), "table"))
    part = views[1].parts[0]
    other = with_part(views[1], 0, table="other", rows=tuple((m, v) for m, v in part.rows))
    return perfect(sales_world(), (views[0], other), change=change)


@pytest.mark.parametrize(
    ("colors", "result"), [(("#1f5a94", "#d1702a"), ""), (("#1f5a94", "#1f5d98"), "unambiguous:series_by_color"),
     (("#777777", "#7f7f7f"), "unambiguous:series_by_color")]
)  # fmt: skip
def test_a_series_known_by_its_colour_has_one_of_its_own(colors: tuple[str, str], result: str) -> None:
    asked = draft(
        "SELECT round((SELECT max(north) FROM image1_series) + (SELECT max(south) FROM image2_series), 0)", "123",
        "What do the highest north and the highest south make, in thousand USD, as a whole number?", unit="thousand USD", decimals=0,
    )  # fmt: skip
    assert outcome(asked, legend(*colors)) == result


def test_a_dash_or_a_marker_tells_two_series_of_one_colour() -> None:
    assert alike(Look(color="#1f5a94"), Look(color="#1f5a94"))
    assert not alike(Look(color="#1f5a94"), Look(color="#1f5a94", dash="dash"))
    assert not alike(Look(color="#1f5a94", marker="o"), Look(color="#1f5a94", marker="s"))
