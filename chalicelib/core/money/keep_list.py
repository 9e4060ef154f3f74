"""What the AWS Price List is asked for an item that keeps billing: for each one product, told by its usage type.

Usage types are those of bills, and names of families those of the list:
https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-price-list-query-api.html
https://docs.aws.amazon.com/cur/latest/userguide/Lineitem-columns.html (line_item_usage_type)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from chalicelib.core.money.question import Question

BALANCERS = {
    "application": ("Load Balancer-Application", "LoadBalancing:Application"),
    "network": ("Load Balancer-Network", "LoadBalancing:Network"),
    "gateway": ("Load Balancer-Gateway", "LoadBalancing:Gateway"),
    "classic": ("Load Balancer", "LoadBalancing"),
}
"""Product family and operation by the type in an answer of DescribeLoadBalancers."""

VOLUMES = {
    "gp2.gb": ("Storage", "EBS:VolumeUsage.gp2"),
    "gp3.gb": ("Storage", "EBS:VolumeUsage.gp3"),
    "gp3.iops": ("System Operation", "EBS:VolumeP-IOPS.gp3"),
    "gp3.mbps": ("Provisioned Throughput", "EBS:VolumeP-Throughput.gp3"),
    "io1.gb": ("Storage", "EBS:VolumeUsage.piops"),
    "io1.iops": ("System Operation", "EBS:VolumeP-IOPS.piops"),
    "io2.gb": ("Storage", "EBS:VolumeUsage.io2"),
    "io2.iops": ("System Operation", "EBS:VolumeP-IOPS.io2"),
    "io2.iops-above-32000": ("System Operation", "EBS:VolumeP-IOPS.io2.tier2"),
    "io2.iops-above-64000": ("System Operation", "EBS:VolumeP-IOPS.io2.tier3"),
    "st1.gb": ("Storage", "EBS:VolumeUsage.st1"),
    "sc1.gb": ("Storage", "EBS:VolumeUsage.sc1"),
    "standard.gb": ("Storage", "EBS:VolumeUsage"),
}
"""Product family and usage type of EBS by the rest of the item. https://aws.amazon.com/ebs/pricing/"""

DATABASE_VOLUMES = {
    "gp2.gb": ("Database Storage", "GP2-Storage"),
    "gp3.gb": ("Database Storage", "GP3-Storage"),
    "gp3.iops": ("Provisioned IOPS", "GP3-PIOPS"),
    "gp3.mbps": ("Provisioned Throughput", "GP3-Throughput"),
    "io1.gb": ("Database Storage", "PIOPS-Storage"),
    "io1.iops": ("Provisioned IOPS", "PIOPS"),
    "io2.gb": ("Database Storage", "PIOPS-Storage-IO2"),
    "standard.gb": ("Database Storage", "StorageUsage"),
}
"""Product family and end of the usage type of RDS. https://aws.amazon.com/rds/pricing/"""

ANY = "Any"
"""The engine of products that are the same for each. Some Regions list them by engine, some so, some both."""

DATABASE_ENGINES = {
    "mysql": "MySQL",
    "mariadb": "MariaDB",
    "postgres": "PostgreSQL",
    "oracle": "Oracle",
    "sqlserver": "SQL Server",
    "db2": "Db2",
}
"""By how the engine's name in the API begins; one edition's storage costs what another's does."""

CACHES = {"redis": "Redis", "memcached": "Memcached", "valkey": "Valkey"}

SEARCH_VOLUMES = {
    "gp2.gb": "ES:GP2-Storage",
    "gp3.gb": "ES:GP3-Storage",
    "io1.gb": "ES:PIOPS-Storage",
    "io1.iops": "ES:PIOPS",
    "standard.gb": "ES:Magnetic-Storage",
}

KAFKA = (("productFamily", "Managed Streaming for Apache Kafka (MSK)"),)


def keep_question(region: str, item: str) -> Question | str:
    """What the list is asked for the item (of core.unit_prices) in the Region; or why it cannot be, for people."""
    name, _, rest = item.partition(".")
    asked = BY_ITEM.get(name)
    found = asked(region, rest) if asked else None
    return found or f"it is not known what the price list calls {item}"


def _ask(service: str, region: str, usage: str, **filters: str) -> Question:
    return Question(service, (("regionCode", region), *filters.items()), usage=usage)


def _gateway(region: str, _: str) -> Question:
    return _ask("AmazonEC2", region, "NatGateway-Hours", productFamily="NAT Gateway", operation="NatGateway")


def _address(region: str, _: str) -> Question:
    """In use, which costs what it costs idle.

    https://aws.amazon.com/blogs/aws/new-aws-public-ipv4-address-charge-public-ip-insights/
    """
    return _ask("AmazonVPC", region, "PublicIPv4:InUseAddress", group="VPCPublicIPv4Address")


def _control_plane(region: str, _: str) -> Question:
    return _ask("AmazonEKS", region, "AmazonEKS-Hours:perCluster")


def _balancer(region: str, kind: str) -> Question | None:
    if kind not in BALANCERS:
        return None
    family, operation = BALANCERS[kind]
    return _ask("AWSELB", region, "LoadBalancerUsage", productFamily=family, operation=operation)


def _volume(region: str, part: str) -> Question | None:
    if part not in VOLUMES:
        return None
    family, usage = VOLUMES[part]
    return _ask("AmazonEC2", region, usage, productFamily=family, volumeApiName=part.partition(".")[0])


def _database(region: str, rest: str) -> Question | None:
    """ENGINE.DEPLOYMENT.TYPE.gb|iops|mbps. A standby doubles what is stored, and has products of its own."""
    engine, deployment, part = (*rest.split(".", 2), "", "")[:3]
    name = DATABASE_ENGINES.get(engine.partition("-")[0])
    if name is None or part not in DATABASE_VOLUMES:
        return None
    mirrored = "Mirror-" if name == "SQL Server" else "Multi-AZ-"
    family, usage = DATABASE_VOLUMES[part]
    filters = (("regionCode", region), ("productFamily", family))
    before = {"single-az": "", "multi-az": mirrored}.get(deployment)
    return None if before is None else Question("AmazonRDS", filters, (), f"RDS:{before}{usage}", (name, ANY))


def _cache(region: str, rest: str) -> Question | None:
    engine, _, node = rest.partition(".")
    if engine not in CACHES:
        return None
    return _ask("AmazonElastiCache", region, f"NodeUsage:{node}", instanceType=node, cacheEngine=CACHES[engine])


def _search(region: str, rest: str) -> Question:
    if rest in SEARCH_VOLUMES:
        return _ask("AmazonES", region, SEARCH_VOLUMES[rest], productFamily="Amazon OpenSearch Service Volume")
    node = rest.removesuffix(".search").removesuffix(".elasticsearch")
    return _ask("AmazonES", region, f"ESInstance:{node}", instanceType=f"{node}.search")


def _kafka(region: str, rest: str) -> Question:
    usage = "Kafka.Storage.GP2" if rest == "gb" else rest.capitalize()
    return Question("AmazonMSK", (("regionCode", region), *KAFKA), usage=usage)


BY_ITEM: Mapping[str, Callable[[str, str], Question | None]] = {
    "nat-gateway": _gateway,
    "public-ipv4": _address,
    "eks-control-plane": _control_plane,
    "load-balancer": _balancer,
    "ebs": _volume,
    "rds": _database,
    "elasticache": _cache,
    "opensearch": _search,
    "msk": _kafka,
}
"""What makes the question, by how an item begins."""
