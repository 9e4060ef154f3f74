"""What keeps billing, and its price: a sum only where every part of it is known."""

from __future__ import annotations

from decimal import Decimal

import pytest

from chalicelib.core.keeps_billing import Held, Use, hourly, meter, monthly, total
from chalicelib.core.model import Location
from chalicelib.core.unit_prices import RATES, rate

VIRGINIA = Location("111122223333", "us-east-1")
FRANKFURT = Location("111122223333", "eu-central-1")
NAT = "arn:aws:ec2:us-east-1:111122223333:natgateway/nat-1"


def held(*uses: Use, location: Location = VIRGINIA) -> Held:
    return Held(NAT, "nat-1", location, uses)


@pytest.mark.parametrize(
    ("resource", "title"),
    [
        ("ec2:r:a:natgateway/nat-1", "NAT gateway"),
        ("ec2:r:a:elastic-ip/eipalloc-1", "Elastic IP address"),
        ("ec2:r:a:volume/vol-1", "EBS volume"),
        ("rds:r:a:db:orders", "RDS storage"),
        ("elasticloadbalancing:r:a:loadbalancer/app/shop/50dc6c495c0c9188", "load balancer"),
        ("elasticloadbalancing:r:a:loadbalancer/shop", "load balancer"),
        ("elasticache:r:a:cluster:sessions-001", "ElastiCache cluster"),
        ("es:r:a:domain/search", "OpenSearch domain"),
        ("kafka:r:a:cluster/events/8a1f-1", "MSK cluster"),
        ("eks:r:a:cluster/shop", "EKS control plane"),
    ],
)
def test_an_arn_tells_what_has_no_stop(resource: str, title: str) -> None:
    found = meter(f"arn:aws:{resource}")
    assert found is not None
    assert found.title == title
    assert found.why


@pytest.mark.parametrize("resource", ["ec2:r:a:instance/i-1", "eks:r:a:nodegroup/shop/n/1", "s3:::bucket"])
def test_what_can_be_stopped_or_costs_by_use_has_no_meter(resource: str) -> None:
    assert meter(f"arn:aws:{resource}") is None


@pytest.mark.parametrize(
    ("uses", "month"),
    [
        ((Use("nat-gateway"),), "32.85"),
        ((Use("public-ipv4"),), "3.65"),
        ((Use("eks-control-plane"),), "73.00"),
        ((Use("ebs.gp3.gb", Decimal(40)),), "3.20"),
        ((Use("ebs.io1.gb", Decimal(30)), Use("ebs.io1.iops", Decimal(300))), "23.25"),
        ((Use("rds.mysql.multi-az.gp2.gb", Decimal(30)),), "6.90"),
        ((), "0.00"),
    ],
)
def test_a_month_costs_what_the_price_list_says(uses: tuple[Use, ...], month: str) -> None:
    assert monthly(held(*uses)) == Decimal(month)


def test_an_hour_is_not_rounded() -> None:
    assert hourly(held(Use("ebs.gp3.gb", Decimal(1)))) == Decimal("0.08") / 730


@pytest.mark.parametrize(
    "unknown",
    [
        held(Use("elasticache.redis.cache.r7g.large")),
        held(Use("rds.oracle-ee.single-az.gp2.gb")),
        held(Use("nat-gateway"), Use("of-the-future")),
        held(Use("nat-gateway"), location=FRANKFURT),
        Held(NAT, "nat-1", VIRGINIA),
    ],
    ids=["type", "engine", "part", "region", "unmeasured"],
)
def test_an_unknown_price_is_never_zero(unknown: Held) -> None:
    assert hourly(unknown) is None
    assert monthly(unknown) is None
    assert total([unknown]).unknown == 1


def test_a_total_is_the_sum_of_what_is_shown_for_each() -> None:
    found = total([held(Use("ebs.gp3.gb", Decimal("0.11"))) for _ in range(3)] + [held(Use("nothing"))])
    assert (found.usd, found.unknown) == (Decimal("0.03"), 1)


def test_addresses_cost_the_same_in_every_region_but_those_with_lists_of_their_own() -> None:
    assert rate("public-ipv4", "eu-central-1") is not None
    assert rate("public-ipv4", "cn-north-1") is None
    assert rate("public-ipv4", "us-gov-west-1") is None


def test_every_rate_costs_something_and_says_where_it_was_read_and_when() -> None:
    for each in RATES.values():
        assert each.usd > 0
        assert each.source
        assert each.dated.year >= 2024


def test_a_rate_is_of_the_key_that_was_asked_for() -> None:
    found = rate("public-ipv4", "eu-central-1")
    assert found is not None
    assert found.key == "keep:eu-central-1:public-ipv4"


def test_what_is_the_same_for_any_engine_is_of_the_engine_that_was_asked_for() -> None:
    found = rate("rds.postgres.single-az.gp3.gb", "us-east-1")
    assert found is not None
    assert (found.key, found.usd) == ("keep:us-east-1:rds.postgres.single-az.gp3.gb", Decimal("0.115"))
