"""What only a look at each resource tells (its stop protection): for people who wait for it, not for every pass."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import groupby

from chalicelib.core.model import Location, Sighting
from chalicelib.flows.looking import Looking
from chalicelib.flows.ports import Refusal
from chalicelib.flows.seen import Seen
from chalicelib.kinds import kinds

MOST = 100
"""Resources looked at: at some 50 ms each that is five seconds of the 25 that an answer may take."""
AT_ONCE = 10
"""Looks between two glances at the clock."""


@dataclass(frozen=True, slots=True)
class Inspected:
    """What was seen, ineligible also for what a look at each told.

    `refusals` are AWS's noes; `unasked` is how many of the `eligible` were left out: too many, or too late.
    """

    seen: Mapping[str, Seen]
    refusals: tuple[str, ...] = ()
    unasked: int = 0
    eligible: int = 0

    @property
    def notes(self) -> tuple[str, ...]:
        """What could not be told, for people."""
        refused = [f"stop protection cannot be read: {said}" for said in self.refusals]
        return (*refused, *self._left_out())

    def _left_out(self) -> Iterator[str]:
        """How many were not asked, and why: asking again helps only against the time."""
        beyond = max(0, self.eligible - MOST)
        if beyond:
            yield f"the stop protection of {beyond} of {self.eligible} resources was not asked: at most {MOST} are"
        if late := self.unasked - beyond:
            yield f"the stop protection of {late} of {self.eligible} resources was not asked in time; run it again"


def inspected(world: Looking, seen: Mapping[str, Seen], until: timedelta) -> Inspected:
    """At most MOST of what was seen were looked at one by one, the last of them not long after `until` (of the clock's
    `elapsed`)."""
    eligible = [one for one in seen.values() if kinds()[one.sighting.kind].inspect([one.sighting])]
    found, refusals, asked = dict(seen), [], 0
    for batch in _batches(eligible[:MOST]):
        if world.clock.elapsed() >= until:
            break
        asked += len(batch)
        told = _told(world, [one.sighting for one in batch])
        if isinstance(told, Refusal):
            refusals.append(str(told))
        else:
            found |= {one.arn: replace(found[one.arn], sighting=one) for one in told}
    return Inspected(found, tuple(dict.fromkeys(refusals)), len(eligible) - asked, len(eligible))


def _batches(eligible: Sequence[Seen]) -> Iterator[list[Seen]]:
    """A few at a time, each of one kind in one place."""

    def place(one: Seen) -> tuple[Location, str]:
        return one.sighting.location, one.sighting.kind

    for _, group in groupby(sorted(eligible, key=place), key=place):
        members = list(group)
        for start in range(0, len(members), AT_ONCE):
            yield members[start : start + AT_ONCE]


def _told(world: Looking, sightings: Sequence[Sighting]) -> tuple[Sighting, ...] | Refusal:
    kind = kinds()[sightings[0].kind]
    answers = world.cloud.look(sightings[0].location, kind.service, kind.inspect(sightings))
    return answers if isinstance(answers, Refusal) else kind.inspected(sightings, answers)
