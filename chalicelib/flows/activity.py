"""Before a stop that the rules want, what its owner named is asked; while it is in use, the stop waits.

It waits by a lease that leaves all as it is, until the longest postponement is over. Every pass meanwhile asks again
and ends the lease as soon as nothing is in use. A hold and `sleep` are a person's word: they wait for nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.core.activity import BeforeStop, Finding, Then, put_off_until
from chalicelib.core.decide import Facts, decide, lead
from chalicelib.core.model import Definition, Desired, Observed
from chalicelib.core.wishes import Lease, Wishes
from chalicelib.flows.activity_checks import findings
from chalicelib.flows.events import Event, What
from chalicelib.flows.one_pass import Glimpse
from chalicelib.flows.ports import World
from chalicelib.flows.seen import Seen
from chalicelib.flows.sleep import next_opening
from chalicelib.flows.stored import Head
from chalicelib.flows.wake import own_lease, without

CHECK = "activity check"
ASKED_EVERY = timedelta(minutes=10)
FORGOTTEN = timedelta(hours=1)
"""So long after the end of a postponement its stop is taken for another one, with a postponement of its own."""
LONGEST_REASON = 300


def postponed(world: World, head: Head, glimpse: Glimpse) -> Head:
    """The head, with a lease that puts a stop off that is due while something is in use; without it once nothing is.

    Raises MovedError when wishes moved meanwhile.
    """
    definition, known, now = glimpse.definition, glimpse.known, glimpse.now
    rule, alive = definition.before_stop, own_lease(head.wishes, CHECK, now)
    if rule is None or not _is_due(head, glimpse):
        return head
    since = _since(alive or _ended_now(head, definition, known, now), now)
    spent = alive is None and now >= since + rule.postpone
    found = _against(world, rule, glimpse, spent)
    if bool(found) is (alive is not None):
        return head
    if not found:
        return _amended(world, head, without(head.wishes, CHECK), None, definition, now)
    lease = Lease(CHECK, _until(rule, definition, known, since, now), since, Desired.AS_IS, _reason(found))
    return _put_off(world, head, definition, lease, _told(head.name, rule, lease, since, now))


def asks_again_at(wishes: Wishes, now: datetime) -> datetime | None:
    """When a stop that is put off is asked about again, or None."""
    return now + ASKED_EVERY if own_lease(wishes, CHECK, now) else None


def _against(world: World, rule: BeforeStop, glimpse: Glimpse, spent: bool) -> tuple[Finding, ...]:
    """What speaks against the stop; once it was put off for long enough (`spent`) only what its owner lets count."""
    if spent and rule.then is Then.STOP:
        return ()
    locations = glimpse.definition.locations
    found = findings(world.cloud, rule.checks, glimpse.seen.values(), locations, glimpse.now)
    return tuple(finding for finding in found if finding.certain or not spent)


def _is_due(head: Head, glimpse: Glimpse) -> bool:
    """The rules want a stop that has not begun, of something that is up; no person's word has ordered it."""
    decision = decide(glimpse.definition, without(head.wishes, CHECK), glimpse.known, glimpse.now)
    if decision.rule == "hold" or head.notes.desired is Desired.DOWN:
        return False
    going = {key for key, desired in decision.resources.items() if desired is Desired.DOWN}
    begun = any(state.intent is Desired.DOWN and state.tried_at is not None for state in glimpse.states.values())
    return not begun and any(one.key in going and _can_stop(one) for one in glimpse.seen.values())


def _can_stop(one: Seen) -> bool:
    return one.sighting.observed is Observed.UP and one.sighting.ineligible is None


def _since(lease: Lease | None, now: datetime) -> datetime:
    """Since when the stop is put off."""
    return lease.granted_at if lease else now


def _ended_now(head: Head, definition: Definition, known: Facts, now: datetime) -> Lease | None:
    """The lease that put this very stop off until a moment ago; one of an earlier stop is long forgotten."""
    last = next((lease for lease in head.wishes.leases if lease.person == CHECK), None)
    if last is None or now - last.until > FORGOTTEN:
        return None
    then = decide(definition, head.wishes, known, last.until - timedelta(seconds=1))
    return last if Desired.AS_IS in then.resources.values() else None


def _until(rule: BeforeStop, definition: Definition, known: Facts, since: datetime, now: datetime) -> datetime:
    opening = next_opening((*definition.uptime, *known.maintenance), now)
    begins = opening - lead(definition, known.pace) if opening else None
    return put_off_until(rule, since, begins, now)


def _reason(found: Sequence[Finding]) -> str:
    return "; ".join(finding.text for finding in found)[:LONGEST_REASON]


def _told(name: str, rule: BeforeStop, lease: Lease, since: datetime, now: datetime) -> Event:
    """What the owner is told, once for the postponement and once when it is over."""
    until = f"{lease.until:%Y-%m-%dT%H:%MZ}"
    if now < since + rule.postpone:
        then = "is stopped" if rule.then is Then.STOP else "is asked about again, then left to you"
        text = f"{lease.reason}; the stop waits until that is over; at {until} at the latest it {then}"
        return Event(What.POSTPONED, name, now, text)
    text = f"still busy: {lease.reason}; it stays as it is until that is over, or until {until}"
    return Event(What.STILL_BUSY, name, now, f"{text}; put it to rest with: curfew sleep {name}")


def _put_off(world: World, head: Head, definition: Definition, lease: Lease, event: Event) -> Head:
    leases = (*without(head.wishes, CHECK).leases, lease)
    return _amended(world, head, replace(head.wishes, leases=leases), event, definition, event.at)


def _amended(
    world: World, head: Head, wishes: Wishes, event: Event | None, definition: Definition, now: datetime
) -> Head:
    events = [event] if event else []
    amended = world.store.amend(head, wishes, now, events)
    world.journal.publish(definition.owner, events)
    return replace(amended, notes=head.notes)
