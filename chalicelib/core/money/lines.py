"""Lines of the ledger: what one resource cost on one local day, what it would have cost, and why they differ.

A month of them is kept as columns of whole numbers, so that a report reads a thousand environments in seconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal

from chalicelib.core.money.baselines import Basis

MICRO = Decimal("0.000001")
"""Amounts in lines are whole millionths of a dollar: what is stored, exported and added up is one and the same."""

NOTHING = Decimal(0)
HOUR = 3600
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Parts:
    """Avoided cost by cause, in US dollars at list rates; each may be negative.

    In this order, each at what the ones before it left: `hours` is what did not run, at the baseline's size and the
    on-demand rate; `size` is what ran smaller (or larger); `spot` is what ran cheaper than on-demand.
    """

    hours: Decimal = NOTHING
    size: Decimal = NOTHING
    spot: Decimal = NOTHING

    @property
    def whole(self) -> Decimal:
        """All of them together, before commitments."""
        return self.hours + self.size + self.spot


@dataclass(frozen=True, slots=True)
class Line:
    """One resource on one day of its environment's time zone.

    `actual` is what ran x its rate, billed as its service bills. `residual` is what keeps billing whatever Curfew
    does; nothing of it is avoided, and it is no part of `actual`. `avoided` is None when it is not computable: a rate
    in `missing` is not known, or there is no baseline. `seconds` ran, of `day_seconds` (a day has 23 to 25 hours).

    `unclaimed` is the part of `actual` that ran while no baseline holds. `missing` are the rates for want of which
    `actual` and `avoided` are not known, `residual_missing` those that leave `residual` unknown. What is not known
    stands at 0 here; it is shown as not computable, and never as 0.
    """

    environment: str
    resource: str
    arn: str
    day: date
    day_seconds: int
    seconds: int = 0
    actual: Decimal = NOTHING
    residual: Decimal = NOTHING
    avoided: Parts | None = None
    basis: Basis | None = None
    provisional: bool = False
    missing: tuple[str, ...] = ()
    residual_missing: tuple[str, ...] = ()
    unclaimed: Decimal = NOTHING

    @property
    def would_have(self) -> Decimal | None:
        """What it would have cost without Curfew, at list rates."""
        return None if self.avoided is None else self.actual + self.avoided.whole


@dataclass(frozen=True, slots=True)
class Hourly:
    """What one environment's usage costs an hour at on-demand rates, by rate key: what commitments are set against.

    `ran` did run, `removed` would have run besides (less than nothing where more ran than would have).
    """

    at: datetime
    ran: Mapping[str, Decimal] = field(default_factory=dict)
    removed: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lines:
    """An environment's lines by resource, ARN and day, as columns: `in_columns` makes them, iterating gives them back.

    `resource` is a number in `resources` (keys and ARNs), `day` its ordinal, amounts are millionths of a dollar.
    `claims`: `avoided` is known. `lacks` has what is missing, and residually, of the lines of these numbers.
    """

    environment: str = ""
    resources: tuple[tuple[str, str], ...] = ()
    resource: tuple[int, ...] = ()
    day: tuple[int, ...] = ()
    day_seconds: tuple[int, ...] = ()
    seconds: tuple[int, ...] = ()
    actual: tuple[int, ...] = ()
    residual: tuple[int, ...] = ()
    unclaimed: tuple[int, ...] = ()
    hours: tuple[int, ...] = ()
    size: tuple[int, ...] = ()
    spot: tuple[int, ...] = ()
    claims: tuple[bool, ...] = ()
    basis: tuple[Basis | None, ...] = ()
    provisional: tuple[bool, ...] = ()
    lacks: tuple[tuple[int, tuple[str, ...], tuple[str, ...]], ...] = ()

    def __len__(self) -> int:
        return len(self.resource)

    def __iter__(self) -> Iterator[Line]:
        lacks = {number: missing for number, *missing in self.lacks}
        return (self._line(number, *lacks.get(number, ((), ()))) for number in range(len(self)))

    def _line(self, number: int, missing: tuple[str, ...], residual_missing: tuple[str, ...]) -> Line:
        name, arn = self.resources[self.resource[number]]
        parts = Parts(*(column[number] * MICRO for column in (self.hours, self.size, self.spot)))
        return Line(
            self.environment,
            name,
            arn,
            date.fromordinal(self.day[number]),
            self.day_seconds[number],
            self.seconds[number],
            self.actual[number] * MICRO,
            self.residual[number] * MICRO,
            parts if self.claims[number] else None,
            self.basis[number],
            self.provisional[number],
            missing,
            residual_missing,
            self.unclaimed[number] * MICRO,
        )


def in_columns(environment: str, lines: Iterable[Line]) -> Lines:
    """The environment's lines, whatever their order was."""
    ordered = sorted(lines, key=lambda each: (each.resource, each.arn, each.day))
    numbers: dict[tuple[str, str], int] = {}
    resource = tuple(numbers.setdefault((each.resource, each.arn), len(numbers)) for each in ordered)
    parts = [each.avoided or Parts() for each in ordered]
    short = ((number, each) for number, each in enumerate(ordered) if each.missing or each.residual_missing)
    return Lines(
        environment,
        tuple(numbers),
        resource,
        day=tuple(each.day.toordinal() for each in ordered),
        day_seconds=tuple(each.day_seconds for each in ordered),
        seconds=tuple(each.seconds for each in ordered),
        actual=_micros(each.actual for each in ordered),
        residual=_micros(each.residual for each in ordered),
        unclaimed=_micros(each.unclaimed for each in ordered),
        hours=_micros(each.hours for each in parts),
        size=_micros(each.size for each in parts),
        spot=_micros(each.spot for each in parts),
        claims=tuple(each.avoided is not None for each in ordered),
        basis=tuple(each.basis for each in ordered),
        provisional=tuple(each.provisional for each in ordered),
        lacks=tuple((number, each.missing, each.residual_missing) for number, each in short),
    )


@dataclass(frozen=True, slots=True)
class Usage:
    """What usage of one rate key cost an hour, hour after hour, in millionths; `ran` and `removed` as in Hourly."""

    key: str
    ran: tuple[int, ...]
    removed: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of one environment's month as columns: `hours_in_columns` makes them, iterating gives them back.

    `first` is when the first of them begins, in seconds since 1970.
    """

    first: int = 0
    usages: tuple[Usage, ...] = ()

    def __iter__(self) -> Iterator[Hourly]:
        lasts = range(len(self.usages[0].ran) if self.usages else 0)
        found = (Hourly(self._at(number), *self._used(number)) for number in lasts)
        return (each for each in found if each.ran or each.removed)

    def _at(self, number: int) -> datetime:
        return datetime.fromtimestamp(self.first + number * HOUR, UTC)

    def _used(self, number: int) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
        ran = {each.key: each.ran[number] * MICRO for each in self.usages if each.ran[number]}
        return ran, {each.key: each.removed[number] * MICRO for each in self.usages if each.removed[number]}


def hours_in_columns(hourly: Iterable[Hourly]) -> Hours:
    """The hours, one of each, in whatever order they come."""
    of = {int(each.at.timestamp()): each for each in hourly}
    if not of:
        return Hours()
    every = [of.get(at, Hourly(NEVER)) for at in range(min(of), max(of) + HOUR, HOUR)]
    keys = sorted({key for each in every for key in (*each.ran, *each.removed)})
    return Hours(min(of), tuple(_usage(key, every) for key in keys))


def _usage(key: str, every: Iterable[Hourly]) -> Usage:
    pairs = [(each.ran.get(key, NOTHING), each.removed.get(key, NOTHING)) for each in every]
    return Usage(key, _micros(ran for ran, _ in pairs), _micros(removed for _, removed in pairs))


def _micros(amounts: Iterable[Decimal]) -> tuple[int, ...]:
    return tuple(int(amount / MICRO) if amount else 0 for amount in amounts)


@dataclass(frozen=True, slots=True)
class RollUp:
    """One environment's month, from which reports are made without its spans.

    `closed_until`: nothing after it is in its lines; None when the whole month is. `digest` stands for all it was
    computed from, so that two roll-ups of the same inputs and method have one digest.
    """

    environment: str
    month: str
    method: int
    lines: Lines = field(default_factory=Lines)
    hourly: Hours = field(default_factory=Hours)
    closed_until: datetime | None = None
    digest: str = ""
