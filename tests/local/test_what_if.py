"""A mix, what it saves, and what other policies would have cost, over real boto3 calls."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from chalicelib.adapters.price_book import PriceBook
from chalicelib.core.capacity import Capacity
from chalicelib.core.model import Resource
from chalicelib.core.prefer import Prefer
from chalicelib.flows.mixes import mixes
from chalicelib.flows.what_if import what_if
from chalicelib.local.estate import Group, Site, add_group
from chalicelib.local.mix import InstanceMix
from tests.local.night import Night
from tests.local.spot_sites import pool, split, zones

TYPES = ("m5.large", "m6i.large")
CHANGES = 400
"""Of each pool within the month: a page holds a thousand."""


def priced(site: Site, changes: int = 1) -> None:
    """A month of prices for each pool of these types, from 0.03 to 0.04 and back."""
    begins = site.cloud.clock.now() - timedelta(days=31)
    for name in TYPES:
        for zone in zones(site):
            for number in range(changes):
                price = Decimal("0.03") + Decimal("0.01") * (number % 2)
                since = begins + number * timedelta(days=31) / changes
                site.cloud.spot_pool(pool(site, name, zone[-1]), price=price, since=since)


def listed(instance_type: str) -> Decimal:
    """What the price list says."""
    rate = PriceBook().rate(f"ec2:ap-south-1:{instance_type}:linux:shared:on-demand")
    assert rate is not None
    return rate.usd


@pytest.fixture
def night(site: Site) -> Night:
    """Ten members, that launch as m5.2xlarge by a policy of their own, an hour before the evening."""
    night = Night(site)
    add_group(site, Group(night.name, 2, 10, 20, mix=InstanceMix(10, 100, ("m5.2xlarge", "m5.large"))))
    return night


def begin(night: Night) -> None:
    nodes = Resource("nodes", "auto-scaling-group", ids=(night.name,))
    mix = Capacity("nodes", on_demand_base=2, shares=(0.0, 1.0), prefer=Prefer.CHEAPEST, types=TYPES)
    night.begin(nodes, capacity=(mix,))


def test_a_mix_is_measured_against_the_first_type_of_the_groups_own_policy(night: Night, site: Site) -> None:
    priced(site)
    begin(night)
    night.until(-10 * timedelta(minutes=1))
    assert split(site, night.name) == (2, 8)
    (shown,) = mixes(night.stage.world, "orders-qa").groups
    assert shown.saving == 10 * listed("m5.2xlarge") - (2 * listed("m5.large") + 8 * Decimal("0.03"))
    assert shown.switches[0].data["price_difference"]


def test_all_pages_of_a_month_of_prices_are_read_and_priced(night: Night, site: Site) -> None:
    priced(site, CHANGES)
    begin(night)
    site.cloud.calls.clear()
    (group,) = what_if(night.stage.world, "orders-qa", {}).groups
    assert night.made().count("DescribeSpotPriceHistory") > len(TYPES)
    assert (len(group.pools), group.unpriced) == (len(TYPES) * len(zones(site)), ())
    costs = {row.policy: row.cost for row in group.rows}
    assert costs["all on-demand"] == 10 * listed("m5.2xlarge") * group.hours
    present = costs["present"]
    assert present is not None
    on_demand = 2 * listed("m5.large")
    assert Decimal("0.24") <= present / group.hours - on_demand <= Decimal("0.32")
