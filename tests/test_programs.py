"""Programs: what may run, what is refused, and exact numbers."""

import sqlite3
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from perfect import perfect
from worlds import invoice_views, invoice_world, sales_view, sales_world

from cosyn_multi.model import Draft, Sheet, intended, part_of
from cosyn_multi.programs import Database, ProgramError, analyse, answer_of, probe

ITEMS = ("invoice", "item", "quantity", "price", "amount")
VIEWS = tuple(
    v.model_copy(
        update={"parts": (v.parts[0], part_of(invoice_world(), "items", "items", ITEMS, v.parts[1].origin_rows))}
    )
    for v in invoice_views()
)
SHEETS: tuple[Sheet, ...] = tuple(s for v in VIEWS for s in intended(v))
SALES: tuple[Sheet, ...] = tuple(s for s in intended(sales_view()))


@pytest.fixture
def db() -> Iterator[Database]:
    database = Database((*SHEETS, *(s.model_copy(update={"name": "image3_series", "image": 3}) for s in SALES)))
    yield database
    database.close()


def draft(program: str, answer_type: str = "float", **more: Any) -> Draft:
    return Draft.model_validate(
        {
            "kind": "k",
            "text": "?",
            "answer_type": answer_type,
            "program": program,
            "images": (1, 2),
            "explanation": "",
            **more,
        }
    )


def slug_of(db: Database, program: str, ordered: bool = False) -> str:
    """What a program is refused for; '' if it runs."""
    try:
        probe(db, analyse(program, db.sheets.values()), ordered)
        db.run(program)
    except ProgramError as error:
        return error.slug
    return ""


@pytest.mark.parametrize(
    "attack",
    [
        "ATTACH DATABASE '/tmp/x.db' AS x", "PRAGMA user_version", "PRAGMA writable_schema = 1", "BEGIN", "COMMIT", "VACUUM",
        "VACUUM INTO '/tmp/x.db'", "DELETE FROM image1_items", "INSERT INTO image1_items VALUES (1, 2, 3, 4, 5)",
        "UPDATE image1_items SET amount = 1", "DROP TABLE image1_items", "CREATE TEMP TABLE t (a)", "EXPLAIN SELECT 1",
        "WITH t AS (SELECT 1) DELETE FROM image1_items", "SELECT load_extension('x')", "SELECT random()", "SELECT randomblob(9)",
        "SELECT zeroblob(1000000000)", "SELECT printf('%.*c', 100000000, 'x')", "SELECT hex(zeroblob(99))",
        "SELECT group_concat(item) FROM image1_items", "SELECT * FROM sqlite_master", "SELECT sql FROM sqlite_schema",
        "SELECT name FROM pragma_table_info('image1_items')", "SELECT value FROM json_each('[1]')", "SELECT 1; SELECT 2",
        "SELECT 1; DROP TABLE image1_items", "SELECT date('now')", "SELECT julianday('now')", "SELECT strftime('%s', 'now')",
        "SELECT datetime('now')", "SELECT current_timestamp", "SELECT changes()", "SELECT sqlite_version()", "REINDEX",
        "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT count(*) FROM t",
        "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT n FROM t LIMIT 1",
        "SELECT readfile('/etc/passwd')", "SELECT writefile('/tmp/x', 'y')", "SELECT edit('x')", "VALUES (1)", "",
        "SELECT amount FROM image1_items WHERE item = ?", "-- SELECT 1", "SELECT fts5('x')", "SELECT quote(amount) FROM image1_items",
    ],
)  # fmt: skip
def test_nothing_but_reading_runs_even_without_the_static_rules(db: Database, attack: str) -> None:
    if attack not in ("SELECT current_timestamp",):
        with pytest.raises(ProgramError):
            db.run(attack)
    assert slug_of(db, attack)
    assert db.run("SELECT count(*) FROM image1_items").rows == ((2,),)
    assert not Path("/tmp/x.db").exists()


def test_a_runaway_is_stopped_by_its_steps(db: Database) -> None:
    tables = ", ".join(f"image2_items t{i}" for i in range(16))
    assert slug_of(db, f"SELECT count(*) FROM {tables}") == "runaway"


@pytest.mark.parametrize(
    ("program", "slug"),
    [
        ("SELECT amount FROM image9_items", "no_such_table"),
        ("SELECT amonut FROM image1_items", "no_such_column"),
        ('SELECT "amonut" FROM image1_items', "no_such_column"),
        ('SELECT amount FROM image1_items WHERE item = "Rye flour"', "no_such_column"),
        ("SELECT item + 1 FROM image1_items", "text_arithmetic"),
        ("SELECT sum(item) FROM image1_items", "text_arithmetic"),
        ("SELECT -issued FROM image1_facts", "text_arithmetic"),
        ("SELECT '12%' + 0 FROM image1_items", "text_arithmetic"),
        ("SELECT quantity / 2 FROM image1_items", "integer_division"),
        ("SELECT sum(quantity) / count(*) FROM image1_items", "integer_division"),
        ("SELECT amount % 2 FROM image1_items", "real_remainder"),
        ("SELECT CAST(item AS REAL) FROM image1_items", "cast"),
        ("SELECT CAST(amount AS INTEGER) FROM image1_items", "cast"),
        ("SELECT quantity FROM image1_items WHERE amount = '50.00'", "mixed_comparison"),
        ("SELECT amount FROM image1_items WHERE item = 5", "mixed_comparison"),
        ("SELECT total FROM image1_facts WHERE issued = '14 March 2024'", "date_literal"),
        ("SELECT item FROM image1_items WHERE quantity * price = amount", "float_comparison"),
        ("SELECT item FROM image1_items WHERE amount / price > 3", "float_comparison"),
        ("SELECT quantity + price FROM image1_items", "mixed_units"),
        ("SELECT item FROM image1_items WHERE quantity > price", "mixed_units"),
        ("SELECT item, max(amount) FROM image1_items", "bare_column"),
        ("SELECT item FROM image1_items GROUP BY price", "bare_column"),
        ("SELECT * FROM image1_items", "unsupported"),
        ("SELECT row_number() OVER (ORDER BY amount) FROM image1_items", "unsupported"),
        ("SELECT amount || 'x' FROM image1_items", "number_as_text"),
        ("SELECT CASE WHEN amount > 1 THEN 'x' ELSE 2 END FROM image1_items", "mixed_types"),
        ("SELECT date(issued, '+1 month') FROM image1_facts", "function_misused"),
        ("SELECT round(amount, -1) FROM image1_items", "function_misused"),
        ("SELECT (SELECT price FROM image2_items) FROM image1_facts", "several_values"),
        ("SELECT (SELECT y.price FROM image2_items y WHERE y.item = x.item) FROM image1_items x", "correlated_lookup"),
        ("SELECT item FROM image1_items LIMIT 1", "limit_without_order"),
        ("SELECT (SELECT item FROM image2_items ORDER BY amount LIMIT 2) FROM image1_facts", "several_values"),
        ("SELECT a.price FROM image1_items a NATURAL JOIN image2_items b", "unsupported"),
        ("SELECT SELECT", "syntax"),
    ],
)
def test_what_sqlite_would_answer_not_as_meant_is_refused(db: Database, program: str, slug: str) -> None:
    assert slug_of(db, program) == slug


@pytest.mark.parametrize(
    "program",
    [
        "SELECT 1.0 * sum(quantity) / count(*) FROM image1_items",
        "SELECT item FROM image1_items WHERE round(quantity * 1.0, 2) = 4",
        "SELECT item, max(amount) FROM image1_items GROUP BY item",
        "SELECT item AS i FROM image1_items GROUP BY i ORDER BY sum(amount) DESC LIMIT 1",
        "SELECT b.price FROM image1_items a JOIN image2_items b ON a.item = b.item WHERE a.amount = (SELECT max(amount) FROM image1_items)",
        "WITH t AS (SELECT item, amount FROM image1_items UNION ALL SELECT item, amount FROM image2_items) SELECT sum(amount) FROM t",
        "SELECT julianday((SELECT issued FROM image2_facts)) - julianday((SELECT issued FROM image1_facts))",
        "SELECT CAST(strftime('%Y', issued) AS INTEGER) FROM image1_facts",
        "SELECT CAST(substr(issued, 1, 4) AS INTEGER) FROM image1_facts",
        "SELECT date(issued, '+30 days') FROM image1_facts",
        "SELECT 'image ' || image FROM (SELECT 1 AS image, total FROM image1_facts) ORDER BY total LIMIT 1",
        "SELECT item FROM image1_items EXCEPT SELECT item FROM image2_items",
        "SELECT count(*) FROM image1_items x WHERE EXISTS (SELECT 1 FROM image2_items y WHERE y.item = x.item AND y.price > x.price)",
        "SELECT month FROM image3_series WHERE north - south > 0",
        "SELECT max(g) FROM (SELECT north - lag(north) OVER (ORDER BY month) AS g FROM image3_series)",
        "SELECT item FROM image2_items WHERE amount BETWEEN 20 AND 70 ORDER BY amount",
        "SELECT sum(quantity) FILTER (WHERE price > 5) FROM image2_items",
    ],
)
def test_honest_programs_run(db: Database, program: str) -> None:
    assert slug_of(db, program) == ""


@pytest.mark.parametrize(
    ("order", "slug"),
    [("quantity", ""), ("quantity DESC", ""), ("price % 1", "real_remainder"), ("invoice", "limit_tie")],
)
def test_a_limit_may_not_cut_through_a_tie(db: Database, order: str, slug: str) -> None:
    assert slug_of(db, f"SELECT item FROM image2_items ORDER BY {order} LIMIT 1") == slug


def test_a_tie_inside_a_subquery_is_found(db: Database) -> None:
    program = (
        "SELECT price FROM image1_items WHERE item = (SELECT item FROM image2_items ORDER BY length(item) DESC LIMIT 1) "
        "UNION ALL SELECT price FROM image1_items WHERE item = (SELECT item FROM image2_items ORDER BY invoice LIMIT 1)"
    )
    assert slug_of(db, program) == "limit_tie"


def test_equal_values_at_the_cut_are_no_tie_when_the_same_is_selected(db: Database) -> None:
    assert slug_of(db, "SELECT invoice FROM image2_items ORDER BY invoice LIMIT 1") == ""


def test_a_limit_that_meets_null_is_refused() -> None:
    sheet = SHEETS[3]
    rows = tuple((*r[:4], None) if i == 1 else r for i, r in enumerate(sheet.rows))
    db = Database([sheet.model_copy(update={"rows": rows})])
    assert slug_of(db, "SELECT item FROM image2_items ORDER BY amount LIMIT 1") == "null_in_order"
    assert slug_of(db, "SELECT item FROM image2_items WHERE amount IS NOT NULL ORDER BY amount LIMIT 1") == ""
    db.close()


def test_an_ordered_list_needs_a_total_order(db: Database) -> None:
    assert slug_of(db, "SELECT item FROM image2_items ORDER BY amount", ordered=True) == ""
    assert slug_of(db, "SELECT item FROM image2_items ORDER BY invoice", ordered=True) == "order_tie"
    assert slug_of(db, "SELECT item FROM image2_items", ordered=True) == "list_without_order"


def test_columns_read_are_those_that_the_program_touches(db: Database) -> None:
    program = "SELECT a.amount FROM image1_items a WHERE a.item = (SELECT item FROM image2_items WHERE price > 10)"
    expected = {
        ("image1_items", "amount"),
        ("image1_items", "item"),
        ("image2_items", "item"),
        ("image2_items", "price"),
    }
    for _ in range(2):  # the second time the statement is not prepared again
        assert db.run(program).columns_read == expected
    assert db.run("SELECT count(*) FROM image1_items").columns_read == {("image1_items", "")}


def test_a_failed_run_does_not_hide_what_a_later_one_reads(db: Database) -> None:
    program = "SELECT round(amount, quantity) FROM image1_items"
    rows = [(*r[:2], 99, *r[3:]) for r in db.rows("image1_items")]
    with db.perturbed() as change:
        change.put({"image1_items": rows})
        with pytest.raises(ProgramError, match="function_misused"):
            db.run(program)
    assert db.run(program).columns_read == {("image1_items", "amount"), ("image1_items", "quantity")}


def test_perturbed_tables_are_restored_even_after_an_error(db: Database) -> None:
    program = "SELECT sum(amount) FROM image1_items"
    with pytest.raises(RuntimeError), db.perturbed() as change:
        change.put({"image1_items": db.rows("image1_items")[:1]})
        assert db.run(program).rows == ((50.0,),)
        change.put({"image2_items": []})
        assert db.run(program).rows == ((56.4,),), "what an earlier draw changed is back"
        raise RuntimeError
    assert db.run(program).rows == ((56.4,),)
    assert db.run("SELECT count(*) FROM image2_items").rows == ((3,),)


def test_sums_are_exact_where_floats_are_not(db: Database) -> None:
    rows = [("I", "x", 1, 1.0, 0.1)] * 3 + [("I", "y", 1, 1.0, -0.3)]
    with db.perturbed() as change:
        change.put({"image1_items": rows})
        assert db.run("SELECT sum(amount), total(amount), avg(amount) FROM image1_items").rows == ((0.0, 0.0, 0.0),)


@given(st.decimals(min_value=-(10**6), max_value=10**6, places=4), st.integers(0, 3))
def test_rounding_is_half_away_from_zero_on_the_printed_decimal(number: Decimal, digits: int) -> None:
    db = Database([])
    (found,) = db.run(f"SELECT round({number}, {digits})").rows[0]
    assert Decimal(repr(found)) == number.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    db.close()


@given(st.lists(st.decimals(min_value=-1000, max_value=1000, places=2), min_size=1, max_size=12))
def test_sum_and_mean_are_those_of_the_decimals(numbers: list[Decimal]) -> None:
    sheet = SHEETS[1]
    row = sheet.rows[0]
    filled = Sheet.model_validate(
        {**sheet.model_dump(), "rows": [(*row[:4], n) for n in numbers], "origins": (), "tolerances": ()}
    )
    db = Database([filled])
    total, mean = db.run("SELECT sum(amount), round(avg(amount), 6) FROM image1_items").rows[0]
    assert Decimal(str(total)) == sum(numbers)
    assert abs(Fraction(str(mean)) - Fraction(sum(numbers)) / len(numbers)) < Fraction(1, 10**5)
    db.close()


def test_the_famous_half_is_the_same_with_any_sqlite(db: Database) -> None:
    assert db.run("SELECT round(2.675, 2), round(-2.675, 2), round(0.5), round(1.005, 2)").rows == (
        (2.68, -2.68, 1.0, 1.01),
    )
    assert sqlite3.sqlite_version_info >= (3, 37), "STRICT tables"


@pytest.mark.parametrize(
    ("program", "more", "answer"),
    [
        ("SELECT 4", {"answer_type": "int"}, ("4",)),
        ("SELECT 4.0", {"answer_type": "int"}, ("4",)),
        ("SELECT 2.5", {"decimals": 2}, ("2.50",)),
        ("SELECT 0.1 + 0.2", {}, ("0.3",)),
        ("SELECT -0.001", {"decimals": 2}, ("0.00",)),
        ("SELECT 'Rye  flour'", {"answer_type": "str"}, ("Rye flour",)),
        ("SELECT 1 > 0", {"answer_type": "bool"}, ("Yes",)),
        ("SELECT 'no'", {"answer_type": "bool"}, ("No",)),
        ("SELECT 2", {"answer_type": "image"}, ("image 2",)),
        ("SELECT 'image 2'", {"answer_type": "image"}, ("image 2",)),
        ("SELECT issued FROM image1_facts", {"answer_type": "date"}, ("2024-03-14",)),
        ("SELECT substr(issued, 1, 7) FROM image1_facts", {"answer_type": "date"}, ("2024-03",)),
        ("SELECT item FROM image2_items", {"answer_type": "list"}, ("Rye flour", "Sea salt", "Yeast")),
        ("SELECT item FROM image2_items ORDER BY amount", {"answer_type": "list", "order_matters": True}, ("Sea salt", "Yeast", "Rye flour")),
        ("SELECT 1, 2", {"answer_type": "list", "member_type": "int", "order_matters": True}, ("1", "2")),
        ("SELECT 64.5", {"answer_type": "choice", "choices": ("64.50", "3.20")}, ("64.50",)),
        ("SELECT item FROM image1_items WHERE amount > 999", {"answer_type": "none"}, ()),
        ("SELECT NULL", {"answer_type": "none"}, ()),
    ],
)  # fmt: skip
def test_rows_become_an_answer(db: Database, program: str, more: dict[str, Any], answer: tuple[str, ...]) -> None:
    assert answer_of(db.run(program), draft(program, **more)) == answer


@pytest.mark.parametrize(
    ("program", "more", "slug"),
    [
        ("SELECT 3.9", {"answer_type": "int"}, "wrong_type"),
        ("SELECT '3'", {"answer_type": "int"}, "wrong_type"),
        ("SELECT 3", {"answer_type": "str"}, "wrong_type"),
        ("SELECT 7", {"answer_type": "bool"}, "wrong_type"),
        ("SELECT 9e999", {"decimals": 2}, "wrong_type"),
        ("SELECT 1e300", {"decimals": 2}, "wrong_type"),
        ("SELECT 1.0 / 0", {"decimals": 2}, "null_answer"),
        ("SELECT 'March'", {"answer_type": "date"}, "wrong_type"),
        ("SELECT 'x'", {"answer_type": "image"}, "wrong_type"),
        ("SELECT NULL", {}, "null_answer"),
        ("SELECT amount FROM image1_items WHERE amount > 999", {}, "no_rows"),
        ("SELECT amount FROM image1_items", {}, "several_rows"),
        ("SELECT 1, 2", {}, "several_columns"),
        ("SELECT item, amount FROM image1_items", {"answer_type": "list"}, "several_columns"),
        ("SELECT invoice FROM image1_items", {"answer_type": "list"}, "repeated_member"),
        ("SELECT 5", {"answer_type": "choice", "choices": ("6", "7")}, "not_a_choice"),
        ("SELECT 5", {"answer_type": "none"}, "answers_the_unanswerable"),
    ],
)
def test_rows_of_another_shape_are_no_answer(db: Database, program: str, more: dict[str, Any], slug: str) -> None:
    with pytest.raises(ProgramError) as error:
        answer_of(db.run(program), draft(program, **more))
    assert error.value.slug == slug


def test_sheets_of_a_perfect_drawing_give_what_was_meant() -> None:
    views = perfect(invoice_world(), invoice_views())
    program = "SELECT (SELECT sum(amount) FROM image1_items) + (SELECT sum(amount) FROM image2_items)"
    read, meant = Database(views.read), Database(views.meant)
    assert read.run(program).rows == meant.run(program).rows == ((148.1,),)
    read.close()
    meant.close()


def test_a_mark_column_is_real_and_a_month_sorts_as_text() -> None:
    db = Database(perfect(sales_world(), (sales_view(),), {"north": Decimal("0.5")}).read)
    assert db.run("SELECT month FROM image1_series WHERE north = (SELECT max(north) FROM image1_series)").rows == (
        ("2024-06-01",),
    )
    db.close()
