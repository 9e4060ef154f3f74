"""What spot cost in the past: a history for each type, asked for as long as there is time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from chalicelib.core.model import Location
from chalicelib.core.pools import Pool
from chalicelib.core.what_if import Steps
from chalicelib.flows.ports import Cloud, Refusal
from chalicelib.flows.spot_prices import HISTORY, LINUX
from chalicelib.flows.spot_types import MOST_TYPES
from chalicelib.kinds.contract import Answer, Look


@dataclass(frozen=True, slots=True)
class PriceHistory:
    """The prices of each pool of which AWS tells any; `unasked` says which types were not asked for, and why."""

    prices: dict[Pool, Steps] = field(default_factory=dict)
    unasked: tuple[str, ...] = ()


def history(
    cloud: Cloud,
    location: Location,
    pools: Sequence[Pool],
    begins: datetime,
    ends: datetime,
    in_time: Callable[[], bool],
) -> PriceHistory:
    """What the pools cost between the two instants, and before the first of them."""
    found: dict[Pool, Steps] = {}
    unasked: list[str] = []
    types = list(dict.fromkeys(pool.instance_type for pool in pools))
    for name in types[:MOST_TYPES]:
        zones = sorted(pool.zone for pool in pools if pool.instance_type == name)
        answers = cloud.look(location, "ec2", (_look(name, zones, begins, ends),)) if in_time() else None
        if answers is None:
            unasked.append(f"{name}: there was no time left to ask for its prices")
        elif isinstance(answers, Refusal):
            unasked.append(f"{name}: {answers}")
        else:
            found |= _steps(answers)
    unasked += [f"{name}: only {MOST_TYPES} types are priced" for name in types[MOST_TYPES:]]
    return PriceHistory({pool: found[pool] for pool in pools if pool in found}, tuple(unasked))


def _look(instance_type: str, zones: Sequence[str], begins: datetime, ends: datetime) -> Look:
    """The changes between the two instants; AWS adds the price in force at the first, and keeps 90 days.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSpotPriceHistory.html
    """
    asked = {
        "StartTime": begins,
        "EndTime": ends,
        "InstanceTypes": [instance_type],
        "ProductDescriptions": [LINUX],
        "Filters": [{"Name": "availability-zone", "Values": list(zones)}],
    }
    return Look(HISTORY, asked, "ec2")


def _steps(answers: Sequence[Answer]) -> dict[Pool, Steps]:
    steps: dict[Pool, list[tuple[datetime, Decimal]]] = defaultdict(list)
    for row in (row for answer in answers for row in answer.get("SpotPriceHistory", ())):
        pool = Pool(row["InstanceType"], row["AvailabilityZone"])
        steps[pool].append((row["Timestamp"], Decimal(row["SpotPrice"])))
    return {pool: tuple(sorted(known)) for pool, known in steps.items()}
