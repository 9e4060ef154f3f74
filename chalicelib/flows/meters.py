"""How to find what keeps billing, as data: which describes show it, and what of it is billed.

Tags come from the describe where it shows them, else from the Resource Groups Tagging API.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from chalicelib.core.arns import arn
from chalicelib.core.keeps_billing import Held, Use
from chalicelib.core.model import Location
from chalicelib.flows.billed_storage import database_storage, volume
from chalicelib.kinds.contract import Answer, Asked, Look, batches, pairs

PAGE = 1000
"""Largest page of EC2's describes. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNatGateways.html"""

DOMAINS_AT_ONCE = 5
"""Domains one describe may name.

https://docs.aws.amazon.com/opensearch-service/latest/APIReference/API_DescribeDomains.html
"""

SEARCH_GP3_FREE_IOPS, SEARCH_GP3_FREE_MBPS = 3000, 125
"""At least; larger volumes have more, and what lies between is not computable.

https://aws.amazon.com/opensearch-service/pricing/
"""


def _nothing_more(asked: Sequence[Asked]) -> tuple[Look, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Reading:
    """One look for what keeps billing; `title` is what people call what it shows."""

    title: str
    service: str
    look: Look
    read: Callable[[Location, Sequence[Answer]], Iterator[Held]]
    follow: Callable[[Sequence[Asked]], tuple[Look, ...]] = _nothing_more
    also: tuple[str, ...] = ()

    @property
    def operations(self) -> tuple[tuple[str, str], ...]:
        """Each operation that it asks for, with its service."""
        return tuple((self.service, operation) for operation in (self.look.operation, *self.also))


TAGS = Look(
    "GetResources",
    {
        "ResourceTypeFilters": [
            "elasticloadbalancing:loadbalancer",
            "elasticache:cluster",
            "es:domain",
            "eks:cluster",
        ],
        "ResourcesPerPage": 100,
    },
)
"""Of what is shown without its tags; asked of `resourcegroupstaggingapi`.

https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html
"""

TAGGING = "resourcegroupstaggingapi"


def tags_by_arn(answers: Sequence[Answer]) -> dict[str, dict[str, str]]:
    """The tags of each resource that the tagging API showed."""
    return {
        found["ResourceARN"]: pairs(found["Tags"])
        for answer in answers
        for found in answer.get("ResourceTagMappingList", ())
    }


def _each(answers: Sequence[Answer], key: str) -> Iterator[Mapping[str, Any]]:
    return (found for answer in answers for found in answer.get(key, ()))


def nat_gateways(location: Location, answers: Sequence[Answer]) -> Iterator[Held]:
    """NAT gateways; the traffic through them is billed besides."""
    for found in _each(answers, "NatGateways"):
        id = found["NatGatewayId"]
        tags = pairs(found.get("Tags", ()))
        yield Held(arn(location, "ec2", f"natgateway/{id}"), id, location, (Use("nat-gateway"),), tags)


def addresses(location: Location, answers: Sequence[Answer]) -> Iterator[Held]:
    """Elastic IP addresses, except those of an own pool, for which AWS bills nothing."""
    for found in _each(answers, "Addresses"):
        if found.get("PublicIpv4Pool", "amazon") == "amazon" and "AllocationId" in found:
            named = arn(location, "ec2", f"elastic-ip/{found['AllocationId']}")
            tags, instance = pairs(found.get("Tags", ())), found.get("InstanceId") or None
            yield Held(named, found["PublicIp"], location, (Use("public-ipv4"),), tags, instance)


def volumes(location: Location, answers: Sequence[Answer]) -> Iterator[Held]:
    """EBS volumes, attached or not."""
    for found in _each(answers, "Volumes"):
        id = found["VolumeId"]
        instance = next((each.get("InstanceId") for each in found.get("Attachments", ())), None)
        tags = pairs(found.get("Tags", ()))
        yield Held(arn(location, "ec2", f"volume/{id}"), id, location, volume(found), tags, instance)


def databases(location: Location, answers: Sequence[Answer]) -> Iterator[Held]:
    """The storage of databases that are no members of clusters."""
    for found in _each(answers, "DBInstances"):
        if not found.get("DBClusterIdentifier"):
            id, tags = found["DBInstanceIdentifier"], pairs(found.get("TagList", ()))
            yield Held(found["DBInstanceArn"], id, location, database_storage(found), tags, id)


def clusters(location: Location, answers: Sequence[Answer]) -> Iterator[Held]:
    """The storage of database clusters: a describe does not tell how much they use."""
    for found in _each(answers, "DBClusters"):
        id, tags = found["DBClusterIdentifier"], pairs(found.get("TagList", ()))
        yield Held(found["DBClusterArn"], id, location, None, tags, id)


def balancers(location: Location, answers: Sequence[Answer]) -> Iterator[Held]:
    """Application, Network and Gateway Load Balancers; capacity units are billed besides."""
    for found in _each(answers, "LoadBalancers"):
        uses = (Use(f"load-balancer.{found['Type']}"),)
        yield Held(found["LoadBalancerArn"], found["LoadBalancerName"], location, uses)


def classic_balancers(location: Location, answers: Sequence[Answer]) -> Iterator[Held]:
    """Classic Load Balancers; traffic is billed besides."""
    for found in _each(answers, "LoadBalancerDescriptions"):
        name = found["LoadBalancerName"]
        named = arn(location, "elasticloadbalancing", f"loadbalancer/{name}")
        yield Held(named, name, location, (Use("load-balancer.classic"),))


def caches(location: Location, answers: Sequence[Answer]) -> Iterator[Held]:
    """ElastiCache clusters."""
    for found in _each(answers, "CacheClusters"):
        nodes = Use(f"elasticache.{found['Engine']}.{found['CacheNodeType']}", Decimal(found["NumCacheNodes"]))
        named = found.get("ARN") or arn(location, "elasticache", f"cluster:{found['CacheClusterId']}")
        yield Held(named, found["CacheClusterId"], location, (nodes,))


def named_domains(asked: Sequence[Asked]) -> tuple[Look, ...]:
    """Describes of the domains that a list named."""
    names = [each["DomainName"] for one in asked for each in _each(one.answers, "DomainNames")]
    return tuple(Look("DescribeDomains", {"DomainNames": some}) for some in batches(names, DOMAINS_AT_ONCE))


def domains(location: Location, answers: Sequence[Answer]) -> Iterator[Held]:
    """OpenSearch domains: data nodes, dedicated masters, UltraWarm nodes and their volumes."""
    for found in _each(answers, "DomainStatusList"):
        uses = None if _tuned(found.get("EBSOptions", {})) else tuple(_domain(found))
        yield Held(found["ARN"], found["DomainName"], location, uses)


def _tuned(disk: Mapping[str, Any]) -> bool:
    """Whether its gp3 volumes may be billed for performance besides."""
    more = disk.get("Iops", 0) > SEARCH_GP3_FREE_IOPS or disk.get("Throughput", 0) > SEARCH_GP3_FREE_MBPS
    return disk.get("VolumeType") == "gp3" and more


def _domain(found: Mapping[str, Any]) -> Iterator[Use]:
    nodes, disk = found["ClusterConfig"], found.get("EBSOptions", {})
    count = Decimal(nodes.get("InstanceCount", 1))
    yield Use(f"opensearch.{nodes['InstanceType']}", count)
    for role in ("DedicatedMaster", "Warm"):
        if nodes.get(f"{role}Enabled"):
            yield Use(f"opensearch.{nodes[f'{role}Type']}", Decimal(nodes[f"{role}Count"]))
    if disk.get("EBSEnabled"):
        yield Use(f"opensearch.{disk['VolumeType']}.gb", count * Decimal(disk["VolumeSize"]))
        if disk["VolumeType"] == "io1":
            yield Use("opensearch.io1.iops", count * Decimal(disk["Iops"]))


def brokers(location: Location, answers: Sequence[Answer]) -> Iterator[Held]:
    """MSK clusters: brokers and their volumes; what serverless and Express ones cost depends on their use."""
    for found in _each(answers, "ClusterInfoList"):
        tags = dict(found.get("Tags", {}))
        yield Held(found["ClusterArn"], found["ClusterName"], location, _brokers(found.get("Provisioned")), tags)


def _brokers(found: Mapping[str, Any] | None) -> tuple[Use, ...] | None:
    if found is None or found["BrokerNodeGroupInfo"]["InstanceType"].startswith("express."):
        return None
    group, count = found["BrokerNodeGroupInfo"], Decimal(found["NumberOfBrokerNodes"])
    size = group.get("StorageInfo", {}).get("EbsStorageInfo", {}).get("VolumeSize", 0)
    return Use(f"msk.{group['InstanceType']}", count), Use("msk.gb", count * Decimal(size))


def control_planes(location: Location, answers: Sequence[Answer]) -> Iterator[Held]:
    """EKS control planes, at the price of standard support.

    https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html (extended support costs more)
    """
    for answer in answers:
        for name in answer.get("clusters", ()):
            yield Held(arn(location, "eks", f"cluster/{name}"), name, location, (Use("eks-control-plane"),))


READINGS: tuple[Reading, ...] = (
    Reading(
        "NAT gateways",
        "ec2",
        Look(
            "DescribeNatGateways",
            {"Filter": [{"Name": "state", "Values": ["pending", "available"]}], "MaxResults": PAGE},
        ),
        nat_gateways,
    ),
    Reading("Elastic IP addresses", "ec2", Look("DescribeAddresses", {}), addresses),
    Reading("EBS volumes", "ec2", Look("DescribeVolumes", {"MaxResults": PAGE}), volumes),
    Reading("RDS storage", "rds", Look("DescribeDBInstances", {"MaxRecords": 100}), databases),
    Reading("database cluster storage", "rds", Look("DescribeDBClusters", {"MaxRecords": 100}), clusters),
    Reading("load balancers", "elbv2", Look("DescribeLoadBalancers", {}), balancers),
    Reading("Classic Load Balancers", "elb", Look("DescribeLoadBalancers", {}), classic_balancers),
    Reading("ElastiCache clusters", "elasticache", Look("DescribeCacheClusters", {"MaxRecords": 100}), caches),
    Reading(
        "OpenSearch domains",
        "opensearch",
        Look("ListDomainNames", {}),
        domains,
        named_domains,
        also=("DescribeDomains",),
    ),
    Reading("MSK clusters", "kafka", Look("ListClustersV2", {}), brokers),
    Reading("EKS control planes", "eks", Look("ListClusters", {}), control_planes),
)
