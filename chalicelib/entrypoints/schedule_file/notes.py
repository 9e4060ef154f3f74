"""What is worth knowing about a file that is good: keys not yet acted on, and what exceptions touch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from chalicelib.core.model import Definition
from chalicelib.core.uptime import Uptime, exception_findings
from chalicelib.entrypoints.schedule_file.document import Document, Path
from chalicelib.entrypoints.schedule_file.problems import Problem, Severity, said

LATER_KEYS = ("capacity", "budget")
"""Keys that a later version acts on."""


def not_yet_effective(document: Document) -> Iterator[Problem]:
    """A note for each key that is read and checked, but changes nothing yet."""
    for key in LATER_KEYS:
        if document.at(key) is not None:
            yield _later(document, key, (key,))
    for key, resource in document.entries("resources").items():
        if isinstance(resource, dict) and "importance" in resource:
            yield _later(document, "importance", ("resources", key, "importance"))
    for where in _closure_lists(document):
        for at, closure in document.each(*where):
            if "ical" in closure:
                yield _later(document, "ical", (*at, "ical"))


def exceptions_touch(document: Document, definition: Definition, today: date) -> Iterator[Problem]:
    """What the authors of exceptions should know: holidays within them, overlaps, those that are past."""
    for (where, entry), uptime in zip(document.each("uptime"), definition.uptime, strict=True):
        given = entry.get("exceptions")
        own = len(given) if isinstance(given, list) else 0
        paths: list[Path] = [(*where, "exceptions", index) for index in range(own)]
        yield from _findings(document, uptime, paths, today)


def _findings(document: Document, uptime: Uptime, paths: list[Path], today: date) -> Iterator[Problem]:
    """One finding a line: those of one exception at its own, those of several at the last one's."""
    own = uptime.exceptions[: len(paths)]
    lines: dict[str, Path] = {}
    for index, path in enumerate(paths):
        for finding in exception_findings(replace(uptime, exceptions=own[: index + 1]), today):
            lines.setdefault(finding, path)
    for finding, path in lines.items():
        problem = said(document.file, document.line(path), finding)
        yield replace(problem, severity=Severity.WARNING if problem.remedy else Severity.NOTE)


def _closure_lists(document: Document) -> Iterator[Path]:
    yield ("closures",)
    for key in ("uptime", "calendars"):
        for where, entry in document.each(key):
            yield (*where, "closures")
            yield from ((*where, name, "closures") for name, each in entry.items() if isinstance(each, dict))


def _later(document: Document, key: str, where: Path) -> Problem:
    what = f"{key} is accepted, not yet effective"
    return Problem(document.file, document.line(where), what, severity=Severity.NOTE)
