"""The currency of reports: US dollars, or another one with its exchange rate, where that was read, and when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from chalicelib.core.dates import DateError, parse_date
from chalicelib.core.money.inputs import Exchange
from chalicelib.entrypoints.schedule_file.document import Document
from chalicelib.entrypoints.schedule_file.organisation_shape import ReportsShape
from chalicelib.entrypoints.schedule_file.problems import Problem, Severity

USD = "USD"
EXAMPLES = {"per_usd": "0.92", "source": "ECB reference rate", "dated": "2026-11-01"}
"""What an exchange rate consists of, by key."""
WHERE = ("reports",)


def exchange_of(shape: ReportsShape) -> Exchange | None:
    """The exchange rate, None where reports are in US dollars. The shape must have passed its check."""
    if shape.per_usd is None or shape.source is None or shape.dated is None:
        return None
    return Exchange(shape.currency, shape.per_usd, shape.source, shape.dated)


def check_exchange(document: Document) -> Iterator[Problem]:
    """A currency without a rate, a rate without its source and date, and a rate of US dollars."""
    reports = document.entries(*WHERE)
    currency = str(reports.get("currency", USD))
    given = [key for key in EXAMPLES if key in reports]
    lacking = [key for key in EXAMPLES if key not in reports]
    if currency == USD and given:
        what = "reports are in USD, which needs no exchange rate"
        yield _problem(document, what, f"take {', '.join(given)} out, or write the currency, e.g. currency: EUR")
    if currency != USD and lacking:
        what = f"reports in {currency} need {' and '.join(lacking)}"
        yield _problem(document, what, f"write {', '.join(f'{key}: {EXAMPLES[key]}' for key in lacking)}")


def rate_to_come(document: Document, today: date) -> Iterator[Problem]:
    """A warning of an exchange rate that is dated later than today."""
    try:
        dated = parse_date(str(document.at(*WHERE, "dated")))
    except DateError:
        return  # there is none, or it was told elsewhere
    if dated > today:
        what, remedy = f"the exchange rate is dated {dated}, which is to come", "write the day on which it was read"
        yield Problem(document.file, document.line((*WHERE, "dated")), what, remedy, Severity.WARNING)


def _problem(document: Document, what: str, remedy: str) -> Problem:
    return Problem(document.file, document.line(WHERE), what, remedy)
