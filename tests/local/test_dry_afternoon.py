"""The afternoon on which the pools of one group run dry, as whoever listens and looks sees it."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import groupby, pairwise

import pytest

from chalicelib.local.dry_afternoon import APART, LENGTH, run_dry
from chalicelib.local.estate import Group, Site, add_group
from chalicelib.local.mix import InstanceMix
from chalicelib.local.spot_service import NOTICE
from tests.local.members import described, lifecycles
from tests.local.spot_sites import WARNING, policy, split, told

A_WHILE = timedelta(minutes=8)
TYPES = ("r5.xlarge", "r5a.xlarge")
MIX = InstanceMix(3, 0, TYPES)


def until(site: Site, instant: datetime) -> None:
    site.cloud.advance_to(instant)


def test_pools_run_dry_one_after_another_and_the_last_spot_goes_with_the_last_of_them(site: Site) -> None:
    add_group(site, Group("afternoon", 0, 9, 12, mix=MIX))
    assert split(site, "afternoon") == (3, 6)
    droughts = run_dry(site, "afternoon")
    assert len({each.pool for each in droughts}) == 6
    assert {later.dry_at - earlier.dry_at for earlier, later in pairwise(droughts)} == {APART}
    seen = []
    for each in droughts:
        until(site, each.dry_at + A_WHILE)
        seen.append(split(site, "afternoon")[1])
    assert seen == sorted(seen, reverse=True)
    assert (seen[0] > 0, split(site, "afternoon")) == (True, (3, 0))
    until(site, droughts[-1].back_at + A_WHILE)
    assert (split(site, "afternoon"), lifecycles(site, "afternoon")) == ((3, 6), {"InService": 9})
    assert {each.back_at - each.dry_at for each in droughts} == {LENGTH}


def test_every_instance_has_its_notice_two_minutes_before_its_pool_is_dry(site: Site) -> None:
    add_group(site, Group("noticed", 0, 9, 12, mix=MIX))
    droughts = run_dry(site, "noticed")
    until(site, droughts[-1].dry_at)
    warned = [datetime.fromisoformat(event["time"]) for event in told(site, WARNING)]
    assert {at for at, _ in groupby(warned)} <= {each.dry_at - NOTICE for each in droughts}
    assert len(set(warned)) > 1
    until(site, droughts[-1].back_at + A_WHILE)


def test_a_group_that_falls_back_is_whole_before_its_pools_are(site: Site) -> None:
    add_group(site, Group("falling-back", 0, 9, 12, mix=MIX))
    droughts = run_dry(site, "falling-back")
    until(site, droughts[-1].dry_at)
    policy(site, "falling-back", OnDemandPercentageAboveBaseCapacity=100)
    until(site, site.cloud.clock.now() + A_WHILE)
    assert site.cloud.clock.now() < droughts[0].back_at
    assert (split(site, "falling-back"), described(site, "falling-back")["DesiredCapacity"]) == ((9, 0), 9)
    until(site, droughts[-1].back_at + A_WHILE)


def test_a_group_that_is_all_on_demand_by_nature_has_no_dry_afternoon(site: Site) -> None:
    add_group(site, Group("plain", 0, 1, 1))
    with pytest.raises(ValueError, match="plain has no mixed instances policy"):
        run_dry(site, "plain")
