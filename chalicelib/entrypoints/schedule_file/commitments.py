"""Commitments that the organisation declares: Savings Plans and reservations that Curfew cannot see for itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainValidator, WithJsonSchema

from chalicelib.core.dates import DateError, parse_date
from chalicelib.core.money.commitments import Commitment, Reservation, SavingsPlan
from chalicelib.core.money.covers import patterns
from chalicelib.entrypoints.schedule_file import leaves
from chalicelib.entrypoints.schedule_file.document import Document, Path
from chalicelib.entrypoints.schedule_file.environment_shape import Shape
from chalicelib.entrypoints.schedule_file.problems import Problem

WHERE = "commitments"
_PERCENT = re.compile(r"[0-9]{1,2}(\.[0-9]+)?%")
_EXAMPLE = {
    "id": "compute-2026",
    "usd_per_hour": 4.2,
    "discount": "27%",
    "covers": ["compute"],
    "from": "2026-04-01",
    "to": "2027-03-31",
}


def _discount(value: object) -> Decimal:
    if isinstance(value, int | Decimal) and not isinstance(value, bool) and value >= 0:
        percent = Decimal(value) if value >= 1 else Decimal(value * 100).normalize()
        raise ValueError(f"{value} has no percent sign; write {percent:f}%")
    if not (isinstance(value, str) and _PERCENT.fullmatch(value)):
        raise ValueError(f'"{value}" is not a discount; write 0% to below 100%, e.g. 27% or 27.5%')
    return Decimal(value.removesuffix("%")) / 100


def _covered(value: object) -> tuple[str, ...]:
    if not isinstance(value, str):
        raise ValueError(f"{value} is nothing that can be covered; write e.g. ec2 m5 in eu-west-1")
    return patterns(value)


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


_Discount = Annotated[
    Decimal, PlainValidator(_discount), WithJsonSchema({"type": "string", "pattern": r"^[0-9]{1,2}(\.[0-9]+)?%$"})
]
_Covered = Annotated[
    tuple[str, ...],
    PlainValidator(_covered),
    WithJsonSchema({"type": "string", "examples": ["compute", "ec2 m5 in eu-west-1", "rds db.r6g.large postgres"]}),
]
_Amount = Annotated[Decimal, Field(gt=0, allow_inf_nan=False)]


class CommitmentShape(Shape):
    """A Savings Plan (usd_per_hour) or a reservation (units), bought where Curfew cannot ask AWS for it."""

    id: str = Field(min_length=1, description="as AWS has it, so that it counts once", examples=["compute-2026"])
    usd_per_hour: _Amount | None = Field(None, description="what a Savings Plan commits to an hour", examples=[4.2])
    units: _Amount | None = Field(None, description="how many instances or nodes are reserved", examples=[2])
    discount: _Discount = Field(description="off the on-demand rate", examples=["27%"])
    covers: Annotated[tuple[_Covered, ...], BeforeValidator(_listed)] = Field(
        min_length=1, description="compute; or ec2, fargate, rds, redshift with what narrows it", examples=[["compute"]]
    )
    begins: leaves.Day = Field(alias="from", description="its first day, in UTC", examples=["2026-04-01"])
    ends: leaves.Day = Field(alias="to", description="its last day, in UTC", examples=["2027-03-31"])


Commitments = Annotated[
    tuple[CommitmentShape, ...], Field(description="Savings Plans and reservations", examples=[[_EXAMPLE]])
]


def commitments_of(shapes: tuple[CommitmentShape, ...]) -> tuple[Commitment, ...]:
    """The commitments as the ledger has them. The shapes must have passed their check."""
    return tuple(map(_commitment, shapes))


def _commitment(shape: CommitmentShape) -> Commitment:
    covers = tuple(dict.fromkeys(pattern for each in shape.covers for pattern in each))
    begins, ends = _midnight(shape.begins), _midnight(shape.ends) + timedelta(days=1)
    if shape.usd_per_hour is not None:
        return SavingsPlan(shape.id, shape.usd_per_hour, shape.discount, covers, begins, ends)
    return Reservation(shape.id, shape.units or Decimal(0), shape.discount, covers, begins, ends)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def check_commitments(document: Document) -> Iterator[Problem]:
    """An id that comes twice, what is both a plan and a reservation, or neither, and what ends before it begins."""
    first: dict[str, int] = {}
    for where, entry in document.each(WHERE):
        id, line = str(entry.get("id")), document.line((*where, "id"))
        if first.setdefault(id, line) != line:
            yield Problem(document.file, line, f"{id} is in line {first[id]} already", "write each commitment once")
        yield from _neither(document, where, entry)
        yield from _out_of_order(document, where, entry)


def _neither(document: Document, where: Path, entry: Any) -> Iterator[Problem]:
    given = [key for key in ("usd_per_hour", "units") if key in entry]
    if len(given) != 1:
        which = "both usd_per_hour and units" if given else "neither usd_per_hour nor units"
        what = f"{entry.get('id')} says {which}"
        remedy = "write usd_per_hour for a Savings Plan, units for a reservation"
        yield Problem(document.file, document.line(where), what, remedy)


def _out_of_order(document: Document, where: Path, entry: Any) -> Iterator[Problem]:
    try:
        begins, ends = parse_date(str(entry.get("from"))), parse_date(str(entry.get("to")))
    except DateError:
        return  # told elsewhere
    if ends < begins:
        line = document.line((*where, "to"))
        yield Problem(document.file, line, f"{entry.get('id')} ends on {ends}, before {begins}", "swap from and to")
