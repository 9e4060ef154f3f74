"""The shape of organisation.yaml: teams, accounts, and what every environment inherits."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field

from chalicelib.core.model import StopOrder
from chalicelib.entrypoints.schedule_file import leaves
from chalicelib.entrypoints.schedule_file.commitments import Commitments
from chalicelib.entrypoints.schedule_file.environment_shape import (
    CalendarShape,
    LocationShape,
    Shape,
    WakeShape,
)


class AccountShape(Shape):
    """One AWS account and how Curfew enters it."""

    name: str | None = Field(None, description="what people call it", examples=["development"])
    role: leaves.Arn | None = Field(
        None,
        description="the role to assume; none: Curfew's own account",
        examples=["arn:aws:iam::444455556666:role/curfew"],
    )
    external_id: str | None = Field(None, description="asked for by the role", examples=["acme-curfew"])


class TeamShape(Shape):
    """Where to tell an owner, and who belongs to it."""

    email: leaves.Email | None = Field(None, description="where notices go", examples=["orders@example.com"])
    webhook: leaves.HttpsAddress | None = Field(None, description="an incoming webhook")
    groups: leaves.Texts = Field((), description="groups of the sign-on whose people are members")


class DefaultsShape(Shape):
    """What an environment has when its file says nothing else."""

    timezone: leaves.ZoneName | None = Field(None, description="an IANA name", examples=["Asia/Dubai"])
    locations: tuple[LocationShape, ...] | None = Field(
        None,
        min_length=1,
        description="where resources are",
        examples=[[{"account": "111122223333", "region": "eu-central-1"}]],
    )
    ready_by: Literal["opening", "none"] = Field("opening", description="ready when a window opens, or later")
    shortest_rest: leaves.Duration | None = Field(None, description="not worth a stop", examples=["1h"])
    stop_order: StopOrder = Field(StopOrder.SAME, description="same: as on start; reverse: dependents first")
    wake: WakeShape = Field(WakeShape(), description="how long a lease lasts", examples=[{"default": "2h"}])
    stop_warning: leaves.Duration | None = Field(None, description="told before a stop", examples=["15m"])


class ProductionShape(Shape):
    """What else means production, besides the usual stage tags."""

    tags: tuple[dict[str, str], ...] = Field(
        (), description="each pair on its own marks a resource", examples=[[{"Environment": "prod"}]]
    )


class ReportsShape(Shape):
    """Who gets reports, and their currency. Any but US dollars needs its exchange rate, with its source and date."""

    finance: leaves.ListedTeam | None = Field(
        None, description="the team that is told of the whole report", examples=["platform-team"]
    )
    currency: leaves.Currency = Field("USD", description="ISO 4217", examples=["EUR"])
    per_usd: Decimal | None = Field(
        None, gt=0, allow_inf_nan=False, description="so much of it for one US dollar", examples=[0.92]
    )
    source: str | None = Field(None, min_length=1, description="who says so", examples=["ECB reference rate"])
    dated: leaves.Day | None = Field(None, description="when it was so", examples=["2026-11-01"])


class OrganisationShape(Shape):
    """What all environments of an organisation share."""

    organisation: str | None = Field(None, min_length=1, description="its name in reports", examples=["Acme"])
    accounts: dict[leaves.AccountNumber, AccountShape] = Field(
        {}, description="by quoted account", examples=[{"111122223333": {"name": "development"}}]
    )
    teams: dict[str, TeamShape] = Field(
        {}, description="by name", examples=[{"orders-team": {"email": "orders@example.com"}}]
    )
    defaults: DefaultsShape = Field(DefaultsShape(), description="for files that say nothing else")
    closures: tuple[leaves.ClosureEntry, ...] = Field(
        (), description="dates without windows, for every environment", examples=[[{"country": "AE"}]]
    )
    calendars: dict[leaves.Slug, CalendarShape] = Field(
        {},
        description="timetables that environments refer to by name",
        examples=[{"office-hours": {"timezone": "Asia/Dubai", "windows": ["mon-fri 08:00-20:00"]}}],
    )
    production: ProductionShape = Field(ProductionShape(), description="further marks of production")
    reports: ReportsShape = Field(
        ReportsShape(),
        description="who gets reports, and in which currency",
        examples=[{"currency": "EUR", "per_usd": 0.92, "source": "ECB reference rate", "dated": "2026-11-01"}],
    )
    commitments: Commitments = ()
