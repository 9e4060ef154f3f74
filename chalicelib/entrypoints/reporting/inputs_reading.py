"""The files of an export as inputs again, with every mistake in them at its line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePath
from typing import Any

from chalicelib.core.money.baselines import Baseline
from chalicelib.core.money.commitments import SavingsPlan
from chalicelib.core.money.inputs import Inputs
from chalicelib.core.money.spans import Span
from chalicelib.entrypoints.reporting.cells import read_back
from chalicelib.entrypoints.reporting.inputs_cover import Cover, read_cover
from chalicelib.entrypoints.reporting.inputs_files import (
    BASELINES,
    BELONGS,
    COMMITMENTS,
    COVER,
    FILES,
    SPANS,
    Column,
    File,
    names,
)
from chalicelib.entrypoints.schedule_file.problems import Problem, choose, said

Placed = list[tuple[int, Any]]
"""Records with their lines."""


class BrokenExportError(Exception):
    """Files that no report can be computed from: each problem is `file:line: what is wrong; what to write instead`."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, problems)))


@dataclass(frozen=True, slots=True)
class Export:
    """What was read: the inputs, and what the report that was exported said of itself."""

    inputs: Inputs
    cover: Cover


def imported(texts: Mapping[str, str], directory: str = "") -> Export:
    """The inputs that the texts of the files hold, by name. Raises BrokenExportError, naming every mistake."""
    reader = _Reader(directory)
    cover = reader.cover(texts)
    found = {file.field: reader.records(file, texts) for file in FILES}
    if cover is None or reader.problems:
        raise BrokenExportError(reader.problems)
    values = {field: tuple(record for _, record in placed) for field, placed in found.items()}
    given = Inputs(
        cover.month,
        exchange=cover.rate,
        own_cost=cover.own_cost_usd,
        until=cover.until,
        method=cover.method,
        unknown=cover.unknown,
        **values,
    )
    return Export(given, cover)


class _Reader:
    """Reads files one by one and remembers what is wrong with them."""

    def __init__(self, directory: str) -> None:
        self._directory = directory
        self.problems: list[Problem] = []

    def cover(self, texts: Mapping[str, str]) -> Cover | None:
        text = self._text(COVER, texts)
        found = read_cover(self._path(COVER), text) if text is not None else []
        if isinstance(found, Cover):
            return found
        self.problems += found
        return None

    def records(self, file: File, texts: Mapping[str, str]) -> Placed:
        text = self._text(file.name, texts)
        if text is None:
            return []
        lines = csv.reader(io.StringIO(text, newline=""), strict=True)
        found: Placed = []
        try:
            columns = self._header(file, next(lines, []))
            for cells in lines if columns else ():
                if cells:
                    found += self._record(file, columns, cells, lines.line_num)
        except csv.Error as error:
            self._add(file.name, lines.line_num, f"is no CSV ({error})", "correct its quotes")
        self.problems += _together(file, self._path(file.name), found)
        return found

    def _text(self, name: str, texts: Mapping[str, str]) -> str | None:
        if name in texts:
            return texts[name].removeprefix("\ufeff")
        self._add(name, 1, "is missing", f"export it again: curfew report --export writes {', '.join(names())}")
        return None

    def _header(self, file: File, header: Sequence[str]) -> list[Column]:
        """The columns in the order of the file; none, and a problem, where some are unknown, missing or doubled."""
        known = {column.name: column for column in file.columns}
        wrong = [name for name in header if name not in known or header.count(name) > 1]
        missing = [name for name in known if name not in header]
        if missing and len(header) == 1 and ";" in header[0]:
            self._add(file.name, 1, "has semicolons between its columns", "save it with commas")
        elif wrong:
            self._add(file.name, 1, f'has no column "{wrong[0]}", or not twice', choose(wrong[0], missing or known))
        elif missing:
            self._add(file.name, 1, f"lacks {', '.join(missing)}", f"begin it with {','.join(known)}")
        return [] if wrong or missing else [known[name] for name in header]

    def _record(self, file: File, columns: Sequence[Column], cells: Sequence[str], line: int) -> Placed:
        if len(cells) != len(columns):
            self._add(file.name, line, f"has {len(cells)} cells", f"write {len(columns)}, as in its first line")
            return []
        before = len(self.problems)
        values = dict(self._values(file, columns, cells, line))
        if len(self.problems) > before:
            return []
        try:
            return [(line, file.make(values))]
        except ValueError as error:
            self.problems.append(said(self._path(file.name), line, str(error)))
            return []

    def _values(self, file: File, columns: Sequence[Column], cells: Sequence[str], line: int) -> Iterator[Any]:
        for column, cell in zip(columns, cells, strict=True):
            try:
                yield column.name, column.kind.read(read_back(cell))
            except ValueError as error:
                self.problems.append(said(self._path(file.name), line, f"{column.name}: {error}"))

    def _add(self, name: str, line: int, what: str, remedy: str) -> None:
        self.problems.append(Problem(self._path(name), line, what, remedy))

    def _path(self, name: str) -> str:
        return str(PurePath(self._directory, name))


def _together(file: File, path: str, records: Placed) -> Iterator[Problem]:
    """What is wrong with lines that are good by themselves."""
    if file is BELONGS:
        yield from _named_twice(path, records)
    if file is COMMITMENTS:
        yield from _plans_differ(path, records)
    if file is BASELINES:
        yield from _overlapping(path, records)
    if file is SPANS:
        yield from _counted_twice(path, records)


def _named_twice(path: str, records: Placed) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for line, each in records:
        if first.setdefault(each.environment, line) != line:
            what = f"{each.environment} is in line {first[each.environment]} already"
            yield Problem(path, line, what, "write each environment once")


def _overlapping(path: str, records: Placed) -> Iterator[Problem]:
    for (_, before), (line, after) in pairwise(sorted(records, key=lambda each: _place(each[1]))):
        if _place(before)[:3] == _place(after)[:3] and (before.ends is None or before.ends > after.begins):
            what = f"overlaps with another baseline of {after.resource} {after.arn}"
            yield Problem(path, line, what, "end one before the next begins")


def _counted_twice(path: str, records: Placed) -> Iterator[Problem]:
    """An ARN that is two resources at one time; members of one group share its ARN and may overlap."""
    lasts: dict[str, tuple[int, Span]] = {}
    for line, span in sorted(records, key=lambda each: (each[1].begins, each[0])):
        if not span.arn or span.begins == span.ends:
            continue
        number, last = lasts.get(span.arn, (line, span))
        if last.ends > span.begins and (last.environment, last.resource) != (span.environment, span.resource):
            what = f"{span.arn} is {last.resource} of {last.environment} in line {number} at that time"
            yield Problem(path, line, what, "count what runs in one place")
        if span.ends >= last.ends:
            lasts[span.arn] = line, span


def _plans_differ(path: str, records: Placed) -> Iterator[Problem]:
    """Lines of one Savings Plan that do not agree on what it commits to."""
    first: dict[tuple[Any, ...], tuple[int, Any]] = {}
    for line, each in records:
        if isinstance(each, SavingsPlan):
            at, usd = first.setdefault((each.id, each.begins, each.ends), (line, each.usd_per_hour))
            if usd != each.usd_per_hour:
                what = f"{each.id} commits to {usd:f} an hour in line {at}, and to {each.usd_per_hour:f} here"
                yield Problem(path, line, what, "write the same amount in all lines of a plan, or another id")


def _place(baseline: Baseline) -> tuple[Any, ...]:
    return baseline.environment, baseline.resource, baseline.arn, baseline.begins
