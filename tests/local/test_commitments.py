"""The embedded cloud has no Savings Plans and no reservations, and says so; a refusal is one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError

from chalicelib.local.estate import Site

QUESTIONS: tuple[tuple[str, str, str], ...] = (
    ("savingsplans", "describe_savings_plans", "savingsPlans"),
    ("ec2", "describe_reserved_instances", "ReservedInstances"),
    ("rds", "describe_reserved_db_instances", "ReservedDBInstances"),
    ("redshift", "describe_reserved_nodes", "ReservedNodes"),
)


def question(site: Site, service: str, operation: str) -> Callable[[], dict[str, object]]:
    asked: Callable[[], dict[str, object]] = getattr(site.client(service), operation)
    return asked


@pytest.mark.parametrize(("service", "operation", "where"), QUESTIONS)
def test_there_are_none(site: Site, service: str, operation: str, where: str) -> None:
    assert question(site, service, operation)()[where] == []


@pytest.mark.parametrize(
    ("service", "operation", "denied"),
    [
        ("savingsplans", "describe_savings_plans", "DescribeSavingsPlans"),
        ("ec2", "describe_reserved_instances", "DescribeReservedInstances"),
    ],
)
def test_a_right_that_is_missing_is_told(site: Site, service: str, operation: str, denied: str) -> None:
    site.cloud.deny(site.account, denied)
    with pytest.raises(ClientError, match=r"AccessDenied|UnauthorizedOperation"):
        question(site, service, operation)()
    site.cloud.allow(site.account, denied)
