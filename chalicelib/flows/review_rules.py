"""The part of a readiness review that is about the file: its timetable, holidays, owner, budget, what was observed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from chalicelib.core.closures import ClosedDay, closed_days
from chalicelib.core.decide import Decision, calendar
from chalicelib.core.localtime import zone
from chalicelib.core.model import Desired, Mode
from chalicelib.core.wishes import Switches, Wishes
from chalicelib.flows.observing import sentence
from chalicelib.flows.review import Check, Examined

LOOK_AHEAD = timedelta(days=35)
"""A month covers windows on one day of the month."""
YEAR = timedelta(days=365)
ENOUGH_NIGHTS = 7
"""A week: every weekday's evening and a weekend were seen."""


def rule_checks(examined: Examined) -> Iterator[Check]:
    """Every check that needs no look at AWS."""
    yield _schedule(examined)
    yield _holidays(examined)
    yield _owner(examined)
    yield _budget(examined)
    yield from _uses(examined)
    yield _observed(examined)


def _schedule(examined: Examined) -> Check:
    """It goes down within a month, and it is said when, and when it comes up."""
    acting = replace(examined.definition, mode=Mode.ACT)
    known = replace(examined.known, switches=Switches(), production=None)
    rows = list(calendar(acting, Wishes(), known, examined.now, examined.now + LOOK_AHEAD))
    stop, start = _next(rows, Desired.DOWN, examined.now), _next(rows, Desired.UP, examined.now)
    if stop is None and not any(decision.desired is Desired.DOWN for _, decision in rows):
        mend = "give `uptime: windows:` that end; curfew calendar NAME shows the week"
        return Check("schedule", False, "its timetable never lets it rest within a month", mend)
    return Check("schedule", True, f"next stop {_at(stop)}, next start {_at(start)}")


def _next(rows: Sequence[tuple[datetime, Decision]], desired: Desired, now: datetime) -> datetime | None:
    return next((at for at, decision in rows if at > now and decision.desired is desired), None)


def _at(instant: datetime | None) -> str:
    return f"{instant:%Y-%m-%dT%H:%MZ}" if instant else "not within a month"


def _holidays(examined: Examined) -> Check:
    """The closed days of the coming year are named; none is fine, and said."""
    closed: dict[date, ClosedDay] = {}
    for uptime in examined.definition.uptime:
        today = examined.now.astimezone(zone(uptime.timezone)).date()
        closed |= closed_days(uptime.closures, today, today + YEAR)
    if not closed:
        mend = "to rest on public holidays, too: uptime: closures: [{country: AE}]"
        return Check("holidays", True, "no date is closed in the coming year", mend)
    first = closed[min(closed)]
    return Check("holidays", True, f"{len(closed)} closed days in the coming year, first {first.day}: {first.reason}")


def _owner(examined: Examined) -> Check:
    """Its owner can be told of what happens."""
    owner = examined.definition.owner
    ways = [owner.email, "its webhook" if owner.webhook else None]
    if any(ways):
        return Check("owner", True, f"{owner.name} is told by {' and '.join(way for way in ways if way)}")
    mend = f"in organisation.yaml: teams: {{{owner.name}: {{email: ..., webhook: https://...}}}}"
    return Check("owner", False, f"{owner.name} has neither e-mail nor webhook", mend)


def _budget(examined: Examined) -> Check:
    """A budget pulls spot where it can, and limits no lease yet; whether it would do is not known."""
    budget, mixed = examined.definition.budget, examined.definition.capacity
    if budget is None:
        return Check("budget", True, "the file has none: what leases cost is not limited")
    mend = "leave it in the file: a later version limits leases by it"
    if budget.unpriced or not mixed:
        why = budget.unpriced or "no capacity is given whose spot it could raise"
        return Check("budget", None, f"the file has one, not yet effective: {why}", mend)
    return Check("budget", None, "the file has one, which raises spot only: what leases cost is not limited", mend)


def _uses(examined: Examined) -> Iterator[Check]:
    """What it uses may rest under it while it is observed; it is no obstacle."""
    definition = examined.definition
    if not definition.uses:
        return
    names = ", ".join(definition.uses)
    if definition.mode is Mode.ACT:
        yield Check("uses", True, f"{names}: up while this one is")
        return
    mend = f"until this one acts, give {names} windows in which this one is used, or mode: observe"
    yield Check("uses", True, f"{names}: not asked for while this one is observed, and may rest under it", mend)


def _observed(examined: Examined) -> Check:
    """It was observed for a week, and what that showed."""
    if examined.definition.mode is Mode.ACT:
        return Check("observed first", True, "it acts already")
    nights = examined.notes.observation.nights if examined.notes.observation else ()
    if len(nights) < ENOUGH_NIGHTS:
        found = f"{sentence(nights)}; a week is {ENOUGH_NIGHTS}" if nights else "no night was observed yet"
        return Check("observed first", False, found, "leave it in mode: observe for a week")
    used = any(night.used for night in nights)
    mend = "ask who that was; widen the windows, or show them curfew wake" if used else None
    return Check("observed first", True, sentence(nights), mend)
