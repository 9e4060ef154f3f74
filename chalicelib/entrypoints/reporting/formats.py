"""The formats of a report, by name. Each is made of the statement alone: the same statement gives the same bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.core.money.statement import Statement
from chalicelib.entrypoints.reporting.as_csv import as_csv
from chalicelib.entrypoints.reporting.as_focus import as_focus, as_focus_counterfactuals
from chalicelib.entrypoints.reporting.as_html import as_html
from chalicelib.entrypoints.reporting.as_json import as_json
from chalicelib.entrypoints.reporting.as_xlsx import as_xlsx
from chalicelib.entrypoints.reporting.asked import By


@dataclass(frozen=True, slots=True)
class Format:
    """How a statement is written: its media type, the end of a file's name, and by what function.

    Without a grouping, workbooks and pages have a table for each, the others are by environment.
    """

    media: str
    suffix: str
    render: Callable[[Statement, By | None], bytes]

    @property
    def text(self) -> bool:
        """Whether it can be read at a terminal."""
        return self.suffix != "xlsx"


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = {
    "json": Format("application/json", "json", as_json),
    "csv": Format("text/csv; charset=utf-8", "csv", as_csv),
    "xlsx": Format(XLSX, "xlsx", as_xlsx),
    "html": Format("text/html; charset=utf-8", "html", as_html),
    "focus": Format("text/csv; charset=utf-8", "csv", as_focus),
    "x_focus": Format("text/csv; charset=utf-8", "csv", as_focus_counterfactuals),
}
