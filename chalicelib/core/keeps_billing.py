"""What AWS bills while an environment sleeps: resources that cannot be stopped, and storage of those that can.

Nothing of it is ever avoided by a schedule. A cost is only ever the sum of parts that all have a price.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from chalicelib.core.arns import parts
from chalicelib.core.model import Location
from chalicelib.core.money.rates import A_MONTH
from chalicelib.core.unit_prices import rate


@dataclass(frozen=True, slots=True)
class Meter:
    """One type of resource that bills around the clock, and why no schedule ends that."""

    title: str
    why: str


NO_STOP = "AWS has no stop for it; only deleting it ends its cost"
STORED = "what is stored is billed whether or not what uses it runs"

METERS: Mapping[tuple[str, str], Meter] = {
    ("ec2", "natgateway"): Meter("NAT gateway", NO_STOP),
    ("ec2", "elastic-ip"): Meter("Elastic IP address", "a public IPv4 address is billed in use and idle"),
    ("ec2", "volume"): Meter("EBS volume", STORED),
    ("rds", "db"): Meter("RDS storage", STORED),
    ("rds", "cluster"): Meter("database cluster storage", STORED),
    ("elasticloadbalancing", "loadbalancer"): Meter("load balancer", NO_STOP),
    ("elasticache", "cluster"): Meter("ElastiCache cluster", NO_STOP),
    ("es", "domain"): Meter("OpenSearch domain", NO_STOP),
    ("kafka", "cluster"): Meter("MSK cluster", NO_STOP),
    ("eks", "cluster"): Meter("EKS control plane", "it is billed for as long as the cluster exists"),
}
"""Meters by the service and the resource type in an ARN."""


def meter(arn: str) -> Meter | None:
    """The meter of the resource, None for one that does not keep billing."""
    return METERS.get(parts(arn))


@dataclass(frozen=True, slots=True)
class Use:
    """So many units of an item of the price table."""

    item: str
    units: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Held:
    """One resource that keeps billing. `uses` make up its cost; None when what it uses cannot be told.

    `part_of` is the id of the instance or database whose volume, address or storage it is.
    """

    arn: str
    id: str
    location: Location
    uses: tuple[Use, ...] | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    part_of: str | None = None

    @property
    def meter(self) -> Meter:
        """What type it is of, and why it keeps billing."""
        found = meter(self.arn)
        assert found is not None, f"{self.arn} has no meter"
        return found


def hourly(held: Held) -> Decimal | None:
    """US dollars an hour, unrounded; None when anything it uses has no price here."""
    if held.uses is None:
        return None
    total = Decimal()
    for use in held.uses:
        known = rate(use.item, held.location.region)
        if known is None:
            return None
        total += use.units * known.hourly
    return total


def monthly(held: Held) -> Decimal | None:
    """US dollars a month of 730 hours, in cents; None when it is not computable."""
    cost = hourly(held)
    return None if cost is None else _cents(cost * A_MONTH)


@dataclass(frozen=True, slots=True)
class Total:
    """US dollars a month of those that are computable, in cents, and how many are not."""

    usd: Decimal
    unknown: int


def total(held: Iterable[Held]) -> Total:
    """What all of them cost together: the sum of what is shown for each."""
    costs = [monthly(each) for each in held]
    return Total(sum((cost for cost in costs if cost is not None), Decimal("0.00")), costs.count(None))


def _cents(usd: Decimal) -> Decimal:
    return usd.quantize(Decimal("0.01"))
