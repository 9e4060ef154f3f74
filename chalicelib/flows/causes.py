"""Ask AWS why something is not up that it agreed to start: accepted is not done.

Asked only of what fell back, or has taken its usual time without becoming healthy, so that a good morning costs
no call more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from chalicelib.core.model import Desired, Location, Observed, ResourceState, Sighting
from chalicelib.flows.ports import Cloud, Refusal
from chalicelib.flows.seen import Seen, States
from chalicelib.kinds.contract import Answer, Kind


def with_causes(
    cloud: Cloud, kind: Kind, location: Location, found: Mapping[str, Seen], states: States, now: datetime
) -> dict[str, Seen]:
    """The sightings, with the cause that AWS gives where a start came to nothing or takes too long."""
    late = [one.sighting for arn, one in found.items() if _late(states.get(arn), one.sighting, kind, now)]
    looks = kind.cause(late) if late else ()
    answers: list[Answer] = []
    for look in looks:
        pages = cloud.look(location, kind.service, (look,))
        if not isinstance(pages, Refusal):  # a cause that may not be asked is not known, and nothing else
            answers += pages
    told = kind.caused(late, answers) if late else ()
    return {**found, **{one.arn: replace(found[one.arn], sighting=one) for one in told}}


def _late(state: ResourceState | None, sighting: Sighting, kind: Kind, now: datetime) -> bool:
    if state is None or state.intent is not Desired.UP or state.tried_at is None or state.refusal:
        return False
    if sighting.observed is Observed.DOWN:
        return state.seen is Observed.RISING or (
            state.seen is Observed.DOWN and now >= state.tried_at + kind.usual.start
        )
    arrived = sighting.observed is Observed.UP and sighting.healthy
    return not arrived and now >= state.tried_at + kind.usual.start
