"""A dry afternoon, for the story of the demo: a mixed group's spot pools run dry one after another, and come back."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chalicelib.local.estate import Site
from chalicelib.local.spot_market import ENDLESS, SpotPool
from chalicelib.local.spot_service import NOTICE

APART = timedelta(minutes=10)
"""From one pool to the next: time enough for a group to move on to those that are left, and to lose them, too."""
LENGTH = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Drought:
    """The instants at which a pool has taken its instances back, and at which it has room again."""

    pool: SpotPool
    dry_at: datetime
    back_at: datetime


def run_dry(site: Site, group: str) -> tuple[Drought, ...]:
    """The first pool of the group gives its two minutes' notice now, the others follow; each is back after two hours.

    The pools are those of all types and zones of its policy as it is now; other groups on them lose theirs, too.
    Raises ValueError for a group without a mixed instances policy: it has no spot to lose.
    """
    first = site.cloud.clock.now() + NOTICE
    pools = enumerate(_pools(site, group))
    droughts = tuple(_drought(pool, first + number * APART) for number, pool in pools)
    for each in droughts:
        site.cloud.spot_pool(each.pool, capacity=0, since=each.dry_at - NOTICE)
        site.cloud.spot_pool(each.pool, capacity=ENDLESS, since=each.back_at)
    return droughts


def _drought(pool: SpotPool, dry_at: datetime) -> Drought:
    return Drought(pool, dry_at, dry_at + LENGTH)


def _pools(site: Site, group: str) -> Iterator[SpotPool]:
    found = site.client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[group])
    shown: dict[str, Any] = found["AutoScalingGroups"][0]
    if "MixedInstancesPolicy" not in shown:
        raise ValueError(f"{group} has no mixed instances policy, and so no spot to lose; name a group that has one")
    for override in shown["MixedInstancesPolicy"]["LaunchTemplate"]["Overrides"]:
        for zone in sorted(shown["AvailabilityZones"]):
            yield SpotPool(site.account, site.region, override["InstanceType"], zone)
