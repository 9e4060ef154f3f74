"""Two cron lines, one that starts and one that stops, as windows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile

from cronsim import CronSim, CronSimError

from chalicelib.core.uptime import Uptime
from chalicelib.entrypoints.importing.clocks import DAY, place
from chalicelib.entrypoints.importing.events import Event, Piece, pieces, runs, windows_of
from chalicelib.entrypoints.importing.happenings import Acting
from chalicelib.entrypoints.importing.rule import Rule, Selection, SourceError, Unsaid

EXAMPLE = '--start "0 7 * * 1-5" --stop "0 19 * * 1-5" --timezone Europe/Berlin'
MOST_A_DAY = 24
FIRST, LAST = date(2024, 1, 1), date(2027, 12, 31)
"""Four years, one of them a leap year: long enough to tell apart every recurrence that a window can name."""
MINUTE = timedelta(minutes=1)
NO_RESOURCES = Unsaid("which resources the jobs act on", "write them under resources:")
ACTS_ONCE = Unsaid(
    "the jobs act once and then look away: what people start by hand keeps running until the next stop",
    "Curfew keeps to the windows; whoever needs more asks with curfew wake, what is started by hand gets a lease",
)


def translate(start: str, stop: str, timezone: str, name: str = "imported") -> Rule:
    """The rule for what runs from each start to the next stop. Raises SourceError."""
    where = place(timezone)
    windows, left = windows_of(_pieces(start, stop), FIRST, LAST)
    return Rule(
        name=name,
        source=f'cron, start "{start}", stop "{stop}"',
        uptimes=(Uptime(where.key, windows),),
        original=Acting(_Line(start, timezone).between, _Line(stop, timezone).between),
        selections=(Selection("servers", "ec2-instance", ids=("write-me",)),),
        unsaid=(NO_RESOURCES, ACTS_ONCE, *_left(left)),
    )


def _pieces(start: str, stop: str) -> Iterator[Piece]:
    begins, ends = (datetime.combine(day, datetime.min.time()) for day in (FIRST - 62 * DAY, LAST + 62 * DAY))
    starts = [Event(at, "start") for at in _fires(start, begins, ends)]
    stops = [Event(at, "stop") for at in _fires(stop, begins, ends)]
    both = {event.at for event in starts} & {event.at for event in stops}
    if both:
        what = f'"{start}" and "{stop}" both fire at {min(both):%a %H:%M}'
        raise SourceError(f"{what}; write different times, e.g. {EXAMPLE}")
    for run in runs([*starts, *stops]):
        yield from pieces(*run)


def _fires(line: str, begins: datetime, ends: datetime) -> Iterator[datetime]:
    """When a line fires between the two: naive in, naive out, aware in, aware out. Raises SourceError."""
    try:
        fires = CronSim(line, begins - MINUTE)
    except CronSimError as error:
        raise SourceError(f'"{line}" is not a cron line ({error}); write five fields, e.g. {EXAMPLE}') from error
    days = max(1, (ends - begins) // DAY)
    for count, at in enumerate(takewhile(lambda at: at < ends, fires), start=1):
        if count > days * MOST_A_DAY:
            raise SourceError(f'"{line}" fires more than {MOST_A_DAY} times a day; write e.g. {EXAMPLE}')
        yield at


@dataclass(frozen=True, slots=True)
class _Line:
    """A cron line in a zone; on days when clocks change it fires as Debian's cron does (cronsim)."""

    text: str
    timezone: str

    def between(self, begins: datetime, ends: datetime) -> Iterator[datetime]:
        where = place(self.timezone)
        for at in _fires(self.text, begins.astimezone(where), ends.astimezone(where)):
            yield at.astimezone(UTC)


def _left(left: tuple[Piece, ...]) -> Iterator[Unsaid]:
    if left:
        first = ", ".join(f"{piece.day}" for piece in left[:3])
        what = f"{len(left)} stretches in four years follow no rule that a window can say (first: {first})"
        yield Unsaid(what, "write them as exceptions")
