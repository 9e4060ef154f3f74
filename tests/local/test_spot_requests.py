"""What is shown of the requests behind Spot Instances, from their launch to their end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.local.estate import Group, Site, add_ec2_instances, add_group
from chalicelib.local.mix import InstanceMix
from tests.local.members import resize
from tests.local.spot_sites import spot_ids

Wait = Callable[[timedelta], None]
Refusal = Callable[..., str]
MINUTE = timedelta(minutes=1)
STOPS = {
    "InstanceMarketOptions": {
        "MarketType": "spot",
        "SpotOptions": {"SpotInstanceType": "persistent", "InstanceInterruptionBehavior": "stop"},
    }
}


def requests(site: Site, name: str, *values: str) -> list[dict[str, Any]]:
    asked = [{"Name": name, "Values": list(values)}]
    return list(site.client("ec2").describe_spot_instance_requests(Filters=asked)["SpotInstanceRequests"])


def shown(site: Site, instance: str) -> tuple[str, str]:
    (request,) = requests(site, "instance-id", instance)
    return request["State"], request["Status"]["Code"]


def launched(site: Site, wait: Wait, launch: dict[str, Any] | None = None) -> str:
    [instance] = add_ec2_instances(site, 1, instance_type="c6i.large", spot=True, launch=launch)
    wait(5 * MINUTE)
    return instance


def test_a_request_is_over_with_the_notice_though_its_instance_runs_for_two_minutes(site: Site, wait: Wait) -> None:
    instance = launched(site, wait)
    assert shown(site, instance) == ("active", "fulfilled")
    noticed = site.cloud.clock.now()
    site.cloud.interrupt(site.account, site.region, instance)
    assert shown(site, instance) == ("closed", "instance-terminated-no-capacity")
    wait(MINUTE)
    (found,) = site.client("ec2").describe_instances(InstanceIds=[instance])["Reservations"]
    assert found["Instances"][0]["State"]["Name"] == "running"
    wait(5 * MINUTE)
    (request,) = requests(site, "instance-id", instance)
    assert (request["State"], request["Status"]["UpdateTime"]) == ("closed", noticed)
    assert "no Spot capacity available" in request["Status"]["Message"]


def test_a_request_whose_instance_stops_is_marked_and_then_disabled(site: Site, wait: Wait) -> None:
    instance = launched(site, wait, STOPS)
    site.cloud.interrupt(site.account, site.region, instance)
    assert shown(site, instance) == ("active", "marked-for-stop")
    wait(5 * MINUTE)
    assert shown(site, instance) == ("disabled", "instance-stopped-no-capacity")
    site.client("ec2").terminate_instances(InstanceIds=[instance])
    assert shown(site, instance) == ("cancelled", "instance-terminated-by-service")


def test_what_a_person_stops_and_starts_is_no_interruption(site: Site, wait: Wait) -> None:
    instance = launched(site, wait, STOPS)
    ec2 = site.client("ec2")
    ec2.stop_instances(InstanceIds=[instance])
    assert shown(site, instance) == ("disabled", "instance-stopped-by-user")
    wait(5 * MINUTE)
    ec2.start_instances(InstanceIds=[instance])
    assert shown(site, instance) == ("active", "fulfilled")
    ec2.terminate_instances(InstanceIds=[instance])
    assert shown(site, instance) == ("open", "instance-terminated-by-user")


def test_members_that_a_group_lets_go_are_terminated_by_their_user(site: Site, wait: Wait) -> None:
    add_group(site, Group("shrinking", 0, 2, 2, mix=InstanceMix(0, 0, ("m5.large",))))
    members = spot_ids(site, "shrinking")
    resize(site, "shrinking", DesiredCapacity=0)
    wait(5 * MINUTE)
    assert {shown(site, one) for one in members} == {("closed", "instance-terminated-by-user")}


def test_what_a_group_sends_away_after_its_notice_was_lost_to_the_notice(site: Site, wait: Wait) -> None:
    add_group(site, Group("noticed", 0, 1, 1, mix=InstanceMix(0, 0, ("m5.large",))))
    [member] = spot_ids(site, "noticed")
    site.cloud.interrupt(site.account, site.region, member)
    wait(MINUTE)
    resize(site, "noticed", DesiredCapacity=0)
    wait(5 * MINUTE)
    assert shown(site, member) == ("closed", "instance-terminated-no-capacity")


def test_requests_are_found_by_instance_state_and_code_and_come_in_pages(site: Site) -> None:
    ids = add_ec2_instances(site, 3, instance_type="r6i.large", spot=True)
    add_ec2_instances(site, 1, instance_type="r6i.large")
    site.cloud.interrupt(site.account, site.region, ids[0])
    ec2 = site.client("ec2")
    asked = [{"Name": "instance-id", "Values": [*ids, "i-unknown"]}, {"Name": "state", "Values": ["active"]}]
    pages = ec2.get_paginator("describe_spot_instance_requests").paginate(
        Filters=asked, PaginationConfig={"PageSize": 1}
    )
    found = [one for page in pages for one in page["SpotInstanceRequests"]]
    assert {one["InstanceId"] for one in found} == set(ids[1:])
    assert ids[0] in {one["InstanceId"] for one in requests(site, "status-code", "instance-terminated-no-capacity")}
    named = ec2.describe_spot_instance_requests(SpotInstanceRequestIds=[found[0]["SpotInstanceRequestId"]])
    assert [one["InstanceId"] for one in named["SpotInstanceRequests"]] == [found[0]["InstanceId"]]


@pytest.mark.parametrize(
    ("name", "values", "code"),
    [
        ("colour", ["blue"], "InvalidParameterValue"),
        ("instance-id", [f"i-{number}" for number in range(201)], "FilterLimitExceeded"),
    ],
)
def test_filters_that_aws_does_not_take_are_refused(
    site: Site, refusal: Refusal, name: str, values: list[str], code: str
) -> None:
    asked = [{"Name": name, "Values": values}]
    assert refusal(site.client("ec2").describe_spot_instance_requests, Filters=asked) == code
