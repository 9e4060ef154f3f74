"""What an environment's resources draw is on record for the ledger, whenever a pass sees that it changed.

Of everything that is seen, what Curfew never stops included: it costs money. What is another environment's is read
there. What AWS will not show goes on as it was last seen. Once a day each reading is told again, so that the ledger
finds what ran in a month without reading the one before. That a resource is gone is told even while it rests, so that
nothing would have run of it afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256

from chalicelib.core.model import Location, Observed, ResourceState, Sighting
from chalicelib.core.money.reading import Drawn, Metered, Step, parsed, printed, steps, summed, unknown
from chalicelib.core.money.spans import Edge
from chalicelib.core.refusal import Remedy, remedy
from chalicelib.flows.events import Event, What
from chalicelib.flows.looking import Unseen, followed
from chalicelib.flows.ports import Cloud
from chalicelib.flows.seen import GONE, OWNED_BY, UNSEEN, Seen, States
from chalicelib.kinds import kinds
from chalicelib.kinds.contract import Answer, Kind

UNREAD = ""
"""What a mark is made of when AWS has not shown, since, what there was to read."""


@dataclass(frozen=True, slots=True)
class Instants:
    """One look: from when to when it was when, and when the one before it began, if there was one."""

    environment: str
    began: datetime
    now: datetime
    before: datetime | None

    @property
    def daily(self) -> bool:
        """The first of its day (UTC), in which every reading is told again."""
        return self.before is None or self.before.astimezone(UTC).date() < self.now.astimezone(UTC).date()


@dataclass(frozen=True, slots=True)
class Measured:
    """What is to be remembered of each resource that was read, by ARN, and the events to be stored with that."""

    marks: Mapping[str, Metered] = field(default_factory=dict)
    events: tuple[Event, ...] = ()

    def on(self, states: States) -> dict[str, ResourceState]:
        """The states with what was read."""
        return {arn: _marked(state, self.marks.get(arn)) for arn, state in states.items()}


def measured(cloud: Cloud, when: Instants, states: States, seen: Mapping[str, Seen]) -> Measured:
    """What each resource draws now, as far as that may have changed; no call is made where nothing did."""
    drawn = _drawn(cloud, when, states, seen)
    marks: dict[str, Metered] = {}
    events: list[Event] = []
    for arn, one in seen.items():
        mark = states[arn].metered if arn in states else None
        if arn in drawn:
            marks[arn], told = _read(when, mark, one, drawn[arn])
            events += told
        elif mark is not None and _is_due(when, mark, one.sighting):
            marks[arn] = replace(mark, of=UNREAD)
            events += _goes_on(when, mark, one) if when.daily else ()
    return Measured(marks, (*events, *_ended(when, _gone(states, seen))))


def left(environment: str, states: States, now: datetime) -> tuple[Event, ...]:
    """One event for each resource: it is this environment's no more."""
    return tuple(_ended(Instants(environment, now, now, now), states.values()))


def _gone(states: States, seen: Mapping[str, Seen]) -> Iterator[ResourceState]:
    """What was there and is not, or was put to rest and is not in AWS any more."""
    for arn, state in states.items():
        missing = arn not in seen or seen[arn].sighting.observed is Observed.MISSING
        told = state.seen is Observed.MISSING and not (state.metered and state.metered.text)
        if missing and not told:
            yield state


def _marked(state: ResourceState, mark: Metered | None) -> ResourceState:
    return state if mark is None else replace(state, metered=mark)


def _ended(when: Instants, states: Iterable[ResourceState]) -> Iterator[Event]:
    for state in (one for one in states if not one.arn.startswith(UNSEEN)):
        after = _unchanged_until(when, state.metered)
        whose = Whose(when.environment, state.key, state.id, state.arn)
        yield metered_event(whose, Step(when.now, (), Edge.SEEN), after, when.now, **{GONE: "yes"})


def _drawn(cloud: Cloud, when: Instants, states: States, seen: Mapping[str, Seen]) -> dict[str, Drawn]:
    """What each resource draws whose sighting is another than the one that was last read, by ARN."""
    marks = {arn: states[arn].metered for arn in seen if arn in states}
    shown = {arn: one.sighting for arn, one in seen.items() if not one.sighting.blind and not arn.startswith(UNSEEN)}
    due = [sighting for arn, sighting in shown.items() if _is_due(when, marks.get(arn), sighting)]
    found: dict[str, Drawn] = {}
    for name, location in dict.fromkeys((one.kind, one.location) for one in due):
        mine = [one for one in due if (one.kind, one.location) == (name, location)]
        found |= drawn_by(cloud, kinds()[name], location, mine)
    return found


def _is_due(when: Instants, mark: Metered | None, sighting: Sighting) -> bool:
    return mark is None or when.daily or sighting.blind or mark.of != _fingerprint(sighting)


def _fingerprint(sighting: Sighting) -> str:
    """A short text that is another when anything is that may change what is drawn."""
    shown = (sighting.observed, sighting.in_service, sorted(sighting.sizes.items()), sorted(sighting.details.items()))
    return sha256(f"{shown} {_is_others(sighting)}".encode()).hexdigest()[:12]


def _is_others(sighting: Sighting) -> bool:
    return (sighting.ineligible or "").startswith(OWNED_BY)


def drawn_by(cloud: Cloud, kind: Kind, location: Location, sightings: Sequence[Sighting]) -> dict[str, Drawn]:
    """What these of one kind and place draw, by ARN; those left out of which AWS would not say it for now.

    Where it never will, what is drawn has no rate.
    """
    here = [one for one in sightings if one.observed is not Observed.MISSING and not _is_others(one)]
    looks = kind.meter(here, ())
    answers: tuple[Answer, ...] | Unseen = ()
    if looks:
        answers = followed(cloud, location, kind.title, kind.service, looks, partial(kind.meter, here))
    if not isinstance(answers, Unseen):
        return {one.arn: kind.draws(one, answers) if one in here else Drawn() for one in sightings}
    if remedy(answers.refusal.code) is not Remedy.RIGHTS:
        return {}
    refused = Drawn((unknown(f"no right to {answers.operation}"),))
    said = {one.arn: refused if kind.meter((one,), ()) else kind.draws(one, ()) for one in here}
    return dict.fromkeys((one.arn for one in sightings), Drawn()) | said


def _read(when: Instants, mark: Metered | None, one: Seen, drawn: Drawn) -> tuple[Metered, list[Event]]:
    """The mark of what it draws, and an event for each step that led there since the last reading."""
    after = _unchanged_until(when, mark)
    found = steps(parsed(mark.text), drawn, after, when.now) if mark else _first(when, drawn, after)
    events = [_told(when, one, step, after) for step in found]
    if mark is not None and when.daily and mark.text:
        events.insert(0, _told(when, one, Step(after, parsed(mark.text), Edge.OPEN), after))
    at = found[-1].at if found else mark.at if mark else when.now
    return Metered(printed(drawn.draws), at, _fingerprint(one.sighting)), events


def _first(when: Instants, drawn: Drawn, after: datetime) -> tuple[Step, ...]:
    """How it came to be drawn what was never read before: it was all started since the last look, or ran already."""
    if when.before is not None and _dated_after(drawn, after):
        return steps((), drawn, after, when.now)
    return (Step(when.now, summed(drawn.draws), Edge.OPEN),) if drawn.draws else ()


def _dated_after(drawn: Drawn, instant: datetime) -> bool:
    return len(drawn.came) == len(drawn.draws) and all(at > instant for at, _ in drawn.came)


def _unchanged_until(when: Instants, mark: Metered | None) -> datetime:
    """When it was last known to draw what was read last."""
    before = when.before and _just_before_its_second(when.before)
    if mark is None:
        return before or when.now
    return mark.at if mark.of == UNREAD or before is None else max(before, mark.at)


def _just_before_its_second(instant: datetime) -> datetime:
    """AWS states whole seconds: what happened in the second in which a look began may have come after it."""
    return instant.replace(microsecond=0) - timedelta(microseconds=1)


def _goes_on(when: Instants, mark: Metered, one: Seen) -> list[Event]:
    step = Step(when.now, parsed(mark.text), Edge.OPEN)
    return [_told(when, one, step, when.now)] if mark.text else []


def _told(when: Instants, one: Seen, step: Step, after: datetime) -> Event:
    whose = Whose(when.environment, one.key, one.sighting.id, one.sighting.arn)
    return metered_event(whose, step, after, when.now)


@dataclass(frozen=True, slots=True)
class Whose:
    """One resource of an environment: its key in the file ("" for none), its id and its ARN."""

    environment: str
    key: str
    id: str
    arn: str


def metered_event(whose: Whose, step: Step, after: datetime, now: datetime, **more: str) -> Event:
    """The event that says so to the ledger (flows.spans reads it)."""
    data = {"arn": whose.arn, "edge": step.edge.value, "since": step.at.isoformat(), "after": after.isoformat()}
    return Event(What.METERED, whose.environment, now, printed(step.draws), whose.key, whose.id, data=data | more)
