"""Which baseline stands for each resource of an environment now, on what it rests, and what would replace it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from chalicelib.core.model import Definition, ResourceState
from chalicelib.core.money.baselines import ENOUGH, Baseline, Basis
from chalicelib.core.money.choosing import Acted, baselines_of, days_in
from chalicelib.core.money.reading import parsed
from chalicelib.core.months import month_before, month_name
from chalicelib.flows.past import Origin, Past
from chalicelib.flows.ports import World
from chalicelib.flows.seen import OWNED_BY, UNSEEN
from chalicelib.flows.watched import SOURCE, ByOrigin, first_acted, known, watched
from chalicelib.flows.wish import defined, found
from chalicelib.kinds import kinds


@dataclass(frozen=True, slots=True)
class Stands:
    """What stands for one resource; no baseline where nobody knows its size. `instead` says what would replace it."""

    resource: str
    id: str
    arn: str
    baseline: Baseline | None
    instead: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """An environment's baselines. `acting_since` is when Curfew first acted on it, None before it did."""

    environment: str
    timezone: str
    acting_since: datetime | None
    pasts: tuple[Past, ...]
    resources: tuple[Stands, ...]


def standing(world: World, name: str) -> Standing:
    """What stands now; before Curfew acts, what would stand if it began to."""
    head, now = found(world, name), world.clock.now()
    definition, states = defined(world, name), world.store.load(head).states
    pasts = dict(world.store.pasts(name))
    since = first_acted(pasts, head.notes.acting_since)
    if Origin.WATCHED not in pasts:
        pasts[Origin.WATCHED] = watched(world.store, definition, since or now, now)
    members = [state for state in states.values() if _counts(state)]
    chosen = {each.arn: each for each in _chosen(world, definition, pasts, members, since or now)}
    days = {each.arn: each.days for each in pasts[Origin.WATCHED].baselines}
    rows = []
    for one in sorted(members, key=lambda one: (one.key, one.id)):
        best = chosen.get(one.arn)
        rows.append(Stands(one.key, one.id, one.arn, best, _instead(name, best, since, days.get(one.arn, 0))))
    return Standing(
        name, days_in(definition), since, tuple(pasts[each] for each in Origin if each in pasts), tuple(rows)
    )


def _counts(state: ResourceState) -> bool:
    """It is this environment's, and draws something while it is up."""
    others = (state.ineligible or "").startswith(OWNED_BY)
    return not others and not state.arn.startswith(UNSEEN) and not kinds()[state.kind].watches


def _chosen(
    world: World, definition: Definition, pasts: ByOrigin, members: list[ResourceState], begins: datetime
) -> tuple[Baseline, ...]:
    booked = {each.arn: each for each in _booked(world, definition.environment)}
    acted = [_acted(one, booked.get(one.arn), begins) for one in members]
    return baselines_of(definition, acted, known(pasts, definition, {one.arn: one.id for one in members}))


def _acted(state: ResourceState, booked: Baseline | None, begins: datetime) -> Acted:
    """Since when the books have it; with what it draws now or, while it rests, what they have."""
    drawn = parsed(state.metered.text) if state.metered else ()
    draws, since = (booked.draws, booked.begins) if booked else ((), begins)
    return Acted(state.key, state.arn, drawn or draws, since, id=state.id)


def _booked(world: World, name: str) -> Iterator[Baseline]:
    """The baselines in the books of the last month, and of this one."""
    this = month_name(world.clock.now())
    for month in (month_before(this), this):
        for booked in world.store.booked(month, [name]):
            yield from booked.baselines


def _instead(name: str, chosen: Baseline | None, acted: datetime | None, days: int) -> str | None:
    observed = chosen is not None and chosen.basis is Basis.OBSERVED
    if observed and (acted is not None or (chosen and chosen.source == SOURCE)):
        return None
    if acted is None:
        return f"what Curfew watches, once it has for {ENOUGH.days} days before it acts ({days} so far)"
    until = f"{acted:%Y-%m-%d}"
    return f"{ENOUGH.days} days before {until} of a bill or CloudTrail: curfew observe {name} --from-bill FILE --keep"
