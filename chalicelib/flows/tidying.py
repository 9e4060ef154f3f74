"""What earlier stops left behind is removed once a stop has succeeded: snapshots that a newer one replaces."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from chalicelib.core.model import Desired, Observed, ResourceState, Sighting
from chalicelib.flows.act import carry_out
from chalicelib.flows.events import Event, What
from chalicelib.flows.one_pass import Pass
from chalicelib.flows.ports import Cloud, Refusal
from chalicelib.kinds import kinds
from chalicelib.kinds.contract import Call, Kind


def tidied(cloud: Cloud, step: Pass, now: datetime) -> Iterator[Event]:
    """One event for each call that removed, or could not remove, what a stop before this one left."""
    entries = {resource.key for resource in step.definition.resources if resource.snapshot}
    rested = [
        step.seen[arn].sighting
        for arn, state in step.assessment.states.items()
        if state.key in entries and arn in step.seen and _just_rested(step.before.get(arn), state)
    ]
    for name, location in dict.fromkeys((one.kind, one.location) for one in rested):
        kind = kinds()[name]
        mine = [one for one in rested if (one.kind, one.location) == (name, location)]
        for call, refusal in carry_out(cloud, location, _calls(cloud, kind, mine)):
            yield _told(step.head.name, call, refusal, now)


def _just_rested(before: ResourceState | None, state: ResourceState) -> bool:
    """Our stop has just been seen to succeed."""
    stopped = state.intent is Desired.DOWN and state.seen is Observed.DOWN
    return stopped and before is not None and before.seen is not Observed.DOWN


def _calls(cloud: Cloud, kind: Kind, rested: Sequence[Sighting]) -> tuple[Call, ...]:
    said = [cloud.look(rested[0].location, kind.service, (look,)) for look in kind.tidy(rested)]
    return kind.tidied(rested, [page for pages in said if not isinstance(pages, Refusal) for page in pages])


def _told(environment: str, call: Call, refusal: Refusal | None, now: datetime) -> Event:
    what = ", ".join(str(value) for value in call.parameters.values())
    text = f"{call.operation} {what}" if refusal is None else f"{call.operation} {what} was refused: {refusal}"
    return Event(What.TIDIED, environment, now, text)
