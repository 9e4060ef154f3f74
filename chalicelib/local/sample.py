"""What the sample organisation of schedules/ has in AWS, and where to find it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.local.cloud import EmbeddedCloud
from chalicelib.local.estate import (
    Group,
    Site,
    add_aurora_cluster,
    add_ec2_instances,
    add_group,
    add_rds_instance,
    add_role,
)
from chalicelib.local.mix import InstanceMix

EXTERNAL_ID = "sample-organisation"
ROLE = "curfew-member"


@dataclass(frozen=True, slots=True)
class Part:
    """One real resource behind a key of an environment; `sizes` are min, max and desired of a group."""

    environment: str
    key: str
    kind: str
    account: str
    region: str
    id: str
    sizes: tuple[int, int, int] | None = None


def build(cloud: EmbeddedCloud) -> tuple[Part, ...]:
    """Everything the sample schedules select exists and runs; answers where it is."""
    return tuple(part for make in (_shop, _orders, _billing, _lab, _search) for part in make(cloud))


def _shop(cloud: EmbeddedCloud) -> Iterator[Part]:
    """An EKS cluster as its nodes: three groups of 22 to 55, on-demand, mixed and spot, behind PostgreSQL."""
    site, name = Site(cloud, "111122223333", "ap-south-1"), "shop-qa"
    add_rds_instance(site, "shop-qa-postgres", size="db.r6g.xlarge")
    yield Part(name, "database", "rds-instance", site.account, site.region, "shop-qa-postgres")
    others = ("m6a.xlarge", "m7i.xlarge", "r5.xlarge")
    types = ("m5.xlarge", "m5a.xlarge", "m6i.xlarge")
    tags = {"kubernetes.io/cluster/shop-qa": "owned", "Environment": "shop-qa"}
    for group in (
        Group("shop-qa-on-demand", 22, 22, 30, "m5.xlarge", tags),
        Group("shop-qa-mixed", 20, 30, 45, "m5.xlarge", tags, InstanceMix(4, 50, types)),
        Group("shop-qa-spot", 30, 55, 80, "m5.xlarge", tags, InstanceMix(0, 0, others)),
    ):
        add_group(site, group)
        sizes = (group.minimum, group.maximum, group.desired)
        key = group.name.replace("shop-qa", "nodes")
        yield Part(name, key, "auto-scaling-group", site.account, site.region, group.name, sizes)


def _orders(cloud: EmbeddedCloud) -> Iterator[Part]:
    """A small one: a database and four servers, found by their tags."""
    site, name = Site(cloud, "111122223333", "eu-central-1"), "orders-dev"
    add_rds_instance(site, "orders-dev-mysql", engine="mysql", tags={"Environment": name, "Tier": "database"})
    yield Part(name, "database", "rds-instance", site.account, site.region, "orders-dev-mysql")
    for id in add_ec2_instances(site, 4, tags={"Environment": name, "Tier": "application"}):
        yield Part(name, "servers", "ec2-instance", site.account, site.region, id)


def _billing(cloud: EmbeddedCloud) -> Iterator[Part]:
    """An Aurora cluster and its workers, in another account and Region."""
    site, name = Site(cloud, "444455556666", "us-east-1"), "billing-staging"
    add_role(site, ROLE, EXTERNAL_ID)
    add_aurora_cluster(site, "billing-staging-aurora")
    yield Part(name, "database", "rds-cluster", site.account, site.region, "billing-staging-aurora")
    add_group(site, Group("billing-staging-workers", 2, 6, 12))
    yield Part(name, "workers", "auto-scaling-group", site.account, site.region, "billing-staging-workers", (2, 12, 6))


def _lab(cloud: EmbeddedCloud) -> Iterator[Part]:
    """A warehouse and three notebooks that somebody left running."""
    site, name = Site(cloud, "777788889999", "eu-central-1"), "data-lab"
    add_role(site, ROLE, EXTERNAL_ID)
    add_rds_instance(site, "data-lab-warehouse", size="db.m6g.2xlarge")
    yield Part(name, "warehouse", "rds-instance", site.account, site.region, "data-lab-warehouse")
    for id in add_ec2_instances(site, 3, tags={"Environment": name, "Role": "notebook"}):
        yield Part(name, "notebooks", "ec2-instance", site.account, site.region, id)


def _search(cloud: EmbeddedCloud) -> Iterator[Part]:
    """Two index servers and their nodes, only observed."""
    site, name = Site(cloud, "111122223333", "ap-south-1"), "search-qa"
    for id in add_ec2_instances(site, 2, tags={"Environment": name, "Role": "index"}):
        yield Part(name, "index", "ec2-instance", site.account, site.region, id)
    add_group(site, Group("search-qa-nodes", 2, 4, 8))
    yield Part(name, "nodes", "auto-scaling-group", site.account, site.region, "search-qa-nodes", (2, 8, 4))
