"""What a line of a bill says ran: its on-demand rate key, and how much of it for how long.

Usage types and operations are AWS's own: https://docs.aws.amazon.com/cur/latest/userguide/Lineitem-columns.html
What a line does not say is not guessed: its hours count, its size is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from chalicelib.core.money.price_list import SYSTEMS
from chalicelib.core.money.rates import ON_DEMAND
from chalicelib.core.money.reading import UNKNOWN

HOUR = timedelta(hours=1)

_METER = re.compile(
    r"(?:[A-Z]{2,4}[0-9]?-)?(?:"
    r"(?P<tenancy>BoxUsage|DedicatedUsage|SpotUsage)(?::(?P<type>[a-z0-9-]+\.[a-z0-9-]+))?"
    r"|(?P<deployment>InstanceUsage|InstanceUsageIOOptimized|Multi-AZUsage|Multi-AZClusterUsage):(?P<class>db\..+)"
    r"|(?:SpotUsage-)?Fargate-(?P<platform>ARM-|Windows-)?(?P<unit>vCPU|GB)-Hours(?::perCPU)?"
    r"|Node:(?P<node>.+)"
    r")"
)
_DESCRIBED = re.compile(r"per On Demand (?P<system>.+?) (?P<type>[a-z0-9-]+\.[a-z0-9-]+) Instance Hour")
"""What AWS writes where an export leaves usage types out: "$0.111 per On Demand Linux m5.large Instance Hour"."""

_BY_OPERATION = {operation: name for name, (_, _, operation) in SYSTEMS.items()}
_BY_NAME = {"Linux": "linux", "Linux/UNIX": "linux", "RHEL": "rhel", "SUSE": "suse", "Windows": "windows"}
_SPOT = re.compile(r"(Linux/UNIX|Windows|RHEL|SUSE)[^,]* Spot Instance")
_ENGINES = {
    "Aurora MySQL": "aurora-mysql",
    "Aurora PostgreSQL": "aurora-postgresql",
    "MariaDB": "mariadb",
    "MySQL": "mysql",
    "PostgreSQL": "postgres",
}
"""Engines without a licence, by their names in descriptions, longer names first."""
_DEPLOYMENTS = {"Multi-AZUsage": "multi-az", "Multi-AZClusterUsage": "multi-az-cluster"}
_MEMBERS = {"InstanceUsage": "member", "InstanceUsageIOOptimized": "member-io"}


@dataclass(frozen=True, slots=True)
class Usage:
    """One line: `quantity` hours (of vCPUs, of GB, of nodes) of one resource between two instants.

    `meter` is its usage type, `operation` AWS's. Tags have the names that the bill gives them. `listed` is what the
    line costs at list prices, in USD, where the bill says so; `committed`: a Savings Plan or a reservation paid for it.
    `billed` is what was charged for it.
    """

    resource: str
    begins: datetime
    ends: datetime
    quantity: Decimal
    meter: str = ""
    operation: str = ""
    description: str = ""
    region: str = ""
    account: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    listed: Decimal | None = None
    committed: bool = False
    billed: Decimal | None = None

    @property
    def is_spot(self) -> bool:
        """It was spot capacity, whose price is no list price."""
        return "SpotUsage" in self.meter

    @property
    def cost(self) -> Decimal | None:
        """What it costs as the ledger counts: at list prices, spot as billed; None where the bill does not say."""
        return self.billed if self.is_spot else self.listed

    @property
    def service(self) -> str | None:
        """The service whose hours it bills: ec2, rds, fargate or redshift; None for a line of anything else."""
        return _service(self.meter, self.description)

    @property
    def rate(self) -> str:
        """The on-demand rate key; one that begins with "unknown" where the line says too little."""
        return _rate(self.meter, self.operation, self.description, self.region)


@lru_cache(maxsize=4096)
def _service(meter: str, description: str) -> str | None:
    match = _METER.fullmatch(meter)
    if match is None:
        return None if meter or not _DESCRIBED.search(description) else "ec2"
    parts = {"tenancy": "ec2", "deployment": "rds", "unit": "fargate", "node": "redshift"}
    return next(service for part, service in parts.items() if match[part])


@lru_cache(maxsize=4096)
def _rate(meter: str, operation: str, description: str, region: str) -> str:
    match = _METER.fullmatch(meter)
    keys = _keys(match, operation, description, region) if match else _described(description, region)
    return next((key for key in keys if region), f"{UNKNOWN}:not-in-the-bill")


def _keys(match: re.Match[str], operation: str, description: str, region: str) -> Iterator[str]:
    if match["tenancy"]:
        spot = _SPOT.search(description)
        system = _BY_NAME.get(spot[1]) if spot else _BY_OPERATION.get(operation)
        tenancy = "dedicated" if match["tenancy"] == "DedicatedUsage" else "shared"
        if system and match["type"]:
            yield f"ec2:{region}:{match['type']}:{system}:{tenancy}:{ON_DEMAND}"
    elif match["deployment"]:
        yield from _databases(match["deployment"], match["class"], description, region)
    elif match["unit"]:
        platform = {"ARM-": "linux-arm", "Windows-": "windows"}.get(match["platform"] or "", "linux")
        yield f"fargate:{region}:{match['unit'].lower()}:{platform}:{ON_DEMAND}"
    else:
        yield f"redshift:{region}:{match['node']}:node"


def _databases(deployment: str, db_class: str, description: str, region: str) -> Iterator[str]:
    engine = next((engine for name, engine in _ENGINES.items() if name in description), None)
    if engine is not None:
        single = _MEMBERS[deployment] if engine.startswith("aurora") and deployment in _MEMBERS else "single-az"
        yield f"rds:{region}:{db_class}:{engine}:none:{_DEPLOYMENTS.get(deployment, single)}"


def _described(description: str, region: str) -> Iterator[str]:
    match = _DESCRIBED.search(description)
    if match and match["system"] in _BY_NAME:
        yield f"ec2:{region}:{match['type']}:{_BY_NAME[match['system']]}:shared:{ON_DEMAND}"
