"""Twins in one pass: as seen and remembered, with what others changed of their sizes reckoned in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from chalicelib.core import sizes
from chalicelib.core.mix_memory import MixMemory
from chalicelib.core.mixed import Watched
from chalicelib.core.model import Observed, ResourceState, Sighting
from chalicelib.core.node_group_state import UPDATING
from chalicelib.core.pools import Pool
from chalicelib.core.remember import return_point
from chalicelib.core.twin_memory import Split, Twins, begun, reckoned
from chalicelib.core.twins import Pair, Twin
from chalicelib.flows.pairs import Pairing
from chalicelib.flows.seen import States


@dataclass(frozen=True, slots=True)
class Case:
    """A pair: as seen, as remembered, what each was last set to (`share`), and what became of its spot nodes.

    `rate` is the burn rate of its budget while that pulls.
    """

    pairing: Pairing
    on_demand: ResourceState
    spot: ResourceState
    memory: MixMemory
    share: Split
    watched: Watched
    now: datetime
    rate: Decimal | None = None

    @property
    def twins(self) -> Twins:
        """What is remembered of them as twins."""
        assert self.memory.twins is not None
        return self.memory.twins

    @property
    def awake(self) -> bool:
        """Neither has anything to come back to."""
        return self.on_demand.restore is None and self.spot.restore is None

    @property
    def shown(self) -> Split:
        """Their desired sizes."""
        return Split(self.pairing.on_demand.sizes["desired"], self.pairing.spot.sizes["desired"])

    @property
    def pair(self) -> Pair:
        """Them as a decision sees them; a spot node that is about to be taken back serves no more."""
        on_demand, spot = _serving(self.pairing.on_demand), _serving(self.pairing.spot) & self.watched.spot.keys()
        return Pair(
            _twin(self.pairing.on_demand, self.on_demand, len(on_demand)),
            _twin(self.pairing.spot, self.spot, len(spot)),
        )

    def stored(self, memory: MixMemory, share: Split) -> dict[str, ResourceState]:
        """Both states with this in them."""
        return {
            self.on_demand.arn: replace(self.on_demand, share=share.on_demand),
            self.spot.arn: replace(self.spot, share=share.spot, mix=memory),
        }

    def forgotten(self) -> dict[str, ResourceState]:
        """Both states as if they had never been twins."""
        return {
            self.on_demand.arn: replace(self.on_demand, share=None),
            self.spot.arn: replace(self.spot, share=None, mix=None),
        }


def case_of(states: States, pairing: Pairing, watched: Watched, now: datetime) -> Case | None:
    """The case; None where one is not remembered, or is broken."""
    on_demand, spot = states.get(pairing.on_demand.arn), states.get(pairing.spot.arn)
    broken = Observed.BROKEN in (pairing.on_demand.observed, pairing.spot.observed)
    if on_demand is None or spot is None or broken:
        return None
    memory = spot.mix or MixMemory()
    own = Split(_own_size(on_demand, pairing.on_demand), _own_size(spot, pairing.spot))
    twins, share = begun(on_demand.arn, own), own
    if memory.twins and memory.twins.partner == on_demand.arn:
        twins = memory.twins
        share = Split(_last_set(on_demand, own.on_demand), _last_set(spot, own.spot))
    memory = replace(memory, twins=twins, types=types_of(pairing.spot))
    return _reckoned(Case(pairing, on_demand, spot, memory, share, watched, now))


def takes_calls(sighting: Sighting) -> bool:
    """No update of it is under way: none is taken meanwhile, and what it shows may be old or new."""
    return UPDATING not in sighting.details


def _reckoned(case: Case) -> Case:
    """The case with what others changed; asleep, or while an update goes on, its sizes are nobody's wish."""
    pairing = case.pairing
    if not case.awake or not takes_calls(pairing.on_demand) or not takes_calls(pairing.spot):
        return case
    twins, share = reckoned(case.twins, case.share, case.shown)
    return replace(case, memory=replace(case.memory, twins=twins), share=share)


def types_of(sighting: Sighting) -> tuple[str, ...]:
    """The types of its nodes, best first."""
    return sighting.mixed.setting.types if sighting.mixed else ()


def pools_of(sighting: Sighting) -> tuple[Pool, ...]:
    """Every pool that its nodes may be from."""
    zones = sighting.mixed.zones if sighting.mixed else ()
    return tuple(Pool(name, zone) for name in types_of(sighting) for zone in zones)


def members_of(sighting: Sighting) -> Mapping[str, Pool]:
    """Its nodes by id."""
    return sighting.mixed.members if sighting.mixed else {}


def _last_set(state: ResourceState, otherwise: int) -> int:
    return otherwise if state.share is None else state.share


def _own_size(state: ResourceState, sighting: Sighting) -> int:
    """What it has, or what it comes back with."""
    point = return_point(state)
    return (point.sizes if point else sighting.sizes)["desired"]


def _serving(sighting: Sighting) -> frozenset[str]:
    return sighting.mixed.serving if sighting.mixed else frozenset()


def _twin(sighting: Sighting, state: ResourceState, serving: int) -> Twin:
    """Asleep its bounds are those that it comes back with."""
    point = return_point(state)
    bounds = sizes.intended(sighting, point) if point else sighting.sizes
    present = len(members_of(sighting))
    return Twin(sighting.id, bounds["min"], bounds["max"], sighting.sizes["desired"], present, serving)
