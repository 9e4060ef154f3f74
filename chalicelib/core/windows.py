"""Windows: the stretches of local time in which an environment should be up, and the words for them.

A window belongs to the local date on which it begins; its end may lie on the next date. One-sided windows
leave the environment as it is before their only edge: after `to` it is down, after `from` it is up, until
the date ends or another window says up.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from difflib import get_close_matches

from chalicelib.core.dates import DateError, parse_date
from chalicelib.core.localtime import ZoneError, zone
from chalicelib.core.recurrence import (
    EVERY_DATE,
    LAST,
    EveryWeeks,
    MonthDay,
    Recurrence,
    describe_recurrence,
    ever_falls,
)
from chalicelib.core.recurrence_language import (
    WindowError,
    parse_month_days,
    parse_months,
    parse_weekdays,
    split_items,
)

__all__ = ["Window", "WindowError", "describe", "long_window", "parse_window"]

DAY_MINUTES = 24 * 60
MOST_WEEKS = 52
LONG_KEYS = ("days", "month_days", "months", "every", "starting", "from", "to", "timezone")
_EXAMPLE = 'e.g. "mon-fri 08:00-20:00"'
_SHORT = re.compile(r"(?:(?P<dates>.+?) )??(?:(?P<side>from|to) )?(?P<times>[^ ]+)")
_TIME = re.compile(r"(\d{1,2}):(\d{2})")

LongForm = Mapping[str, object]
"""The long form as plain data: each value a string, a number, or a list of them."""


@dataclass(frozen=True, slots=True)
class Window:
    """From minute `begins` of each local date of `recurrence` to minute `ends`, counted from that midnight.

    `ends` is over 1440 when the window passes midnight. None leaves that side open (a one-sided window).
    `timezone` is the window's own IANA zone; None takes the environment's.
    """

    begins: int | None
    ends: int | None
    recurrence: Recurrence = EVERY_DATE
    timezone: str | None = None

    @property
    def length(self) -> timedelta:
        """How long it lasts by the clock on the wall; one-sided windows reach to a midnight."""
        begins = 0 if self.begins is None else self.begins
        ends = DAY_MINUTES if self.ends is None else self.ends
        return timedelta(minutes=ends - begins)


def parse_window(text: str) -> Window:
    """The window that a short form names: dates and times, or `24/7`. Raises WindowError."""
    plain = _normal(text)
    if plain == "24/7":
        return Window(0, DAY_MINUTES)
    match = _SHORT.fullmatch(plain)
    if match is None or ":" not in match["times"]:
        raise WindowError(f'"{text}" has no times of day; write dates and times, {_EXAMPLE}')
    begins, ends = _short_times(match["side"], match["times"])
    return _checked(Window(begins, ends, _short_dates(match["dates"])), text)


def long_window(form: LongForm) -> Window:
    """The window that a long form names; on its dates every given condition holds. Raises WindowError."""
    for key in form:
        if key not in LONG_KEYS:
            raise WindowError(_unknown_key(key))
    begins = _minutes(str(form["from"])) if "from" in form else None
    ends = _minutes(str(form["to"])) if "to" in form else None
    if begins is None and ends is None:
        raise WindowError('a window needs an edge; write from, to or both, e.g. {from: "08:00", to: "20:00"}')
    recurrence = Recurrence(
        days=parse_weekdays(_items(form, "days")),
        month_days=parse_month_days(_items(form, "month_days")),
        months=parse_months(_items(form, "months")),
        every=_every(form),
    )
    window = Window(begins, _wrapped(begins, ends), recurrence, _own_zone(form))
    return _checked(window, describe(window))


def describe(window: Window) -> str:
    """The canonical text; parse_window reads back whatever the short form can say."""
    own_zone = f" ({window.timezone})" if window.timezone else ""
    if window == Window(0, DAY_MINUTES, timezone=window.timezone):
        return f"24/7{own_zone}"
    begins, ends = _clock(window.begins), _clock(window.ends)
    times = f"{begins}-{ends}" if begins and ends else f"from {begins}" if begins else f"to {ends}"
    return f"{describe_recurrence(window.recurrence)} {times}{own_zone}"


def _normal(text: str) -> str:
    """Lower case, one space between words, none around hyphens and commas; typographic dashes too."""
    plain = re.sub("[\u2010-\u2015]", "-", text)
    return re.sub(r"\s*([-,])\s*", r"\1", " ".join(plain.lower().split()))


def _short_times(side: str | None, times: str) -> tuple[int | None, int | None]:
    if "," in times:
        raise WindowError(f'"{times}" is more than one stretch of time; write one window for each, {_EXAMPLE}')
    if side == "from":
        return _minutes(times), None
    if side == "to":
        return None, _minutes(times)
    begins, hyphen, ends = times.partition("-")
    if not hyphen:
        raise WindowError(f'"{times}" has no end; write both times, {_EXAMPLE}, or "from {times}" or "to {times}"')
    return _minutes(begins), _wrapped(_minutes(begins), _minutes(ends))


def _short_dates(dates: str | None) -> Recurrence:
    if dates is None:
        return EVERY_DATE
    if dates == "last day":
        return Recurrence(month_days=(MonthDay(LAST),))
    if dates.startswith(("day ", "days ")):
        return Recurrence(month_days=parse_month_days(split_items(dates.partition(" ")[2])))
    return Recurrence(days=parse_weekdays(split_items(dates)))


def _minutes(text: str) -> int:
    match = _TIME.fullmatch(text.strip())
    hours, minutes = (int(match[1]), int(match[2])) if match else (25, 0)
    if minutes > 59 or hours * 60 + minutes > DAY_MINUTES:
        raise WindowError(f'"{text}" is not a time of day; write 00:00 to 24:00, {_EXAMPLE}')
    return hours * 60 + minutes


def _wrapped(begins: int | None, ends: int | None) -> int | None:
    """The end counted from the midnight of the date on which the window begins."""
    if begins is None or ends is None or ends >= begins:
        return ends
    return ends + DAY_MINUTES


def _clock(minutes: int | None) -> str | None:
    if minutes is None:
        return None
    shown = minutes - DAY_MINUTES if minutes > DAY_MINUTES else minutes
    return f"{shown // 60:02}:{shown % 60:02}"


def _items(form: LongForm, key: str) -> list[str]:
    given = form.get(key, [])
    values = given if isinstance(given, list | tuple) else [given]
    return [item for value in values for item in split_items(str(value))]


def _every(form: LongForm) -> EveryWeeks | None:
    if "every" not in form:
        if "starting" in form:
            raise WindowError("starting needs every; write e.g. {every: 2, starting: 2026-01-05}")
        return None
    weeks = str(form["every"])
    if not (weeks.isascii() and weeks.isdigit() and 1 <= int(weeks) <= MOST_WEEKS):
        raise WindowError(f'"{weeks}" is not a number of weeks; write 1 to {MOST_WEEKS}, e.g. every: 2')
    if "starting" not in form:
        raise WindowError("every needs the date to count from; write e.g. {every: 2, starting: 2026-01-05}")
    try:
        return EveryWeeks(int(weeks), parse_date(str(form["starting"])))
    except DateError as error:
        raise WindowError(str(error)) from error


def _own_zone(form: LongForm) -> str | None:
    if "timezone" not in form:
        return None
    try:
        return zone(str(form["timezone"])).key
    except ZoneError as error:
        raise WindowError(str(error)) from error


def _checked(window: Window, text: str) -> Window:
    """The window itself, once it is known that it can open."""
    if window.begins == DAY_MINUTES:
        raise WindowError(f'"{text}" begins at 24:00; write 00:00 and the next day')
    if window.length <= timedelta():
        raise WindowError(f'"{text}" is empty; write an end after the begin, or 00:00-24:00 for a whole day')
    if not ever_falls(window.recurrence):
        dates = describe_recurrence(window.recurrence)
        raise WindowError(f'"{text}" can never open: no date is "{dates}"; change its days, month_days or months')
    return window


def _unknown_key(key: str) -> str:
    near = get_close_matches(key, LONG_KEYS, n=1)
    hint = f"did you mean {near[0]}? " if near else ""
    return f'"{key}" is not a key of a window; {hint}the keys are {", ".join(LONG_KEYS)}'
