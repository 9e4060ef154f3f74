"""When Curfew acted on an environment, in its notes. The first time ever is kept for good: what counts as before it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from chalicelib.core import acting
from chalicelib.core.acting import Acting
from chalicelib.flows.stored import Notes


def noted(notes: Notes, acts: bool, now: datetime) -> Notes:
    """The notes of a pass that acts now, or only observes."""
    since = notes.acting_since or (now if acts else None)
    return replace(notes, acting_since=since, acted=acting.noted(stretches(notes), acts, now))


def stretches(notes: Notes) -> tuple[Acting, ...]:
    """When it acted in the last months, in the order of time."""
    if notes.acted or notes.acting_since is None:
        return notes.acted
    return (Acting(notes.acting_since),)
