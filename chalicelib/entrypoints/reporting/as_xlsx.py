"""The report as a workbook: a summary, a sheet for each grouping, and what is not computable.

Amounts, shares and dates are values, without formulas; texts are defused. The same report has the same bytes: the
workbook says that it was made when its month began.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from chalicelib.core.money.agreement import Agreement
from chalicelib.core.money.grouping import Grain
from chalicelib.core.money.statement import ITSELF, TITLE, Statement
from chalicelib.entrypoints.reporting import agreeing, budgets
from chalicelib.entrypoints.reporting.asked import By
from chalicelib.entrypoints.reporting.budgets import BudgetShown
from chalicelib.entrypoints.reporting.cells import defused
from chalicelib.entrypoints.reporting.document import HEADINGS, TITLES, Entry, Report, Table, named, report
from chalicelib.entrypoints.reporting.facts import facts
from chalicelib.entrypoints.reporting.figures import FIGURES, NOT_COMPUTABLE

Cell = str | int | float | Decimal | date
"""Amounts are floats, shares Decimals."""
Cells = Sequence[Cell]
FORMATS: dict[type, str] = {
    int: "#,##0",
    float: "#,##0.00;[Red]-#,##0.00",
    Decimal: "0.0%",
    date: "yyyy-mm-dd",
}
GAPS = ("Environment", "Resource", "ARN", "Lacks", "Days")
LITERALLY = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
LEAST, MOST = 9, 48
"""Characters of a column's width; what is longer is cut on the screen only."""


def as_xlsx(statement: Statement, by: By | None) -> bytes:
    """The workbook, with the one grouping or all of them."""
    from xlsxwriter import Workbook  # slow to import, and few ask for a workbook

    shown = report(statement, [by] if by else list(By))
    content = io.BytesIO()
    with Workbook(content, LITERALLY) as workbook:
        month = datetime.fromisoformat(f"{statement.month}-01")
        workbook.set_properties({"title": TITLE, "subject": statement.month, "created": month})
        _Sheets(workbook).all(shown)
    return content.getvalue()


class _Sheets:
    """Writes the sheets of one workbook."""

    def __init__(self, workbook: Any) -> None:
        self._workbook = workbook
        self._head = workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"})
        self._plain = {kind: workbook.add_format({"num_format": shape}) for kind, shape in FORMATS.items()}
        bold = {"bold": True, "top": 1}
        self._total = {kind: workbook.add_format({**bold, "num_format": shape}) for kind, shape in FORMATS.items()}
        self._plain[str], self._total[str] = None, workbook.add_format(bold)

    def all(self, shown: Report) -> None:
        self._summary(shown)
        for table in shown.tables:
            self._table(table, shown.total)
        self._gaps(shown.statement)
        if shown.statement.agreements:
            self._bill(shown.statement)

    def _summary(self, shown: Report) -> None:
        sheet = self._sheet("Summary")
        known = [[fact.title, fact.text] for fact in facts(shown)]
        totals = zip(FIGURES, shown.total.figures, strict=True)
        figures = [[figure.title, _amount(cents), figure.means] for figure, cents in totals]
        self._rows(sheet, [*known, [], *figures])

    def _table(self, table: Table, total: Entry) -> None:
        sheet = self._sheet(HEADINGS[table.by])
        keys = [TITLES[grain] for grain in table.grains]
        rows = [[*_names(table, entry), *_cells(table, entry)] for entry in table.entries]
        names = ["Total", *[""] * (len(keys) - 1)]
        self._headed(sheet, [*keys, *_heads(table)], rows, [*names, *_cells(table, total)])

    def _gaps(self, statement: Statement) -> None:
        rows = [(gap.environment, gap.resource, gap.arn, gap.lacks, gap.days) for gap in statement.gaps]
        self._headed(self._sheet("Not computable"), GAPS, rows)

    def _bill(self, statement: Statement) -> None:
        sheet = self._sheet("Bill")
        self._headed(sheet, agreeing.COLUMNS, [_agreed(each) for each in statement.agreements])
        self._write(sheet, len(statement.agreements) + 2, [agreeing.MEANS], self._plain)

    def _sheet(self, name: str) -> Any:
        sheet: Any = self._workbook.add_worksheet(name)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        return sheet

    def _headed(self, sheet: Any, heads: Sequence[str], rows: Sequence[Cells], total: Cells = ()) -> None:
        """The rows stand under heads that stay in sight, and can be filtered; the total cannot be."""
        self._rows(sheet, [heads, *rows, total])
        self._write(sheet, 0, heads, dict.fromkeys(FORMATS | {str: ""}, self._head))
        self._write(sheet, len(rows) + 1, total, self._total)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        sheet.autofilter(0, 0, len(rows), len(heads) - 1)

    def _rows(self, sheet: Any, rows: Sequence[Cells]) -> None:
        for number, cells in enumerate(rows):
            self._write(sheet, number, cells, self._plain)
        for column in range(max(map(len, rows), default=0)):
            widest = max(_width(cells[column]) for cells in rows if column < len(cells))
            sheet.set_column(column, column, min(max(widest, LEAST), MOST))

    def _write(self, sheet: Any, row: int, cells: Cells, styles: dict[type, Any]) -> None:
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                sheet.write_string(row, column, defused(cell), styles[str])
            elif isinstance(cell, date):
                sheet.write_datetime(row, column, cell, styles[date])
            else:
                sheet.write_number(row, column, cell, styles[type(cell)])


def _width(cell: Cell) -> int:
    """In characters, with room for commas, a minus and the arrow of a filter."""
    return len(f"{cell:,.2f}" if isinstance(cell, float) else str(cell)) + 3


def _heads(table: Table) -> Iterable[str]:
    money = (figure.title for figure in FIGURES)
    return (*money, *(budgets.MEANS if table.budgeted else ()), "Baseline", "Computable days", "Of days")


def _names(table: Table, entry: Entry) -> Iterable[Cell]:
    if entry.itself:
        return (ITSELF, *[""] * (len(table.grains) - 1))
    return (_name(grain, key) for grain, key in zip(table.grains, entry.keys, strict=True))


def _name(grain: Grain, key: str) -> Cell:
    return date.fromisoformat(key) if grain is Grain.DAY and key else named(grain, key)


def _cells(table: Table, entry: Entry) -> Iterable[Cell]:
    budget = _budget(entry.budget) if table.budgeted else ()
    return (*map(_amount, entry.figures), *budget, entry.basis, entry.computable, entry.rows)


def _agreed(agreement: Agreement) -> Cells:
    ours, billed, off = map(agreeing.rounded, (agreement.ours, agreement.billed, agreement.off))
    amounts = map(float, (ours, billed, ours - billed, off))
    return (agreement.environment, *amounts, "yes" if agreement.agrees else "no")


def _budget(budget: BudgetShown | None) -> tuple[Cell, Cell]:
    if budget is None or budget.cents is None:
        return (budget.said if budget else "", "")
    return _amount(budget.cents), "" if budget.used is None else budget.used


def _amount(cents: int | None) -> Cell:
    """The nearest number that a workbook can hold: exact to the cent up to 10 to the power of 13."""
    return NOT_COMPUTABLE if cents is None else cents / 100
