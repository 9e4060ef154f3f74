"""What probably needs what, and why: never a circle, never a guess without its reason."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.order import cycle
from chalicelib.flows.discover import discover
from tests.fakes.clock import FakeClock
from tests.fakes.cloud import HERE, FakeCloud

QA = {"Environment": "orders-qa"}


@pytest.fixture
def cloud() -> FakeCloud:
    return FakeCloud(FakeClock())


def needs(cloud: FakeCloud) -> dict[str, dict[str, str]]:
    (environment,) = discover(cloud, (HERE,)).environments
    return {entry.key: {need.key: need.because for need in entry.needs} for entry in environment.entries}


def database(cloud: FakeCloud, id: str, group: str, tags: dict[str, str] | None = None) -> None:
    groups = [{"VpcSecurityGroupId": group}]
    cloud.add("rds-instance", id, tags=tags or QA, VpcSecurityGroups=groups, Endpoint={"Port": 5432})


def instance(cloud: FakeCloud, id: str, group: str = "sg-app", **tags: str) -> None:
    cloud.add("ec2-instance", id, tags={**QA, **tags}, SecurityGroups=[{"GroupId": group}])


def admits(cloud: FakeCloud, into: str, source: str, port: int | None = 5432) -> None:
    permission: dict[str, Any] = {"UserIdGroupPairs": [{"GroupId": source}]}
    permission |= {"FromPort": port, "ToPort": port} if port else {"IpProtocol": "-1"}
    cloud.answers["DescribeSecurityGroups"] = {"SecurityGroups": [{"GroupId": into, "IpPermissions": [permission]}]}


@pytest.mark.parametrize("port", [5432, None])
def test_a_database_whose_security_group_admits_an_instance_is_needed(cloud: FakeCloud, port: int | None) -> None:
    database(cloud, "orders-db", "sg-db")
    instance(cloud, "i-1")
    admits(cloud, "sg-db", "sg-app", port)
    because = "orders-db lets it in on port 5432: security group sg-db admits sg-app"
    assert needs(cloud) == {"ec2-instances": {"rds-instances": because}, "rds-instances": {}}


def test_of_two_databases_the_one_that_admits_it_is_needed(cloud: FakeCloud) -> None:
    database(cloud, "a", "sg-a", {**QA, "Tier": "orders"})
    database(cloud, "b", "sg-b", {**QA, "Tier": "billing"})
    instance(cloud, "i-1")
    admits(cloud, "sg-b", "sg-app")
    assert list(needs(cloud)["ec2-instances"]) == ["billing"]


def test_a_way_in_to_another_port_tells_nothing(cloud: FakeCloud) -> None:
    database(cloud, "orders-db", "sg-db")
    instance(cloud, "i-1")
    admits(cloud, "sg-db", "sg-app", 22)
    assert needs(cloud)["ec2-instances"] == {"rds-instances": "by kind: databases come first"}


def test_a_group_is_reached_as_its_members_are(cloud: FakeCloud) -> None:
    database(cloud, "orders-db", "sg-db")
    cloud.add("auto-scaling-group", "nodes", tags=QA)
    instance(cloud, "i-1", **{"aws:autoscaling:groupName": "nodes"})
    admits(cloud, "sg-db", "sg-app")
    assert "admits sg-app" in needs(cloud)["auto-scaling-groups"]["rds-instances"]


def test_a_tier_stands_on_the_nearest_below_it(cloud: FakeCloud) -> None:
    database(cloud, "orders-db", "sg-db")
    for id, tier in (("i-1", "web"), ("i-2", "app"), ("i-3", "cache")):
        instance(cloud, id, Tier=tier)
    assert needs(cloud) == {
        "web": {"app": "by tags: Tier=web stands on Tier=app"},
        "app": {"cache": "by tags: Tier=app stands on Tier=cache"},
        "cache": {"rds-instances": "by kind: databases come first"},
        "rds-instances": {},
    }


def test_an_instance_tagged_as_a_database_is_one(cloud: FakeCloud) -> None:
    instance(cloud, "i-1", Tier="database")
    instance(cloud, "i-2", Tier="app")
    assert needs(cloud) == {"app": {"database": "by tags: Tier=database is a database"}, "database": {}}


def test_alarms_need_nothing_and_are_not_needed(cloud: FakeCloud) -> None:
    instance(cloud, "i-1")
    cloud.add("cloudwatch-alarm", "cpu", tags=QA)
    assert needs(cloud)["ec2-instances"] == {}


TIERS = st.sampled_from(["", "web", "app", "cache", "database", "blue"])
PARTS = st.lists(st.tuples(st.sampled_from(["ec2-instance", "rds-instance", "auto-scaling-group"]), TIERS), min_size=1)


@given(parts=PARTS, admitted=st.sampled_from(["sg-ec2", "sg-rds"]))
def test_guesses_never_go_round_in_a_circle(parts: list[tuple[str, str]], admitted: str) -> None:
    cloud = FakeCloud(FakeClock())
    for number, (kind, tier) in enumerate(parts):
        fields: dict[str, Any] = {
            "ec2-instance": {"SecurityGroups": [{"GroupId": "sg-ec2"}]},
            "rds-instance": {"VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-rds"}]},
        }.get(kind, {})
        cloud.add(kind, f"{kind}-{number}", tags={**QA, **({"Tier": tier} if tier else {})}, **fields)
    admits(cloud, admitted, "sg-ec2", None)
    assert cycle({key: tuple(needed) for key, needed in needs(cloud).items()}) is None
