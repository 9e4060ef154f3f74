"""What a bill charges for the resources of a month's report: the same resources, on the same local days.

A line is of the resource whose ARN or id it names, of the group that AWS's own tags name, or of the cluster in the file
that its tags select. What no report knows is told apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal

from chalicelib.core.localtime import day_bounds, zone
from chalicelib.core.money.bill import Charge, CommitmentUse
from chalicelib.core.money.billed import Usage
from chalicelib.core.money.lines import MICRO
from chalicelib.flows.backfill import groups, location_of, normal

SECOND = timedelta(seconds=1)
Resource = tuple[str, str]
"""An environment, and a resource's key in its file."""
Stretch = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Sought:
    """A resource to look for in a bill: on its local days from `first` to `last`, without those in `unknown`.

    On the unknown ones the ledger does not know what it cost. `tags` select it in the file.
    """

    environment: str
    resource: str
    arn: str
    timezone: str
    first: date
    last: date
    unknown: frozenset[date] = frozenset()
    tags: Mapping[str, str] = field(default_factory=dict)

    def on(self, day: date) -> bool:
        """Whether what the bill says of that day is compared."""
        return self.first <= day <= self.last and day not in self.unknown


@dataclass(frozen=True, slots=True)
class Stranger:
    """Something that the bill says ran, and that no report of the month knows."""

    id: str
    account: str
    region: str
    usd: Decimal


@dataclass(frozen=True, slots=True)
class Found:
    """What a bill says, in whole millionths of a dollar; its lines are of times between `begins` and `ends`.

    `strangers` come with the dearest first.
    """

    charges: tuple[Charge, ...] = ()
    commitment_use: tuple[CommitmentUse, ...] = ()
    strangers: tuple[Stranger, ...] = ()
    begins: datetime | None = None
    ends: datetime | None = None


def found(sought: Iterable[Sought], lines: Iterable[Usage | CommitmentUse], source: str) -> Found:
    """What the lines charge for what is sought, each of which has a charge, and all that they say of commitments.

    Raises ValueError for a line that does not say what it costs.
    """
    sought = tuple(sought)
    sums = _Sums(_Known(sought))
    sums.charged.update({(each.environment, each.resource): Decimal(0) for each in sought})
    for line in lines:
        if isinstance(line, CommitmentUse):
            sums.use(line)
        else:
            sums.charge(line)
    return sums.found(source)


@dataclass(slots=True)
class _Sums:
    """What lines come to that are read one by one and let go."""

    known: _Known
    charged: defaultdict[Resource, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    strange: defaultdict[tuple[str, str, str], Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    used: defaultdict[Stretch, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    unused: defaultdict[Stretch, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    begins: datetime | None = None
    ends: datetime | None = None

    def use(self, line: CommitmentUse) -> None:
        self.used[line.begins, line.ends] += line.used
        self.unused[line.begins, line.ends] += line.unused

    def charge(self, line: Usage) -> None:
        self.begins, self.ends = min(self.begins or line.begins, line.begins), max(self.ends or line.ends, line.ends)
        if line.cost is None:
            raise ValueError(f"the bill does not say what {line.resource} cost at {line.begins}")
        of = self.known.of(line)
        for resource, share in _shares(of, line):
            self.charged[resource] += line.cost * share
        if not of:
            place = location_of(line)
            self.strange[line.resource, place.account, place.region] += line.cost

    def found(self, source: str) -> Found:
        uses = ((*at, _micros(used), _micros(self.unused[at])) for at, used in sorted(self.used.items()))
        strangers = (Stranger(*id, _micros(usd)) for id, usd in self.strange.items())
        return Found(
            tuple(Charge(*resource, _micros(usd), source) for resource, usd in sorted(self.charged.items())),
            tuple(CommitmentUse(*use, source) for use in uses),
            tuple(sorted(strangers, key=lambda each: (-each.usd, each.id))),
            self.begins,
            self.ends,
        )


def _micros(usd: Decimal) -> Decimal:
    return usd.quantize(MICRO, ROUND_HALF_EVEN) + 0


class _Known:
    """What is sought, by what a line may call it."""

    def __init__(self, sought: Iterable[Sought]) -> None:
        self._named: defaultdict[str, list[Sought]] = defaultdict(list)
        self._clusters: list[Sought] = []
        for each in sought:
            for name in _names_of(each.arn):
                self._named[name].append(each)
            if each.tags and ":cluster:" in each.arn:
                self._clusters.append(each)

    def of(self, usage: Usage) -> Sequence[Sought]:
        """What the line is of: one resource, which may have been in several environments in turn."""
        tags = {normal(name): value for name, value in usage.tags.items()}
        named = (self._named[name] for name in _names_in(usage, tags) if name in self._named)
        return next(named, None) or self._clustered(usage, tags)

    def _clustered(self, usage: Usage, tags: Mapping[str, str]) -> Sequence[Sought]:
        """The first cluster of its place that carries the same tags: bills name members of clusters only."""
        place = location_of(usage)
        for each in self._clusters if usage.service == "rds" else ():
            here = each.arn.split(":")[3:5] == [place.region, place.account]
            if here and all(tags.get(normal(name)) == value for name, value in each.tags.items()):
                return [each]
        return ()


def _names_of(arn: str) -> Iterator[str]:
    """What a line may call the resource of that ARN."""
    yield arn
    parts = arn.split(":", 5)
    if len(parts) < 6:
        return
    _, _, service, region, account, resource = parts
    last = resource.split("/")
    match service:
        case "ec2":
            yield last[-1]
        case "autoscaling":
            yield f"auto-scaling-group {account} {region} {last[-1]}"
        case "eks":
            yield f"eks-node-group {account} {region} {'/'.join(last[1:3])}"
        case "ecs":
            yield f"ecs-service {account} {region} {'/'.join(last[-2:])}"


def _names_in(usage: Usage, tags: Mapping[str, str]) -> Iterator[str]:
    """What the line calls what it is of: its group before the member that it names."""
    place = location_of(usage)
    for kind, id in groups(tags):
        yield f"{kind} {place.account} {place.region} {id}"
    yield usage.resource
    if usage.service == "ec2":
        yield usage.resource.rpartition("/")[2]


def _shares(of: Sequence[Sought], usage: Usage) -> Iterator[tuple[Resource, Decimal]]:
    """The part of the line that lies on each day that is compared: clocks may be half an hour off."""
    if not of:
        return
    where, at = zone(of[0].timezone), usage.begins
    while at < usage.ends:
        day = at.astimezone(where).date()
        until = min(day_bounds(where, day)[1], usage.ends)
        mine = next((each for each in of if each.on(day)), None)
        if mine is not None:
            share = Decimal((until - at) // SECOND) / ((usage.ends - usage.begins) // SECOND)
            yield (mine.environment, mine.resource), share
        at = until
