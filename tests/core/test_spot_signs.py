"""What AWS shows of Spot requests and launches, read as news of pools."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from chalicelib.core.group_memory import News, What
from chalicelib.core.pools import Pool
from chalicelib.core.shortage import Launch
from chalicelib.core.spot_signs import watched

NOW = datetime(2027, 3, 8, 12, tzinfo=UTC)
THEN = datetime(2027, 3, 8, 11, 58, tzinfo=UTC)
A, B = Pool("m5.large", "eu-central-1a"), Pool("m5a.large", "eu-central-1a")
KNOWN = {"i-1": A, "i-2": B}
TYPES = ("m5.large", "m5a.large")


def request(id: str, code: str = "fulfilled", state: str = "active") -> dict[str, object]:
    return {"InstanceId": id, "State": state, "Status": {"Code": code, "UpdateTime": THEN}}


def failed(message: str, zone: str = "eu-central-1a") -> dict[str, object]:
    details = json.dumps({"Availability Zone": zone})
    return {"StatusCode": "Failed", "StartTime": THEN, "StatusMessage": message, "Details": details, "Cause": ""}


def test_a_member_with_an_active_request_is_spot_and_shows_that_its_pool_has_capacity() -> None:
    seen = watched(KNOWN, TYPES, [request("i-1")], [], NOW)
    assert seen.spot == {"i-1": A}
    assert seen.news == (News(A, NOW, What.SEEN),)


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("marked-for-termination", "active"),
        ("instance-terminated-no-capacity", "closed"),
        ("instance-terminated-by-price", "closed"),
    ],
)
def test_a_member_that_is_taken_back_is_a_loss_when_it_is_marked(code: str, state: str) -> None:
    seen = watched(KNOWN, TYPES, [request("i-1", code, state)], [], NOW)
    assert (seen.spot, seen.news) == ({}, (News(A, THEN, What.LOST),))


def test_a_member_that_the_group_terminated_is_no_loss() -> None:
    seen = watched(KNOWN, TYPES, [request("i-1", "instance-terminated-by-user", "closed")], [], NOW)
    assert (seen.spot, seen.news) == ({}, ())


def test_a_failed_launch_refuses_every_type_in_that_zone() -> None:
    said = "Could not launch Spot Instances. UnfulfillableCapacity - Unable to fulfill capacity."
    news = watched(KNOWN, TYPES, [], [failed(said)], NOW).news
    assert news == (News(A, THEN, What.REFUSED), News(B, THEN, What.REFUSED))


def test_a_failed_launch_that_names_a_type_refuses_that_one() -> None:
    said = "Could not launch Spot Instances. We currently do not have sufficient m5a.large capacity."
    assert watched(KNOWN, TYPES, [], [failed(said)], NOW).news == (News(B, THEN, What.REFUSED),)


SHORT = "We currently do not have sufficient m5.large capacity in the Availability Zone you requested (eu-central-1a)."


@pytest.mark.parametrize(
    "said",
    [f"Could not launch On-Demand Instances. InsufficientInstanceCapacity - {SHORT}", f"{SHORT} Launching failed."],
)
def test_a_launch_on_demand_for_which_aws_has_no_capacity_is_a_shortage_and_says_nothing_of_spot(said: str) -> None:
    seen = watched(KNOWN, TYPES, [], [failed(said)], NOW)
    assert (seen.news, seen.launches) == ((), (Launch(THEN, succeeded=False),))


@pytest.mark.parametrize(
    "said",
    [
        f"Could not launch Spot Instances. InsufficientInstanceCapacity - {SHORT}",
        "Could not launch On-Demand Instances. VcpuLimitExceeded - You have requested more vCPU capacity.",
        "The security group 'sg-1' does not exist. Launching EC2 instance failed.",
    ],
)
def test_any_other_failure_is_no_shortage_of_on_demand(said: str) -> None:
    assert watched(KNOWN, TYPES, [], [failed(said)], NOW).launches == ()


def launched(id: str, what: str = "Launching a new EC2 instance") -> dict[str, object]:
    return {"StatusCode": "Successful", "StartTime": THEN, "Description": f"{what}: {id}", "Cause": ""}


def test_a_launch_that_brought_an_on_demand_member_shows_that_there_is_some() -> None:
    seen = watched(KNOWN, TYPES, [request("i-2")], [launched("i-1")], NOW)
    assert seen.on_demand == {"i-1"}
    assert seen.launches == (Launch(THEN, succeeded=True),)


@pytest.mark.parametrize("activity", [launched("i-2"), launched("i-9"), launched("i-1", "Terminating EC2 instance")])
def test_a_spot_launch_a_stranger_and_an_end_say_nothing_of_on_demand(activity: dict[str, object]) -> None:
    assert watched(KNOWN, TYPES, [request("i-2")], [activity], NOW).launches == ()


def test_a_member_that_is_being_taken_back_is_neither_spot_nor_on_demand() -> None:
    seen = watched(KNOWN, TYPES, [request("i-1", "marked-for-termination")], [], NOW)
    assert seen.spot == {}
    assert seen.on_demand == {"i-2"}


def test_a_member_that_is_replaced_for_being_at_risk_warns_of_its_pool() -> None:
    activity = {
        "StatusCode": "Successful",
        "StartTime": THEN,
        "Description": "Terminating EC2 instance: i-2",
        "Cause": "an instance was taken out of service in response to an EC2 instance rebalance recommendation.",
    }
    assert watched(KNOWN, TYPES, [], [activity], NOW).news == (News(B, THEN, What.WARNED),)
