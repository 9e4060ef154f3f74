"""What passes watched of an environment before Curfew first acted on it.

The first time ever counts: what people did by hand before, they leave to it since, also where it only observes again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.core.model import Definition
from chalicelib.core.money.baselines import Baseline
from chalicelib.core.money.choosing import best_known, days_in
from chalicelib.core.money.profiling import observed
from chalicelib.flows.events import Event, What
from chalicelib.flows.past import Origin, Past
from chalicelib.flows.ports import Store
from chalicelib.flows.seen import GONE
from chalicelib.flows.spans import folded

LOOKED_BACK = timedelta(days=56)
"""So long before Curfew acted is looked at for what ran then: each hour of the week eight times."""
SOURCE = "what ran before Curfew acted"

ByOrigin = Mapping[Origin, Past]


def first_acted(pasts: ByOrigin, since: datetime | None) -> datetime | None:
    """When Curfew first acted on what goes by that name; `since` is what its notes say."""
    before = pasts[Origin.WATCHED].ends if Origin.WATCHED in pasts else None
    return min((each for each in (before, since) if each is not None), default=None)


def kept_pasts(store: Store, definition: Definition, since: datetime, now: datetime) -> ByOrigin:
    """What is kept of the environment's past, what was watched of it included from now on: readings do not last."""
    pasts = dict(store.pasts(definition.environment))
    known = pasts.get(Origin.WATCHED)
    if known is not None and known.timezone == days_in(definition):
        return pasts
    found = watched(store, definition, known.ends if known else since, now)
    if known is None or found.baselines:
        store.keep_past(definition.environment, found)
        pasts[Origin.WATCHED] = found
    return pasts


def watched(store: Store, definition: Definition, ends: datetime, now: datetime) -> Past:
    """What ran in the eight weeks before that instant, as far as passes looked then."""
    begins, timezone = ends - LOOKED_BACK, days_in(definition)
    events = _readings(store, definition, begins, ends)
    first: dict[str, datetime] = {}
    for event in events:
        if event.what is What.METERED and GONE not in event.data:
            first.setdefault(event.data["arn"], event.at)
    ran = folded(events, begins, ends)
    found = observed(ran, begins, ends, timezone, first, SOURCE) if ran else ()
    since = min(first.values(), default=ends)
    return Past(Origin.WATCHED, found, since, ends, timezone, SOURCE, now)


def _readings(store: Store, definition: Definition, begins: datetime, ends: datetime) -> tuple[Event, ...]:
    """Those of the environment, and those of the time in which it was called otherwise."""
    name, before = definition.environment, definition.previously
    own = store.readings(name, begins, ends)
    return (*(store.readings(before, begins, ends) if before else ()), *own)


def known(pasts: ByOrigin, definition: Definition, ids: Mapping[str, str]) -> tuple[Baseline, ...]:
    """The best that is known of each resource; nothing by the hours of another zone than the environment's."""
    timezone = days_in(definition)
    usable = {origin: past.baselines for origin, past in pasts.items() if past.timezone == timezone}
    found = best_known(usable.get(Origin.WATCHED, ()), usable.get(Origin.TOLD, ()), ids)
    return tuple(replace(each, environment=definition.environment) for each in found)
