"""Who keeps undoing what we do: the evidence, told once to the owner when we stop fighting.

CloudTrail names the caller where Curfew may look it up; tags of other schedulers name those.
https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from chalicelib.core import fights
from chalicelib.core.model import ResourceState
from chalicelib.core.other_schedulers import scheduled_by
from chalicelib.flows.events import Event, What
from chalicelib.flows.ports import Cloud, Refusal
from chalicelib.flows.seen import Seen, States
from chalicelib.kinds.contract import Look

READS = (("cloudtrail", "LookupEvents"),)
"""The operations that looking for evidence needs, with their services."""
LOOK_BACK = timedelta(hours=24)
MOST_LOOKED_UP = 5
"""CloudTrail answers two lookups a second, so at most this many resources are looked up in one pass."""
MOST_TOLD = 3


def contests(
    cloud: Cloud, environment: str, before: States, after: States, seen: Mapping[str, Seen], now: datetime
) -> Iterator[Event]:
    """One event for each resource that is left alone from now on, with who or what undid our moves."""
    new = [arn for arn in after if _begins(before.get(arn), after[arn], now) and arn in seen]
    for number, arn in enumerate(new):
        state = after[arn]
        lookup = _culprits(cloud, state, now) if number < MOST_LOOKED_UP else None
        found = [text for text in (lookup, scheduled_by(seen[arn].sighting.tags)) if text]
        text = f"{fights.contested(state, now)}; {'; '.join(found) or 'nothing shows who it was'}"
        yield Event(What.CONTESTED, environment, now, text, state.key, state.id)


def _begins(before: ResourceState | None, state: ResourceState, now: datetime) -> bool:
    return fights.contested(state, now) is not None and (before is None or fights.contested(before, now) is None)


def _culprits(cloud: Cloud, state: ResourceState, now: datetime) -> str | None:
    """The last calls of others on the resource, as CloudTrail tells them; None where it tells nothing."""
    parameters = {
        "LookupAttributes": [{"AttributeKey": "ResourceName", "AttributeValue": state.id}],
        "StartTime": now - LOOK_BACK,
        "EndTime": now,
    }
    answers = cloud.look(state.location, "cloudtrail", (Look("LookupEvents", parameters),))
    if isinstance(answers, Refusal):
        return f"CloudTrail cannot be asked ({answers.code})"
    events = [event for answer in answers for event in answer["Events"] if event.get("ReadOnly") != "true"]
    made = [event for event in events if '"errorCode"' not in event.get("CloudTrailEvent", "")]
    others = [event for event in made if not event.get("Username", "").startswith("curfew")]
    told = [f"{event['EventName']} by {event.get('Username') or event['EventSource']}" for event in others]
    return "CloudTrail shows " + ", ".join(dict.fromkeys(told[:MOST_TOLD])) if told else None
