"""EC2 on its bad days: hibernation, types, spot, capacity, starts that come to nothing, lag."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.local.cloud import EmbeddedCloud
from chalicelib.local.estate import Site, add_ec2_instances

Wait = Callable[[timedelta], None]
Refusal = Callable[..., str]
A_WHILE = timedelta(minutes=4)
CAN_HIBERNATE = {"HibernationOptions": {"Configured": True}}
PERSISTENT = {
    "InstanceMarketOptions": {
        "MarketType": "spot",
        "SpotOptions": {"SpotInstanceType": "persistent", "InstanceInterruptionBehavior": "stop"},
    }
}


def described(site: Site, *filters: dict[str, Any]) -> list[dict[str, Any]]:
    answer = site.client("ec2").describe_instances(Filters=list(filters))
    return [each for group in answer["Reservations"] for each in group["Instances"]]


def shown(site: Site, instance_id: str) -> dict[str, Any]:
    (found,) = described(site, {"Name": "instance-id", "Values": [instance_id]})
    return found


def state(site: Site, instance_id: str) -> str:
    return str(shown(site, instance_id)["State"]["Name"])


def arn(site: Site, instance: str) -> str:
    return f"arn:aws:ec2:{site.region}:{site.account}:instance/{instance}"


def add(site: Site, **options: Any) -> str:
    (instance,) = add_ec2_instances(site, 1, **options)
    return instance


def asleep(site: Site, wait: Wait, **options: Any) -> str:
    instance = add(site, **options)
    site.client("ec2").stop_instances(InstanceIds=[instance])
    wait(A_WHILE)
    return instance


def test_a_stop_tells_who_asked_for_it_and_a_start_forgets_that(site: Site, wait: Wait) -> None:
    instance = asleep(site, wait)
    assert shown(site, instance)["StateReason"]["Code"] == "Client.UserInitiatedShutdown"
    site.client("ec2").start_instances(InstanceIds=[instance])
    assert "StateReason" not in shown(site, instance)


def test_what_can_hibernate_does_and_comes_back(site: Site, wait: Wait) -> None:
    instance = add(site, launch=CAN_HIBERNATE)
    assert shown(site, instance)["HibernationOptions"] == {"Configured": True}
    site.client("ec2").stop_instances(InstanceIds=[instance], Hibernate=True)
    wait(A_WHILE)
    assert (state(site, instance), shown(site, instance)["StateReason"]["Code"]) == (
        "stopped",
        "Client.UserInitiatedHibernate",
    )
    site.client("ec2").start_instances(InstanceIds=[instance])
    wait(A_WHILE)
    assert state(site, instance) == "running"


def test_one_that_was_not_launched_for_it_keeps_the_batch_from_hibernating(site: Site, refusal: Refusal) -> None:
    instances = [add(site, launch=CAN_HIBERNATE), add(site)]
    stop = site.client("ec2").stop_instances
    assert refusal(stop, InstanceIds=instances, Hibernate=True) == "UnsupportedHibernationConfiguration"
    assert {state(site, instance) for instance in instances} == {"running"}


def test_minutes_after_a_start_hibernation_has_to_wait(site: Site, wait: Wait, refusal: Refusal) -> None:
    instance = asleep(site, wait, launch=CAN_HIBERNATE)
    ec2 = site.client("ec2")
    ec2.start_instances(InstanceIds=[instance])
    wait(timedelta(minutes=1))
    assert refusal(ec2.stop_instances, InstanceIds=[instance], Hibernate=True) == "UnsupportedOperation"
    wait(A_WHILE)
    ec2.stop_instances(InstanceIds=[instance], Hibernate=True)


def change_type(site: Site, instance: str) -> Callable[[], Any]:
    change = site.client("ec2").modify_instance_attribute
    return lambda: change(InstanceId=instance, InstanceType={"Value": "m5a.large"})


def test_the_type_changes_only_while_it_is_stopped(site: Site, wait: Wait, refusal: Refusal) -> None:
    assert refusal(change_type(site, add(site))) == "IncorrectInstanceState"
    instance = asleep(site, wait)
    change_type(site, instance)()
    assert shown(site, instance)["InstanceType"] == "m5a.large"


def test_what_hibernates_keeps_its_type(site: Site, wait: Wait, refusal: Refusal) -> None:
    instance = add(site, launch=CAN_HIBERNATE)
    site.client("ec2").stop_instances(InstanceIds=[instance], Hibernate=True)
    wait(A_WHILE)
    assert refusal(change_type(site, instance)) == "UnsupportedOperation"


def test_spot_of_a_persistent_request_stops_and_starts_as_it_is(site: Site, wait: Wait, refusal: Refusal) -> None:
    instance = asleep(site, wait, launch=PERSISTENT)
    assert refusal(change_type(site, instance)) == "UnsupportedOperation"
    site.client("ec2").start_instances(InstanceIds=[instance])
    wait(A_WHILE)
    assert state(site, instance) == "running"


@pytest.mark.parametrize(("options", "kind"), [({"launch": PERSISTENT}, "persistent"), ({"spot": True}, "one-time")])
def test_a_spot_instance_names_its_request(site: Site, options: dict[str, Any], kind: str) -> None:
    request = shown(site, add(site, **options))["SpotInstanceRequestId"]
    only = [{"Name": "spot-instance-request-id", "Values": [request]}]
    (found,) = site.client("ec2").describe_spot_instance_requests(Filters=only)["SpotInstanceRequests"]
    assert (found["SpotInstanceRequestId"], found["Type"], found["State"]) == (request, kind, "active")


def test_stop_protection_is_shown_as_an_attribute_and_refuses(site: Site, refusal: Refusal) -> None:
    instance = add(site, launch={"DisableApiStop": True})
    ec2 = site.client("ec2")
    answer = ec2.describe_instance_attribute(InstanceId=instance, Attribute="disableApiStop")
    assert answer["DisableApiStop"] == {"Value": True}
    assert refusal(ec2.stop_instances, InstanceIds=[instance]) == "OperationNotPermitted"


def test_an_unknown_id_in_a_stop_is_named_and_fails_all_of_it(site: Site) -> None:
    instance = add(site)
    with pytest.raises(ClientError, match=r"The instance ID 'i-0000000000000000f' does not exist") as refused:
        site.client("ec2").stop_instances(InstanceIds=[instance, "i-0000000000000000f"])
    assert refused.value.response["Error"]["Code"] == "InvalidInstanceID.NotFound"
    assert state(site, instance) == "running"


@pytest.fixture
def out_of_m5(site: Site, cloud: EmbeddedCloud) -> Iterator[Callable[..., None]]:
    """AWS has no m5.large here, as the test says where and with which status."""
    made: list[str] = []

    def out(zone: str = "", http_status: int = 400) -> None:
        made.append(zone)
        cloud.insufficient_capacity(site.account, site.region, "m5.large", zone, http_status)

    yield out
    for zone in made:
        cloud.capacity_returns(site.account, site.region, "m5.large", zone)


@pytest.mark.parametrize("status", [400, 500])
def test_a_lack_of_capacity_comes_with_either_status(
    site: Site, wait: Wait, out_of_m5: Callable[..., None], status: int
) -> None:
    instance = asleep(site, wait)
    out_of_m5(http_status=status)
    with pytest.raises(ClientError) as refused:
        site.client("ec2").start_instances(InstanceIds=[instance])
    assert refused.value.response["Error"]["Code"] == "InsufficientInstanceCapacity"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


def test_a_lack_of_one_type_in_one_zone_leaves_others_alone(
    site: Site, wait: Wait, refusal: Refusal, out_of_m5: Callable[..., None]
) -> None:
    instance, other = asleep(site, wait), asleep(site, wait, instance_type="m5a.large")
    ec2 = site.client("ec2")
    out_of_m5(zone="ap-south-1z")
    ec2.start_instances(InstanceIds=[instance])
    wait(A_WHILE)
    ec2.stop_instances(InstanceIds=[instance])
    wait(A_WHILE)
    out_of_m5(zone=shown(site, instance)["Placement"]["AvailabilityZone"])
    assert refusal(ec2.start_instances, InstanceIds=[instance]) == "InsufficientInstanceCapacity"
    ec2.start_instances(InstanceIds=[other])


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("Client.InternalError", "Client.InternalError: Client error on launch"),
        ("Server.InsufficientInstanceCapacity", "Insufficient capacity"),
    ],
)
def test_a_start_that_is_dropped_tells_why_until_it_is_mended(site: Site, wait: Wait, code: str, words: str) -> None:
    instance = asleep(site, wait)
    site.cloud.drop_starts(arn(site, instance), code)
    site.client("ec2").start_instances(InstanceIds=[instance])
    assert state(site, instance) == "pending"
    wait(A_WHILE)
    found = shown(site, instance)
    assert (found["State"]["Name"], found["StateReason"]["Code"]) == ("stopped", code)
    assert words in found["StateReason"]["Message"]
    site.cloud.mend(arn(site, instance))
    site.client("ec2").start_instances(InstanceIds=[instance])
    wait(A_WHILE)
    assert state(site, instance) == "running"


@pytest.fixture
def lagging(cloud: EmbeddedCloud) -> Iterator[None]:
    cloud.lag_behind(timedelta(seconds=5))
    yield
    cloud.lag_behind(timedelta())


@pytest.mark.usefixtures("lagging")
def test_describes_show_the_state_from_before_a_call_for_some_seconds(site: Site, wait: Wait) -> None:
    instance = add(site)
    site.client("ec2").stop_instances(InstanceIds=[instance])
    assert state(site, instance) == "running"
    wait(timedelta(seconds=6))
    assert state(site, instance) == "stopping"


@pytest.mark.usefixtures("lagging")
def test_new_tags_are_found_some_seconds_later(site: Site, wait: Wait) -> None:
    instance = add(site)
    site.client("ec2").create_tags(Resources=[instance], Tags=[{"Key": "Late", "Value": "yes"}])
    only = {"Name": "tag:Late", "Values": ["yes"]}
    assert described(site, only) == []
    wait(timedelta(seconds=6))
    (found,) = described(site, only)
    assert found["InstanceId"] == instance


@pytest.mark.parametrize(
    ("name", "pattern", "found"),
    [
        ("orders-qa-1", "orders-*", True),
        ("orders-qa-1", "orders-qa-?", True),
        ("orders-qa-12", "orders-qa-?", False),
        ("orders-[a]", "orders-[a]", True),
        ("orders-a", "orders-[a]", False),
        ("orders*", r"orders\*", True),
        ("orders-qa", r"orders\*", False),
    ],
)
def test_filters_know_star_and_question_mark_and_the_backslash_before_them(
    site: Site, name: str, pattern: str, found: bool
) -> None:
    instance = add(site, tags={"Name": name})
    by_name = described(site, {"Name": "tag:Name", "Values": [pattern]})
    assert (instance in [one["InstanceId"] for one in by_name]) is found
    by_id = described(site, {"Name": "instance-id", "Values": [f"{instance[:-1]}?"]})
    assert instance in [one["InstanceId"] for one in by_id]
