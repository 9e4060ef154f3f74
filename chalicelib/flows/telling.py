"""Which events a pass emits: from the difference between what was remembered and what is so now.

Because they come from that difference, a pass that dies before its release emits them again, and none is lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from chalicelib.core import readiness
from chalicelib.core.model import Desired, Observed, ResourceState
from chalicelib.core.plan import Action, Member
from chalicelib.flows.act import Outcome
from chalicelib.flows.assess import Assessment
from chalicelib.flows.events import Event, What
from chalicelib.flows.seen import OWNED_BY, Seen
from chalicelib.kinds import kinds

States = Mapping[str, ResourceState]
VERB = {Desired.UP: "start", Desired.DOWN: "stop"}


def intentions(
    environment: str, before: States, actions: Sequence[Action], states: States, now: datetime
) -> list[Event]:
    """What is about to be tried, and whether a descent or a return begins with it."""
    events = []
    for desired, what in ((Desired.DOWN, What.FALLING), (Desired.UP, What.RISING)):
        begins = any(action.desired is desired for action in actions)
        if begins and not any(_underway(state, desired) for state in before.values()):
            events.append(Event(what, environment, now))
    return events + [
        Event(
            What.INTENDED,
            environment,
            now,
            _tried(states[action.arn], action.desired),
            action.key,
            states[action.arn].id,
            data={"try": str(states[action.arn].attempts)},
        )
        for action in actions
    ]


def _tried(state: ResourceState, desired: Desired) -> str:
    """What is tried; of a light start its size, too."""
    return VERB[desired] if state.aimed is None else f"{VERB[desired]} with {state.aimed}"


def _underway(state: ResourceState, desired: Desired) -> bool:
    """It was sent this way already, and what it was sent for is not over."""
    return state.intent is desired and state.ineligible is None


def changes(environment: str, before: States, after: States, now: datetime) -> Iterator[Event]:
    """Each observed state that changed, each restore point that was verified, each size somebody changed."""
    for arn, state in after.items():
        old = before.get(arn)
        if old is None or old.seen is not state.seen or (state.healthy and not old.healthy):
            yield _seen(environment, old, state, now)
        if old is not None and old.restore is not None and state.restore is None:
            yield Event(What.RESTORED, environment, now, "", state.key, state.id, data=_sizes(old))
        if state.ineligible and (old is None or not old.ineligible):
            yield from _ineligible(environment, old, state, state.ineligible, now)
        if state.barred and (old is None or not old.barred):
            yield Event(What.INELIGIBLE, environment, now, state.barred, state.key, state.id)


def _ineligible(
    environment: str, old: ResourceState | None, state: ResourceState, because: str, now: datetime
) -> Iterator[Event]:
    """Whoever applied the file saw what was ineligible then; what becomes so later is told."""
    if because.startswith(OWNED_BY):
        yield Event(What.OWNED_ELSEWHERE, environment, now, because, state.key, state.id)
    elif old is not None:
        yield Event(What.INELIGIBLE, environment, now, because, state.key, state.id)


def _seen(environment: str, old: ResourceState | None, state: ResourceState, now: datetime) -> Event:
    data = {"before": old.seen.value if old else "unknown", "now": state.seen.value}
    if state.healthy:
        data["healthy"] = "yes"
    return Event(What.SEEN, environment, now, state.note or "", state.key, state.id, data=data)


def _sizes(state: ResourceState) -> dict[str, str]:
    assert state.restore is not None
    return {name: str(value) for name, value in state.restore.sizes.items()}


def answers(environment: str, states: States, outcome: Outcome, now: datetime) -> Iterator[Event]:
    """What AWS said to each call; resources whose call was never made are not among them."""
    for arn in outcome.accepted:
        state = states[arn]
        assert state.intent is not None
        yield Event(What.ACCEPTED, environment, now, VERB[state.intent], state.key, state.id)
    for arn, refusal in outcome.refused.items():
        yield Event(What.REFUSED, environment, now, str(refusal), states[arn].key, states[arn].id)


def remixes(environment: str, states: States, outcome: Outcome, now: datetime) -> Iterator[Event]:
    """What AWS said to each mix."""
    for arn, refusal in outcome.remixed.items():
        what, text = (What.ACCEPTED, "mix") if refusal is None else (What.REFUSED, f"mix: {refusal}")
        yield Event(what, environment, now, text, states[arn].key, states[arn].id)


def milestones(
    environment: str, before: States, assessment: Assessment, since: datetime | None, now: datetime
) -> Iterator[Event]:
    """Asleep when the last went down, usable when the core came up healthy, ready when all that counts did.

    Once, in the pass that saw it; with the seconds it took since it was first desired, where `since` tells that.
    """
    desired, because = assessment.decision.desired, assessment.decision.because
    members = assessment.members
    if desired is Desired.DOWN and all(member.arrived for member in members) and _went_down(before, assessment):
        yield Event(What.ASLEEP, environment, now, because)
    if desired is not Desired.UP:
        return
    took = {"seconds": f"{(now - since).total_seconds():.0f}"} if since else {}
    core = [member for member in members if member.core]
    if core and readiness.is_usable(members) and _came_up(before, assessment, core):
        yield Event(What.USABLE, environment, now, because, data=took)
    counted = [member for member in members if member.essential]
    if readiness.is_ready(members) and _came_up(before, assessment, counted):
        yield Event(What.READY, environment, now, because, data=took)


def _went_down(before: States, assessment: Assessment) -> bool:
    return any(_is_down(new) and not _is_down(old) for old, new in _pairs(before, assessment, assessment.members))


def _came_up(before: States, assessment: Assessment, members: Sequence[Member]) -> bool:
    return any(_is_up(new) and not _is_up(old) for old, new in _pairs(before, assessment, members))


def _pairs(
    before: States, assessment: Assessment, members: Sequence[Member]
) -> Iterator[tuple[ResourceState, ResourceState]]:
    """What was remembered of each member that was ours to move, and what is so now."""
    for member in members:
        old = before.get(member.arn)
        if old is not None and not old.ineligible:
            yield old, assessment.states[member.arn]


def _is_down(state: ResourceState) -> bool:
    return state.seen is Observed.DOWN


def _is_up(state: ResourceState) -> bool:
    return state.seen is Observed.UP and state.healthy and (state.whole or state.enough)


def kept_sizes(
    environment: str, before: States, after: States, seen: Mapping[str, Seen], now: datetime
) -> Iterator[Event]:
    """Each size that somebody changed while its resource slept, and that was therefore kept."""
    for arn, old in before.items():
        if old.restore is None or arn not in after or after[arn].restore is not None or arn not in seen:
            continue
        kept = dict(kinds()[old.kind].kept(seen[arn].sighting, old.restore))
        if old.share is not None:
            kept.pop("desired", None)  # its mix gave it that
        for name, (was, found) in kept.items():
            text = f"{name} was {was} before the descent; somebody set {found} since, which is kept"
            yield Event(What.KEPT, environment, now, text, old.key, old.id)
