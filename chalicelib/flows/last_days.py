"""The last days of an environment that left Curfew: what passes read of it until then goes into the books as well.

Its definition is gone. So it belongs where it did when it was closed last, and what would have run of it is what the
books have, until each resource was last seen in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.core.money.attribution import roll_up
from chalicelib.core.money.baselines import Baseline
from chalicelib.core.money.cells import month_bounds
from chalicelib.core.money.rates import KEEP, book
from chalicelib.core.money.reading import Step
from chalicelib.core.money.spans import Edge
from chalicelib.core.months import month_before
from chalicelib.flows.booked import Booked, keys_of
from chalicelib.flows.days_over import over_until
from chalicelib.flows.events import Event, What
from chalicelib.flows.ledger_ports import Rates
from chalicelib.flows.metering import Whose, metered_event
from chalicelib.flows.ports import World
from chalicelib.flows.seen import GONE
from chalicelib.flows.spans import BEFORE, spans_of


def close_last_days(world: World, rates: Rates, name: str, month: str) -> bool:
    """The days of it that are over are in that month's books, if any was not yet; whether there were such.

    Raises ValueError where the books cannot be read.
    """
    last = _last(world, name, month)
    if last is None or not _is_missing(world, last, month):
        return False
    begins, now = month_bounds(last.belongs.timezone, month)[0], world.clock.now()
    until = over_until(last.belongs.timezone, month, now)
    readings = tuple(world.store.readings(name, min(begins, last.until) - BEFORE, now))
    world.store.note(name, tuple(_kept_no_more(name, readings)))
    baselines = tuple(_ended(last.baselines, readings, begins))
    spans = spans_of(world.store, name, begins, until, now)
    found = rates.rates(sorted(keys_of(spans, baselines)), begins, until).rates
    made = roll_up(last.belongs, month, spans, book(found), baselines, until)
    booked = replace(last, until=until, roll_up=made, rates=found, baselines=baselines, closed_at=now)
    world.store.book(month, booked)
    return True


def _is_missing(world: World, last: Booked, month: str) -> bool:
    """Days of the month that are over are not in the books; of a month without any, something was read on them."""
    timezone = last.belongs.timezone
    begins, until = month_bounds(timezone, month)[0], over_until(timezone, month, world.clock.now())
    if begins < last.until:
        return last.until < until
    return begins < until and any(True for _ in world.store.readings(last.belongs.environment, begins, until))


def _last(world: World, name: str, month: str) -> Booked | None:
    """What the books last had of it: in that month, else in the one before."""
    for each in (month, month_before(month)):
        for booked in world.store.booked(each, [name]):
            return booked
    return None


def _gone(readings: Sequence[Event]) -> Mapping[str, Event]:
    """The last word on each resource: that it is gone, by ARN."""
    said = {event.data["arn"]: event for event in readings if event.what is What.METERED and KEEP not in event.data}
    return {arn: event for arn, event in said.items() if GONE in event.data}


def _kept_no_more(name: str, readings: Sequence[Event]) -> Iterator[Event]:
    """What kept billing is nobody's here from when the environment left: no close reads it any more."""
    left = max((event.at for event in _gone(readings).values()), default=None)
    kept = {event.data["arn"]: event for event in readings if event.what is What.METERED and KEEP in event.data}
    for arn, event in kept.items() if left else ():
        if left and event.text and event.at <= left:
            whose = Whose(name, event.resource or "", event.id or "", arn)
            yield metered_event(whose, Step(left, (), Edge.SEEN), event.at, left, **{KEEP: "yes"})


def _ended(baselines: Sequence[Baseline], readings: Sequence[Event], begins: datetime) -> Iterator[Baseline]:
    """Those that hold in the month, each until its resource was last seen; else until the last reading of any."""
    gone, last = _gone(readings), max((event.at for event in readings), default=begins)
    for each in baselines:
        ends = datetime.fromisoformat(gone[each.arn].data["after"]) if each.arn in gone else last
        ended = replace(each, ends=max(each.begins, ends)) if each.ends is None else each
        if ended.ends is not None and ended.ends > begins:
            yield ended
