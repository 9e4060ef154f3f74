"""A person wakes an environment for a while, keeps it up longer, or lets it go.

A lease belongs to one person and one environment and ends by itself. Asking again never shortens it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.core.decide import paused
from chalicelib.core.durations import format_duration
from chalicelib.core.light import words
from chalicelib.core.model import Definition, Mode, Observed, ResourceState
from chalicelib.core.names import some
from chalicelib.core.shared import is_machine
from chalicelib.core.wishes import Hold, Lease, Wishes
from chalicelib.flows.errors import RefusedError, UnknownError, unknown, unreadable
from chalicelib.flows.light import Promised, asked_sizes, promised, together
from chalicelib.flows.people import Actor, Role, require
from chalicelib.flows.ports import World
from chalicelib.flows.quote import ready_at
from chalicelib.flows.seen import OWNED_BY, States
from chalicelib.flows.stored import Answered, Head, Loaded
from chalicelib.flows.wish import Wish, found, submit

MOST_LEASES = 50
HONOURED = timedelta(hours=24)
"""For how long the same Idempotency-Key is given the same answer."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks for: a length that counts from when it is ready, or an end; neither is the default.

    `only` are resource keys; `sizes` are light sizes by resource key, beside those of the file: None for the file's,
    none at all for everything at its full size. `key` is the request's Idempotency-Key.
    """

    length: timedelta | None = None
    until: datetime | None = None
    reason: str | None = None
    only: tuple[str, ...] = ()
    key: str | None = None
    sizes: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Granted:
    """What was granted: ready at about `ready_at`, kept up until `until`, with so many of what is asked for light."""

    environment: str
    person: str
    ready_at: datetime
    until: datetime
    sizes: tuple[Promised, ...] = ()


def wake(world: World, actor: Actor, name: str, asked: Asked) -> Granted:
    """The actor has a lease, and the environment is on its way up.

    Raises RefusedError (longer than allowed, held, paused, observed only, too many leases, nothing to start, a size
    that cannot be), UnknownError.
    """
    require(actor, Role.DEVELOPER, "wake an environment")
    loaded, definition = _loaded(world, name)
    _known(definition, (*asked.only, *(asked.sizes or ())))
    _startable(definition, loaded.states, asked.only)
    sizes = asked_sizes(definition, loaded.states, asked.only, asked.sizes)
    granted: list[Granted] = []

    def change(head: Head, now: datetime) -> Wish:
        earlier = _answer_before(head, asked.key, now)
        if earlier:
            granted.append(Granted(name, actor.person, now, earlier))
            return Wish(head.wishes, "")
        _allowed(definition, loaded, head, now)
        before = own_lease(head.wishes, actor.person, now)
        both = together(definition, before, asked.only, sizes)
        ready = ready_at(definition, loaded.states, asked.only, both, head.notes, now)
        lease = replace(_lease(definition, head, actor, asked, ready, now), sizes=both)
        wishes = _with(head.wishes, lease, now)
        granted.append(Granted(name, actor.person, ready, lease.until, promised(definition, loaded, head, wishes, now)))
        return Wish(wishes, _text("wake", lease), _answered(asked, lease, now))

    submit(world, actor, name, change)
    return granted[-1]


def extend(world: World, actor: Actor, name: str, asked: Asked) -> Granted:
    """The actor's lease ends later: by `length` (its default when not said), or at `until`.

    Raises RefusedError when there is no such lease or the end is too far away.
    """
    require(actor, Role.DEVELOPER, "extend a lease")
    loaded, definition = _loaded(world, name)
    granted: list[Granted] = []

    def change(head: Head, now: datetime) -> Wish:
        if before := _answer_before(head, asked.key, now):
            granted.append(Granted(name, actor.person, now, before))
            return Wish(head.wishes, "")
        lease = own_lease(head.wishes, actor.person, now)
        if lease is None:
            raise RefusedError(f"{actor.person} has no lease on {name} to extend; use: curfew wake {name}")
        until = asked.until or lease.until + (asked.length or definition.wake.default)
        lease = replace(lease, until=max(lease.until, _bounded(definition, until, now)))
        ready = ready_at(definition, loaded.states, lease.only, lease.sizes, head.notes, now)
        wishes = _with(head.wishes, lease, now)
        granted.append(Granted(name, actor.person, ready, lease.until, promised(definition, loaded, head, wishes, now)))
        return Wish(wishes, _text("extend", lease), _answered(asked, lease, now))

    submit(world, actor, name, change)
    return granted[-1]


def release(world: World, actor: Actor, name: str) -> bool:
    """The actor has no lease on the environment any more; False when there was none."""
    require(actor, Role.DEVELOPER, "release a lease")
    ended: list[bool] = []

    def change(head: Head, now: datetime) -> Wish:
        ended.append(own_lease(head.wishes, actor.person, now) is not None)
        return Wish(without(head.wishes, actor.person), "release")

    submit(world, actor, name, change)
    return ended[-1]


def own_lease(wishes: Wishes, person: str, now: datetime) -> Lease | None:
    """The person's lease that is alive now, or None."""
    return next((lease for lease in wishes.leases if lease.person == person and lease.until > now), None)


def without(wishes: Wishes, person: str) -> Wishes:
    """The wishes without the person's lease."""
    return replace(wishes, leases=tuple(lease for lease in wishes.leases if lease.person != person))


def _loaded(world: World, name: str) -> tuple[Loaded, Definition]:
    loaded = world.store.load(found(world, name))
    if loaded.definition is None:
        raise unreadable(name, loaded.broken)
    return loaded, loaded.definition


def _known(definition: Definition, named: Iterable[str]) -> None:
    keys = [resource.key for resource in definition.resources]
    for key in named:
        if parts := [resource.key for resource in definition.resources if resource.optional and resource.entry == key]:
            raise UnknownError(f"{key} is of any kind; say which of it: {', '.join(parts)}")
        if key not in keys:
            raise unknown(f"resource in {definition.environment}", key, keys)


def _startable(definition: Definition, states: States, only: tuple[str, ...]) -> None:
    """As far as was seen, something of each key can be started. Raises RefusedError saying why nothing can."""
    for key in only:
        mine = [state for state in states.values() if state.key == key]
        reasons = [f"{state.id} {why}" for state in mine if (why := _why_not(state))]
        if mine and len(reasons) == len(mine):
            raise RefusedError(
                f"nothing of {key} in {definition.environment} can be started: {some(reasons)}; correct its file"
            )


def _why_not(state: ResourceState) -> str | None:
    """Why a wake cannot start it; None for what is up, unless it is another environment's."""
    if state.seen is Observed.MISSING:
        return "is missing"
    if state.ineligible and (state.seen is not Observed.UP or state.ineligible.startswith(OWNED_BY)):
        return f"is left alone, {state.ineligible}"
    return None


def _answered(asked: Asked, lease: Lease, now: datetime) -> Answered | None:
    """What to remember of the answer to a request that has an Idempotency-Key."""
    return Answered(asked.key, now, lease.until.isoformat()) if asked.key else None


def _answer_before(head: Head, key: str | None, now: datetime) -> datetime | None:
    """The end that was answered to the same Idempotency-Key, or None: a late retry revives nothing."""
    honoured = (answered for answered in head.answered if now - answered.at <= HONOURED)
    body = next((answered.body for answered in honoured if answered.key == key), None)
    return datetime.fromisoformat(body) if body else None


def pinned(wishes: Wishes, now: datetime) -> Hold | None:
    """The hold that is in force now and only an operator takes off, or None."""
    hold = wishes.hold
    over = hold is not None and hold.until is not None and hold.until <= now
    return None if hold is None or hold.yields or over else hold


def _allowed(definition: Definition, loaded: Loaded, head: Head, now: datetime) -> None:
    """Nothing stands against a wake. Raises RefusedError naming what does."""
    name = definition.environment
    if why := paused(definition, head.wishes, loaded.switches):
        raise RefusedError(f"{name} cannot be woken: {why}; ask them to: curfew resume")
    if definition.mode is Mode.OBSERVE:
        raise RefusedError(f"{name} is only observed; set mode: act in its file to let Curfew start it")
    if head.notes.production:
        raise RefusedError(
            f"{name} is left as it is: {head.notes.production}, a mark of production; take the tag off, "
            "or the resource out of its file"
        )
    if hold := pinned(head.wishes, now):
        raise RefusedError(
            f"{name} is held {hold.desired} by {hold.author} ({hold.reason}); ask them to: curfew unhold {name}"
        )


def _lease(definition: Definition, head: Head, actor: Actor, asked: Asked, ready: datetime, now: datetime) -> Lease:
    """The actor's lease, never shorter than one they have."""
    before = own_lease(head.wishes, actor.person, now)
    people = [lease for lease in head.wishes.leases if not is_machine(lease.person)]
    others = [lease for lease in people if lease.person != actor.person and lease.until > now]
    if before is None and len(others) >= MOST_LEASES:
        raise RefusedError(f"{definition.environment} has {MOST_LEASES} leases already; extend one of them")
    until = _until(definition, asked, ready, now)
    if before is None:
        return Lease(actor.person, until, now, reason=asked.reason, only=asked.only)
    both = tuple(sorted({*before.by_name, *asked.only}))
    only, named = (both, ()) if before.only and asked.only else ((), both)
    return replace(before, until=max(before.until, until), reason=asked.reason or before.reason, only=only, named=named)


def _until(definition: Definition, asked: Asked, ready: datetime, now: datetime) -> datetime:
    """The end that is asked for; a length counts from the ready time, within the longest from now."""
    if asked.until is not None:
        return _bounded(definition, asked.until, now)
    length = asked.length if asked.length is not None else definition.wake.default
    longest = definition.wake.longest
    if length <= timedelta():
        raise RefusedError("a lease must last some time; say for example --for 2h")
    if length > longest:
        most = format_duration(longest)
        raise RefusedError(
            f"{format_duration(length)} is longer than a lease may last ({most}); say --for {most}, and extend it later"
        )
    return min(ready + length, now + longest)


def _bounded(definition: Definition, until: datetime, now: datetime) -> datetime:
    if until <= now:
        raise RefusedError(f"{until:%Y-%m-%dT%H:%MZ} is past; give an instant to come")
    if until > now + definition.wake.longest:
        last = now + definition.wake.longest
        longest = format_duration(definition.wake.longest)
        raise RefusedError(
            f"a lease may last {longest} at most, until {last:%Y-%m-%dT%H:%MZ}; ask again later for more"
        )
    return until


def _with(wishes: Wishes, lease: Lease, now: datetime) -> Wishes:
    """The wishes with this lease, without ended ones, and without a hold that yields to a wake."""
    others = tuple(each for each in wishes.leases if each.person != lease.person and each.until > now)
    hold = None if wishes.hold and wishes.hold.yields else wishes.hold
    return replace(wishes, leases=(*others, lease), hold=hold)


def _text(act: str, lease: Lease) -> str:
    only = f" only {', '.join(lease.only)}" if lease.only else ""
    sizes = f" with {words(lease.sizes)}" if lease.sizes else ""
    reason = f": {lease.reason}" if lease.reason else ""
    return f"{act}{only}{sizes} until {lease.until:%Y-%m-%dT%H:%MZ}{reason}"
