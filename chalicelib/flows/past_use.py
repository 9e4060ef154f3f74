"""What the service has seen of an environment so far: when it was on before Curfew acted, and what it drew while on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.core.model import Definition
from chalicelib.core.money.baselines import Baseline
from chalicelib.core.money.choosing import days_in
from chalicelib.core.money.profiling import observed
from chalicelib.core.money.spans import Draw, Span
from chalicelib.flows.closing import LOOKED_BACK, usual_draws
from chalicelib.flows.events import Event, What
from chalicelib.flows.ports import Readings
from chalicelib.flows.seen import States
from chalicelib.flows.spans import folded

SOURCE = "what ran before Curfew acted"


@dataclass(frozen=True, slots=True)
class PastUse:
    """What is remembered of an environment; of one that was never applied, nothing.

    `observed` are baselines from before Curfew acted on it, `draws` what each resource, by ARN, drew for longest of the
    last weeks while it was on.
    """

    states: States = field(default_factory=dict)
    observed: tuple[Baseline, ...] = ()
    draws: Mapping[str, tuple[Draw, ...]] = field(default_factory=dict)


def past_use(
    store: Readings, definition: Definition, states: States, acting_since: datetime | None, now: datetime
) -> PastUse:
    """The past of the environment, on which Curfew acts since then (None: not yet), as its readings tell it."""
    name, since = definition.environment, acting_since or now
    before = tuple(store.readings(name, since - LOOKED_BACK, since))
    lately = before if since == now else tuple(store.readings(name, now - LOOKED_BACK, now))
    ran = folded(before, since - LOOKED_BACK, since)
    known = observed(ran, since - LOOKED_BACK, since, days_in(definition), _watched(before), SOURCE) if ran else ()
    return PastUse(states, known, _drawn(folded(lately, now - LOOKED_BACK, now)))


def _watched(events: Sequence[Event]) -> Mapping[str, datetime]:
    """From when on each resource was watched, by ARN."""
    first: dict[str, datetime] = {}
    for event in events:
        if event.what is What.METERED:
            first.setdefault(event.data["arn"], event.at)
    return first


def _drawn(spans: Sequence[Span]) -> dict[str, tuple[Draw, ...]]:
    of: defaultdict[str, list[Span]] = defaultdict(list)
    for span in spans:
        if not span.keeps:
            of[span.arn].append(span)
    return {arn: usual_draws(mine) for arn, mine in of.items()}
