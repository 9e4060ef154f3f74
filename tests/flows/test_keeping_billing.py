"""Finding what keeps billing: every describe read, tags joined, refusals told."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from chalicelib.core.keeps_billing import Held, Use
from chalicelib.flows.keeping_billing import all_billing, keeping_billing, operations
from chalicelib.flows.meters import READINGS
from chalicelib.flows.ports import Refusal
from tests.fakes.clock import FakeClock
from tests.fakes.cloud import HERE, FakeCloud

ARN = "arn:aws:{}:eu-central-1:111122223333:{}"
QA = [{"Key": "Environment", "Value": "orders-qa"}]


@pytest.fixture
def cloud() -> FakeCloud:
    return FakeCloud(FakeClock())


def the_one(cloud: FakeCloud, **answers: Any) -> Held:
    cloud.answers.update(answers)
    (held,) = all_billing(cloud, HERE).held
    return held


@pytest.mark.parametrize(
    ("answers", "arn", "uses"),
    [
        (
            {"DescribeNatGateways": {"NatGateways": [{"NatGatewayId": "nat-1", "Tags": QA}]}},
            ("ec2", "natgateway/nat-1"),
            (Use("nat-gateway"),),
        ),
        (
            {"DescribeAddresses": {"Addresses": [{"PublicIp": "192.0.2.1", "AllocationId": "eipalloc-1"}]}},
            ("ec2", "elastic-ip/eipalloc-1"),
            (Use("public-ipv4"),),
        ),
        (
            {
                "DescribeLoadBalancers": {
                    "LoadBalancers": [
                        {
                            "LoadBalancerArn": ARN.format("elasticloadbalancing", "loadbalancer/net/shop/1"),
                            "LoadBalancerName": "shop",
                            "Type": "network",
                        }
                    ]
                }
            },
            ("elasticloadbalancing", "loadbalancer/net/shop/1"),
            (Use("load-balancer.network"),),
        ),
        (
            {"DescribeLoadBalancers": {"LoadBalancerDescriptions": [{"LoadBalancerName": "old"}]}},
            ("elasticloadbalancing", "loadbalancer/old"),
            (Use("load-balancer.classic"),),
        ),
        (
            {
                "DescribeCacheClusters": {
                    "CacheClusters": [
                        {
                            "CacheClusterId": "s",
                            "CacheNodeType": "cache.m4.large",
                            "NumCacheNodes": 3,
                            "Engine": "memcached",
                        }
                    ]
                }
            },
            ("elasticache", "cluster:s"),
            (Use("elasticache.memcached.cache.m4.large", Decimal(3)),),
        ),
        (
            {
                "ListDomainNames": {"DomainNames": [{"DomainName": "search"}]},
                "DescribeDomains": {
                    "DomainStatusList": [
                        {
                            "ARN": ARN.format("es", "domain/search"),
                            "DomainName": "search",
                            "ClusterConfig": {
                                "InstanceType": "c4.2xlarge.search",
                                "InstanceCount": 2,
                                "DedicatedMasterEnabled": True,
                                "DedicatedMasterType": "c4.8xlarge.search",
                                "DedicatedMasterCount": 3,
                            },
                            "EBSOptions": {"EBSEnabled": True, "VolumeType": "gp2", "VolumeSize": 50},
                        }
                    ]
                },
            },
            ("es", "domain/search"),
            (
                Use("opensearch.c4.2xlarge.search", Decimal(2)),
                Use("opensearch.c4.8xlarge.search", Decimal(3)),
                Use("opensearch.gp2.gb", Decimal(100)),
            ),
        ),
        (
            {
                "ListClustersV2": {
                    "ClusterInfoList": [
                        {
                            "ClusterArn": ARN.format("kafka", "cluster/events/1"),
                            "ClusterName": "events",
                            "Tags": {"Environment": "orders-qa"},
                            "Provisioned": {
                                "NumberOfBrokerNodes": 3,
                                "BrokerNodeGroupInfo": {
                                    "InstanceType": "kafka.t3.small",
                                    "StorageInfo": {"EbsStorageInfo": {"VolumeSize": 100}},
                                },
                            },
                        }
                    ]
                }
            },
            ("kafka", "cluster/events/1"),
            (Use("msk.kafka.t3.small", Decimal(3)), Use("msk.gb", Decimal(300))),
        ),
    ],
    ids=["nat", "address", "balancer", "classic", "cache", "domain", "brokers"],
)
def test_each_is_found_with_what_it_uses(
    cloud: FakeCloud, answers: dict[str, Any], arn: tuple[str, str], uses: tuple[Use, ...]
) -> None:
    held = the_one(cloud, **answers)
    assert held.arn == ARN.format(*arn)
    assert held.uses == uses
    assert held.meter.title


@pytest.mark.parametrize(
    ("volume", "uses"),
    [
        ({"VolumeType": "gp2", "Size": 8}, (Use("ebs.gp2.gb", Decimal(8)),)),
        ({"VolumeType": "gp3", "Size": 8, "Iops": 3000, "Throughput": 125}, (Use("ebs.gp3.gb", Decimal(8)),)),
        (
            {"VolumeType": "gp3", "Size": 8, "Iops": 4000, "Throughput": 250},
            (
                Use("ebs.gp3.gb", Decimal(8)),
                Use("ebs.gp3.iops", Decimal(1000)),
                Use("ebs.gp3.mbps", Decimal(125)),
            ),
        ),
        (
            {"VolumeType": "io1", "Size": 30, "Iops": 300},
            (Use("ebs.io1.gb", Decimal(30)), Use("ebs.io1.iops", Decimal(300))),
        ),
        (
            {"VolumeType": "io2", "Size": 30, "Iops": 300},
            (Use("ebs.io2.gb", Decimal(30)), Use("ebs.io2.iops", Decimal(300))),
        ),
        (
            {"VolumeType": "io2", "Size": 300, "Iops": 70000},
            (
                Use("ebs.io2.gb", Decimal(300)),
                Use("ebs.io2.iops", Decimal(32000)),
                Use("ebs.io2.iops-above-32000", Decimal(32000)),
                Use("ebs.io2.iops-above-64000", Decimal(6000)),
            ),
        ),
    ],
)
def test_a_volume_is_billed_for_its_size_and_what_was_provisioned(
    cloud: FakeCloud, volume: dict[str, Any], uses: tuple[Use, ...]
) -> None:
    assert the_one(cloud, DescribeVolumes={"Volumes": [{"VolumeId": "vol-1", **volume}]}).uses == uses


@pytest.mark.parametrize(
    ("fields", "uses"),
    [
        ({"StorageType": "gp2", "AllocatedStorage": 20}, (Use("rds.mysql.single-az.gp2.gb", Decimal(20)),)),
        (
            {"StorageType": "gp3", "AllocatedStorage": 20, "MultiAZ": True},
            (Use("rds.mysql.multi-az.gp3.gb", Decimal(20)),),
        ),
        (
            {"StorageType": "gp3", "AllocatedStorage": 399, "Iops": 3000, "StorageThroughput": 125},
            (Use("rds.mysql.single-az.gp3.gb", Decimal(399)),),
        ),
        (
            {"StorageType": "gp3", "AllocatedStorage": 400, "Iops": 12500, "StorageThroughput": 600},
            (
                Use("rds.mysql.single-az.gp3.gb", Decimal(400)),
                Use("rds.mysql.single-az.gp3.iops", Decimal(500)),
                Use("rds.mysql.single-az.gp3.mbps", Decimal(100)),
            ),
        ),
        (
            {"StorageType": "gp3", "AllocatedStorage": 400, "Iops": 3500, "Engine": "sqlserver-se"},
            (
                Use("rds.sqlserver-se.single-az.gp3.gb", Decimal(400)),
                Use("rds.sqlserver-se.single-az.gp3.iops", Decimal(500)),
            ),
        ),
        (
            {"StorageType": "io1", "AllocatedStorage": 100, "Iops": 1200, "MultiAZ": True},
            (Use("rds.mysql.multi-az.io1.gb", Decimal(100)), Use("rds.mysql.multi-az.io1.iops", Decimal(1200))),
        ),
        ({"StorageType": "gp3", "AllocatedStorage": 20, "AdditionalStorageVolumes": [{"VolumeName": "R"}]}, None),
        ({}, None),
    ],
)
def test_a_database_that_rests_still_pays_its_storage(
    cloud: FakeCloud, fields: dict[str, Any], uses: tuple[Use, ...] | None
) -> None:
    cloud.add("rds-instance", "orders-db", up=False, **{"Engine": "mysql", **fields})
    assert the_one(cloud).uses == uses


def test_the_storage_of_a_cluster_is_told_once_and_not_of_its_members(cloud: FakeCloud) -> None:
    cloud.add("rds-cluster", "orders")
    cloud.add("rds-instance", "orders-1", DBClusterIdentifier="orders")
    held = the_one(cloud)
    assert (held.id, held.uses) == ("orders", None)


def test_an_address_of_an_own_pool_costs_nothing(cloud: FakeCloud) -> None:
    own = {"PublicIp": "192.0.2.1", "AllocationId": "eipalloc-1", "PublicIpv4Pool": "ipv4pool-ec2-1"}
    cloud.answers["DescribeAddresses"] = {"Addresses": [own]}
    assert all_billing(cloud, HERE).held == ()


def test_what_one_service_refuses_is_told_beside_what_the_others_show(cloud: FakeCloud) -> None:
    cloud.answers["DescribeNatGateways"] = {"NatGateways": [{"NatGatewayId": "nat-1"}]}
    cloud.refusals["DescribeCacheClusters"] = Refusal("AccessDenied", "no")
    found = all_billing(cloud, HERE)
    assert [held.id for held in found.held] == ["nat-1"]
    (unseen,) = found.unseen
    assert (unseen.what, unseen.service, unseen.operation) == (
        "ElastiCache clusters",
        "elasticache",
        "DescribeCacheClusters",
    )


def test_without_the_tagging_api_resources_are_found_without_their_tags(cloud: FakeCloud) -> None:
    cloud.answers["ListClusters"] = {"clusters": ["shop"]}
    cloud.refusals["GetResources"] = Refusal("AccessDenied", "no")
    found = all_billing(cloud, HERE)
    assert [unseen.what for unseen in found.unseen] == ["tags"]


def test_an_environment_has_what_carries_its_tags_and_what_is_part_of_its_resources(cloud: FakeCloud) -> None:
    cloud.answers["DescribeNatGateways"] = {
        "NatGateways": [{"NatGatewayId": "nat-1", "Tags": QA}, {"NatGatewayId": "nat-2"}]
    }
    cloud.answers["DescribeVolumes"] = {
        "Volumes": [
            {"VolumeId": "vol-1", "VolumeType": "gp2", "Size": 8, "Attachments": [{"InstanceId": "i-1"}]},
            {"VolumeId": "vol-2", "VolumeType": "gp2", "Size": 8, "Attachments": [{"InstanceId": "i-2"}]},
        ]
    }
    found = keeping_billing(cloud, HERE, {"Environment": "orders-qa"}, {"i-1"})
    assert [held.id for held in found.held] == ["nat-1", "vol-1"]
    assert len(keeping_billing(cloud, HERE, {}).held) == 4


def test_every_operation_is_named_for_the_list_of_rights(cloud: FakeCloud) -> None:
    cloud.answers["ListDomainNames"] = {"DomainNames": [{"DomainName": "search"}]}
    all_billing(cloud, HERE)
    assert {operation for _, operation in operations()} == set(cloud.looks)
    assert len({reading.title for reading in READINGS}) == len(READINGS)


@pytest.mark.parametrize("more", [{"Iops": 4000}, {"Throughput": 250}])
def test_search_volumes_with_more_performance_than_comes_with_any_cannot_be_told(
    cloud: FakeCloud, more: dict[str, int]
) -> None:
    disk = {"EBSEnabled": True, "VolumeType": "gp3", "VolumeSize": 50, "Iops": 3000, "Throughput": 125, **more}
    domain = {"ARN": ARN.format("es", "domain/search"), "DomainName": "search", "EBSOptions": disk}
    nodes = {"InstanceType": "m6g.large.search", "InstanceCount": 2}
    listed = {"DomainNames": [{"DomainName": "search"}]}
    described = {"DomainStatusList": [{**domain, "ClusterConfig": nodes}]}
    assert the_one(cloud, ListDomainNames=listed, DescribeDomains=described).uses is None


def test_what_express_brokers_store_cannot_be_told(cloud: FakeCloud) -> None:
    brokers = {"NumberOfBrokerNodes": 3, "BrokerNodeGroupInfo": {"InstanceType": "express.m7g.large"}}
    cluster = {"ClusterArn": ARN.format("kafka", "cluster/events/1"), "ClusterName": "events", "Provisioned": brokers}
    assert the_one(cloud, ListClustersV2={"ClusterInfoList": [cluster]}).uses is None
