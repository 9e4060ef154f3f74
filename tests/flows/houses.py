"""Several environments on one stage: some use a database that is an environment of its own."""

from __future__ import annotations

from datetime import timedelta

from chalicelib.core.model import Definition, Resource
from chalicelib.core.uptime import Uptime
from tests.fakes.things import Thing
from tests.flows.stage import Stage, definition

SHARED = "shared-database"


def shared(stage: Stage, **other: object) -> Definition:
    """The used environment, asleep and without windows of its own."""
    stage.cloud.add("rds-instance", "shared-db", up=False, start=timedelta(minutes=7), stop=timedelta(minutes=5))
    database = Resource("database", "rds-instance", ids=("shared-db",))
    values: dict[str, object] = {"environment": SHARED, "uptime": (Uptime("UTC"),), **other}
    return stage.apply(definition(database, **values))  # type: ignore[arg-type]


def user(stage: Stage, name: str, **other: object) -> Definition:
    """An environment of one group, asleep, that uses the shared one."""
    stage.cloud.add("auto-scaling-group", f"{name}-nodes", start=timedelta(minutes=4), stop=timedelta(minutes=2))
    nodes = Resource("nodes", "auto-scaling-group", ids=(f"{name}-nodes",))
    values: dict[str, object] = {"environment": name, "uses": (SHARED,), **other}
    return stage.apply(definition(nodes, **values))  # type: ignore[arg-type]


def thing(stage: Stage, id: str) -> Thing:
    return next(each for each in stage.cloud.things.values() if each.id == id)


def state(stage: Stage, id: str) -> str:
    """Its state in AWS's word, up and down for a group."""
    return stage.cloud.status(thing(stage, id).arn)
