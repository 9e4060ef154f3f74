"""Reservations as AWS tells them, and what of the usage that there is they cover: other sizes of the family, too.

A reservation costs what was paid for it, spread over its time. Its discount is what that is below the list price of all
that it can cover, so it is told by AWS's figures alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from chalicelib.core.money.commitments import Reservation
from chalicelib.core.money.rates import ON_DEMAND

Row = Mapping[str, Any]
"""One reservation as a describe shows it."""

HOUR = 3600
SHARE = Decimal("0.000001")
"""Discounts are rounded to this."""

PLATFORMS = {
    "Linux/UNIX": "linux",
    "Red Hat Enterprise Linux": "rhel",
    "SUSE Linux": "suse",
    "Windows": "windows",
    "Windows with SQL Server Standard": "windows-sql-std",
    "Windows with SQL Server Web": "windows-sql-web",
    "Windows with SQL Server Enterprise": "windows-sql-ent",
    "Linux with SQL Server Standard": "linux-sql-std",
    "Linux with SQL Server Web": "linux-sql-web",
    "Linux with SQL Server Enterprise": "linux-sql-ent",
}
"""Systems by AWS's product description, without "(Amazon VPC)".

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeReservedInstances.html
"""

FACTORS = {size: Decimal(factor) for size, factor in (("nano", "0.25"), ("micro", "0.5"), ("small", "1"))}
FACTORS |= {"medium": Decimal(2), "large": Decimal(4), "xlarge": Decimal(8)}
"""How much of a reservation each size takes; of 4xlarge it is four times xlarge's.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/apply_ri.html
"""
ONE_SIZE = frozenset({"g4ad", "g4dn", "g5", "g5g"})
"""Families without size flexibility, by the same page."""

DEPLOYMENTS = {"single-az": "1", "multi-az": "2", "multi-az-cluster": "3", "member": "1", "member-io": "1.3"}
"""How many times a database of that size takes what a single one does.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithReservedDBInstances.html
https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_WorkingWithReservedDBInstances.html
"""
ENGINES = {"postgresql": "postgres", "aurora": "aurora-mysql"}
FLEXIBLE_ENGINES = frozenset({"mysql", "mariadb", "postgres", "aurora-mysql", "aurora-postgresql"})
"""Besides them Oracle under a licence of its owner's."""
_PRODUCT = re.compile(r"([a-z0-9-]+?) ?(?:\((byol|li)\))?")
_SIZE = re.compile(r"(\d+)xlarge")


@dataclass(frozen=True, slots=True)
class Reserved:
    """So many of `key`, for so many US dollars an hour each. `flexible`: other sizes of its family count as well."""

    id: str
    key: str
    count: Decimal
    usd_per_hour: Decimal
    flexible: bool
    begins: datetime
    ends: datetime


def reserved_instance(row: Row, region: str) -> Reserved | str:
    """A reservation of EC2, or why it cannot be told, for people. A zonal one counts for its whole Region."""
    system = PLATFORMS.get(row["ProductDescription"].removesuffix(" (Amazon VPC)"))
    if system is None:
        return f"it is of {row['ProductDescription']}, which is not known here"
    tenancy = "shared" if row["InstanceTenancy"] == "default" else row["InstanceTenancy"]
    size = row["InstanceType"]
    flexible = row.get("Scope") == "Region" and (system, tenancy) == ("linux", "shared")
    return Reserved(
        row["ReservedInstancesId"],
        f"ec2:{region}:{size}:{system}:{tenancy}:{ON_DEMAND}",
        Decimal(row["InstanceCount"]),
        _hourly(row, "Amount"),
        flexible and size.partition(".")[0] not in ONE_SIZE,
        row["Start"],
        row["End"],
    )


def reserved_database(row: Row, region: str) -> Reserved | str:
    """A reservation of RDS, or why it cannot be told, for people."""
    told = _PRODUCT.fullmatch(row["ProductDescription"].lower())
    if told is None:
        return f"it is of {row['ProductDescription']}, which is not known here"
    engine = ENGINES.get(told[1], told[1])
    licence = {"byol": "byol", "li": "included"}.get(told[2] or "", "none")
    single = "multi-az" if row.get("MultiAZ") else "single-az"
    deployment = "member" if engine.startswith("aurora") else single
    return Reserved(
        row.get("ReservedDBInstanceArn") or row["ReservedDBInstanceId"],
        f"rds:{region}:{row['DBInstanceClass']}:{engine}:{licence}:{deployment}",
        Decimal(row["DBInstanceCount"]),
        _hourly(row, "RecurringChargeAmount"),
        engine in FLEXIBLE_ENGINES or licence == "byol",
        row["StartTime"],
        row["StartTime"] + timedelta(seconds=row["Duration"]),
    )


def reserved_nodes(row: Row, region: str) -> Reserved | str:
    """A reservation of Redshift."""
    return Reserved(
        row["ReservedNodeId"],
        f"redshift:{region}:{row['NodeType']}:node",
        Decimal(row["NodeCount"]),
        _hourly(row, "RecurringChargeAmount"),
        False,
        row["StartTime"],
        row["StartTime"] + timedelta(seconds=row["Duration"]),
    )


READERS: Mapping[str, Callable[[Row, str], Reserved | str]] = {
    "ec2": reserved_instance,
    "rds": reserved_database,
    "redshift": reserved_nodes,
}


def parts(reserved: Reserved, listed: Mapping[str, Decimal]) -> Iterator[Reservation]:
    """What it covers of these keys, whose list prices for an hour these are; nothing of what it does not cover."""
    for key, usd in listed.items():
        units = _units(reserved, key)
        if units and usd > 0:
            cost = reserved.count * reserved.usd_per_hour / (units * usd)
            discount = max(1 - cost, Decimal(0)).quantize(SHARE)
            yield Reservation(reserved.id, units, min(discount, 1 - SHARE), (key,), reserved.begins, reserved.ends)


def _units(reserved: Reserved, key: str) -> Decimal | None:
    """How many of the key it covers."""
    if key == reserved.key:
        return reserved.count
    mine, other = _weight(reserved.key), _weight(key)
    if not reserved.flexible or mine is None or other is None or _family(key) != _family(reserved.key):
        return None
    return reserved.count * mine / other


def _family(key: str) -> tuple[str, ...]:
    """What a key has in common with all that share a flexible reservation."""
    parts = key.split(":")
    parts[2] = parts[2].rpartition(".")[0]
    return tuple(part for part in parts if part not in DEPLOYMENTS)


def _weight(key: str) -> Decimal | None:
    """How much of a reservation one of the key takes; None for a size of which that is not known."""
    parts = key.split(":")
    size = parts[2].rpartition(".")[2] if len(parts) > 3 else ""
    several = _SIZE.fullmatch(size)
    factor = FACTORS["xlarge"] * int(several[1]) if several else FACTORS.get(size)
    return factor * Decimal(DEPLOYMENTS.get(parts[-1], "1")) if factor else None


def _hourly(row: Row, amount: str) -> Decimal:
    """What one of it costs an hour: what was paid at once, spread over its time, and what recurs.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReservedInstances.html
    """
    hours = Decimal(row["Duration"]) / HOUR
    recurring = sum((Decimal(str(each[amount])) for each in row.get("RecurringCharges", ())), Decimal(0))
    return Decimal(str(row["FixedPrice"])) / hours + Decimal(str(row["UsagePrice"])) + recurring
