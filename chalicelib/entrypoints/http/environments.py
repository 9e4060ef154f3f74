"""Reading: how environments are doing, what the rules say, what would happen."""

from __future__ import annotations

from base64 import b64decode, urlsafe_b64encode
from datetime import datetime, timedelta

from chalicelib.core.model import Desired
from chalicelib.entrypoints.bodies import (
    BadRequestError,
    CalendarQuery,
    DecisionQuery,
    JournalQuery,
    Mistake,
    NoParameters,
    PageQuery,
    PlanQuery,
)
from chalicelib.entrypoints.http.exchange import Reply, Request
from chalicelib.entrypoints.views import calendar_row, decision_view, event_view, plan_view, status_view
from chalicelib.flows.status import calendar_of, explained, plan_of, status, statuses, this_week
from chalicelib.flows.wish import found

LONGEST_CALENDAR = timedelta(days=400)
WEEK = timedelta(days=7)


def list_environments(request: Request) -> Reply:
    """A page of environments in alphabetical order, with the cursor of the next page."""
    page = request.parameters(PageQuery)
    shown = statuses(request.world, _name_at(page.after), page.limit)
    last = shown[-1].environment if len(shown) == page.limit else None
    more = last is not None and request.world.store.names(last, 1)
    return Reply({"items": [status_view(each) for each in shown], "next": _cursor(last) if last and more else None})


def show_environment(request: Request, name: str) -> Reply:
    """One environment."""
    request.parameters(NoParameters)
    return Reply(status_view(status(request.world, name)))


def show_decision(request: Request, name: str) -> Reply:
    """What the rules say at each instant asked for, or now."""
    instants = request.parameters(DecisionQuery).at or (request.world.clock.now(),)
    return Reply([decision_view(name, at, explained(request.world, name, at)) for at in instants])


def show_calendar(request: Request, name: str) -> Reply:
    """What is desired at the start, and each change before the end."""
    asked = request.parameters(CalendarQuery)
    start, end = _stretch(request, name, asked.start, asked.end)
    if not start < end <= start + LONGEST_CALENDAR:
        raise BadRequestError([Mistake("to", f"must be after from, by at most {LONGEST_CALENDAR.days} days")])
    return Reply([calendar_row(at, decision) for at, decision in calendar_of(request.world, name, start, end)])


def show_plan(request: Request, name: str) -> Reply:
    """What bringing the environment up or down would do; changes nothing."""
    target = Desired(request.parameters(PlanQuery).target)
    return Reply(plan_view(plan_of(request.world, name, target)))


def show_journal(request: Request, name: str) -> Reply:
    """The newest events, oldest first."""
    asked = request.parameters(JournalQuery)
    found(request.world, name)
    return Reply([event_view(event) for event in request.world.store.journal(name, asked.since, asked.limit)])


def _stretch(request: Request, name: str, start: datetime | None, end: datetime | None) -> tuple[datetime, datetime]:
    """This week when nothing is said; a week from the start, or until the end from now, when half is."""
    if start is None and end is None:
        return this_week(request.world, name)
    start = start or request.world.clock.now()
    return start, end or start + WEEK


def _cursor(name: str) -> str:
    return urlsafe_b64encode(name.encode()).decode()


def _name_at(cursor: str | None) -> str | None:
    if cursor is None:
        return None
    try:
        return b64decode(cursor.encode(), altchars=b"-_", validate=True).decode()
    except ValueError as error:
        raise BadRequestError([Mistake("after", "is no cursor; write what `next` of the last page says")]) from error
