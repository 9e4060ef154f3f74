from datetime import UTC, datetime, timedelta
from typing import Any

import moto.ec2.models.instances as moto_instances
from moto.core.responses import BaseResponse

from chalicelib.local.clock import SimulatedClock
from chalicelib.local.cloud import EmbeddedCloud
from chalicelib.local.estate import Site, add_ec2_instances, add_rds_instance

START = datetime(2026, 3, 2, 18, tzinfo=UTC)


def night(cloud: EmbeddedCloud) -> list[dict[str, Any]]:
    site = Site(cloud, "111122223333", "eu-west-1")
    add_rds_instance(site, "orders")
    site.client("rds").stop_db_instance(DBInstanceIdentifier="orders")
    site.client("ec2").stop_instances(InstanceIds=add_ec2_instances(site, 5))
    cloud.advance_to(cloud.clock.now() + timedelta(hours=8))
    return cloud.take_events()


def test_the_same_seed_gives_the_same_night() -> None:
    nights = []
    for _ in range(2):
        with EmbeddedCloud(SimulatedClock(START), seed=3) as cloud:
            nights.append(night(cloud))
    assert nights[0] == nights[1]


def test_moto_is_as_it_was_when_the_cloud_is_closed() -> None:
    def insides() -> list[Any]:
        names = ("terminate", "instance_status", "get_tags")
        return [BaseResponse._dispatch, *(getattr(moto_instances.Instance, name) for name in names)]

    before = insides()
    with EmbeddedCloud(SimulatedClock(START)):
        assert insides() != before
    assert insides() == before


def test_a_new_cloud_is_empty() -> None:
    with EmbeddedCloud(SimulatedClock(START)) as cloud:
        night(cloud)
    with EmbeddedCloud(SimulatedClock(START)) as cloud:
        rds = cloud.client("rds", "111122223333", "eu-west-1")
        assert rds.describe_db_instances()["DBInstances"] == []
