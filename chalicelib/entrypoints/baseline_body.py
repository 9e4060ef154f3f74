"""What a baseline from a bill or CloudTrail looks like in a request."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from chalicelib.core.localtime import zone
from chalicelib.core.money.baselines import ENOUGH, WEEK, Baseline, Basis
from chalicelib.core.money.rates import is_on_demand
from chalicelib.core.money.spans import Draw
from chalicelib.entrypoints.bodies import MOST_DECIMALS, Instant, Shape
from chalicelib.entrypoints.reporting.inputs_cells import LARGEST
from chalicelib.flows.past import Origin, Past

MOST_BASELINES = 2_000
MOST_DRAWS = 50
DAY = timedelta(days=1)


def _decimal(value: object) -> Decimal:
    try:
        found = Decimal(value) if isinstance(value, str) else Decimal("nan")
    except InvalidOperation:
        found = Decimal("nan")
    if not found.is_finite() or found < 0:
        raise ValueError('write a number as a text, such as "0.95"')
    return found


def _share(share: Decimal) -> Decimal:
    if share > 1:
        raise ValueError("is a probability; write 0 to 1")
    return share


def _rate(key: str) -> str:
    if not is_on_demand(key):
        raise ValueError("is no on-demand rate key; write e.g. ec2:eu-central-1:m5.large:linux:shared:on-demand")
    return key


def _zone(name: str) -> str:
    return zone(name).key


Amount = Annotated[Decimal, BeforeValidator(_decimal), Field(le=LARGEST, decimal_places=MOST_DECIMALS)]
Share = Annotated[Amount, AfterValidator(_share)]


class DrawBody(Shape):
    """So many units of a rate at once."""

    rate: Annotated[str, Field(max_length=200), AfterValidator(_rate)]
    units: Amount


class ToldBody(Shape):
    """When one resource was on, for each hour of the local week from Monday 00:00, and what it drew then on average.

    `arn` is its id where that is all that is told of it. Without draws it drew what it draws when it is up.
    """

    resource: str = Field(min_length=1, max_length=200)
    arn: str = Field(min_length=1, max_length=2_048)
    days: int = Field(ge=0)
    on: list[Share] = Field(min_length=WEEK, max_length=WEEK)
    draws: list[DrawBody] = Field(default=[], max_length=MOST_DRAWS)


class BaselineBody(Shape):
    """What a bill or CloudTrail tells of the time between two instants; `timezone` is that of its hours of the week."""

    source: str = Field(min_length=1, max_length=500)
    begins: Instant
    ends: Instant
    timezone: Annotated[str, AfterValidator(_zone)]
    baselines: list[ToldBody] = Field(min_length=1, max_length=MOST_BASELINES)

    @model_validator(mode="after")
    def _in_that_time(self) -> Self:
        if self.begins >= self.ends:
            raise ValueError("ends must be after begins")
        most = (self.ends - self.begins) / DAY + 1  # a day in which clocks change is one, too
        if long := next((each for each in self.baselines if each.days > most), None):
            raise ValueError(f"{long.resource} has {long.days} days, and there are not so many between begins and ends")
        return self

    def past(self, name: str, now: datetime) -> Past:
        """The same as what is kept of the environment."""
        found = tuple(_baseline(name, self.source, self.ends, each) for each in self.baselines)
        return Past(Origin.TOLD, found, self.begins, self.ends, self.timezone, self.source, now)


def _baseline(name: str, source: str, ends: datetime, told: ToldBody) -> Baseline:
    return Baseline(
        name,
        told.resource,
        told.arn,
        Basis.OBSERVED,
        tuple(told.on),
        tuple(Draw(draw.rate, draw.units) for draw in told.draws),
        told.days,
        provisional=told.days < ENOUGH.days,
        source=source,
        begins=ends,
    )
