"""The shape of an environment's file: every key, what it means, an example. DESIGN.md section 5."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from chalicelib.core.activity import BeforeStop, Then
from chalicelib.core.budget import Over
from chalicelib.core.model import Importance, Mode, StopOrder
from chalicelib.core.prefer import Prefer
from chalicelib.entrypoints.schedule_file import leaves


class Shape(BaseModel):
    """A mapping with known keys only."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class LocationShape(Shape):
    """One account and one Region in it."""

    account: leaves.Account = Field(description="12 digits, quoted", examples=["111122223333"])
    region: leaves.Region = Field(description="the Region's code", examples=["eu-central-1"])


class ReadyShape(Shape):
    """What must hold, besides the kind's own health, before a resource counts as ready."""

    members: leaves.Percent = Field(100, description="members of a group in service", examples=["90%"])
    target_group: leaves.Arn | None = Field(None, description="a target group whose targets must be healthy")
    http: leaves.HttpAddress | None = Field(
        None,
        description="an address that must answer 2xx or 3xx",
        examples=["https://orders.example/healthz"],
    )


class ResourceShape(Shape):
    """AWS resources of one kind (or of any), selected by ids, by tags or by patterns of their names."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"kind": "rds-instance", "ids": ["orders-db"]}]})

    kind: leaves.KindName = Field(
        description="the kind of AWS resource; any: each kind that has such tags or names", examples=["rds-instance"]
    )
    ids: leaves.Texts = Field((), description="names or ids", examples=[["orders-db"]])
    tags: dict[str, str] = Field({}, description="tags that must all match", examples=[{"Environment": "orders-qa"}])
    names: leaves.Texts = Field(
        (), description="patterns of names or Name tags; * stands for anything", examples=[["orders-qa-*"]]
    )
    needs: leaves.Texts = Field((), description="what must be up before it starts", examples=[["database"]])
    importance: Importance = Field(Importance.NORMAL, description="what the environment can do without")
    ready: ReadyShape = Field(ReadyShape(), description="more health checks", examples=[{"members": "90%"}])
    start: Literal["automatic", "on-request"] = Field(
        "automatic", description="on-request: a supplementary resource sleeps until somebody asks for it by name"
    )
    hibernate: leaves.YesNo = Field(
        False, description="keep its memory while it rests, where AWS can; else it is stopped"
    )
    snapshot: leaves.YesNo = Field(False, description="take a snapshot before each stop; the newest is kept")
    instance_types: leaves.Texts = Field(
        (), description="types to start it as when AWS has none of its own, best first", examples=[["m6i.large"]]
    )


class ExceptionShape(Shape):
    """Dates with other windows."""

    dates: leaves.DateRange = Field(description="inclusive", examples=["2027-02-08..2027-03-09"])
    windows: tuple[leaves.WindowEntry, ...] = Field(
        description="the windows on those dates; [] for none", examples=[["mon-fri 09:00-16:00"]]
    )
    reason: str = Field(description="why, for those who ask", examples=["Ramadan hours"])
    owner: str | None = Field(None, description="who asked for it", examples=["release-team"])
    closures: Literal["hold", "ignore"] = Field("hold", description="whether closures hold within it")
    mode: Literal["replace", "add"] = Field("replace", description="instead of the windows, or beside them")


class CalendarShape(Shape):
    """When something should be up, in one time zone; on its own or resting on a named calendar."""

    calendar: leaves.CalendarName | None = Field(
        None,
        description="a calendar of organisation.yaml; closures and exceptions are added, the rest replaces",
        examples=["office-hours"],
    )
    timezone: leaves.ZoneName | None = Field(None, description="an IANA name", examples=["Asia/Dubai"])
    windows: tuple[leaves.WindowEntry, ...] | None = Field(
        None, min_length=1, description="when to be up", examples=[["mon-fri 08:00-20:00"]]
    )
    start: Literal["automatic", "on-demand", "on-request"] | None = Field(
        None,
        description="on-demand: stopped outside the windows, never started by the clock; "
        "on-request: without windows, up only while somebody has a lease",
    )
    stop: Literal["automatic", "manual"] | None = Field(
        None, description="manual: started for the windows, left as it is outside them"
    )
    closures: tuple[leaves.ClosureEntry, ...] = Field(
        (), description="dates without windows", examples=[[{"country": "AE"}]]
    )
    exceptions: tuple[ExceptionShape, ...] = Field(
        (),
        description="dates with other windows",
        examples=[[{"dates": "2027-02-08..2027-03-09", "windows": ["mon-fri 09:00-16:00"], "reason": "fair"}]],
    )


class WakeShape(Shape):
    """How long a lease lasts."""

    default: leaves.SomeTime | None = Field(None, description="when nobody says how long", examples=["2h"])
    longest: leaves.SomeTime | None = Field(None, description="at most", examples=["12h"])


class WakesShape(WakeShape):
    """How long a lease lasts, and how much it brings up."""

    sizes: dict[leaves.ResourceKey, leaves.LightSize] = Field(
        {},
        description="members of groups and services that a lease brings when nobody says; all others come in full",
        examples=[{"nodes": 4}],
    )


class RequirementsShape(Shape):
    """What an instance type must have."""

    vcpus: leaves.Span = Field(description="from and to", examples=["4..8"])
    memory_gib: leaves.Span = Field(description="from and to", examples=["16..32"])


class PoolsShape(Shape):
    """The pools, that is types and zones, that members may be from."""

    types: leaves.InstanceTypes = Field(
        (), description="instance types, best first", examples=[["m6i.large", "m5.large"]]
    )
    requirements: RequirementsShape | None = Field(
        None, description="in place of types: what they must have", examples=[{"vcpus": "4..8", "memory_gib": "16..32"}]
    )
    zones: leaves.Zones = Field("all", description="zones of the group", examples=[["eu-central-1a"]])


class ByTimeShape(Shape):
    """Another share while a window is open."""

    windows: tuple[leaves.WindowEntry, ...] = Field(
        min_length=1, description="when it holds", examples=[["mon-fri 18:00-20:00"]]
    )
    spot_share: leaves.Share = Field(description="of the members above the base", examples=["100%"])


class CapacityShape(Shape):
    """How much of a group is spot, within which bounds Curfew decides."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"on_demand_base": 2, "spot_share": "0..80%"}]})

    on_demand_base: leaves.Count = Field(0, ge=0, description="members that are never spot", examples=[2])
    spot_share: leaves.Share = Field((0, 0), description="of the members above the base", examples=["0..80%"])
    prefer: Prefer = Field(Prefer.BALANCED, description="what a lost member weighs against its price")
    pools: PoolsShape = Field(
        PoolsShape(), description="where members may run; the group's own types and zones when left out"
    )
    go_back: leaves.Windows = Field(
        (), description="when it may go back to spot; any time when left out", examples=["mon-fri 12:00-14:00"]
    )
    by_time: tuple[ByTimeShape, ...] = Field(
        (),
        description="other shares while windows are open; the first that is open holds",
        examples=[[{"windows": ["sat-sun 00:00-24:00"], "spot_share": "100%"}]],
    )


class BudgetShape(Shape):
    """What it may cost. It raises the share of spot; that it limits wakes is not yet effective."""

    monthly: Decimal = Field(gt=0, allow_inf_nan=False, description="an amount a month", examples=[1200])
    currency: leaves.Currency = Field("USD", description="ISO 4217", examples=["USD"])
    over: Over = Field(Over.INFORM, description="when a wake would exceed it; not yet effective")


class BaselineShape(Shape):
    """When everything would have been up without Curfew: people stop things, too."""

    windows: tuple[leaves.ClosedWindow, ...] = Field(
        min_length=1, description="when it would have been up", examples=[["mon-fri 07:00-22:00"]]
    )
    timezone: leaves.ZoneName | None = Field(
        None, description="an IANA name; that of uptime when left out", examples=["Asia/Dubai"]
    )


class MaintenanceShape(Shape):
    """The maintenance windows of AWS's that it is up for, besides its own windows."""

    resources: leaves.Texts = Field((), description="databases, for their weekly windows", examples=[["database"]])
    ssm: leaves.Texts = Field(
        (), description="Systems Manager maintenance windows, by name or id", examples=[["patch-sundays"]]
    )


class CheckShape(Shape):
    """One thing that, while it goes on, puts a stop off."""

    connections: str | None = Field(None, description="a database with open connections", examples=["database"])
    cpu: str | None = Field(None, description="a resource whose CPU was busy for five minutes", examples=["nodes"])
    above: leaves.Above | None = Field(None, description="what is still idle: connections, or CPU", examples=["20%"])
    sessions: str | None = Field(None, description="instances with Session Manager sessions", examples=["bastion"])
    tasks: str | None = Field(None, description="an ECS cluster with running tasks", examples=["orders-cluster"])
    family: str | None = Field(None, description="only tasks of this family", examples=["migration"])
    builds: str | None = Field(
        None,
        description="a CodeBuild project with running builds; any: all with the tags",
        examples=["orders"],
    )
    tags: dict[str, str] = Field({}, description="only tasks, or projects, with these tags", examples=[{"Job": "load"}])


class BeforeStopShape(Shape):
    """What puts a stop by the clock off, for how long, and what then."""

    checks: tuple[CheckShape, ...] = Field(
        min_length=1, description="what to ask for", examples=[[{"connections": "database"}]]
    )
    postpone: leaves.SomeTime = Field(BeforeStop(()).postpone, description="at most, in total", examples=["2h"])
    then: Then = Field(Then.STOP, description="stop: it is stopped; ask: it stays, and its owner is told")


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, dict) else value


class EnvironmentShape(Shape):
    """Resources that rise and rest together, with one owner."""

    environment: leaves.Slug = Field(description="its name", examples=["orders-qa"])
    owner: leaves.TeamName = Field(description="a team of organisation.yaml", examples=["orders-team"])
    cost_center: str | None = Field(None, description="who pays", examples=["CC-210"])
    stage: leaves.Stage = Field("dev", description="never production", examples=["qa"])
    mode: Mode = Field(Mode.ACT, description="observe: decide and record, touch nothing")
    locations: tuple[LocationShape, ...] | None = Field(
        None,
        min_length=1,
        description="where its resources are; inherited when left out",
        examples=[[{"account": "111122223333", "region": "eu-central-1"}]],
    )
    resources: dict[leaves.ResourceKey, ResourceShape] = Field(
        min_length=1,
        description="what rises and rests, by names of your choice",
        examples=[{"database": {"kind": "rds-instance", "ids": ["orders-db"]}}],
    )
    stop_order: StopOrder | None = Field(None, description="same: as on start; reverse: dependents first")
    uptime: Annotated[
        tuple[CalendarShape, ...],
        BeforeValidator(_listed, json_schema_input_type=CalendarShape | tuple[CalendarShape, ...]),
    ] = Field(
        min_length=1,
        description="when it should be up: one entry or a list; up when any says so",
        examples=[{"timezone": "Asia/Dubai", "windows": ["mon-fri 08:00-20:00"]}],
    )
    wake: WakesShape = Field(
        WakesShape(), description="how long a lease lasts, and what it brings", examples=[{"default": "2h"}]
    )
    capacity: dict[str, CapacityShape] = Field(
        {}, description="capacity mix by resource", examples=[{"nodes": {"on_demand_base": 2, "spot_share": "0..80%"}}]
    )
    budget: BudgetShape | None = Field(
        None, description="what it may cost; it raises the share of spot", examples=[{"monthly": 1200}]
    )
    baseline: BaselineShape | None = Field(
        None,
        description="what would have run without Curfew, until 28 days were observed; around the clock when left out",
        examples=[{"windows": ["mon-fri 07:00-22:00"]}],
    )
    ready_by: Literal["opening", "none"] | None = Field(
        None, description="opening: start early enough to be ready when a window opens; none: start then"
    )
    shortest_rest: leaves.Duration | None = Field(
        None, description="a rest shorter than stop + start + this is not taken", examples=["1h"]
    )
    stop_warning: leaves.Duration | None = Field(
        None, description="how long before a stop the owner is told; 0m: not at all", examples=["15m"]
    )
    maintenance: MaintenanceShape = Field(
        MaintenanceShape(), description="AWS's maintenance windows to be up for", examples=[{"resources": ["database"]}]
    )
    before_stop: BeforeStopShape | None = Field(
        None,
        description="what puts a stop by the clock off",
        examples=[{"checks": [{"connections": "database"}]}],
    )
    uses: leaves.Slugs = Field(
        (), description="environments that must be up while this one is", examples=[["shared-database"]]
    )
    previously: leaves.Slug | None = Field(None, description="its name before it was renamed")
