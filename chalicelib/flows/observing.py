"""What observe mode has learned: how many nights would have been quiet, and which were in use.

A night is in use when somebody had a lease or a hold on it; when the owner's activity checks found something at its
closing; or when somebody started a resource until an hour before its opening (what is started later is taken for
another scheduler's morning).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo

from chalicelib.core.decide import Decision, Facts, decide
from chalicelib.core.localtime import zone
from chalicelib.core.model import Definition, Desired, Mode, Observed, ResourceState
from chalicelib.core.nights import Night, Observation, day_of, judged_at, tally, with_look
from chalicelib.core.remember import restarted_by_aws
from chalicelib.core.wishes import Switches, Wishes
from chalicelib.flows.activity_checks import findings
from chalicelib.flows.events import Event, What
from chalicelib.flows.ports import Cloud
from chalicelib.flows.seen import UNSEEN, Seen, States
from chalicelib.flows.stored import Notes
from chalicelib.kinds import kinds

WEEK = timedelta(days=7)
MORNING = timedelta(hours=1)
RUNNING = (Observed.UP, Observed.RISING)


@dataclass(frozen=True, slots=True)
class Taken:
    """What a pass has taken in: the states before and after its look, and the look itself."""

    before: States
    states: States
    seen: Mapping[str, Seen]
    now: datetime


def observed(
    cloud: Cloud, definition: Definition, wishes: Wishes, known: Facts, notes: Notes, taken: Taken
) -> Observation | None:
    """What has been learned once this pass is taken in; None for an environment that acts."""
    if definition.mode is not Mode.OBSERVE:
        return None
    now = taken.now
    learned = notes.observation or Observation(now)
    timetable = _timetable(definition, known, now)
    if timetable.desired is not Desired.DOWN:
        return learned
    runs = any(_runs(state) for state in taken.states.values())
    day = day_of(now, _where(definition))
    closing = not learned.nights or learned.nights[-1].day != day
    used = (
        _wished(wishes, now)
        or _started(taken, timetable.until)
        or (_busy(cloud, definition, taken) if closing else None)
    )
    return replace(learned, nights=with_look(learned.nights, day, now, runs, used))


def judges_at(definition: Definition, observation: Observation | None, now: datetime) -> datetime | None:
    """When to look again, so that tonight is counted: half an hour after its rest was first seen."""
    if definition.mode is not Mode.OBSERVE or observation is None:
        return None
    return judged_at(observation.nights, day_of(now, _where(definition)))


def weekly(definition: Definition, observation: Observation | None, now: datetime) -> Iterator[tuple[str, Event]]:
    """A key and an event for each week that an environment has been observed."""
    weeks = (now - observation.since) // WEEK if observation else 0
    if observation is not None and weeks and observation.nights:
        text = sentence(observation.nights)
        yield f"observed {weeks} weeks", Event(What.OBSERVED, definition.environment, now, text)


def sentence(nights: Sequence[Night]) -> str:
    """In words: `would have stopped 9 of 14 nights; 2 were in use (2027-03-09: lease of a-developer)`."""
    counted = tally(nights)
    text = f"would have stopped {counted.would_have_stopped} of {counted.nights} nights"
    if not counted.in_use:
        return f"{text}; none was in use"
    signs = "; ".join(f"{night.day}: {night.used}" for night in nights if night.used)
    return f"{text}; {counted.in_use} {'was' if counted.in_use == 1 else 'were'} in use ({signs})"


def _timetable(definition: Definition, known: Facts, now: datetime) -> Decision:
    """What the file alone wants: nobody's wish, no switch, and as if it acted."""
    acting = replace(definition, mode=Mode.ACT)
    return decide(acting, Wishes(), replace(known, switches=Switches(), production=None), now)


def _where(definition: Definition) -> tzinfo:
    return zone(definition.uptime[0].timezone) if definition.uptime else UTC


def _wished(wishes: Wishes, now: datetime) -> str | None:
    """Whose lease or hold keeps the environment up or as it is."""
    hold = wishes.hold
    if hold and hold.desired is not Desired.DOWN and (hold.until is None or now < hold.until):
        return f"held {hold.desired} by {hold.author}"
    live = [lease for lease in wishes.leases if lease.granted_at <= now < lease.until]
    return f"lease of {live[0].person}" if live else None


def _busy(cloud: Cloud, definition: Definition, taken: Taken) -> str | None:
    """What the owner's checks before a stop find now; what cannot be told is no sign of use."""
    if definition.before_stop is None:
        return None
    checks, seen = definition.before_stop.checks, taken.seen.values()
    found = findings(cloud, checks, seen, definition.locations, taken.now)
    return next((finding.text for finding in found if finding.certain), None)


def _started(taken: Taken, opening: datetime | None) -> str | None:
    """What somebody started since the last look, if it is not nearly morning."""
    before, now = taken.before, taken.now
    if opening is not None and opening - now <= MORNING:
        return None
    started = [state for arn, state in taken.states.items() if _by_somebody(before.get(arn), state, before, now)]
    return f"{started[0].key} {started[0].id} was started" if started else None


def _runs(state: ResourceState) -> bool:
    """It could be stopped now."""
    return state.seen in RUNNING and state.ineligible is None and not kinds()[state.kind].watches


def _by_somebody(old: ResourceState | None, new: ResourceState, before: States, now: datetime) -> bool:
    """It was down, or not there, and runs now; neither an autoscaler nor AWS itself explains that."""
    if not _runs(new) or kinds()[new.kind].sized or not before:
        return False
    if old is None:
        return not new.arn.startswith(UNSEEN)
    restarted = restarted_by_aws(old.seen_since, kinds()[new.kind].restarts_after, now)
    return old.seen in (Observed.DOWN, Observed.FALLING) and not restarted
