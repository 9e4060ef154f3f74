"""Closures: the dates without windows, each with the reason people are told.

A closure names a country's public holidays, a range of dates, or the dates of an iCal calendar as it was when
it was last fetched. Holidays come from the `holidays` library, in English; those it can only estimate, because
they hang on the sight of the moon, are marked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Literal
from urllib.parse import urlsplit

from chalicelib.core.dates import DateError, parse_date_range

_FORMS = "write {country: AE}, {dates: 2026-12-24..2027-01-01, reason: code freeze} or {ical: holidays.ics}"


class ClosureError(ValueError):
    """A closure that cannot be; the message says why and shows one that can."""


@dataclass(frozen=True, slots=True)
class CountryClosure:
    """The holidays of a country (ISO 3166-1 alpha-2), of a subdivision of it, of some categories."""

    country: str
    subdivision: str | None = None
    categories: tuple[str, ...] = ("public",)
    kind: Literal["country"] = "country"

    @property
    def place(self) -> str:
        """The code people know it by: AE, DE-BY."""
        return f"{self.country}-{self.subdivision}" if self.subdivision else self.country


@dataclass(frozen=True, slots=True)
class DatesClosure:
    """The dates from `first` to `last`, both included."""

    first: date
    last: date
    reason: str
    kind: Literal["dates"] = "dates"


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One closed date of a fetched calendar."""

    day: date
    summary: str


@dataclass(frozen=True, slots=True)
class CalendarClosure:
    """The dates read from an iCal source at `fetched_at`; before it was ever fetched it closes nothing.

    `source` is an https address, or a file beside the schedule file.
    """

    source: str
    days: tuple[CalendarDay, ...] = ()
    fetched_at: datetime | None = None
    kind: Literal["ical"] = "ical"

    @property
    def remote(self) -> bool:
        """True for an address, false for a file."""
        return self.source.startswith("https://")

    @property
    def label(self) -> str:
        """What people are shown: of an address only its host, since the rest may be a secret."""
        return (urlsplit(self.source).hostname or self.source) if self.remote else self.source

    @property
    def told(self) -> str:
        """Where the dates come from and as of when: `holidays.ics, fetched 2027-02-26`."""
        return f"{self.label}, fetched {self.fetched_at:%Y-%m-%d}" if self.fetched_at else self.label


Closure = CountryClosure | DatesClosure | CalendarClosure


@dataclass(frozen=True, slots=True)
class ClosedDay:
    """A date without windows; `estimated` when the holiday may yet move by a day or two."""

    day: date
    reason: str
    estimated: bool = False

    @property
    def name(self) -> str:
        """The reason without its place: `Eid al-Fitr` of `Eid al-Fitr (AE, estimated)`."""
        return self.reason.rpartition(" (")[0] or self.reason


def closed_on(closures: Iterable[Closure], day: date) -> ClosedDay | None:
    """Why that date is closed, by the first closure that says so; None when it is open."""
    return closed_days(closures, day, day).get(day)


def closed_days(closures: Iterable[Closure], first: date, last: date) -> dict[date, ClosedDay]:
    """The closed dates from `first` to `last`, both included, each by the first closure that says so."""
    closed: dict[date, ClosedDay] = {}
    for closure in closures:
        for each in _days_of(closure, first, last):
            closed.setdefault(each.day, each)
    return closed


def parse_closure(form: Mapping[str, object]) -> Closure:
    """The closure that a form from a file names; an iCal one is still to be fetched. Raises ClosureError."""
    if "country" in form:
        _only(form, "country", "subdivision", "categories")
        return _parse_country(form)
    if "dates" in form:
        _only(form, "dates", "reason")
        return _parse_dates(form)
    if "ical" in form:
        _only(form, "ical")
        return CalendarClosure(_calendar_source(str(form["ical"])))
    raise ClosureError(f"{', '.join(form) or 'an empty entry'} names no closure; {_FORMS}")


def _days_of(closure: Closure, first: date, last: date) -> Iterator[ClosedDay]:
    match closure:
        case DatesClosure():
            for day in _dates_between(max(first, closure.first), min(last, closure.last)):
                yield ClosedDay(day, closure.reason)
        case CalendarClosure():
            for each in closure.days:
                if first <= each.day <= last:
                    yield ClosedDay(each.day, f"{each.summary} ({closure.told})")
        case CountryClosure():
            for year in range(first.year, last.year + 1):
                yield from (each for each in _holidays(closure, year) if first <= each.day <= last)


def _dates_between(first: date, last: date) -> Iterator[date]:
    yield from (first + timedelta(days=n) for n in range((last - first).days + 1))


@lru_cache(maxsize=1024)
def _holidays(closure: CountryClosure, year: int) -> tuple[ClosedDay, ...]:
    # Imported late: the library costs 90 ms, and most files name no country.
    from holidays import country_holidays

    named = country_holidays(
        closure.country,
        subdiv=closure.subdivision,
        years=year,
        categories=closure.categories,
        language="en_US",
    )
    return tuple(_holiday(day, name, closure.place) for day, name in sorted(named.items()))


def _holiday(day: date, name: str, place: str) -> ClosedDay:
    estimated = "estimated)" in name
    plain = name.replace(" (estimated)", "").replace(", estimated)", ")")
    return ClosedDay(day, f"{plain} ({place}{', estimated' if estimated else ''})", estimated)


def _parse_country(form: Mapping[str, object]) -> CountryClosure:
    from holidays import list_supported_countries

    supported = list_supported_countries()
    country = str(form["country"]).upper()
    if country not in supported:
        codes = [code for code in supported if len(code) == 2]
        raise ClosureError(_unknown("country", country, codes, "country: AE"))
    closure = CountryClosure(country, _subdivision(form, country, supported[country]), _categories(form))
    _known_categories(closure)
    return closure


def _subdivision(form: Mapping[str, object], country: str, known: Iterable[str]) -> str | None:
    if "subdivision" not in form:
        return None
    subdivision = str(form["subdivision"])
    if subdivision not in known:
        raise ClosureError(_unknown(f"subdivision of {country}", subdivision, known, "subdivision: BY"))
    return subdivision


def _categories(form: Mapping[str, object]) -> tuple[str, ...]:
    given = form.get("categories", "public")
    return tuple(str(each) for each in given) if isinstance(given, list | tuple) else (str(given),)


def _known_categories(closure: CountryClosure) -> None:
    from holidays import country_holidays

    known = country_holidays(closure.country).supported_categories
    for category in closure.categories:
        if category not in known:
            what = f"category of holidays in {closure.country}"
            raise ClosureError(_unknown(what, category, known, "categories: [public]"))


def _parse_dates(form: Mapping[str, object]) -> DatesClosure:
    try:
        first, last = parse_date_range(str(form["dates"]))
    except DateError as error:
        raise ClosureError(str(error)) from error
    return DatesClosure(first, last, str(form.get("reason", f"from {first} to {last}")))


def _calendar_source(text: str) -> str:
    """An https address, or a file at or below the schedule file's directory. Raises ClosureError."""
    scheme, separator, rest = text.partition("://")
    if separator and (scheme != "https" or not urlsplit(text).hostname):
        near = f"https://{rest}" if urlsplit(f"https://{rest}").hostname else "https://example.com/holidays.ics"
        raise ClosureError(f'"{text}" is not an https address; write {{ical: "{near}"}}')
    path = PurePosixPath(text)
    if not separator and (path.is_absolute() or ".." in path.parts or "\\" in text or path.suffix != ".ics"):
        what = f'"{text}" is no .ics file beside the schedule file'
        raise ClosureError(f"{what}; put it there, and write e.g. {{ical: {path.stem or 'holidays'}.ics}}")
    return text


def _only(form: Mapping[str, object], *keys: str) -> None:
    for key in form:
        if key not in keys:
            raise ClosureError(f'"{key}" does not go with "{keys[0]}"; {_FORMS}')


def _unknown(what: str, word: str, known: Iterable[str], example: str) -> str:
    names = sorted(known)
    # Codes of two or three letters all look alike: a guess would mislead.
    near = get_close_matches(word, names, n=1) if len(word) > 3 else []
    if near:
        return f'"{word}" is not a known {what}; did you mean {near[0]}? write e.g. {{{example}}}'
    shown = ", ".join(names[:12]) or "none"
    more = ", ..." if len(names) > 12 else ""
    return f'"{word}" is not a known {what}; write e.g. {{{example}}} (known: {shown}{more})'
