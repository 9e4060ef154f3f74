"""How much of a statement can be relied on: what is computable, what is allocated, what agrees with a bill."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from chalicelib.core.money.sheet import UNKNOWN, Sheet


@dataclass(frozen=True, slots=True)
class Share:
    """So many resources of all, and so many seconds of the days in which they were in the ledger."""

    resources: int = 0
    of_resources: int = 0
    seconds: int = 0
    of_seconds: int = 0

    def __add__(self, other: Share) -> Share:
        return Share(
            self.resources + other.resources,
            self.of_resources + other.of_resources,
            self.seconds + other.seconds,
            self.of_seconds + other.of_seconds,
        )


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is computable (a resource is when all its days are), allocated to a cost centre and a team, reconciled."""

    computable: Share
    allocated: Share
    reconciled: Share


def coverage(sheets: Iterable[Sheet], reconciled: Iterable[str] = ()) -> Coverage:
    """The coverage of these environments, of which those named in `reconciled` agree with a bill."""
    agree = frozenset(reconciled)
    found = Coverage(Share(), Share(), Share())
    for sheet in sheets:
        belongs = sheet.belongs
        allocated = bool(belongs.cost_center and belongs.team)
        found = Coverage(
            found.computable + _computable(sheet),
            found.allocated + _all_or_none(sheet, allocated),
            found.reconciled + _all_or_none(sheet, belongs.environment in agree),
        )
    return found


def _computable(sheet: Sheet) -> Share:
    unknown = {resource for resource, state in zip(sheet.of, sheet.state, strict=True) if state & UNKNOWN}
    known = zip(sheet.day_seconds, sheet.state, strict=True)
    seconds = sum(seconds for seconds, state in known if not state & UNKNOWN)
    count = len(sheet.resources)
    return Share(count - len(unknown), count, seconds, sum(sheet.day_seconds))


def _all_or_none(sheet: Sheet, counts: bool) -> Share:
    resources, seconds = len(sheet.resources), sum(sheet.day_seconds)
    return Share(resources if counts else 0, resources, seconds if counts else 0, seconds)
