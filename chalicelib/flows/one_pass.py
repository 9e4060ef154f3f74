"""What one pass knows of an environment, handed from step to step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from chalicelib.core.decide import Facts
from chalicelib.core.light import words
from chalicelib.core.model import Definition, ResourceState
from chalicelib.flows.assess import Assessment
from chalicelib.flows.capacity import Change
from chalicelib.flows.events import Event, What
from chalicelib.flows.seen import OWNED_BY, Seen
from chalicelib.flows.stored import Head


@dataclass(frozen=True, slots=True)
class Glimpse:
    """What a pass knows before it decides: what was remembered, and what it has just seen."""

    definition: Definition
    known: Facts
    states: Mapping[str, ResourceState]
    seen: Mapping[str, Seen]
    now: datetime


@dataclass(frozen=True, slots=True)
class Pass:
    """What one pass knows: its claim, the definition, what it saw, and where that leaves the environment.

    `changes` are the mixes to set.
    """

    head: Head
    definition: Definition
    before: Mapping[str, ResourceState]
    seen: Mapping[str, Seen]
    known: Facts
    assessment: Assessment
    changes: tuple[Change, ...] = ()


def decision(step: Pass, now: datetime) -> Iterator[Event]:
    """The decision, if it is another than the last that was journalled; told with the intents it leads to."""
    decision = step.assessment.decision
    notes = step.head.notes
    if decision.desired is not notes.desired or decision.sizes != notes.sizes:
        data = {"desired": decision.desired.value} | ({"light": words(decision.sizes)} if decision.sizes else {})
        yield Event(What.DECIDED, step.head.name, now, decision.because, data=data)


def is_ours(state: ResourceState | None) -> bool:
    """It is remembered as this environment's own, so its owner item is there already."""
    return state is not None and not (state.ineligible or "").startswith(OWNED_BY)
