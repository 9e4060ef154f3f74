"""The planted faults of reports: figures that differ between formats, cells that run, exports that lose something."""

from __future__ import annotations

from tests.mutants.faults import Fault

REPORTING = "chalicelib/entrypoints/reporting"
TESTS = "tests/entrypoints/reporting"
EXPORTS = "tests/properties/test_exports.py"
AGREE = f"{TESTS}/test_formats_agree.py::test_every_format_has_the_same_figures_and_rows_add_up_to_the_total"
SUMS = f"{EXPORTS}::test_every_format_adds_up_to_the_same_cents"
HOSTILE = "tests/properties/test_hostile.py"
IN_CSV = f"{HOSTILE}::test_no_cell_of_any_csv_file_is_executed"
IN_EXPORTS = f"{HOSTILE}::test_no_cell_of_any_exported_file_is_executed"
IN_WORKBOOKS = f"{HOSTILE}::test_no_cell_of_a_workbook_is_executed"
BUDGETING = "chalicelib/core/money/budgeting.py"
BUDGETS = "tests/core/money/test_budgeting.py"
NARROW = f"{TESTS}/test_narrow.py::test_every_number_of_a_report_is_whole_at_any_width"
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
        "    entries = [_entry(group, grains, budgets) for group in statement.by(*grains)]\n",
        "    entries = [e for group in statement.by(*grains) if not (e := _entry(group, grains, budgets)).itself]\n",
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
            IN_CSV,
            IN_EXPORTS,
            IN_WORKBOOKS,
        ),
    ),
    Fault(
        "a page runs what people name",
        (),
        f"{REPORTING}/as_html.py",
        "autoescape=True",
        "autoescape=False",
        (
            f"{TESTS}/test_defusing.py::test_a_name_is_text_on_the_page_and_nothing_else",
            f"{HOSTILE}::test_a_page_has_the_same_elements_whatever_is_named_how",
        ),
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
    Fault(
        "a CSV file holds texts as they are",
        (),
        f"{REPORTING}/as_csv.py",
        "format(defused(text).replace(",
        "format(text.replace(",
        (IN_CSV,),
    ),
    Fault(
        "an export holds texts as they are",
        (),
        f"{REPORTING}/inputs_writing.py",
        "[defused(column.kind.write(values[column.name])) for",
        "[column.kind.write(values[column.name]) for",
        (IN_EXPORTS,),
    ),
    Fault(
        "a workbook holds texts as they are",
        (),
        f"{REPORTING}/as_xlsx.py",
        "sheet.write_string(row, column, defused(cell), styles[str])",
        "sheet.write(row, column, cell, styles[str])",
        (IN_WORKBOOKS,),
    ),
    Fault(
        "a number is broken on a narrow screen",
        (),
        f"{REPORTING}/blocks.py",
        "        return min(self.widest, LEAST) if self.folds else self.widest\n",
        "        return min(self.widest, LEAST if self.folds else 6)\n",
        (NARROW,),
    ),
    Fault(
        "what does not fit on a screen is left out",
        (),
        f"{REPORTING}/blocks.py",
        "            yield block\n            block = []\n",
        "            block = []\n",
        (NARROW, f"{TESTS}/test_narrow.py::test_what_does_not_fit_stands_below_with_the_names_again"),
    ),
    Fault(
        "a budget is taken for one in the report's currency",
        (),
        BUDGETING,
        "    return _cents(budget.monthly * exchange.per_usd) if exchange and budget.currency == USD else None\n",
        "    return _cents(budget.monthly)\n",
        (f"{BUDGETS}::test_a_budget_is_compared_in_the_currency_of_the_report_or_not_at_all",),
    ),
    Fault(
        "some budgets of a group are taken for all",
        (),
        BUDGETING,
        "    whole = sum(known) if len(known) == len(budgets) and known else None\n",
        "    whole = sum(known) if known else None\n",
        (f"{BUDGETS}::test_a_group_may_cost_what_its_environments_may_when_all_of_them_have_a_budget",),
    ),
    Fault(
        "what keeps billing uses nothing of a budget",
        (),
        BUDGETING,
        "Decimal(amounts.actual + amounts.residual)",
        "Decimal(amounts.actual)",
        (
            f"{BUDGETS}::test_what_runs_and_what_keeps_billing_use_the_budget",
            f"{TESTS}/test_budgets.py::test_programs_are_told_how_much_which_part_and_why_not",
        ),
    ),
    Fault(
        "a charge has no account",
        (),
        f"{REPORTING}/as_focus.py",
        "where.account or NO_ACCOUNT",
        "where.account",
        (f"{TESTS}/test_focus.py::test_every_charge_has_what_the_column_may_hold",),
    ),
    Fault(
        "a mandatory column of FOCUS is missing",
        (),
        f"{REPORTING}/as_focus.py",
        '    "ListCost",\n',
        "",
        (f"{TESTS}/test_focus.py::test_every_mandatory_column_is_there_once",),
    ),
    Fault(
        "the close forgets whose an environment is",
        (),
        "chalicelib/flows/closing.py",
        "Belongs(name, definition.organisation, ",
        'Belongs(name, "", ',
        ("tests/flows/test_closing.py::test_what_an_environment_belongs_to_is_what_its_files_say",),
    ),
    Fault(
        "a part of a report passes for the whole",
        (),
        "chalicelib/core/money/narrowing.py",
        "        only=tuple(sorted(set(names))),\n",
        "",
        (f"{TESTS}/test_formats.py::test_a_part_of_a_report_says_that_it_is_one",),
    ),
    Fault(
        "what an organisation's file changes of commitments is not shown",
        (),
        "chalicelib/flows/rollout.py",
        '"commitments": {each.id: each for each in commitments},',
        '"commitments": {},',
        ("tests/entrypoints/test_http_apply_shared.py::test_what_reports_rest_on_is_shown_before_it_is_in_force",),
    ),
)
