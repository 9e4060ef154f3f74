"""The planted faults of reports: figures that differ between formats, cells that run, exports that lose something."""

from __future__ import annotations

from tests.mutants.faults import Fault

REPORTING = "chalicelib/entrypoints/reporting"
TESTS = "tests/entrypoints/reporting"
EXPORTS = "tests/properties/test_exports.py"
AGREE = f"{TESTS}/test_formats_agree.py::test_every_format_has_the_same_figures_and_rows_add_up_to_the_total"
SUMS = f"{EXPORTS}::test_every_format_adds_up_to_the_same_cents"
AGAIN = f"{EXPORTS}::test_what_is_computed_from_an_export_is_the_report_that_was_exported"
REPORT_FAULTS = (
    Fault(
        "a workbook leaves cents out",
        (11,),
        f"{REPORTING}/as_xlsx.py",
        "    return NOT_COMPUTABLE if cents is None else cents / 100\n",
        "    return NOT_COMPUTABLE if cents is None else float(cents // 100)\n",
        (AGREE, SUMS),
    ),
    Fault(
        "what Curfew itself cost is left out of the rows",
        (11,),
        f"{REPORTING}/document.py",
        "    entries = [_entry(group, grains) for group in statement.by(*grains)]\n",
        "    entries = [e for group in statement.by(*grains) if not (e := _entry(group, grains)).itself]\n",
        (AGREE, SUMS),
    ),
    Fault(
        "a column is missing in CSV",
        (11,),
        f"{REPORTING}/as_csv.py",
        "{figure.key: None if amount is None else number(amount) for figure, amount in cents}",
        '{figure.key.replace("at_most", "at_least"): number(amount or 0) for figure, amount in cents}',
        (AGREE, SUMS),
    ),
    Fault(
        "what is not computable is nothing",
        (),
        f"{REPORTING}/document.py",
        "    return not group.rows or figure.unknown(group) < group.rows\n",
        "    return True\n",
        (f"{TESTS}/test_formats.py::test_what_is_not_known_is_not_nothing",),
    ),
    Fault(
        "what is not computable is charged",
        (),
        f"{REPORTING}/as_focus.py",
        "        if each.actual_known and (each.amounts.actual or each.seconds):\n",
        "        if each.amounts.actual or each.seconds:\n",
        (f"{TESTS}/test_formats.py::test_what_is_not_computable_is_no_charge",),
    ),
    Fault(
        "cells are written as they are",
        (),
        f"{REPORTING}/cells.py",
        " if text.startswith((*FORMULA, DEFUSED)) or begins.startswith(FORMULA) else text\n",
        " if not begins and text else text\n",
        (
            f"{TESTS}/test_defusing.py::test_no_cell_of_a_report_in_csv_is_executed_and_numbers_stay_numbers",
            f"{TESTS}/test_defusing.py::test_no_cell_of_an_export_is_executed",
            f"{TESTS}/test_defusing.py::test_no_cell_of_a_workbook_is_a_formula_or_becomes_one",
        ),
    ),
    Fault(
        "a page runs what people name",
        (),
        f"{REPORTING}/as_html.py",
        "autoescape=True",
        "autoescape=False",
        (f"{TESTS}/test_defusing.py::test_a_name_is_text_on_the_page_and_nothing_else",),
    ),
    Fault(
        "an export rounds probabilities",
        (),
        f"{REPORTING}/inputs_cells.py",
        '    runs = ((f"{share:f}", len(list(run)))',
        '    runs = ((f"{share:.1f}", len(list(run)))',
        (AGAIN,),
    ),
    Fault(
        "an export forgets the exchange rate",
        (),
        f"{REPORTING}/inputs_reading.py",
        "        exchange=cover.rate,\n",
        "",
        (AGAIN,),
    ),
    Fault(
        "a part of a report shows the total of the whole",
        (11,),
        "chalicelib/core/money/narrowing.py",
        "        total=sum((each.total() for each in sheets), Amounts()),\n",
        "        total=statement.total,\n",
        (
            "tests/core/money/test_narrowing.py::test_an_environment_has_the_figures_that_it_has_in_the_whole",
            "tests/core/money/test_narrowing.py::test_parts_and_curfew_itself_are_the_whole",
        ),
    ),
)
