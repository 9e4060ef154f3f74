"""What keeps billing, from what AWS shows of it to the books: it costs, and avoids exactly nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.core.model import Resource
from chalicelib.core.money.lines import NOTHING, Line, Parts
from chalicelib.core.money.rates import A_MONTH, Rate
from chalicelib.flows.closing import close
from chalicelib.flows.kept_ledger import KeptLedger
from chalicelib.flows.report import exported, report
from tests.fakes.rates import MemoryRates
from tests.flows.stage import Stage, definition

ARN = "arn:aws:{}:eu-central-1:111122223333:{}"
SERVER = "ec2:eu-central-1:m5.large:linux:shared:on-demand"
TAGS = {"Environment": "orders-qa"}
QA = [{"Key": "Environment", "Value": "orders-qa"}]
SAID = date(2027, 3, 1)


def volume(**fields: Any) -> dict[str, Any]:
    return {"DescribeVolumes": {"Volumes": [{"VolumeId": "vol-1", "Tags": QA, "Size": 100, **fields}]}}


def labelled(service: str, resource: str) -> dict[str, Any]:
    """What shows its tags only by way of the tagging API."""
    mapping = {"ResourceARN": ARN.format(service, resource), "Tags": QA}
    return {"resourcegroupstaggingapi:GetResources": {"ResourceTagMappingList": [mapping]}}


CACHE = {"CacheClusterId": "s", "CacheNodeType": "cache.m6g.large", "NumCacheNodes": 2, "Engine": "redis"}
BALANCER = {
    "LoadBalancerArn": ARN.format("elasticloadbalancing", "loadbalancer/app/orders/1"),
    "LoadBalancerName": "orders",
    "Type": "application",
}
BROKERS = {
    "ClusterArn": ARN.format("kafka", "cluster/events/1"),
    "ClusterName": "events",
    "Tags": TAGS,
    "Provisioned": {
        "NumberOfBrokerNodes": 2,
        "BrokerNodeGroupInfo": {
            "InstanceType": "kafka.m5.large",
            "StorageInfo": {"EbsStorageInfo": {"VolumeSize": 100}},
        },
    },
}
DOMAIN = {
    "ARN": ARN.format("es", "domain/search"),
    "DomainName": "search",
    "ClusterConfig": {"InstanceType": "m6g.large.search", "InstanceCount": 2},
    "EBSOptions": {"EBSEnabled": True, "VolumeType": "gp3", "VolumeSize": 50, "Iops": 3000, "Throughput": 125},
}
KEPT: dict[str, tuple[dict[str, Any], dict[str, tuple[str, int]], str]] = {
    "Elastic IP": (
        {"DescribeAddresses": {"Addresses": [{"PublicIp": "192.0.2.1", "AllocationId": "e", "Tags": QA}]}},
        {"public-ipv4": ("0.005", 1)},
        "0.12",
    ),
    "NAT gateway": (
        {"DescribeNatGateways": {"NatGateways": [{"NatGatewayId": "nat-1", "Tags": QA}]}},
        {"nat-gateway": ("0.052", 1)},
        "1.248",
    ),
    "load balancer": (
        {
            "DescribeLoadBalancers": {"LoadBalancers": [BALANCER]},
            **labelled("elasticloadbalancing", "loadbalancer/app/orders/1"),
        },
        {"load-balancer.application": ("0.027", 1)},
        "0.648",
    ),
    "EKS control plane": (
        {"ListClusters": {"clusters": ["orders"]}, **labelled("eks", "cluster/orders")},
        {"eks-control-plane": ("0.10", 1)},
        "2.40",
    ),
    "ElastiCache": (
        {"DescribeCacheClusters": {"CacheClusters": [CACHE]}, **labelled("elasticache", "cluster:s")},
        {"elasticache.redis.cache.m6g.large": ("0.15", 1)},
        "7.20",
    ),
    "OpenSearch": (
        {
            "ListDomainNames": {"DomainNames": [{"DomainName": "search"}]},
            "DescribeDomains": {"DomainStatusList": [DOMAIN]},
            **labelled("es", "domain/search"),
        },
        {"opensearch.m6g.large.search": ("0.15", 1), "opensearch.gp3.gb": ("0.1488", A_MONTH)},
        "7.68",
    ),
    "MSK": (
        {"ListClustersV2": {"ClusterInfoList": [BROKERS]}},
        {"msk.kafka.m5.large": ("0.25", 1), "msk.gb": ("0.124", A_MONTH)},
        "12.80",
    ),
    "EBS volume": (volume(VolumeType="gp2"), {"ebs.gp2.gb": ("0.124", A_MONTH)}, "0.40"),
    "fast EBS volume": (
        volume(VolumeType="gp3", Iops=4000, Throughput=225),
        {
            "ebs.gp3.gb": ("0.0930", A_MONTH),
            "ebs.gp3.iops": ("0.0062", A_MONTH),
            "ebs.gp3.mbps": ("0.0465", A_MONTH),
        },
        "0.65",
    ),
}
"""By what it is: AWS's answers, what its items cost (in dollars, for so many hours), and what a day in March does."""


def priced(items: dict[str, tuple[str, int]]) -> MemoryRates:
    rates = [
        Rate(f"keep:eu-central-1:{item}", Decimal(usd), "a test", SAID, hours) for item, (usd, hours) in items.items()
    ]
    return MemoryRates([*rates, Rate(SERVER, Decimal("0.10"), "a test", SAID)])


@pytest.fixture
def stage() -> Stage:
    """A server that Curfew stops every evening."""
    stage = Stage()
    stage.cloud.add("ec2-instance", "i-1", tags=TAGS)
    stage.apply(definition(Resource("server", "ec2-instance", tags=tuple(TAGS.items()))))
    stage.run_for(timedelta(minutes=5))
    return stage


def closed(stage: Stage, answers: dict[str, Any], rates: MemoryRates, days: int = 4) -> None:
    """So many days went by with this seen to keep billing, each closed in its turn."""
    stage.cloud.answers.update(answers)
    for _ in range(days):
        stage.clock.advance(timedelta(days=1))
        close(stage.world, rates)


def kept(stage: Stage) -> list[Line]:
    (booked,) = stage.store.booked("2027-03")
    return [line for line in booked.roll_up.lines if line.residual or line.residual_missing]


def full_days(lines: Iterable[Line]) -> list[Line]:
    """Those of days on which it was seen from the first minute on."""
    first = min(line.day for line in lines)
    return [line for line in lines if line.day > first]


@pytest.mark.parametrize("kind", KEPT)
def test_what_keeps_billing_costs_what_it_costs_and_avoids_exactly_nothing(stage: Stage, kind: str) -> None:
    answers, items, a_day = KEPT[kind]
    closed(stage, answers, priced(items))
    lines = full_days(kept(stage))
    assert [line.residual for line in lines] == [Decimal(a_day)] * 2
    for line in lines:
        assert (line.actual, line.seconds, line.avoided, line.basis) == (NOTHING, 0, Parts(), None)


@pytest.mark.parametrize("kind", KEPT)
def test_it_changes_nothing_of_what_else_was_avoided(kind: str) -> None:
    answers, items, _ = KEPT[kind]
    avoided = []
    for seen in ({}, answers):
        stage = Stage()
        stage.cloud.add("ec2-instance", "i-1", tags=TAGS)
        stage.apply(definition(Resource("server", "ec2-instance", tags=tuple(TAGS.items()))))
        stage.run_for(timedelta(minutes=5))
        closed(stage, seen, priced(items))
        total = report(replace(stage.world, ledger=KeptLedger(stage.store, lambda: None)), "2027-03").total
        avoided.append((total.actual, total.would_have, total.avoided))
    assert avoided[0] == avoided[1]


@pytest.mark.parametrize("kind", KEPT)
def test_without_one_of_its_rates_its_cost_is_not_computable_and_names_it(stage: Stage, kind: str) -> None:
    answers, items, _ = KEPT[kind]
    *others, last = items
    closed(stage, answers, priced({item: items[item] for item in others}))
    lines = kept(stage)
    assert lines
    for line in lines:
        assert (line.residual, line.residual_missing) == (NOTHING, (f"keep:eu-central-1:{last}",))


def test_the_storage_of_a_database_that_rests_keeps_billing_beside_it() -> None:
    stage = Stage()
    shown: dict[str, Any] = {
        "Engine": "postgres",
        "DBInstanceClass": "db.m6g.large",
        "StorageType": "gp3",
        "AllocatedStorage": 100,
    }
    stage.cloud.add("rds-instance", "orders-db", **shown)
    stage.apply(definition(Resource("database", "rds-instance", ids=("orders-db",))))
    stage.run_for(timedelta(minutes=5))
    closed(stage, {}, priced({"rds.postgres.single-az.gp3.gb": ("0.155", A_MONTH)}))
    lines = full_days(kept(stage))
    assert [line.resource for line in lines] == ["database", "database"]
    assert [line.residual for line in lines] == [Decimal("0.50")] * 2


def test_a_month_of_storage_costs_the_price_of_a_month_to_the_cent(stage: Stage) -> None:
    """In a month of 744 hours, which 730 would make 2 % dearer; of what was read at its beginning already."""
    stage.cloud.answers.update(volume(VolumeType="gp2"))
    rates = priced({"ebs.gp2.gb": ("0.119", A_MONTH)})
    stage.clock.set(datetime(2027, 4, 28, 12, tzinfo=UTC))
    close(stage.world, rates)
    while stage.clock.now() < datetime(2027, 6, 1, 12, tzinfo=UTC):
        stage.clock.advance(timedelta(days=1))
        close(stage.world, rates)
    world = replace(stage.world, ledger=KeptLedger(stage.store, lambda: None))
    assert report(world, "2027-05").total.residual == 1190


def test_what_was_exported_of_storage_is_computed_again(stage: Stage) -> None:
    answers, items, _ = KEPT["EBS volume"]
    closed(stage, answers, priced(items))
    world = replace(stage.world, ledger=KeptLedger(stage.store, lambda: None))
    assert exported(world, "2027-03").statement.snapshot == report(world, "2027-03").snapshot
