"""What the keys of an environment's file must have to do with each other.

The checks read the plain document, so that a mistake in one place hides none in another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from chalicelib.core.decide import production_mark
from chalicelib.core.durations import DurationError, format_duration, parse_duration
from chalicelib.core.model import Importance, WakeRule
from chalicelib.core.order import cycle
from chalicelib.entrypoints.schedule_file.capacity_checks import check_capacity
from chalicelib.entrypoints.schedule_file.commitments import check_commitments
from chalicelib.entrypoints.schedule_file.document import Document, Path
from chalicelib.entrypoints.schedule_file.exchange import check_exchange
from chalicelib.entrypoints.schedule_file.known import known_names
from chalicelib.entrypoints.schedule_file.needs import check_needs
from chalicelib.entrypoints.schedule_file.problems import Problem, Severity
from chalicelib.entrypoints.schedule_file.references import check_references
from chalicelib.entrypoints.schedule_file.selections import check_selections
from chalicelib.kinds import kinds

NO_ORGANISATION = Document("organisation.yaml", "")


def check_alone(document: Document) -> Iterator[Problem]:
    """Every mistake between the keys of one environment's file."""
    yield from check_selections(document)
    yield from check_needs(document)
    yield from _unknown_options(document)
    yield from check_capacity(document)
    yield from check_references(document)


def check_inherited(document: Document, organisation: Document | None) -> Iterator[Problem]:
    """Every mistake between an environment's file and its organisation's, if there is one."""
    shared = organisation or NO_ORGANISATION
    yield from _production_tags(document, shared)
    yield from _owner_unheard(document, organisation)
    yield from _no_location(document, shared)
    yield from _no_timetable(document, shared)
    yield from _wake_too_long(document, ("wake",), shared.at("defaults", "wake"))


def check_organisation(document: Document) -> Iterator[Problem]:
    """Every mistake between the keys of organisation.yaml."""
    yield from _wake_too_long(document, ("defaults", "wake"))
    yield from _calendars_in_a_circle(document)
    yield from check_exchange(document)
    yield from check_commitments(document)


def _problem(document: Document, where: Path, what: str, remedy: str) -> Problem:
    return Problem(document.file, document.line(where), what, remedy)


def _resources(document: Document) -> Iterator[tuple[str, Path]]:
    for key, value in document.entries("resources").items():
        if isinstance(value, dict):
            yield key, ("resources", key)


def _unknown_options(document: Document) -> Iterator[Problem]:
    """Keys that the entry's kind does not know, and a start on request of what is not supplementary."""
    every = sorted({option for kind in kinds().values() for option in kind.options})
    for key, where in _resources(document):
        name = str(document.at(*where, "kind"))
        for option in every:
            if document.at(*where, option) and name in kinds() and option not in kinds()[name].options:
                able = ", ".join(each.name for each in kinds().values() if option in each.options)
                what = f"{key} is of kind {name}, which knows no {option}"
                yield _problem(document, (*where, option), what, f"take it out; it is for {able}")
        supplementary = document.at(*where, "importance") == Importance.SUPPLEMENTARY
        if document.at(*where, "start") == "on-request" and not supplementary:
            what = f"{key} would start on request only, and others may count on it"
            yield _problem(document, (*where, "start"), what, "write importance: supplementary, or take start out")


def _production_tags(document: Document, organisation: Document) -> Iterator[Problem]:
    marks = tuple(pair for _, tags in organisation.each("production", "tags") for pair in tags.items() if pair[1])
    for key, where in _resources(document):
        tags = document.entries(*where, "tags")
        mark = production_mark({name: str(value) for name, value in tags.items()}, marks)
        if mark:
            what = f"{key} selects by {mark}, which means production"
            yield _problem(document, (*where, "tags"), what, "select what is not production")


def _calendars_in_a_circle(document: Document) -> Iterator[Problem]:
    calendars = document.entries("calendars")
    rests_on = {name: str(document.at("calendars", name, "calendar")) for name in calendars}
    path = cycle({name: (base,) if base in calendars else () for name, base in rests_on.items()})
    if path:
        what = f"calendars refer to each other in a circle: {' -> '.join(path)}"
        remedy = f"take one step out, e.g. calendar: {path[1]} from {path[0]}"
        yield _problem(document, ("calendars", path[0], "calendar"), what, remedy)


def _owner_unheard(document: Document, organisation: Document | None) -> Iterator[Problem]:
    owner = document.at("owner")
    if isinstance(owner, str) and not known_names(organisation).teams:
        what = f"no organisation.yaml lists {owner}: nobody can be told"
        remedy = f"write teams: {{{owner}: {{email: ...}}}} in organisation.yaml beside the file"
        yield Problem(document.file, document.line(("owner",)), what, remedy, Severity.WARNING)


def _no_location(document: Document, organisation: Document) -> Iterator[Problem]:
    if document.at("locations") is None and organisation.at("defaults", "locations") is None:
        remedy = 'write locations: [{account: "111122223333", region: eu-central-1}]'
        yield _problem(document, (), "locations is missing, and organisation.yaml has no default", remedy)


def _no_timetable(document: Document, organisation: Document) -> Iterator[Problem]:
    for where, entry in document.each("uptime"):
        chain = [entry, *_calendars_under(entry, organisation)]
        if chain[-1].get("calendar") is not None:
            continue  # a calendar that there is none of is told elsewhere
        if any(each.get("start") == "on-request" for each in chain):
            yield from _windows_on_request(document, where, chain)
            continue
        if all(each.get("windows") is None for each in chain):
            yield _problem(document, where, "windows is missing", 'write windows: ["mon-fri 08:00-20:00"]')
        if not any([*(each.get("timezone") for each in chain), organisation.at("defaults", "timezone")]):
            what = "timezone is missing, and organisation.yaml has no default"
            yield _problem(document, where, what, "write timezone: Europe/Berlin or another IANA name")


def _windows_on_request(document: Document, where: Path, chain: Iterable[Mapping[str, Any]]) -> Iterator[Problem]:
    if any(each.get("windows") for each in chain):
        what = "start: on-request means that no window opens, and there are windows"
        yield _problem(document, (*where, "start"), what, "take windows out, or write start: on-demand")


def _calendars_under(entry: Mapping[str, Any], organisation: Document) -> Iterator[Mapping[str, Any]]:
    """The calendar that the entry rests on, the one that this rests on, and so on; there is no circle."""
    while calendar := organisation.entries("calendars", str(entry.get("calendar"))):
        yield calendar
        entry = calendar


def _wake_too_long(document: Document, where: Path, *inherited: object) -> Iterator[Problem]:
    given = document.at(*where)
    if given is None:
        return
    default = _wake("default", WakeRule().default, given, *inherited)
    longest = _wake("longest", WakeRule().longest, given, *inherited)
    if default > longest:
        what = f"wake: default {format_duration(default)} is over longest {format_duration(longest)}"
        yield _problem(document, where, what, "shorten default, or raise longest")


def _wake(key: str, otherwise: timedelta, *rules: object) -> timedelta:
    """The first duration that a rule gives; what is no duration is told elsewhere."""
    for rule in rules:
        text = rule.get(key) if isinstance(rule, dict) else None
        if isinstance(text, str):
            try:
                return parse_duration(text)
            except DurationError:
                break
    return otherwise
