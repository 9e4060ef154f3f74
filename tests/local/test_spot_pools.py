"""Pools on the simulated clock: they shrink and grow, and their prices have a past."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.local.estate import Group, Site, add_ec2_instances, add_group
from chalicelib.local.mix import InstanceMix
from chalicelib.local.spot_market import ENDLESS
from tests.local.spot_sites import RECOMMENDATION, WARNING, pool, split, spot_ids, told

Wait = Callable[[timedelta], None]
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def history(site: Site, kind: str, **asked: Any) -> list[dict[str, Any]]:
    pages = site.client("ec2").get_paginator("describe_spot_price_history")
    return [one for page in pages.paginate(InstanceTypes=[kind], **asked) for one in page["SpotPriceHistory"]]


def test_a_pool_that_shrinks_takes_back_its_youngest_with_notice(site: Site, wait: Wait) -> None:
    shrinking = pool(site, "c5.large")
    [older] = add_ec2_instances(site, 1, instance_type="c5.large", spot=True)
    wait(MINUTE)
    younger = add_ec2_instances(site, 2, instance_type="c5.large", spot=True)
    site.cloud.take_events()
    site.cloud.spot_pool(shrinking, capacity=1)
    warned = told(site, WARNING)
    assert sorted(event["detail"]["instance-id"] for event in warned) == sorted(younger)
    wait(5 * MINUTE)
    found = site.client("ec2").describe_instances(InstanceIds=[older, *younger])["Reservations"]
    states = {one["InstanceId"]: one["State"]["Name"] for each in found for one in each["Instances"]}
    assert states == {older: "running", **dict.fromkeys(younger, "terminated")}


def test_a_recommendation_comes_with_every_warning_and_a_warning_only_once(site: Site) -> None:
    [instance] = add_ec2_instances(site, 1, instance_type="c5a.large", spot=True)
    site.cloud.interrupt(site.account, site.region, instance)
    site.cloud.spot_pool(pool(site, "c5a.large"), capacity=0)
    kinds = [event["detail-type"] for event in site.cloud.take_events()]
    assert (kinds.count(WARNING), kinds.count(RECOMMENDATION)) == (1, 1)


def test_on_demand_is_never_interrupted(site: Site) -> None:
    [instance] = add_ec2_instances(site, 1)
    with pytest.raises(ValueError, match="is on-demand"):
        site.cloud.interrupt(site.account, site.region, instance)


def test_steps_of_capacity_happen_at_their_time(site: Site, wait: Wait) -> None:
    now, stepping = site.cloud.clock.now(), pool(site, "r5.large")
    mix = InstanceMix(0, 0, ("r5.large",))
    add_group(site, Group("stepping", 0, 3, 3, mix=mix))
    for zone in "abc":
        site.cloud.spot_pool(pool(site, "r5.large", zone), capacity=0, since=now + 10 * MINUTE)
        site.cloud.spot_pool(pool(site, "r5.large", zone), capacity=ENDLESS, since=now + 40 * MINUTE)
    wait(9 * MINUTE)
    assert split(site, "stepping") == (0, 3)
    wait(11 * MINUTE)
    assert split(site, "stepping") == (0, 0)
    wait(30 * MINUTE)
    assert split(site, "stepping") == (0, 3)
    assert stepping.zone in {"ap-south-1a"}


def test_prices_have_a_past_of_a_month_and_the_price_at_its_start(site: Site) -> None:
    priced, now = pool(site, "i3.large"), site.cloud.clock.now()
    for days in (60, 31, 10, 1):
        site.cloud.spot_pool(priced, price=Decimal(days) / 100, since=now - days * DAY)
    site.cloud.spot_pool(priced, price=Decimal(9), since=now + DAY)
    found = history(site, "i3.large", StartTime=now - 30 * DAY, ProductDescriptions=["Linux/UNIX"])
    assert [(one["SpotPrice"], now - one["Timestamp"]) for one in found] == [
        ("0.01", DAY),
        ("0.1", 10 * DAY),
        ("0.31", 31 * DAY),
    ]
    assert {one["AvailabilityZone"] for one in found} == {priced.zone}
    assert len(history(site, "i3.large")) == 4


def test_prices_come_in_pages_and_by_zone(site: Site) -> None:
    now = site.cloud.clock.now()
    for zone in "ab":
        for hours in range(20):
            step = now - timedelta(hours=hours)
            site.cloud.spot_pool(pool(site, "i3.xlarge", zone), price=Decimal(hours + 1), since=step)
    ec2 = site.client("ec2")
    page = ec2.describe_spot_price_history(InstanceTypes=["i3.xlarge"], MaxResults=15)
    assert (len(page["SpotPriceHistory"]), bool(page["NextToken"])) == (15, True)
    assert len(history(site, "i3.xlarge", PaginationConfig={"PageSize": 7})) == 40
    assert len(history(site, "i3.xlarge", AvailabilityZone="ap-south-1b")) == 20
    assert history(site, "i3.xlarge", ProductDescriptions=["Windows"]) == []


def test_no_spot_is_launched_above_the_highest_price(site: Site, wait: Wait) -> None:
    for zone in "abc":
        site.cloud.spot_pool(pool(site, "r6i.large", zone), price=Decimal("0.08"))
    mix = InstanceMix(0, 0, ("r6i.large",), highest_price=Decimal("0.05"))
    add_group(site, Group("thrifty", 0, 2, 2, mix=mix))
    assert spot_ids(site, "thrifty") == []
    for zone in "abc":
        site.cloud.spot_pool(pool(site, "r6i.large", zone), price=Decimal("0.04"))
    wait(5 * MINUTE)
    assert len(spot_ids(site, "thrifty")) == 2
