"""Lines of an hourly bill: what they are of, and the spans that they make."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from chalicelib.core.money.backfill import spans_billed
from chalicelib.core.money.billed import Usage
from tests.core.money.samples import at

EC2 = "ec2:eu-central-1:m5.large"
RDS = "rds:eu-central-1:db.m5.large"
NOT_SAID = "unknown:not-in-the-bill"
NINE = at(2, 9)


def usage(
    meter: str = "EUC1-BoxUsage:m5.large",
    operation: str = "RunInstances",
    description: str = "",
    *,
    begins: datetime = NINE,
    quantity: str = "1",
    resource: str = "i-1",
) -> Usage:
    ends = begins + timedelta(hours=1)
    return Usage(resource, begins, ends, Decimal(quantity), meter, operation, description, "eu-central-1")


@pytest.mark.parametrize(
    ("meter", "operation", "description", "rate"),
    [
        ("EUC1-BoxUsage:m5.large", "RunInstances", "", f"{EC2}:linux:shared:on-demand"),
        ("BoxUsage:m5.large", "RunInstances:0002", "", f"{EC2}:windows:shared:on-demand"),
        ("EUC1-DedicatedUsage:m5.large", "RunInstances:000g", "", f"{EC2}:suse:dedicated:on-demand"),
        (
            "EUC1-SpotUsage:m5.large",
            "RunInstances:SV002",
            "m5.large Linux/UNIX Spot Instance-hour in EU (Frankfurt)",
            f"{EC2}:linux:shared:on-demand",
        ),
        ("EUC1-BoxUsage:m5.large", "RunInstances:9999", "", NOT_SAID),
        ("EUC1-BoxUsage", "RunInstances", "", NOT_SAID),
        (
            "EUC1-InstanceUsage:db.m5.large",
            "CreateDBInstance:0014",
            "running PostgreSQL",
            f"{RDS}:postgres:none:single-az",
        ),
        ("EUC1-Multi-AZUsage:db.m5.large", "", "running MySQL", f"{RDS}:mysql:none:multi-az"),
        ("EUC1-InstanceUsage:db.m5.large", "", "running Aurora MySQL", f"{RDS}:aurora-mysql:none:member"),
        ("EUC1-InstanceUsage:db.m5.large", "", "running Oracle SE2 (BYOL)", NOT_SAID),
        ("EUC1-Fargate-ARM-vCPU-Hours:perCPU", "", "", "fargate:eu-central-1:vcpu:linux-arm:on-demand"),
        ("EUC1-SpotUsage-Fargate-GB-Hours", "", "", "fargate:eu-central-1:gb:linux:on-demand"),
        ("EUC1-Node:ra3.large", "RunComputeNode:0001", "", "redshift:eu-central-1:ra3.large:node"),
        ("", "", "$0.115 per On Demand Linux m5.large Instance Hour", f"{EC2}:linux:shared:on-demand"),
    ],
)
def test_a_line_tells_an_on_demand_rate_or_says_that_it_does_not(
    meter: str, operation: str, description: str, rate: str
) -> None:
    assert usage(meter, operation, description).rate == rate


@pytest.mark.parametrize("meter", ["EUC1-EBS:VolumeUsage.gp3", "EUC1-DataTransfer-Out-Bytes", "NatGateway-Hours", ""])
def test_a_line_of_anything_else_has_no_service(meter: str) -> None:
    assert usage(meter).service is None


def billed(*usages: Usage) -> list[tuple[datetime, datetime, str]]:
    return [(span.begins, span.ends, str(span.units)) for span in spans_billed("orders-qa", "web", "arn:1", usages)]


def test_hours_that_follow_on_each_other_are_one_span() -> None:
    lines = [usage(begins=at(2, hour)) for hour in (9, 10, 11, 14)]
    assert billed(*lines) == [(at(2, 9), at(2, 12), "1"), (at(2, 14), at(2, 15), "1")]


def test_a_part_of_an_hour_is_beside_the_hour_that_is_whole() -> None:
    lines = [usage(begins=at(2, hour), quantity=part) for hour, part in ((9, "0.25"), (10, "1"), (11, "0.5"))]
    assert billed(*lines) == [(at(2, 9, 45), at(2, 11, 30), "1")]


def test_an_hour_that_a_commitment_covers_in_part_is_one() -> None:
    assert billed(usage(quantity="0.4"), usage(quantity="0.6")) == [(at(2, 9), at(2, 10), "1")]


def test_members_run_beside_each_other() -> None:
    assert len(billed(usage(), usage(resource="i-2"))) == 2


def test_parts_of_a_task_are_units_for_the_whole_hour() -> None:
    meter = "EUC1-Fargate-vCPU-Hours:perCPU"
    assert billed(usage(meter, quantity="0.5")) == [(at(2, 9), at(2, 10), "0.5")]
