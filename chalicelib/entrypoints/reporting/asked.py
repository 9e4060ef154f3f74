"""What people ask of a report: which month, grouped by what."""

from __future__ import annotations

import re
from enum import StrEnum

_MONTH = re.compile(r"(19\d\d|2[01]\d\d)-(0[1-9]|1[0-2])", re.ASCII)
"""Of centuries whose calendars and zones are known."""


class By(StrEnum):
    """What a report can be grouped by."""

    ORGANISATION = "organisation"
    COST_CENTER = "cost-center"
    TEAM = "team"
    ENVIRONMENT = "environment"
    RESOURCE = "resource"
    DAY = "day"


def month(text: str) -> str:
    """The month that the text names, as 2026-11. Raises ValueError saying what to write instead."""
    if not _MONTH.fullmatch(text.strip()):
        raise ValueError(f'"{text}" is no month; write e.g. 2026-11')
    return text.strip()
