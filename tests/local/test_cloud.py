from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.local.clock import SimulatedClock
from chalicelib.local.cloud import EmbeddedCloud
from chalicelib.local.durations import USUAL_SECONDS, Durations, Journey
from chalicelib.local.estate import Site, add_ec2_instances, add_rds_instance, add_role
from chalicelib.local.gate import Call
from chalicelib.local.mix import InstanceMix
from chalicelib.local.transitions import Transitions

Refusal = Callable[..., str]
START = datetime(2026, 3, 2, 18, tzinfo=UTC)


def test_the_clock_never_goes_back() -> None:
    clock = SimulatedClock(START)
    with pytest.raises(ValueError, match="cannot go back"):
        clock.advance_to(START - timedelta(seconds=1))


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        SimulatedClock(datetime(2026, 3, 2))  # noqa: DTZ001  # the mistake under test


@given(st.integers(0, 5), st.sampled_from(list(Journey)), st.text(max_size=8), st.datetimes())
def test_a_journey_takes_its_usual_time_and_always_the_same(
    seed: int, journey: Journey, resource: str, at: datetime
) -> None:
    shortest, longest = USUAL_SECONDS[journey]
    taken = Durations(seed).of(journey, resource, at)
    assert timedelta(seconds=shortest) <= taken <= timedelta(seconds=longest)
    assert taken == Durations(seed).of(journey, resource, at)


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 50))))
def test_of_each_key_only_the_newest_change_happens_and_all_in_time_order(
    plans: list[tuple[str, int]],
) -> None:
    transitions, happened = Transitions(), []
    for key, seconds in plans:
        transitions.schedule(key, START + timedelta(seconds=seconds), lambda: None)
    while due := transitions.pop_due(START + timedelta(days=1)):
        happened.append(due[0])
    assert happened == sorted(START + timedelta(seconds=seconds) for seconds in dict(plans).values())


@given(st.integers(0, 200), st.integers(0, 50), st.integers(0, 100))
def test_the_base_is_on_demand_and_so_is_at_least_its_share_of_the_rest(desired: int, base: int, percent: int) -> None:
    on_demand = InstanceMix(base, percent).on_demand(desired)
    assert min(base, desired) <= on_demand <= desired
    assert (on_demand - min(base, desired)) * 100 >= max(0, desired - base) * percent


def test_calls_are_on_record_with_instant_account_and_region(site: Site) -> None:
    site.cloud.calls.clear()
    site.client("rds").describe_db_instances()
    site.client("ec2").describe_instances()
    now = site.cloud.clock.now()
    assert site.cloud.calls == [
        Call(now, site.account, site.region, "rds", "DescribeDBInstances"),
        Call(now, site.account, site.region, "ec2", "DescribeInstances"),
    ]
    assert site.cloud.call_counts()["rds", "DescribeDBInstances"] == 1


def test_accounts_and_regions_are_apart(cloud: EmbeddedCloud) -> None:
    here, there, abroad = (
        Site(cloud, "111122223333", "us-east-1"),
        Site(cloud, "444455556666", "us-east-1"),
        Site(cloud, "111122223333", "eu-west-1"),
    )
    assert ":111122223333:" in add_rds_instance(here, "mine")
    for other in (there, abroad):
        assert other.client("rds").describe_db_instances()["DBInstances"] == []


def assumed(cloud: EmbeddedCloud, **arguments: Any) -> Any:
    sts = cloud.client("sts", "999900001111", "us-east-1")
    keys = sts.assume_role(RoleSessionName="curfew", **arguments)["Credentials"]
    session = boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], "us-east-1")
    return session.client("sts", endpoint_url=cloud.endpoint_url)


def test_an_assumed_role_acts_in_its_own_account(cloud: EmbeddedCloud) -> None:
    arn = add_role(Site(cloud, "444455556666", "us-east-1"), "curfew", external_id="secret")
    client = assumed(cloud, RoleArn=arn, ExternalId="secret")
    assert client.get_caller_identity()["Account"] == "444455556666"


@pytest.mark.parametrize(
    "arguments", [{}, {"ExternalId": "wrong"}, {"RoleArn": "arn:aws:iam::444455556666:role/nobody"}], ids=str
)
def test_a_role_is_refused_without_its_external_id_and_when_it_does_not_exist(
    cloud: EmbeddedCloud, refusal: Refusal, arguments: dict[str, str]
) -> None:
    name = f"guarded-{len(str(arguments))}"
    arn = add_role(Site(cloud, "444455556666", "us-east-1"), name, external_id="secret")
    sts = cloud.client("sts", "999900001111", "us-east-1")
    call = {"RoleArn": arn, "RoleSessionName": "curfew", **arguments}
    assert refusal(sts.assume_role, **call) == "AccessDenied"


def test_only_one_of_many_threads_wins_a_conditional_write(site: Site) -> None:
    dynamodb = site.client("dynamodb")
    dynamodb.create_table(
        TableName="claims",
        AttributeDefinitions=[{"AttributeName": "name", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "name", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )

    def claim(worker: int) -> bool:
        item = {"name": {"S": "orders-qa"}, "worker": {"N": str(worker)}}
        try:
            dynamodb.put_item(
                TableName="claims",
                Item=item,
                ConditionExpression="attribute_not_exists(#name)",
                ExpressionAttributeNames={"#name": "name"},
            )
        except dynamodb.exceptions.ConditionalCheckFailedException:
            return False
        return True

    with ThreadPoolExecutor(8) as workers:
        assert sum(workers.map(claim, range(16))) == 1


def test_queues_work_beside_it(site: Site) -> None:
    sqs = site.client("sqs")
    url = sqs.create_queue(QueueName="pokes")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="orders-qa")
    [message] = sqs.receive_message(QueueUrl=url)["Messages"]
    assert message["Body"] == "orders-qa"
    assert site.cloud.call_counts()["sqs", "SendMessage"] == 1


def test_what_arrives_first_is_told_first_and_at_its_own_instant(site: Site) -> None:
    started = site.cloud.clock.now()
    instances = add_ec2_instances(site, 20)
    site.client("ec2").stop_instances(InstanceIds=instances)
    site.cloud.advance_to(started + timedelta(hours=1))
    stopped = [event["time"] for event in site.cloud.take_events() if event["detail"]["state"] == "stopped"]
    assert stopped == sorted(stopped)
    assert len(set(stopped)) > 1


def test_a_thousand_instances_come_back_in_one_answer(cloud: EmbeddedCloud) -> None:
    site = Site(cloud, "777788889999", "eu-central-1")
    instances = add_ec2_instances(site, 1000, tags={"Environment": "load"})
    filters = [{"Name": "tag:Environment", "Values": ["load"]}]
    answer = site.client("ec2").describe_instances(Filters=filters)
    assert sum(len(each["Instances"]) for each in answer["Reservations"]) == len(instances)
