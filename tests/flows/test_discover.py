"""From an account to environments: whatever is found is listed once or left out with its reason."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.core.model import Location
from chalicelib.flows.attribution import attributed
from chalicelib.flows.discover import Discovery, Environment, Heading, account_of, discover
from chalicelib.flows.errors import UnknownError
from chalicelib.flows.guesses import Entry
from chalicelib.flows.ports import Refusal
from tests.fakes.clock import FakeClock
from tests.fakes.cloud import HERE, FakeCloud

ELSEWHERE = Location("111122223333", "us-east-1")
QA = {"Environment": "orders-qa"}


@pytest.fixture
def cloud() -> FakeCloud:
    return FakeCloud(FakeClock())


def found(cloud: FakeCloud, by: str | None = None, locations: tuple[Location, ...] = (HERE,)) -> Discovery:
    return discover(cloud, locations, by)


def the_one(cloud: FakeCloud) -> Environment:
    (environment,) = found(cloud).environments
    return environment


def entry(cloud: FakeCloud, key: str) -> Entry:
    return {each.key: each for each in the_one(cloud).entries}[key]


def left(cloud: FakeCloud) -> list[tuple[Heading, str, str]]:
    return [(each.heading, each.found.sighting.id, each.because) for each in found(cloud).left_out]


def test_each_value_of_the_tag_is_an_environment_with_one_entry_a_kind(cloud: FakeCloud) -> None:
    cloud.add("rds-instance", "orders-db", tags=QA)
    cloud.add("ec2-instance", "i-1", tags=QA)
    cloud.add("ec2-instance", "i-2", tags=QA)
    cloud.add("auto-scaling-group", "shop-nodes", tags={"Environment": "shop-dev"})
    orders, shop = found(cloud).environments
    assert (orders.name, shop.name) == ("orders-qa", "shop-dev")
    assert [(each.key, each.tags, each.ids) for each in orders.entries] == [
        ("ec2-instances", (("Environment", "orders-qa"),), ()),
        ("rds-instances", (("Environment", "orders-qa"),), ()),
    ]
    assert [each.key for each in shop.entries] == ["auto-scaling-groups"]


def test_all_regions_count(cloud: FakeCloud) -> None:
    cloud.add("ec2-instance", "i-1", tags=QA)
    cloud.add("ec2-instance", "i-2", tags=QA, location=ELSEWHERE)
    (environment,) = found(cloud, locations=(HERE, ELSEWHERE)).environments
    assert environment.locations == (HERE, ELSEWHERE)


def test_the_tiers_of_a_kind_become_entries_of_their_own(cloud: FakeCloud) -> None:
    cloud.add("ec2-instance", "i-1", tags={**QA, "Tier": "Web"})
    cloud.add("ec2-instance", "i-2", tags={**QA, "Tier": "app"})
    assert entry(cloud, "web").tags == (("Environment", "orders-qa"), ("Tier", "Web"))
    assert entry(cloud, "app").tags == (("Environment", "orders-qa"), ("Tier", "app"))


def test_where_one_lacks_its_tier_the_kind_stays_whole(cloud: FakeCloud) -> None:
    cloud.add("ec2-instance", "i-1", tags={**QA, "Tier": "web"})
    cloud.add("ec2-instance", "i-2", tags=QA)
    assert len(entry(cloud, "ec2-instances").members) == 2


def test_one_tier_only_names_the_entry_and_selects_no_less(cloud: FakeCloud) -> None:
    cloud.add("rds-instance", "orders-db", tags={**QA, "Tier": "database"})
    assert entry(cloud, "database").tags == (("Environment", "orders-qa"),)


def test_two_kinds_of_one_tier_have_two_names(cloud: FakeCloud) -> None:
    cloud.add("ec2-instance", "i-1", tags={**QA, "Tier": "app"})
    cloud.add("auto-scaling-group", "nodes", tags={**QA, "Tier": "app"})
    assert {each.key for each in the_one(cloud).entries} == {"app-ec2-instance", "app-auto-scaling-group"}


@pytest.mark.parametrize(
    ("kind", "tags", "fields", "heading", "because"),
    [
        ("ec2-instance", {"Environment": "prod"}, {}, Heading.PRODUCTION, "Environment=prod"),
        ("ec2-instance", {**QA, "Stage": "live"}, {}, Heading.PRODUCTION, "Stage=live"),
        ("ec2-instance", {**QA, "curfew:never": ""}, {}, Heading.INELIGIBLE, "tagged curfew:never"),
        ("ec2-instance", {**QA, "Schedule": "office"}, {}, Heading.ELSEWHERE, "Instance Scheduler on AWS has it"),
        ("ec2-instance", {"env": "qa"}, {}, Heading.UNTAGGED, "no tag Environment, but env=qa"),
        ("ec2-instance", {"Environment": "--"}, {}, Heading.UNTAGGED, "Environment=-- can name no environment"),
        (
            "ec2-instance",
            {**QA, "environment": "shop"},
            {},
            Heading.TWICE,
            "Environment=orders-qa, and environment=shop",
        ),
        ("ec2-instance", {"Environment": "Orders-QA"}, {}, Heading.TWICE, "where others have Environment=orders-qa"),
        (
            "rds-instance",
            QA,
            {"DBClusterIdentifier": "orders", "Engine": "aurora-mysql"},
            Heading.INELIGIBLE,
            "it is a member of the cluster orders",
        ),
    ],
)
def test_what_no_file_should_list_is_left_out_with_its_reason(
    cloud: FakeCloud, kind: str, tags: dict[str, str], fields: dict[str, Any], heading: Heading, because: str
) -> None:
    cloud.add("ec2-instance", "i-1", tags=QA)
    cloud.add("ec2-instance", "i-2", tags=QA)
    cloud.add(kind, "the-other", tags=tags, **fields)
    (spared,) = found(cloud).left_out
    assert (spared.heading, spared.found.sighting.id) == (heading, "the-other")
    assert because in spared.because
    assert "the-other" not in [each.sighting.id for each in the_one(cloud).members]


def test_the_same_name_spelt_alike_in_two_tags_is_one_owner(cloud: FakeCloud) -> None:
    cloud.add("ec2-instance", "i-1", tags={**QA, "environment": "Orders QA"})
    assert left(cloud) == []


def test_members_of_groups_are_left_to_their_groups_and_do_not_spoil_the_tags(cloud: FakeCloud) -> None:
    cloud.add("ec2-instance", "i-1", tags=QA)
    cloud.add("ec2-instance", "i-2", tags={**QA, "aws:autoscaling:groupName": "nodes"})
    instances = entry(cloud, "ec2-instances")
    assert [each.sighting.id for each in instances.members] == ["i-1"]
    assert (instances.ids, instances.note) == ((), "has these tags too and is left alone: i-2")


def test_where_the_tags_would_also_select_what_must_not_be_listed_ids_are_named(cloud: FakeCloud) -> None:
    cloud.add("ec2-instance", "i-1", tags=QA)
    cloud.add("ec2-instance", "i-2", tags={**QA, "Schedule": "office"})
    instances = entry(cloud, "ec2-instances")
    assert (instances.tags, instances.ids) == ((), ("i-1",))
    assert "i-2" in instances.note


def test_an_environment_of_which_nothing_can_be_stopped_gets_no_file(cloud: FakeCloud) -> None:
    cloud.add("ec2-instance", "i-2", tags={**QA, "aws:autoscaling:groupName": "nodes"})
    cloud.add("cloudwatch-alarm", "cpu", tags=QA)
    assert found(cloud).environments == ()


def test_untagged_alarms_are_not_told(cloud: FakeCloud) -> None:
    cloud.add("ec2-instance", "i-1", tags=QA)
    cloud.add("cloudwatch-alarm", "cpu")
    assert left(cloud) == []


def test_a_tag_that_was_asked_for_groups(cloud: FakeCloud) -> None:
    cloud.add("ec2-instance", "i-1", tags={**QA, "App": "orders"})
    discovered = found(cloud, by="App")
    assert [each.name for each in discovered.environments] == ["orders"]
    assert discovered.because == "App was asked for"


def test_a_tag_that_nothing_has_is_told_with_those_there_are(cloud: FakeCloud) -> None:
    cloud.add("ec2-instance", "i-1", tags=QA)
    with pytest.raises(UnknownError, match="nothing here has the tag Enviroment; the tags here are Environment"):
        found(cloud, by="Enviroment")


def test_an_account_without_such_tags_has_everything_untagged(cloud: FakeCloud) -> None:
    cloud.add("ec2-instance", "i-1", tags={"Name": "a"})
    discovered = found(cloud)
    assert (discovered.tag, discovered.environments) == (None, ())
    assert [each.heading for each in discovered.left_out] == [Heading.UNTAGGED]


def test_what_one_kind_is_refused_keeps_no_other_from_being_found(cloud: FakeCloud) -> None:
    cloud.add("ec2-instance", "i-1", tags=QA)
    cloud.add("rds-instance", "orders-db", tags=QA)
    cloud.refusals["DescribeDBInstances"] = Refusal("AccessDenied", "not yours")
    discovered = found(cloud)
    assert [each.key for each in discovered.environments[0].entries] == ["ec2-instances"]
    assert ("RDS databases", "DescribeDBInstances") in [(each.what, each.operation) for each in discovered.unseen]


def test_owners_and_cost_centers_come_from_tags(cloud: FakeCloud) -> None:
    cloud.add("ec2-instance", "i-1", tags={**QA, "Owner": "Orders Team", "CostCenter": "CC-210"})
    environment = the_one(cloud)
    assert environment.owner == ("Owner", "Orders Team")
    assert environment.cost_center == ("CostCenter", "CC-210")


def test_everything_is_in_one_place_only(cloud: FakeCloud) -> None:
    for number, tags in enumerate([QA, {**QA, "Tier": "db"}, {}, {"Environment": "prod"}, {"Environment": "shop"}]):
        cloud.add("ec2-instance", f"i-{number}", tags=tags)
        cloud.add("rds-instance", f"db-{number}", tags=tags)
    discovered = found(cloud)
    listed = [each.sighting.arn for environment in discovered.environments for each in environment.members]
    spared = [each.found.sighting.arn for each in discovered.left_out]
    assert sorted([*listed, *spared]) == sorted(cloud.things)


def test_nothing_is_ever_changed(cloud: FakeCloud) -> None:
    cloud.add("ec2-instance", "i-1", tags=QA)
    found(cloud)
    assert cloud.made == []


def test_the_account_is_that_of_the_keys(cloud: FakeCloud) -> None:
    cloud.answers["GetCallerIdentity"] = {"Account": "111122223333"}
    assert account_of(cloud, "eu-central-1") == "111122223333"
    cloud.refusals["GetCallerIdentity"] = Refusal("ExpiredToken", "log in")
    assert account_of(cloud, "eu-central-1") == Refusal("ExpiredToken", "log in")


def test_what_keeps_billing_belongs_to_the_environment_that_it_is_part_of_or_tagged_for(cloud: FakeCloud) -> None:
    cloud.add("ec2-instance", "i-1", tags=QA)
    cloud.add("ec2-instance", "i-2", tags={**QA, "aws:autoscaling:groupName": "nodes"})
    cloud.answers["DescribeVolumes"] = {
        "Volumes": [
            {"VolumeId": f"vol-{id}", "VolumeType": "gp2", "Size": 8, "Attachments": [{"InstanceId": f"i-{id}"}]}
            for id in (1, 2)
        ]
    }
    labels = {"nat-1": "orders-qa", "nat-2": "prod", "nat-3": "other"}
    cloud.answers["DescribeNatGateways"] = {
        "NatGateways": [
            {"NatGatewayId": id, "Tags": [{"Key": "Environment", "Value": value}]} for id, value in labels.items()
        ]
    }
    discovered = found(cloud)
    owned = [(name, held.id) for name, held in attributed(discovered.held, discovered.environments)]
    assert owned == [("orders-qa", "nat-1"), (None, "nat-3"), ("orders-qa", "vol-1")]
