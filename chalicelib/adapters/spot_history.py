"""DescribeSpotPriceHistory: when pools changed their price, asked for several pools at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from chalicelib.core.model import Location
from chalicelib.core.money.spot_hours import Change, SpotPool
from chalicelib.flows.ports import Cloud, Refusal
from chalicelib.kinds.contract import Look

READS = (("ec2", "DescribeSpotPriceHistory"),)

Changes = Mapping[tuple[str, str], tuple[Change, ...]]
"""Changes of price by zone and instance type, in any order."""


@dataclass(frozen=True, slots=True, order=True)
class Stretch:
    """What pools have in common that one request asks for."""

    location: Location
    description: str
    begins: datetime
    ends: datetime


def changes(cloud: Cloud, asked: Stretch, pools: Collection[SpotPool]) -> Changes | Refusal:
    """The changes in that time, and before them the price in force when it began.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSpotPriceHistory.html
    """
    parameters = {
        "StartTime": asked.begins,
        "EndTime": asked.ends,
        "InstanceTypes": sorted({pool.instance_type for pool in pools}),
        "ProductDescriptions": [asked.description],
        "Filters": [{"Name": "availability-zone", "Values": sorted({pool.zone for pool in pools})}],
    }
    answers = cloud.look(asked.location, "ec2", (Look("DescribeSpotPriceHistory", parameters, "ec2"),))
    if isinstance(answers, Refusal):
        return answers
    found: dict[tuple[str, str], list[Change]] = defaultdict(list)
    for row in (row for answer in answers for row in answer.get("SpotPriceHistory", ())):
        found[row["AvailabilityZone"], row["InstanceType"]].append((row["Timestamp"], Decimal(row["SpotPrice"])))
    return {pool: tuple(each) for pool, each in found.items()}
