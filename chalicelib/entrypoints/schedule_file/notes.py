"""What is worth knowing about a file that is good: what of a key is not yet acted on, and what exceptions touch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from chalicelib.core.budget import PRICED_IN
from chalicelib.core.model import Definition
from chalicelib.core.uptime import Uptime, exception_findings
from chalicelib.entrypoints.schedule_file.document import Document, Path
from chalicelib.entrypoints.schedule_file.problems import Problem, Severity, said


def not_yet_effective(document: Document) -> Iterator[Problem]:
    """A note on a budget: what of it is read and checked, but changes nothing yet."""
    if document.at("budget") is not None:
        yield Problem(document.file, document.line(("budget",)), _budget(document), severity=Severity.NOTE)


def _budget(document: Document) -> str:
    currency = document.at("budget", "currency") or PRICED_IN
    if currency != PRICED_IN:
        return f"budget is accepted, not yet effective: prices are known in {PRICED_IN} only"
    if not document.entries("capacity"):
        return "budget is accepted, not yet effective: all it does is raise spot, and no capacity allows any"
    return "budget raises spot within capacity; that it limits wakes is not yet effective"


def exceptions_touch(document: Document, definition: Definition, today: date) -> Iterator[Problem]:
    """What the authors of exceptions should know: holidays within them, overlaps, those that are past."""
    for (where, _), uptime in zip(document.each("uptime"), definition.uptime, strict=True):
        yield from _findings(document, uptime, _exceptions_at(document, where), today)


def calendars_touch(document: Document, uptimes: Mapping[str, Uptime], today: date) -> Iterator[Problem]:
    """The same for the exceptions of an organisation's calendars."""
    for name, uptime in uptimes.items():
        yield from _findings(document, uptime, _exceptions_at(document, ("calendars", name)), today)


def _exceptions_at(document: Document, where: Path) -> list[Path]:
    given = document.at(*where, "exceptions")
    return [(*where, "exceptions", index) for index in range(len(given) if isinstance(given, list) else 0)]


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
