"""What a bill charges for what is looked for in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from chalicelib.core.money.bill import CommitmentUse
from chalicelib.core.money.billed import Usage
from chalicelib.flows.billed import Sought, Stranger, found

HOUR = timedelta(hours=1)
NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)
PLACE = "eu-west-1:111122223333"
SERVER = f"arn:aws:ec2:{PLACE}:instance/i-1"
GROUP = f"arn:aws:autoscaling:{PLACE}:autoScalingGroup:0a1b:autoScalingGroupName/orders-nodes"
NODES = f"arn:aws:eks:{PLACE}:nodegroup/prod/blue/0a1b"
SERVICE = f"arn:aws:ecs:{PLACE}:service/apps/web"
DATABASE = f"arn:aws:rds:{PLACE}:db:orders"
CLUSTER = f"arn:aws:rds:{PLACE}:cluster:orders"


def wanted(arn: str = SERVER, **more: object) -> Sought:
    first, last = date(2026, 11, 1), date(2026, 11, 30)
    return replace(Sought("orders-qa", "web", arn, "UTC", first, last), **more)  # type: ignore[arg-type]


def line(resource: str, at: datetime = NOON, meter: str = "EU-BoxUsage:m5.large", **tags: str) -> Usage:
    named = {name.replace("__", ":"): value for name, value in tags.items()}
    region, account = PLACE.split(":")
    one = Decimal(1)
    return Usage(
        resource, at, at + HOUR, one, meter, "", "", region, account, named, Decimal("0.10"), False, Decimal(7)
    )


@pytest.mark.parametrize(
    ("arn", "of"),
    [
        (SERVER, line("i-1")),
        (SERVER, line(SERVER)),
        (GROUP, line("i-7", aws__autoscaling__groupName="orders-nodes")),
        (NODES, line("i-7", aws__eks__cluster_name="prod", eks__nodegroup_name="blue")),
        (
            SERVICE,
            line(
                f"arn:aws:ecs:{PLACE}:task/apps/1",
                meter="EU-Fargate-vCPU-Hours:perCPU",
                aws__ecs__clusterName="apps",
                aws__ecs__serviceName="web",
            ),
        ),
        (DATABASE, line(DATABASE, meter="EU-InstanceUsage:db.m5.large")),
    ],
    ids=["id", "arn", "group", "node group", "service", "database"],
)
def test_a_line_is_of_what_it_names_or_of_the_group_that_awss_tags_name(arn: str, of: Usage) -> None:
    told = found([wanted(arn)], [of, of], "november.csv")
    ((environment, resource, usd, source),) = [(c.environment, c.resource, c.usd, c.source) for c in told.charges]
    assert (environment, resource, usd, source) == ("orders-qa", "web", Decimal("0.20"), "november.csv")
    assert told.strangers == ()


def test_a_member_of_a_group_is_not_counted_by_itself_as_well() -> None:
    member = line("i-1", aws__autoscaling__groupName="orders-nodes")
    told = found([wanted(GROUP), wanted(SERVER, resource="search")], [member], "")
    assert {each.resource: each.usd for each in told.charges} == {"web": Decimal("0.10"), "search": 0}


def test_a_cluster_is_found_by_the_tags_that_select_it_as_bills_name_only_its_members() -> None:
    member = line(f"arn:aws:rds:{PLACE}:db:orders-1", meter="EU-InstanceUsage:db.r6g.large", user__tier="database")
    other = replace(member, tags={"user:tier": "reports"})
    told = found([wanted(CLUSTER, tags={"Tier": "database"})], [member, other], "")
    assert (told.charges[0].usd, len(told.strangers)) == (Decimal("0.10"), 1)
    assert found([wanted(CLUSTER)], [member], "").charges[0].usd == 0


def test_what_no_report_knows_is_told_apart_with_the_dearest_first() -> None:
    told = found([wanted()], [line("i-8"), line("i-9"), line("i-9")], "")
    assert [each.usd for each in told.charges] == [0]
    assert told.strangers == (
        Stranger("i-9", "111122223333", "eu-west-1", Decimal("0.20")),
        Stranger("i-8", "111122223333", "eu-west-1", Decimal("0.10")),
    )


def test_the_same_name_in_another_account_is_something_else() -> None:
    member = line("i-7", aws__autoscaling__groupName="orders-nodes")
    assert found([wanted(GROUP)], [replace(member, account="444455556666")], "").charges[0].usd == 0


def test_spot_is_compared_as_billed() -> None:
    told = found([wanted()], [line("i-1", meter="EU-SpotUsage:m5.large")], "")
    assert told.charges[0].usd == 7


@pytest.mark.parametrize(
    ("hours_on", "usd"),
    [
        (datetime(2026, 11, 4, 19, tzinfo=UTC), "0.10"),
        (datetime(2026, 11, 4, 20, tzinfo=UTC), "0"),
        (datetime(2026, 11, 6, 20, tzinfo=UTC), "0"),
        (datetime(2026, 11, 7, 20, tzinfo=UTC), "0.10"),
        (datetime(2026, 10, 31, 19, tzinfo=UTC), "0"),
        (datetime(2026, 10, 31, 20, tzinfo=UTC), "0.10"),
        (datetime(2026, 11, 30, 20, tzinfo=UTC), "0"),
    ],
)
def test_only_local_days_that_the_ledger_knows_are_compared(hours_on: datetime, usd: str) -> None:
    """In Dubai, four hours before UTC; 5 and 7 November are not computable."""
    unknown = frozenset({date(2026, 11, 5), date(2026, 11, 7)})
    told = found([wanted(timezone="Asia/Dubai", unknown=unknown)], [line("i-1", hours_on)], "")
    assert sum(each.usd for each in told.charges) == Decimal(usd)
    assert told.strangers == ()


def test_an_hour_in_which_the_day_ends_is_in_both() -> None:
    of = wanted(timezone="Asia/Kolkata", last=date(2026, 11, 3))
    told = found([of], [line("i-1", datetime(2026, 11, 3, 18, tzinfo=UTC))], "")
    assert told.charges[0].usd == Decimal("0.05")


def test_what_moved_from_one_environment_to_another_is_in_each_on_its_days() -> None:
    before, after = wanted(last=date(2026, 11, 3)), wanted(environment="billing", first=date(2026, 11, 4))
    told = found([before, after], [line("i-1"), line("i-1", NOON + timedelta(days=1))], "")
    assert [(each.environment, each.usd) for each in told.charges] == [
        ("billing", Decimal("0.10")),
        ("orders-qa", Decimal("0.10")),
    ]


def test_what_is_said_of_commitments_adds_up_by_its_times() -> None:
    hour = CommitmentUse(NOON, NOON + HOUR, Decimal("0.05"), Decimal("0.02"))
    month = replace(hour, ends=NOON + 700 * HOUR)
    told = found([], [hour, month, hour], "november.csv")
    twice = replace(hour, used=Decimal("0.10"), unused=Decimal("0.04"), source="november.csv")
    assert told.commitment_use == (twice, replace(month, source="november.csv"))


def test_a_line_that_does_not_say_what_it_cost_is_not_taken_for_nothing() -> None:
    with pytest.raises(ValueError, match="does not say what i-1 cost"):
        found([wanted()], [replace(line("i-1"), listed=None)], "")


def test_what_times_the_bill_is_of_is_told() -> None:
    told = found([], [line("i-1"), line("i-2", NOON + HOUR), line("i-3", NOON - HOUR)], "")
    assert (told.begins, told.ends) == (NOON - HOUR, NOON + 2 * HOUR)
