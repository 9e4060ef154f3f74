"""Dates and ranges of dates as people write them: `2026-12-24`, `2026-12-24..2027-01-01` (inclusive)."""

from __future__ import annotations

import calendar
import re
from datetime import date

_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_EXAMPLE = "write e.g. 2026-12-24, or 2026-12-24..2027-01-01 for a range"


class DateError(ValueError):
    """A date that cannot be; the message says why and shows one that can."""


def parse_date(text: str) -> date:
    """The date that the text names, as year-month-day. Raises DateError."""
    match = _DATE.fullmatch(text.strip())
    if match is None:
        raise DateError(f'"{text}" is not a date; {_EXAMPLE}')
    year, month, day = (int(part) for part in match.groups())
    if not (year >= 1 and 1 <= month <= 12):
        raise DateError(f'"{text}" is not a date: months are 01 to 12; {_EXAMPLE}')
    longest = calendar.monthrange(year, month)[1]
    if not 1 <= day <= longest:
        raise DateError(f'"{text}" is not a date: {year}-{month:02} has days 01 to {longest}; {_EXAMPLE}')
    return date(year, month, day)


def parse_date_range(text: str) -> tuple[date, date]:
    """The first and the last date of an inclusive range; a single date is both. Raises DateError."""
    first_text, dots, last_text = text.partition("..")
    first = parse_date(first_text)
    last = parse_date(last_text) if dots else first
    if last < first:
        raise DateError(f'"{text}" ends before it begins; write {last}..{first}')
    return first, last
