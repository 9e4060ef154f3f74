"""What is billed of a volume or of a database's storage: its size, and performance beyond what comes with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from chalicelib.core.keeps_billing import Use

GP3_FREE_IOPS, GP3_FREE_MBPS = 3000, 125
"""What a gp3 volume has at no further cost. https://docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html"""

IO2_TIERS = (("ebs.io2.iops", 0), ("ebs.io2.iops-above-32000", 32000), ("ebs.io2.iops-above-64000", 64000))
"""IOPS above so many have another price. https://aws.amazon.com/ebs/pricing/"""

STRIPED_FROM = {"mysql": 400, "mariadb": 400, "postgres": 400, "db2": 400, "oracle": 200}
"""From so many GiB on, RDS stripes gp3 storage over four volumes; SQL Server's never is.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html
"""
STRIPES = 4


def volume(found: Mapping[str, Any]) -> tuple[Use, ...]:
    """What is billed of an entry of DescribeVolumes."""
    kind, iops = found["VolumeType"], found.get("Iops", 0)
    stored = Use(f"ebs.{kind}.gb", Decimal(found["Size"]))
    if kind == "gp3":
        throughput = found.get("Throughput", GP3_FREE_MBPS)
        return (
            stored,
            *_above("ebs.gp3.iops", iops, GP3_FREE_IOPS),
            *_above("ebs.gp3.mbps", throughput, GP3_FREE_MBPS),
        )
    if kind == "io2":
        return (stored, *_tiers(iops))
    return (stored, Use("ebs.io1.iops", Decimal(iops))) if kind == "io1" else (stored,)


def database_storage(found: Mapping[str, Any]) -> tuple[Use, ...] | None:
    """What is billed of the storage of an entry of DescribeDBInstances; None where that cannot be told."""
    kind, size, iops = found.get("StorageType"), found.get("AllocatedStorage"), found.get("Iops", 0)
    if not kind or not size or found.get("AdditionalStorageVolumes"):
        return None
    item = f"rds.{found['Engine']}.{'multi-az' if found.get('MultiAZ') else 'single-az'}.{kind}"
    stored = Use(f"{item}.gb", Decimal(size))
    if kind == "gp3":
        stripes = STRIPES if size >= STRIPED_FROM.get(found["Engine"].partition("-")[0], size + 1) else 1
        throughput = found.get("StorageThroughput", 0)
        return (
            stored,
            *_above(f"{item}.iops", iops, stripes * GP3_FREE_IOPS),
            *_above(f"{item}.mbps", throughput, stripes * GP3_FREE_MBPS),
        )
    return (stored, Use(f"{item}.iops", Decimal(iops))) if kind in {"io1", "io2"} else (stored,)


def _above(item: str, provisioned: int, free: int) -> tuple[Use, ...]:
    return (Use(item, Decimal(provisioned - free)),) if provisioned > free else ()


def _tiers(iops: int) -> Iterator[Use]:
    ends = [above for _, above in IO2_TIERS[1:]]
    for (item, above), end in zip(IO2_TIERS, [*ends, iops], strict=True):
        if iops > above:
            yield Use(item, Decimal(min(iops, end) - above))
