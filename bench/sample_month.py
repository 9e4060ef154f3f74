"""A month of the ledger for environments that sleep at night and at weekends, as the daily close would keep it.

Of 20 resources 15 are servers, 3 databases, one is a group of nodes on spot and on-demand, one a service on Fargate.
Each server and database has a volume that keeps billing; an address, a NAT gateway and a balancer do so, too. What
would have run is observed. Environments differ in names, ARNs and sizes, not in hours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from hashlib import sha256
from itertools import cycle, islice
from zlib import crc32

from chalicelib.core.money.attribution import roll_up
from chalicelib.core.money.baselines import WEEK, Baseline, Basis
from chalicelib.core.money.cells import month_bounds
from chalicelib.core.money.inputs import Belongs, Budget
from chalicelib.core.money.rates import Rate, book, is_spot, list_key
from chalicelib.core.money.spans import Draw, Edge, Span
from chalicelib.flows.booked import Booked

MONTH = "2026-10"
ZONE = "Europe/Berlin"
REGION, ACCOUNT = "eu-central-1", "111122223333"
DAY, WEEKEND = timedelta(days=1), 5
UP, DOWN = timedelta(hours=6), timedelta(hours=18, minutes=3)
"""After midnight in UTC; all of a size follow each other by some seconds."""
MODELS = 7
"""So many environments are computed; the others are copies of theirs under other names."""

SIZES = ("large", "xlarge", "2xlarge")
LISTED = {"large": "0.115", "xlarge": "0.23", "2xlarge": "0.46"}
ZONES = (f"{REGION}a", f"{REGION}b")
SPOT_CHANGES = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Thing:
    """One resource, or what keeps billing beside it: its key, its ARN, and what it draws."""

    key: str
    arn: str
    draws: tuple[Draw, ...]
    keeps: bool = False


def booked(number: int, resources: int = 20) -> Booked:
    """The whole month of the environment of that number, closed."""
    return _renamed(_model(number % MODELS, resources), f"env-{number:04}", number)


@cache
def _model(number: int, resources: int) -> Booked:
    name = f"env-{number:04}"
    belongs = Belongs(name, "acme", f"CC-{number % 5}", f"team-{number}", ZONE)
    begins, ends = month_bounds(ZONE, MONTH)
    things = [*islice(_things(number), resources), *_standing(number, resources)]
    spans = [span for thing in things for span in _spans(name, thing, begins, ends)]
    baselines = tuple(_baseline(name, thing, begins) for thing in things if not thing.keeps)
    rates = tuple(_rates({span.rate for span in spans}, begins, ends))
    made = roll_up(belongs, MONTH, spans, book(rates), baselines)
    return Booked(ends, made, belongs, Budget(name, Decimal(1200)), rates, baselines)


def _things(number: int) -> Iterator[Thing]:
    """Resources without end: of each twenty 15 servers, 3 databases, a group and a service."""
    kinds: Sequence[Callable[[str, int], Thing]] = [_server] * 15 + [_database] * 3 + [_group, _service]
    for each, make in enumerate(cycle(kinds)):
        yield make(_id(number, each), number + each)


def _server(id: str, size: int) -> Thing:
    draw = Draw(f"ec2:{REGION}:m5.{SIZES[size % 3]}:linux:shared:on-demand")
    return Thing(f"server-{id}", f"arn:aws:ec2:{REGION}:{ACCOUNT}:instance/i-{id}", (draw,))


def _database(id: str, size: int) -> Thing:
    draw = Draw(f"rds:{REGION}:db.m6g.{SIZES[size % 3]}:postgres:none:single-az")
    return Thing(f"database-{id}", f"arn:aws:rds:{REGION}:{ACCOUNT}:db:database-{id}", (draw,))


def _group(id: str, size: int) -> Thing:
    spot = (Draw(f"ec2:{zone}:m5.{SIZES[size % 3]}:linux:shared:spot", Decimal(2)) for zone in ZONES)
    draws = (Draw(f"ec2:{REGION}:m5.{SIZES[size % 3]}:linux:shared:on-demand", Decimal(2)), *spot)
    arn = f"arn:aws:autoscaling:{REGION}:{ACCOUNT}:autoScalingGroup:{id}{id[::-1]}:autoScalingGroupName/nodes-{id}"
    return Thing(f"nodes-{id}", arn, draws)


def _service(id: str, size: int) -> Thing:
    draws = (Draw(f"fargate:{REGION}:gb:linux:on-demand", Decimal(8)), Draw(f"fargate:{REGION}:vcpu:linux:on-demand"))
    return Thing(f"service-{id}", f"arn:aws:ecs:{REGION}:{ACCOUNT}:service/shop/service-{id}", draws)


def _standing(number: int, resources: int) -> Iterator[Thing]:
    """What keeps billing: storage of nine tenths of the resources, and three things of the environment."""
    for each in range(resources * 9 // 10):
        arn = f"arn:aws:ec2:{REGION}:{ACCOUNT}:volume/vol-{_id(number, each)}"
        yield Thing("", arn, (Draw(f"keep:{REGION}:ebs.gp3.gb", Decimal(100)),), keeps=True)
    for item in ("public-ipv4", "nat-gateway", "load-balancer.application"):
        arn = f"arn:aws:ec2:{REGION}:{ACCOUNT}:{item}/{_id(number, resources)}"
        yield Thing("", arn, (Draw(f"keep:{REGION}:{item}"),), keeps=True)


def _id(number: int, each: int) -> str:
    """As long and as random as AWS's own."""
    return sha256(f"{number} {each}".encode()).hexdigest()[:17]


def _spans(name: str, thing: Thing, begins: datetime, ends: datetime) -> Iterator[Span]:
    kept = Span(
        name, thing.key, thing.arn, begins, ends, "", starts=False, keeps=True, begun=Edge.OPEN, ended=Edge.OPEN
    )
    for draw in thing.draws:
        if thing.keeps:
            yield replace(kept, rate=draw.rate, units=draw.units)
        else:
            yield from (
                replace(each, rate=draw.rate, units=draw.units) for each in _workdays(name, thing, begins, ends)
            )


def _workdays(name: str, thing: Thing, begins: datetime, ends: datetime) -> Iterator[Span]:
    midnight = begins.astimezone(UTC).replace(hour=0) + DAY
    while midnight < ends:
        if midnight.weekday() < WEEKEND:
            up, down = (midnight + at + _late(thing, midnight) for at in (UP, DOWN))
            yield Span(name, thing.key, thing.arn, up, down, "", begun=Edge.TOLD, ended=Edge.TOLD)
        midnight += DAY


def _late(thing: Thing, day: datetime) -> timedelta:
    return timedelta(seconds=crc32(f"{thing.arn} {day}".encode()) % 180)


def _baseline(name: str, thing: Thing, begins: datetime) -> Baseline:
    """On by day nearly always, in the evening and at weekends in some weeks of eight."""
    on = tuple(Decimal(_weeks(hour)) / 8 for hour in range(WEEK))
    units: dict[str, Decimal] = {}
    for draw in thing.draws:
        units[list_key(draw.rate)] = units.get(list_key(draw.rate), Decimal(0)) + draw.units
    draws = tuple(Draw(key, units[key]) for key in sorted(units))
    source = "what ran before Curfew acted"
    return Baseline(name, thing.key, thing.arn, Basis.OBSERVED, on, draws, 56, source=source, begins=begins)


def _weeks(hour: int) -> int:
    day, hour = divmod(hour, 24)
    return 8 if day < WEEKEND and 7 <= hour < 19 else 2 + (day + hour) % 4


def _rates(keys: set[str], begins: datetime, ends: datetime) -> Iterator[Rate]:
    for key in sorted(keys | set(map(list_key, keys))):
        usd = Decimal(LISTED.get(key.split(":")[2].rpartition(".")[2], "0.05"))
        if not is_spot(key):
            yield Rate(key, usd, "AWS price list, SKU 22Z7FM4A8XPBQ3VD", begins.date())
            continue
        at, step = begins, 0
        while at < ends:
            yield Rate(key, usd * (35 + step % 7) / 100, "AWS DescribeSpotPriceHistory", ends.date(), begins=at)
            at, step = at + SPOT_CHANGES, step + 1


def _renamed(model: Booked, name: str, number: int) -> Booked:
    """The same month under another name, its resources under other ARNs."""

    def renamed(arn: str) -> str:
        return f"{arn[:-4]}{number:04}"

    lines = model.roll_up.lines
    resources = tuple((key, renamed(arn)) for key, arn in lines.resources)
    lines = replace(lines, environment=name, resources=resources)
    made = replace(model.roll_up, environment=name, lines=lines, digest=_id(number, 0))
    belongs, budget = replace(model.belongs, environment=name), Budget(name, Decimal(1200))
    baselines = tuple(replace(each, environment=name, arn=renamed(each.arn)) for each in model.baselines)
    return replace(model, roll_up=made, belongs=belongs, budget=budget, baselines=baselines)
