"""The report as a workbook: a summary, a sheet for each grouping, and what is not computable.

Amounts are numbers, without formulas; texts are defused. The same report has the same bytes: the workbook says that it
was made when its month began.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from chalicelib.core.money.statement import ITSELF, TITLE, Statement
from chalicelib.entrypoints.reporting import agreeing
from chalicelib.entrypoints.reporting.asked import By
from chalicelib.entrypoints.reporting.cells import defused
from chalicelib.entrypoints.reporting.document import TITLES, Entry, Report, Table, named, report
from chalicelib.entrypoints.reporting.facts import facts
from chalicelib.entrypoints.reporting.figures import FIGURES, NOT_COMPUTABLE

Cell = str | int | float
MONEY = "#,##0.00;[Red]-#,##0.00"
WIDE, NARROW = 24, 14
HEADS = (*(figure.title for figure in FIGURES), "Baseline", "Computable", "Of")
GAPS = ("Environment", "Resource", "ARN", "Lacks", "Days")
LITERALLY = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


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
        self._bold = workbook.add_format({"bold": True})
        self._money = workbook.add_format({"num_format": MONEY})
        self._total = workbook.add_format({"bold": True, "num_format": MONEY, "top": 1})

    def all(self, shown: Report) -> None:
        self._summary(shown)
        for table in shown.tables:
            self._table(table, shown.total)
        self._gaps(shown.statement)
        if shown.statement.agreements:
            self._bill(shown.statement)

    def _summary(self, shown: Report) -> None:
        sheet = self._sheet("Summary", ())
        sheet.set_column(0, 0, WIDE + 6)
        sheet.set_column(1, 1, WIDE)
        known = facts(shown.statement)
        for row, fact in enumerate(known):
            self._write(sheet, row, [fact.title, fact.text])
        below = len(known) + 1
        for row, (figure, cents) in enumerate(zip(FIGURES, shown.total.figures, strict=True), below):
            self._write(sheet, row, [figure.title, _amount(cents), figure.means])

    def _table(self, table: Table, total: Entry) -> None:
        keys = [TITLES[grain] for grain in table.grains]
        sheet = self._sheet(f"By {table.by.replace('-', ' ')}", (*keys, *HEADS))
        sheet.set_column(0, len(keys) - 1, WIDE)
        for row, entry in enumerate(table.entries, 1):
            self._write(sheet, row, [*_names(table, entry), *_cells(entry)])
        names = ["Total", *[""] * (len(keys) - 1)]
        self._write(sheet, len(table.entries) + 1, [*names, *_cells(total)], self._total)

    def _gaps(self, statement: Statement) -> None:
        sheet = self._sheet("Not computable", GAPS)
        sheet.set_column(0, 3, WIDE)
        for row, gap in enumerate(statement.gaps, 1):
            self._write(sheet, row, [gap.environment, gap.resource, gap.arn, gap.lacks, gap.days])

    def _bill(self, statement: Statement) -> None:
        sheet = self._sheet("Bill", agreeing.COLUMNS)
        sheet.set_column(0, 0, WIDE)
        for row, agreement in enumerate(statement.agreements, 1):
            ours, billed, off = map(agreeing.rounded, (agreement.ours, agreement.billed, agreement.off))
            amounts = map(float, (ours, billed, ours - billed, off))
            self._write(sheet, row, [agreement.environment, *amounts, "yes" if agreement.agrees else "no"])
        self._write(sheet, len(statement.agreements) + 2, [agreeing.MEANS])

    def _sheet(self, name: str, heads: Sequence[str]) -> Any:
        sheet: Any = self._workbook.add_worksheet(name)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        if heads:
            sheet.set_column(0, len(heads) - 1, NARROW)
            sheet.freeze_panes(1, 0)
            sheet.repeat_rows(0)
            self._write(sheet, 0, heads, self._bold)
        return sheet

    def _write(self, sheet: Any, row: int, cells: Iterable[Cell], style: object = None) -> None:
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                sheet.write_string(row, column, defused(cell), style)
            else:
                sheet.write_number(row, column, cell, style or (self._money if isinstance(cell, float) else None))


def _names(table: Table, entry: Entry) -> Iterable[str]:
    if entry.itself:
        return (ITSELF, *[""] * (len(table.grains) - 1))
    return (named(grain, key) for grain, key in zip(table.grains, entry.keys, strict=True))


def _cells(entry: Entry) -> Iterable[Cell]:
    return (*map(_amount, entry.figures), entry.basis, entry.computable, entry.rows)


def _amount(cents: int | None) -> Cell:
    """The nearest number that a workbook can hold: exact to the cent up to 10 to the power of 13."""
    return NOT_COMPUTABLE if cents is None else cents / 100
