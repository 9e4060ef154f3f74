"""Which pools a group launches in: zones in balance, and in each zone what its allocation strategy prefers.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/allocation-strategies.html
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from chalicelib.local.spot_market import ENDLESS

UNPRICED = Decimal("Infinity")
"""The price of a pool without one: it comes last."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A pool in which a group may launch: so many more, at this price an hour."""

    instance_type: str
    zone: str
    subnet: str | None = None
    room: int = ENDLESS
    price: Decimal = UNPRICED


@dataclass(frozen=True, slots=True)
class Allocation:
    """How many to launch where, and the zones that were asked and had nothing."""

    launches: Mapping[Offer, int]
    dry_zones: tuple[str, ...]


Strategy = Callable[[Sequence[Offer], Counter[Offer]], Sequence[Offer]]
"""Of offers of one zone that have room left (first: the most preferred type) the equally good best ones; the counter
says what was taken already."""


def allocate(count: int, offers: Sequence[Offer], present: Counter[str], best: Strategy) -> Allocation:
    """Where `count` launches go. `present` are the members of each zone; the zone with the fewest comes first."""
    taken: Counter[Offer] = Counter()
    dry: dict[str, None] = {}
    zones, members = list(dict.fromkeys(offer.zone for offer in offers)), Counter(present)
    for _ in range(count):
        asked = ((zone, _open(offers, zone, taken)) for zone in sorted(zones, key=lambda zone: members[zone]))
        for zone, found in asked:
            if found:
                taken[min(best(found, taken), key=lambda offer: taken[offer])] += 1
                members[zone] += 1
                break
            dry[zone] = None
    return Allocation(taken, tuple(dry))


def in_order(offers: Sequence[Offer], taken: Counter[Offer]) -> Sequence[Offer]:
    """The first type that has room: `prioritized`."""
    return offers[:1]


def cheapest_of(pools: int) -> Strategy:
    """A strategy that spreads over the so many cheapest pools: `lowest-price`."""
    return lambda offers, taken: sorted(offers, key=lambda offer: offer.price)[:pools]


def deepest(offers: Sequence[Offer], taken: Counter[Offer]) -> Sequence[Offer]:
    """The pools with the most left: `capacity-optimized`."""
    most = max(_left(offer, taken) for offer in offers)
    return [offer for offer in offers if _left(offer, taken) == most]


def deep_and_cheap(offers: Sequence[Offer], taken: Counter[Offer]) -> Sequence[Offer]:
    """Of the pools with much left the cheapest: `price-capacity-optimized`.

    AWS does not say how much is much; here a pool has it whose next-to-last place is not yet taken, else each.
    """
    deep = [offer for offer in offers if _left(offer, taken) > 1] or offers
    lowest = min(offer.price for offer in deep)
    return [offer for offer in deep if offer.price == lowest]


def _open(offers: Iterable[Offer], zone: str, taken: Counter[Offer]) -> list[Offer]:
    return [offer for offer in offers if offer.zone == zone and _left(offer, taken) > 0]


def _left(offer: Offer, taken: Counter[Offer]) -> int:
    return offer.room - taken[offer]
