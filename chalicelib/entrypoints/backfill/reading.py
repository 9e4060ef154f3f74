"""A bill is read line by line, however large it is; what is wrong is told with its file and line."""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

from chalicelib.core.money.billed import HOUR, Usage
from chalicelib.entrypoints.backfill.columns import COMMITTED, RAN, REQUIRED, Columns, columns_of

UNREADABLE = {IndexError: "it is shorter than the first one", InvalidOperation: "an amount in it is no number"}
"""What errors mean that do not say so themselves."""


class BillError(Exception):
    """The file is no bill that can be read; the message says where, why and what to do."""


def usages(paths: Iterable[Path]) -> Iterator[Usage]:
    """Each line that tells when an instance, a database or a task ran, or what else a resource cost.

    Raises BillError, OSError.
    """
    for path in paths:
        for line in lines(path):
            if (found := usage(line)) is not None:
                yield found


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a bill: where it stands (file:line), its columns, and its cells."""

    place: str
    columns: Columns
    cells: Sequence[str]


def lines(path: Path) -> Iterator[Line]:
    """Each line of the file below its header. Raises BillError, OSError."""
    if path.suffix == ".parquet":
        raise BillError(
            f"{path}: Parquet is not read; export as text/csv, or convert it: "
            f"duckdb -c \"COPY (FROM '{path}') TO '{path.with_suffix('.csv')}'\""
        )
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8", newline="") as text:
        yield from _of_text(str(path), text)


def _of_text(name: str, text: Iterable[str]) -> Iterator[Line]:
    try:
        rows = csv.reader(text)
        columns = _columns(name, next(rows, []))
        for row in rows:
            yield Line(f"{name}:{rows.line_num}", columns, row)
    except (UnicodeDecodeError, gzip.BadGzipFile, zlib.error, EOFError, csv.Error) as error:
        raise BillError(f"{name} is no CSV file ({error}); name an export of AWS's as text/csv, or its .gz") from error


def _columns(name: str, header: Sequence[str]) -> Columns:
    columns = columns_of(header)
    if isinstance(columns, Columns):
        return columns
    raise BillError(_no_bill(name, header, columns))


def _no_bill(name: str, header: Sequence[str], lacks: Sequence[str]) -> str:
    """Why a file with that header is none, and what to do."""
    if not header:
        return f"{name} is empty; name an export of AWS's as text/csv, or its .gz"
    if len(header) == 1 and ";" in header[0]:
        return f"{name}:1: has semicolons between its columns; save it with commas, or export it again"
    if len(lacks) == len(REQUIRED):
        what = "neither FOCUS nor CUR: its first line names none of their columns"
        return f"{name}:1: {what}; name an hourly export of AWS's, with resource ids"
    return f"{name}:1: there is no column {', no '.join(lacks)}; export it hourly and with resource ids"


def usage(line: Line) -> Usage | None:
    """What the line says ran, None where it is of no resource. Raises BillError."""
    columns = line.columns
    with readable(line):
        resource = columns.part(line.cells, "resource")
        if not resource or columns.part(line.cells, "sort") not in RAN:
            return None
        found = _read(columns, line.cells, resource)
    if found.service is not None and found.ends - found.begins > HOUR:
        raise BillError(f"{line.place}: the line is of {found.ends - found.begins}, not of an hour; export it hourly")
    return found


@contextmanager
def readable(line: Line) -> Iterator[None]:
    """What cannot be read of the line is a BillError that says where it is."""
    try:
        yield
    except (IndexError, ValueError, InvalidOperation) as error:
        why = UNREADABLE.get(type(error), str(error))
        raise BillError(f"{line.place}: the line cannot be read ({why}); export the file again") from error


def _read(columns: Columns, line: Sequence[str], resource: str) -> Usage:
    part = columns.part
    meter, description = part(line, "meter"), part(line, "description")
    return Usage(
        resource,
        instant(part(line, "begins")),
        instant(part(line, "ends")),
        amount(part(line, "quantity") or "0"),
        meter,
        part(line, "operation"),
        description,
        part(line, "region"),
        part(line, "account"),
        columns.tags_of(line),
        amount(listed) if (listed := part(line, "listed")) else None,
        part(line, "sort") in COMMITTED or part(line, "pricing") in COMMITTED,
        amount(billed) if (billed := part(line, "billed")) else None,
    )


def amount(text: str) -> Decimal:
    """The number, which may be below 0. Raises ValueError, InvalidOperation."""
    found = Decimal(text)
    if not found.is_finite():
        raise ValueError(f"{text} is no number")
    return found


def instant(text: str) -> datetime:
    """Bills are in UTC, whether or not they say so."""
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
