"""Readings: what a resource draws from an instant on, as AWS showed it, and how a change between two looks is told.

A look shows what is drawn now, and often when that began. Of what changed between two looks, each part changed at the
instant that AWS states; what AWS does not date changed when it was seen.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import groupby

from chalicelib.core.money.spans import Draw, Edge

UNKNOWN = "unknown"
"""What a rate key begins with that stands for something that runs and whose price nobody can look up: it never has a
rate, so that its cost is not computable, and is listed with its resource."""

MOMENT = timedelta(seconds=1)
NOTHING: tuple[Draw, ...] = ()
Units = Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a resource draws now. `since` is when it last changed, and `came` when each of what it draws was started,
    both as far as AWS states them."""

    draws: tuple[Draw, ...] = NOTHING
    since: datetime | None = None
    came: tuple[tuple[datetime, Draw], ...] = ()


@dataclass(frozen=True, slots=True)
class Metered:
    """What was last recorded of a resource: what it draws, printed, since when, and what of a sighting said so."""

    text: str
    at: datetime
    of: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """From `at` on it draws that."""

    at: datetime
    draws: tuple[Draw, ...]
    edge: Edge


@dataclass(frozen=True, slots=True)
class Reading:
    """From `at` on a resource draws that, as a look at `seen` showed; at `after` it did not yet.

    An OPEN edge: it drew that at `at` already, and may have before.
    """

    environment: str
    resource: str
    arn: str
    at: datetime
    draws: tuple[Draw, ...]
    edge: Edge
    seen: datetime
    after: datetime


def unknown(why: str) -> Draw:
    """One of something whose rate cannot be known; `why` in a few words."""
    return Draw(f"{UNKNOWN}:{'-'.join(why.split())}")


def printed(draws: Iterable[Draw]) -> str:
    """The draws as text: "ec2:...:on-demand*22 ec2:...:spot", by key, each key once; nothing is "".

    Keys hold neither spaces nor asterisks.
    """
    return " ".join(_printed(draw) for draw in summed(draws))


def parsed(text: str) -> tuple[Draw, ...]:
    """The draws that the text was printed from."""
    pairs = (word.partition("*") for word in text.split())
    return summed(Draw(key, Decimal(units or 1)) for key, _, units in pairs)


def summed(draws: Iterable[Draw]) -> tuple[Draw, ...]:
    """The same draws by key, each key once, without what is nothing."""
    return _as_draws(_units(draws))


def steps(before: Iterable[Draw], drawn: Drawn, after: datetime, now: datetime) -> tuple[Step, ...]:
    """How what was drawn at `after` became what is drawn `now`, in the order of time; none where it is the same.

    What AWS does not date came when it was seen; it went a second before something else was started, else when that
    was seen. So the place of a member that was replaced is never counted twice, and a restart is one.
    """
    was = _units(before)
    new = [(at, draw) for at, draw in sorted(drawn.came) if after < at <= now]
    old = _plus(_units(drawn.draws), _units(draw for _, draw in new), -1)
    stays = {key: min(units, old.get(key, Decimal())) for key, units in was.items()}
    told = drawn.since if drawn.since is not None and after < drawn.since <= now else None
    undated = [(told or now, draw) for draw in _as_draws(_plus(old, stays, -1))]
    left = [(told or _went(new, after, now), draw) for draw in _as_draws(_plus(stays, was, -1))]
    dated = {at for at, _ in new} | {told}
    return tuple(_cumulated(was, sorted([*left, *undated, *new]), dated))


def _went(new: Sequence[tuple[datetime, Draw]], after: datetime, now: datetime) -> datetime:
    return max(new[0][0] - MOMENT, after) if new else now


def _cumulated(
    was: Units, changes: Iterable[tuple[datetime, Draw]], dated: Collection[datetime | None]
) -> Iterator[Step]:
    """One step for each instant at which something came or went (less than nothing of it)."""
    drawn = was
    for at, group in groupby(changes, key=lambda change: change[0]):
        drawn = _plus(drawn, _units(draw for _, draw in group), 1)
        yield Step(at, _as_draws(drawn), Edge.TOLD if at in dated else Edge.SEEN)


def _printed(draw: Draw) -> str:
    return draw.rate if draw.units == 1 else f"{draw.rate}*{draw.units.normalize():f}"


def _units(draws: Iterable[Draw]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for draw in draws:
        found[draw.rate] = found.get(draw.rate, Decimal()) + draw.units
    return found


def _plus(one: Units, other: Units, sign: int) -> dict[str, Decimal]:
    return {key: one.get(key, Decimal()) + sign * other.get(key, Decimal()) for key in {**one, **other}}


def _as_draws(units: Units) -> tuple[Draw, ...]:
    return tuple(Draw(key, units[key]) for key in sorted(units) if units[key])
