"""The planted faults of months kept as columns: what would make the books say something else than was computed."""

from __future__ import annotations

from tests.mutants.faults import Fault

LINES = "chalicelib/core/money/lines.py"
SHEET = "chalicelib/core/money/sheet.py"
BURDEN = "chalicelib/core/money/burden.py"
BOOKS = "chalicelib/adapters/dynamodb_books.py"
KEPT_LINES = "tests/core/money/test_lines.py::test_lines_come_back_from_their_columns_in_their_order"
KEPT_HOURS = "tests/core/money/test_lines.py::test_hours_come_back_from_their_columns_in_their_order"
STATEMENT = "tests/core/money/test_statement.py"
ALWAYS = "tests/properties/test_money.py"
DYNAMODB = "tests/contracts/test_dynamodb_books.py"

COLUMN_FAULTS = (
    Fault(
        "a month that is replaced while it is read cannot be read",
        (),
        BOOKS,
        "            if tries == 1:\n",
        "            if tries:\n",
        (f"{DYNAMODB}::test_a_month_that_is_replaced_while_it_is_read_is_read_again",),
    ),
    Fault(
        "what a line lacks is not kept",
        (),
        LINES,
        "        lacks=tuple((number, each.missing, each.residual_missing) for number, each in short),\n",
        "",
        (KEPT_LINES,),
    ),
    Fault(
        "what is not known is kept as nothing",
        (),
        LINES,
        "        claims=tuple(each.avoided is not None for each in ordered),\n",
        "        claims=tuple(True for each in ordered),\n",
        (KEPT_LINES,),
    ),
    Fault(
        "an hour in which nothing ran is left out of the columns",
        (),
        LINES,
        "    every = [of.get(at, Hourly(NEVER)) for at in range(min(of), max(of) + HOUR, HOUR)]\n",
        "    every = [of[at] for at in sorted(of)]\n",
        (KEPT_HOURS,),
    ),
    Fault(
        "columns are in another order than the statement's",
        (),
        SHEET,
        '"hours": lines.hours, "size": lines.size',
        '"hours": lines.size, "size": lines.hours',
        (f"{STATEMENT}::test_a_statement_says_what_it_cost_what_was_avoided_and_what_keeps_billing",),
    ),
    Fault(
        "a row that lacks a rate is taken for known",
        (),
        SHEET,
        "(NO_ACTUAL if missing else 0)",
        "0",
        (f"{STATEMENT}::test_what_is_not_computable_is_named_and_is_not_nothing",),
    ),
    Fault(
        "usage counts an hour late",
        (),
        BURDEN,
        "        at = (hourly.first - self._first) // HOUR\n",
        "        at = (hourly.first - self._first) // HOUR + 1\n",
        (f"{ALWAYS}::test_what_a_plan_lost_is_borne_whole",),
    ),
    Fault(
        "of a large month only what fits is stored",
        (),
        BOOKS,
        "        if len(pieces) > MOST_PIECES:\n",
        "        pieces = pieces[:MOST_PIECES]\n        if len(pieces) > MOST_PIECES:\n",
        (f"{DYNAMODB}::test_a_month_that_fits_into_no_transaction_is_refused_and_the_one_before_stays",),
    ),
    Fault(
        "pieces of a month that was larger stay",
        (),
        BOOKS,
        "[_closed(month, name, booked.until, pieces), *writes, *spare]",
        "[_closed(month, name, booked.until, pieces), *writes]",
        (f"{DYNAMODB}::test_a_month_that_fits_into_no_item_is_in_several_and_goes_with_all_of_them",),
    ),
)
