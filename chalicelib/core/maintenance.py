"""AWS's maintenance windows as times to be up: weekly ones of databases, and the coming runs of Systems Manager's.

Each becomes an entry like those under `uptime:`. So it opens with the usual lead, too short a rest before it is not
taken, and `explain` and `calendar` show it, by the timetable's own rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.core.recurrence import WEEKDAYS, DayOfWeek, Recurrence
from chalicelib.core.uptime import DateException, Uptime
from chalicelib.core.windows import DAY_MINUTES, Window

ASKED_EVERY = timedelta(hours=6)
WEEK_MINUTES = 7 * DAY_MINUTES
_EDGE = rf"({'|'.join(WEEKDAYS)}):([0-9]{{2}}):([0-9]{{2}})"
_WEEKLY = re.compile(f"{_EDGE}-{_EDGE}")


@dataclass(frozen=True, slots=True)
class Maintenance:
    """The windows that the owner wants an environment up for.

    `resources` are keys of databases with a weekly window; `ssm` are ids or names of Systems Manager's.
    """

    resources: tuple[str, ...] = ()
    ssm: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """One coming or present run of a Systems Manager maintenance window; `ends` is when no task of it runs longer."""

    name: str
    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Ahead:
    """The runs that are known; when they were asked for, and for which windows.

    `unread` says what kept an answer away, or is None.
    """

    asked_at: datetime | None = None
    asked: tuple[str, ...] = ()
    runs: tuple[Run, ...] = ()
    unread: str | None = None


def is_old(ahead: Ahead, wanted: Maintenance, now: datetime) -> bool:
    """The runs should be asked for (again)."""
    return ahead.asked != wanted.ssm or ahead.asked_at is None or now >= ahead.asked_at + ASKED_EVERY


def with_runs(ahead: Ahead, fresh: Iterable[Run], now: datetime) -> tuple[Run, ...]:
    """The fresh runs, and those known that go on: AWS tells of the next one as soon as one has begun."""
    present = (run for run in ahead.runs if run.begins <= now < run.ends)
    return tuple(sorted({*present, *fresh}, key=lambda run: (run.begins, run.name)))


def uptimes(wanted: Maintenance, shown: Iterable[tuple[str, str]], ahead: Ahead) -> tuple[Uptime, ...]:
    """An entry for each window that the owner wants. `shown` are resource keys, each with a window as AWS writes it.

    What AWS writes in another way than "sun:04:00-sun:04:30" (UTC) is left out.
    """
    weekly = sorted({(key, text) for key, text in shown if key in wanted.resources})
    return (*_weekly(weekly), *(_once(run) for run in ahead.runs if wanted.ssm))


def _weekly(windows: Iterable[tuple[str, str]]) -> Iterator[Uptime]:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.Maintenance.html"""
    for key, text in windows:
        if match := _WEEKLY.fullmatch(text.lower()):
            first, last = _minute_of_week(*match.groups()[:3]), _minute_of_week(*match.groups()[3:])
            begins, length = first % DAY_MINUTES, (last - first) % WEEK_MINUTES
            window = Window(begins, begins + length, Recurrence(days=(DayOfWeek(first // DAY_MINUTES),)))
            yield Uptime("UTC", (window,), label=f"maintenance window of {key}")


def _minute_of_week(weekday: str, hour: str, minute: str) -> int:
    return WEEKDAYS.index(weekday) * DAY_MINUTES + int(hour) * 60 + int(minute)


def _once(run: Run) -> Uptime:
    """An entry of whole minutes that the run lies within, on its date only."""
    day = run.begins.date()
    midnight = run.begins.replace(hour=0, minute=0, second=0, microsecond=0)
    begins = (run.begins - midnight) // timedelta(minutes=1)
    ends = -((midnight - run.ends) // timedelta(minutes=1))
    window = Window(begins, ends, Recurrence(days=(DayOfWeek(day.weekday()),)))
    once = DateException(day, day, (window,), run.name, mode="add")
    return Uptime("UTC", exceptions=(once,), label=f"maintenance window {run.name}")
