"""Schedule files, from texts to definitions, with all mistakes of all files told at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import PurePath
from typing import Any, TypeVar

from pydantic import ValidationError

from chalicelib.core.closures import CalendarClosure
from chalicelib.core.model import Definition
from chalicelib.entrypoints.schedule_file import checks, notes
from chalicelib.entrypoints.schedule_file.calendars import Copies, Fetched, Shelf, is_calendar
from chalicelib.entrypoints.schedule_file.document import Document
from chalicelib.entrypoints.schedule_file.environment_shape import EnvironmentShape, Shape
from chalicelib.entrypoints.schedule_file.exchange import rate_to_come
from chalicelib.entrypoints.schedule_file.known import known_names
from chalicelib.entrypoints.schedule_file.organisation_shape import OrganisationShape
from chalicelib.entrypoints.schedule_file.problems import Problem, Severity
from chalicelib.entrypoints.schedule_file.sentences import problems_of
from chalicelib.entrypoints.schedule_file.together import check_together
from chalicelib.entrypoints.schedule_file.translation import (
    Organisation,
    calendar_uptimes,
    definition_of,
    organisation_of,
)
from chalicelib.entrypoints.schedule_file.yaml_reading import read_yaml
from chalicelib.flows.calendars import Unreachable

ORGANISATION_NAMES = ("organisation.yaml", "organisation.yml")

AnyShape = TypeVar("AnyShape", bound=Shape)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A schedule file's or an iCal calendar's name, as people know it, and its text.

    Bytes that are no UTF-8 are decoded with `surrogateescape`; they are told as a problem. `copies` are the
    calendars that a schedule file named when it was applied, with the dates they had then.
    """

    name: str
    text: str
    copies: tuple[CalendarClosure, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadDefinition:
    """A definition, the file it came from, and that file's text."""

    file: str
    definition: Definition
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What the files say. A file with an error gives no definition; a broken organisation.yaml allows none.

    Problems stand in the order of the files and their lines. `dead` are the addresses that gave no calendar.
    """

    definitions: tuple[ReadDefinition, ...]
    problems: tuple[Problem, ...]
    organisation: Organisation = Organisation()
    dead: Mapping[str, Unreachable] = field(default_factory=dict)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that keep a file from being used."""
        return tuple(problem for problem in self.problems if problem.severity is Severity.ERROR)


@dataclass(frozen=True, slots=True)
class _Shared:
    """The organisation's file, as far as it can be read; `shape` is None when it is broken."""

    document: Document | None
    shape: OrganisationShape | None
    calendars: Copies = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Environment:
    """One environment's file, as far as it can be read."""

    file: SourceFile
    document: Document | None
    definition: Definition | None
    problems: tuple[Problem, ...]


def read_schedules(files: Sequence[SourceFile], today: date, fetched: Fetched | None = None) -> Reading:
    """The definitions of all files, and every mistake in them. `today` tells which exceptions are past.

    `fetched` is what the addresses of calendars gave; None where nobody asks them (offline).
    """
    shelf = Shelf({file.name: file.text for file in files if is_calendar(file.name)}, today, fetched)
    own = [file for file in files if is_organisation(file.name)]
    shared, problems = _read_organisation(own[0], shelf) if own else (_Shared(None, OrganisationShape()), [])
    read = [_read_environment(file, shared, shelf) for file in files if _is_environment(file.name)]
    problems += [_second_organisation(file, own[0]) for file in own[1:]]
    problems += [problem for each in read for problem in each.problems]
    problems += check_together([each.document for each in read if each.document])
    return Reading(
        tuple(_definitions(read, problems)),
        _in_order(files, problems),
        organisation_of(shared.shape or OrganisationShape(), shared.calendars),
        shelf.dead,
    )


def is_organisation(name: str) -> bool:
    """True for the name of an organisation's file, in whatever directory."""
    return PurePath(name).name in ORGANISATION_NAMES


def _is_environment(name: str) -> bool:
    return not is_organisation(name) and not is_calendar(name)


def _read_organisation(file: SourceFile, shelf: Shelf) -> tuple[_Shared, list[Problem]]:
    document, found = read_yaml(file.name, file.text)
    if document is None:
        return _Shared(None, None), list(found)
    shape, problems = _shaped(OrganisationShape, document, document)
    calendars, unread = shelf.look_up(document, file.copies)
    problems += [*found, *unread, *checks.check_organisation(document)]
    if shape is None or _has_errors(problems):
        return _Shared(document, None), problems
    problems += notes.calendars_touch(document, calendar_uptimes(shape, calendars), shelf.today)
    problems += rate_to_come(document, shelf.today)
    return _Shared(document, shape, calendars), problems


def _read_environment(file: SourceFile, shared: _Shared, shelf: Shelf) -> _Environment:
    document, found = read_yaml(file.name, file.text)
    if document is None:
        return _Environment(file, None, None, found)
    shape, problems = _shaped(EnvironmentShape, document, shared.document)
    calendars, unread = shelf.look_up(document, file.copies)
    problems += [*found, *unread, *checks.check_alone(document), *notes.not_yet_effective(document)]
    if shared.shape is not None:
        problems += checks.check_inherited(document, shared.document)
    if shape is None or shared.shape is None or _has_errors(problems):
        return _Environment(file, document, None, tuple(problems))
    definition = definition_of(shape, shared.shape, calendars, shared.calendars)
    problems += notes.exceptions_touch(document, definition, shelf.today)
    return _Environment(file, document, definition, tuple(problems))


def _shaped(
    shape: type[AnyShape], document: Document, organisation: Document | None
) -> tuple[AnyShape | None, list[Problem]]:
    try:
        return shape.model_validate(document.data, context=known_names(organisation)), []
    except ValidationError as error:
        return None, list(problems_of(error, document, _json_schema(shape)))


@cache
def _json_schema(shape: type[Shape]) -> dict[str, Any]:
    return shape.model_json_schema()


def _has_errors(problems: Sequence[Problem]) -> bool:
    return any(problem.severity is Severity.ERROR for problem in problems)


def _second_organisation(file: SourceFile, first: SourceFile) -> Problem:
    return Problem(file.name, 1, f"{first.name} already says what all share", "keep one organisation.yaml")


def _definitions(environments: Sequence[_Environment], problems: Sequence[Problem]) -> Iterator[ReadDefinition]:
    broken = {problem.file for problem in problems if problem.severity is Severity.ERROR}
    for each in environments:
        if each.definition and each.file.name not in broken:
            yield ReadDefinition(each.file.name, each.definition, each.file.text)


def _in_order(files: Sequence[SourceFile], problems: Sequence[Problem]) -> tuple[Problem, ...]:
    place = {file.name: index for index, file in enumerate(files)}
    # A calendar that several files name has its mistakes told once.
    return tuple(sorted(dict.fromkeys(problems), key=lambda problem: (place[problem.file], problem.line)))
