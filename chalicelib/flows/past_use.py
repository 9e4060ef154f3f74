"""What the service knows of an environment's past: when it was on before Curfew acted, and what it drew while on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.core.model import Definition
from chalicelib.core.money.baselines import Baseline
from chalicelib.core.money.spans import Draw
from chalicelib.flows.baselines import drawn_while_on
from chalicelib.flows.past import Origin
from chalicelib.flows.ports import Store
from chalicelib.flows.seen import States
from chalicelib.flows.spans import folded
from chalicelib.flows.watched import LOOKED_BACK, first_acted, known, watched


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
    store: Store, definition: Definition, states: States, acting_since: datetime | None, now: datetime
) -> PastUse:
    """The past of the environment, on which its notes say that Curfew acts since then; nothing is stored."""
    pasts = dict(store.pasts(definition.environment))
    since = first_acted(pasts, acting_since)
    if Origin.WATCHED not in pasts:
        pasts[Origin.WATCHED] = watched(store, definition, since or now, now)
    observed = known(pasts, definition, {arn: state.id for arn, state in states.items()})
    lately = tuple(store.readings(definition.environment, now - LOOKED_BACK, now))
    return PastUse(states, observed, drawn_while_on(folded(lately, now - LOOKED_BACK, now)))
