"""What a report was computed from, as a number: the same inputs and the same method have the same one.

Inputs are written as text in which each value has one form and the order in which they came makes no difference, and
the text is hashed (SHA-256). Of the rates only those count that the environment's figures can rest on, with what they
are: who said so, and when, may differ between environments that were closed at different times. Of the commitments only
what covers anything of the month: AWS is asked each day what they cover of what runs then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256

from chalicelib.core.money import METHOD
from chalicelib.core.money.baselines import Baseline
from chalicelib.core.money.cells import month_bounds
from chalicelib.core.money.inputs import Belongs, Inputs
from chalicelib.core.money.rates import Book, list_key
from chalicelib.core.money.spans import Span

SHORT = 12
"""So many of its digits name a snapshot within a month."""

Value = tuple[str, Decimal, int, datetime]
"""A rate key, US dollars, for so many hours, from when on."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Which inputs and which method a report's figures are of."""

    id: str
    hash: str
    method: int


def snapshot(inputs: Inputs, roll_ups: Iterable[tuple[str, str]]) -> Snapshot:
    """The snapshot of a report: of its roll-ups (environments and digests), and of what else is in its inputs."""
    bill = (*inputs.bill, *inputs.commitment_use)
    others = (*inputs.belongs, *inputs.commitments, *inputs.budgets, *bill, *inputs.unknown, *roll_ups)
    head = (inputs.month, inputs.method, inputs.exchange, inputs.own_cost)
    found = _hash([canonical(head), *sorted(canonical(each) for each in others)])
    return Snapshot(f"{inputs.month}-{found[:SHORT]}", found, inputs.method)


def digest(
    belongs: Belongs,
    month: str,
    spans: Iterable[Span],
    book: Book,
    baselines: Iterable[Baseline],
    until: datetime | None,
) -> str:
    """The hash of all that an environment's roll-up is computed from."""
    spans = tuple(spans)
    baselines = [replace(each, draws=tuple(sorted(each.draws))) for each in baselines]
    keys = {span.rate for span in spans} | {draw.rate for each in baselines for draw in each.draws}
    begins, ends = month_bounds(belongs.timezone, month)
    rates = _in_force(book, keys | {list_key(key) for key in keys}, begins, until or ends)
    texts = sorted(canonical(each) for each in (*spans, *baselines, *rates))
    return _hash([canonical((belongs.environment, belongs.timezone, month, METHOD, until)), *texts])


def canonical(value: object) -> str:
    """The one text of a value: numbers without idle zeros, instants in UTC, parts of values in their order."""
    match value:
        case Decimal():
            return format(value.normalize() + 0, "f")
        case datetime():
            return value.astimezone(UTC).isoformat()
        case str():
            return repr(str(value))
        case None | bool() | int() | date():
            return str(value)
        case tuple():
            return f"({','.join(canonical(each) for each in value)})"
        case _ if is_dataclass(value):
            return f"{type(value).__name__}{canonical(tuple(getattr(value, each.name) for each in fields(value)))}"
        case _:
            raise TypeError(f"{value!r} is no value of the ledger's inputs")


def _in_force(book: Book, keys: Iterable[str], begins: datetime, ends: datetime) -> Iterator[Value]:
    """What each key cost between the two instants, and from when on."""
    for key in keys:
        rates = [rate for rate in book.get(key, ()) if rate.begins < ends]
        before = sum(rate.begins <= begins for rate in rates)
        for rate in rates[max(before - 1, 0) :]:
            yield rate.key, rate.usd, rate.hours, max(rate.begins, begins)


def _hash(texts: Iterable[str]) -> str:
    found = sha256()
    for text in texts:
        found.update(text.encode())
        found.update(b"\n")
    return found.hexdigest()
