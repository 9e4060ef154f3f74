"""What a pass learns of start times: a key has started when the last of its members is up and healthy."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from chalicelib.core.model import Desired, Observed, ResourceState

States = Mapping[str, ResourceState]


def measured(before: States, after: States, now: datetime) -> dict[str, int]:
    """The seconds that each key took whose start ended in this pass, from the first intent to the last arrival."""
    found = {}
    for key in dict.fromkeys(state.key for state in after.values()):
        sent = [state for arn, state in before.items() if state.key == key and arn in after and _on_its_way(state)]
        if sent and all(_risen(state) for state in after.values() if state.key == key):
            began = min(state.intent_at for state in sent if state.intent_at is not None)
            found[key] = round((now - began).total_seconds())
    return found


def _on_its_way(state: ResourceState) -> bool:
    """We sent it up, and it had not arrived."""
    return state.intent is Desired.UP and state.intent_at is not None and state.attempts > 0 and not _risen(state)


def _risen(state: ResourceState) -> bool:
    return state.seen is Observed.UP and state.healthy and state.whole
