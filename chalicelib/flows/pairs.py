"""Which resources that a file selects are twins: of those in one place exactly one on-demand and one spot.

What a file gives a mix and is no pair says why, and what to make. Twins serve together: while nodes shift between them
neither is down for having none, nor short of nodes that the other has.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from chalicelib.core.capacity import Capacity
from chalicelib.core.model import Definition, Desired, Location, Observed, ResourceState, Sighting
from chalicelib.flows.seen import Seen, States
from chalicelib.kinds import kinds, twinnings

AWAKE = (Observed.UP, Observed.RISING)
NONE = "its twin has all nodes for now"


@dataclass(frozen=True, slots=True)
class Pairing:
    """Twins as just seen, under what their file allows."""

    capacity: Capacity
    on_demand: Sighting
    spot: Sighting

    @property
    def id(self) -> str:
        """Both, for people."""
        return f"{self.on_demand.id} and {self.spot.id}"


def pairings(definition: Definition, seen: Mapping[str, Seen]) -> Iterator[Pairing]:
    """The twins that the file gives a mix."""
    for capacity, _, group in _places(definition, seen):
        on_demand, spot = _sorted(group)
        if len(on_demand) == len(spot) == 1:
            yield Pairing(capacity, on_demand[0], spot[0])


def known_pairings(states: States, seen: Mapping[str, Seen]) -> Iterator[Pairing]:
    """The twins that a mix was ever decided for and whose sizes are not back, whatever their file says now."""
    for arn, state in states.items():
        memory = state.mix.twins if state.mix else None
        both = [seen[each].sighting for each in (memory.partner, arn) if each in seen] if memory else []
        if len(both) == 2 and all(one.mixed is not None for one in both):
            yield Pairing(Capacity(state.key), *both)


def as_pairs(definition: Definition, states: States, seen: Mapping[str, Seen]) -> dict[str, Seen]:
    """The sightings of twins as they serve together; those that should be twins and are not say why."""
    found = dict(seen)
    for _, place, group in _places(definition, seen):
        if why := _unpaired(place, group):
            found |= {one.arn: _unable(seen[one.arn], why) for one in group}
    for pair in known_pairings(states, found):
        for twin in _together(pair, states.get(pair.on_demand.arn), states[pair.spot.arn]):
            found[twin.arn] = replace(found[twin.arn], sighting=twin)
    return found


Place = tuple[Location, str]
Placed = tuple[Capacity, Place, list[Sighting]]


def _places(definition: Definition, seen: Mapping[str, Seen]) -> Iterator[Placed]:
    """What each mix of a file is of, place by place; nothing while AWS does not show all of it."""
    for capacity in definition.capacity:
        mine = [one.sighting for one in seen.values() if one.key == capacity.resource]
        if any(one.blind for one in mine):
            continue
        places: dict[Place, list[Sighting]] = {}
        for one in mine:
            if one.kind in twinnings() and one.mixed is not None:
                places.setdefault((one.location, twinnings()[one.kind].place(one)), []).append(one)
        yield from ((capacity, place, group) for place, group in sorted(places.items()))


def _sorted(group: Collection[Sighting]) -> tuple[list[Sighting], list[Sighting]]:
    """The on-demand ones, and the spot ones."""
    spot = [one for one in group if one.mixed is not None and one.mixed.setting.percent == 0]
    return [one for one in group if one not in spot], spot


def _unpaired(place: Place, group: Sequence[Sighting]) -> str | None:
    """Why these are no pair, and what to do."""
    on_demand, spot = _sorted(group)
    if len(on_demand) == len(spot) == 1:
        return None
    title = kinds()[group[0].kind].title
    found = f"{_named(on_demand)} on-demand and {_named(spot)} spot in {place[1]}"
    if len(on_demand) > 1 or len(spot) > 1:
        return f"a mix is of one {title} on-demand and one spot, and it selects {found}: give each pair its own entry"
    missing, there = ("spot", on_demand[0]) if on_demand else ("on-demand", spot[0])
    return (
        f"the capacity type of {there.id} cannot be changed, so its mix needs a twin: "
        f"make one {title} {missing} in {place[1]} with the same types, labels and zones, for the same entry"
    )


def _named(group: Sequence[Sighting]) -> str:
    return f"{len(group)} ({', '.join(sorted(one.id for one in group))})" if group else "none"


def _unable(one: Seen, why: str) -> Seen:
    sighting = one.sighting
    assert sighting.mixed is not None
    mixed = replace(sighting.mixed, unable=why)
    return replace(one, sighting=replace(sighting, mixed=mixed, warnings=(*sighting.warnings, f"no mix: {why}")))


def _together(pair: Pairing, on_demand: ResourceState | None, spot: ResourceState) -> Iterator[Sighting]:
    """Those of the two that are up as both together are: they have nodes enough, or one is to have none."""
    if on_demand is None:
        return
    enough = _rise(on_demand, spot) and _serve_together(pair, spot)
    for twin, state in ((pair.on_demand, on_demand), (pair.spot, spot)):
        none_wanted = state.share == 0 and twin.sizes.get("desired") == 0 and state.intent is not Desired.DOWN
        if twin.observed is not Observed.BROKEN and (none_wanted or (enough and twin.observed in AWAKE)):
            yield replace(twin, observed=Observed.UP, healthy=True, note=twin.note or (NONE if none_wanted else None))


def _rise(*states: ResourceState) -> bool:
    return all(state.intent is not Desired.DOWN for state in states)


def _serve_together(pair: Pairing, spot: ResourceState) -> bool:
    total = spot.mix.twins.own.total if spot.mix and spot.mix.twins else 0
    return (pair.on_demand.in_service or 0) + (pair.spot.in_service or 0) >= total
