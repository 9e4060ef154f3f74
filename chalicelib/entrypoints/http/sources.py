"""What an apply reads: the files that were sent, what was applied before, and the calendars that all of them name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from aws_lambda_powertools import Logger

from chalicelib.core.closures import CalendarClosure
from chalicelib.entrypoints.http.exchange import Request
from chalicelib.entrypoints.schedule_file.calendars import Fetched, is_calendar, named_in
from chalicelib.entrypoints.schedule_file.reading import Reading, SourceFile, is_organisation
from chalicelib.entrypoints.schedule_file.yaml_reading import read_yaml
from chalicelib.flows.calendars import calendars_of
from chalicelib.flows.pause import every_name
from chalicelib.flows.rollout import Access
from chalicelib.flows.stored import Stored

STORED_ORGANISATION = "organisation.yaml"
_ENVIRONMENT = re.compile(r"^environment:[ \t]*[\"']?([A-Za-z0-9_-]+)", re.MULTILINE)

log = Logger(service="curfew")


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything an apply reads; `stored` are the environments read again, by the name they are read under."""

    files: tuple[SourceFile, ...]
    fetched: Fetched
    stored: Mapping[str, Stored]


def gather(request: Request, sent: Sequence[SourceFile]) -> Sources:
    """The files, with the organisation's as last applied if none was sent, or else with every other environment's.

    Addresses of calendars are asked where a sent file names them; what was applied before keeps its copies.
    """
    own = [_with_copies(request, file) for file in sent]
    fetched = Fetched(request.world.clock.now(), request.wired.calendars.fetch(_addresses(sent)))
    if organisation_in(sent):
        stored = dict(_stored(request, {environment_in(file) for file in sent}))
        again = [SourceFile(name, each.source, calendars_of(each.definition)) for name, each in stored.items()]
        return Sources((*own, *again), fetched, stored)
    return Sources((*_organisation(request), *own), fetched, {})


def organisation_in(sent: Sequence[SourceFile]) -> SourceFile | None:
    """The organisation's file, if it is among those that were sent."""
    return next((file for file in sent if is_organisation(file.name)), None)


def ways_in(reading: Reading) -> dict[str, Access]:
    """The ways into other accounts that the organisation's file names, by account."""
    accounts = reading.organisation.accounts.values()
    return {each.number: Access(each.role, each.external_id) for each in accounts if each.role}


def environment_in(file: SourceFile) -> str | None:
    """The environment that a file is about, however broken the file is otherwise."""
    named = _ENVIRONMENT.search(file.text)
    return named.group(1) if named else None


def _organisation(request: Request) -> Iterator[SourceFile]:
    organisations = request.wired.organisations
    source = organisations.source()
    if source is not None:
        yield SourceFile(STORED_ORGANISATION, source, organisations.calendars())


def _stored(request: Request, sent: set[str | None]) -> Iterator[tuple[str, Stored]]:
    """The environments that no sent file is about, as far as they can be read and came from a text."""
    for name in every_name(request.world):
        found = None if name in sent else _readable(request, name)
        if found is not None and found.source:
            yield f"{name} (applied from {found.file})", found


def _readable(request: Request, name: str) -> Stored | None:
    try:
        return request.world.store.stored(name)
    except ValueError:  # such an environment is left as it is, and its operators were told
        log.exception("the definition of %s cannot be read", name)
        return None


def _with_copies(request: Request, file: SourceFile) -> SourceFile:
    """The file with the calendars that it named when it was last applied."""
    if is_calendar(file.name) or "ical" not in file.text:
        return file
    return SourceFile(file.name, file.text, _copies(request, file))


def _copies(request: Request, file: SourceFile) -> tuple[CalendarClosure, ...]:
    if is_organisation(file.name):
        return request.wired.organisations.calendars()
    name = environment_in(file)
    found = _readable(request, name) if name else None
    return calendars_of(found.definition) if found else ()


def _addresses(files: Sequence[SourceFile]) -> tuple[str, ...]:
    named = (file for file in files if not is_calendar(file.name) and "ical" in file.text)
    documents = (read_yaml(file.name, file.text)[0] for file in named)
    closures = (closure for document in documents if document for _, closure in named_in(document))
    return tuple(dict.fromkeys(closure.source for closure in closures if closure.remote))
