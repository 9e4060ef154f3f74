"""What a bill says ran of an environment, before anything of Curfew's was there to see it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from chalicelib.core.arns import arn
from chalicelib.core.model import Definition, Location, Observed, Resource, Sighting
from chalicelib.core.money.backfill import spans_billed
from chalicelib.core.money.baselines import Baseline
from chalicelib.core.money.billed import HOUR, Usage
from chalicelib.core.money.choosing import days_in
from chalicelib.core.money.profiling import observed
from chalicelib.core.money.rates import Rate
from chalicelib.core.money.reading import UNKNOWN
from chalicelib.kinds.contract import selected


@dataclass(frozen=True, slots=True)
class Backfilled:
    """The observed baselines of an environment, the instants between which the bill tells what ran, and how many
    lines of it are of the environment.

    `rates` are list prices as the bill has them. `covered` is the part of what ran of each resource (its key and ARN),
    0 to 1, that Savings Plans or reservations paid for. `kept` is what else it cost an hour at list prices.
    """

    baselines: tuple[Baseline, ...] = ()
    begins: datetime | None = None
    ends: datetime | None = None
    lines: int = 0
    rates: tuple[Rate, ...] = ()
    covered: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)
    kept: Decimal = Decimal(0)


def backfilled(definition: Definition, usages: Iterable[Usage], acted: datetime | None, source: str) -> Backfilled:
    """What the bill says of the environment before Curfew, or another scheduler, `acted` on it (None: never yet).

    A group's members are one resource. Where the bill does not show an ARN, a resource's id stands for it. One whose
    size the bill does not tell has hours and no draws.
    """
    begins: datetime | None = None
    ends: datetime | None = None
    mine: defaultdict[tuple[str, str], list[Usage]] = defaultdict(list)
    kept = Decimal(0)
    for usage in usages:
        if acted is not None and usage.ends > acted:
            continue
        if usage.service is None:
            kept += usage.listed if usage.listed and _belongs(definition, usage) else 0
            continue
        begins, ends = min(begins or usage.begins, usage.begins), max(ends or usage.ends, usage.ends)
        if found := _owner(definition, usage):
            mine[found].append(usage)
    if begins is None or ends is None:
        return Backfilled()
    name = definition.environment
    spans = [span for (key, of), some in mine.items() for span in spans_billed(name, key, of, some)]
    baselines = observed(spans, begins, ends, days_in(definition), source=source)
    return Backfilled(
        tuple(map(sized, baselines)),
        begins,
        ends,
        sum(map(len, mine.values())),
        tuple(_rates(usage for some in mine.values() for usage in some)),
        {whose: _covered(some) for whose, some in mine.items()},
        kept / Decimal((ends - begins) / HOUR),
    )


def untold(definition: Definition, found: Backfilled) -> str:
    """Why a bill gives no baseline of the environment, and what to do."""
    if found.begins is None:
        return "the bill has no hour of any instance, database or task; export it hourly, with resource ids"
    tags = sorted({name for resource in definition.resources for name, _ in resource.tags})
    activate = f"activate {', '.join(tags)} as cost allocation tags, or " if tags else ""
    return f"no line of the bill is of {definition.environment}; {activate}select its resources by ids or names"


def _rates(usages: Iterable[Usage]) -> Iterator[Rate]:
    """The last list price of each rate key."""
    last: dict[str, Usage] = {}
    for usage in usages:
        if usage.listed and usage.quantity and not usage.is_spot and not usage.rate.startswith(UNKNOWN):
            last[usage.rate] = max(last.get(usage.rate, usage), usage, key=lambda each: each.begins)
    for key in sorted(last):
        listed = last[key].listed
        assert listed is not None
        yield Rate(key, listed / last[key].quantity, "a bill", last[key].begins.date())


def _covered(usages: Sequence[Usage]) -> Decimal:
    whole = sum((usage.quantity for usage in usages), Decimal(0))
    return sum((usage.quantity for usage in usages if usage.committed), Decimal(0)) / whole if whole else whole


def _belongs(definition: Definition, usage: Usage) -> bool:
    """It carries all the tags by which some entry selects: a volume, an address, a balancer of the environment."""
    tags = {normal(name): value for name, value in usage.tags.items()}
    wanted = (resource.tags for resource in definition.resources if resource.tags)
    return any(all(tags.get(normal(name)) == value for name, value in pairs) for pairs in wanted)


def sized(baseline: Baseline) -> Baseline:
    """The baseline; without draws where it is not known what all of it drew."""
    known = not any(draw.rate.startswith(UNKNOWN) for draw in baseline.draws)
    return baseline if known else replace(baseline, draws=())


def _owner(definition: Definition, usage: Usage) -> tuple[str, str] | None:
    """The key of the entry that selects what the line is of, and what is known of its ARN."""
    for sighting in _candidates(definition, usage):
        for resource in definition.resources:
            if resource.kind == sighting.kind and selected(resource, sighting):
                return resource.key, sighting.arn
    return None


def _candidates(definition: Definition, usage: Usage) -> Iterator[Sighting]:
    """What the line may be of: a member is of its group, else something by itself."""
    tags = {normal(name): value for name, value in usage.tags.items()}
    location = location_of(usage)
    called = _called(definition.resources, tags)
    for kind, id in groups(tags):
        yield Sighting(id, id, kind, location, Observed.UP, tags=called)
    for kind, id, of in _single(usage, location):
        yield Sighting(of, id, kind, location, Observed.UP, tags=called)


def groups(tags: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The kinds and ids of the groups that what has these tags (under normal names) is a member of.

    Tags that AWS itself puts on members, once they are activated for billing.

    https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/aws-tags.html
    """
    cluster = tags.get("aws_eks_cluster_name") or tags.get("eks_cluster_name")
    if cluster and (group := tags.get("eks_nodegroup_name")):
        yield "eks-node-group", f"{cluster}/{group}"
    if group := tags.get("aws_autoscaling_groupname"):
        yield "auto-scaling-group", group
    if (cluster := tags.get("aws_ecs_clustername")) and (service := tags.get("aws_ecs_servicename")):
        yield "ecs-service", f"{cluster}/{service}"


def _single(usage: Usage, location: Location) -> Iterator[tuple[str, str, str]]:
    name = re.split("[:/]", usage.resource)[-1]
    if usage.service == "ec2":
        yield "ec2-instance", name, arn(location, "ec2", f"instance/{name}")
    elif usage.service == "rds":
        yield "rds-instance", name, usage.resource
        yield "rds-cluster", name, name
    elif usage.service == "redshift":
        yield "redshift-cluster", name, usage.resource


def location_of(usage: Usage) -> Location:
    """The account and the Region of what the line is of, as far as the bill tells."""
    parts = usage.resource.split(":")
    account, region = (parts[4], parts[3]) if len(parts) > 5 else ("", "")
    return Location(usage.account or account, usage.region or region)


def _called(resources: Iterable[Resource], tags: dict[str, str]) -> dict[str, str]:
    """The tags under the names that the file asks for; bills spell names differently."""
    wanted = {name for resource in resources for name, _ in resource.tags} | {"Name"}
    return {name: tags[normal(name)] for name in wanted if normal(name) in tags}


def normal(name: str) -> str:
    """A tag's name however a bill spells it: "user:Environment", "user_environment" and "Environment" are one."""
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower())
    return plain.removeprefix("user_")
