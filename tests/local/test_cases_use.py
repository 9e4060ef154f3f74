"""What puts a stop off, and what brings an environment up at night, as AWS itself tells it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from chalicelib.core.activity import BeforeStop, Check, Sort
from chalicelib.core.maintenance import Maintenance
from chalicelib.core.model import Observed, Resource
from chalicelib.flows.events import What
from chalicelib.local.estate import Site, add_ec2_instances, add_rds_instance
from chalicelib.local.maintenance_windows import next_run
from tests.local.night import HOUR, MINUTE, WHOLE_NIGHT, Night

LATER = timedelta(minutes=25)
Ends = Callable[[], object]


class Used:
    """A database and a server; what is built in one of the ways below keeps them from their stop."""

    def __init__(self, night: Night) -> None:
        self.site, self.name = night.site, night.name
        add_rds_instance(self.site, self.name)
        (self.server,) = add_ec2_instances(self.site, 1)
        self.show(0, 2)
        self.resources = (
            Resource("database", "rds-instance", ids=(self.name,)),
            Resource("server", "ec2-instance", ids=(self.server,)),
        )

    def show(self, connections: float, cpu: float) -> None:
        self.site.cloud.show_figure("DatabaseConnections", self.name, connections)
        self.site.cloud.show_figure("CPUUtilization", self.server, cpu)

    def connections(self) -> Ends:
        self.show(3, 2)
        return lambda: self.show(0, 2)

    def cpu(self) -> Ends:
        self.show(0, 80)
        return lambda: self.show(0, 2)

    def session(self) -> Ends:
        ssm = self.site.client_of("a-developer", "ssm")
        session = ssm.start_session(Target=self.server)["SessionId"]
        return lambda: ssm.terminate_session(SessionId=session)

    def task(self) -> Ends:
        ecs = self.site.client("ecs")
        ecs.create_cluster(clusterName=self.name)
        ecs.register_task_definition(family="load", containerDefinitions=[CONTAINER])
        network = {"awsvpcConfiguration": {"subnets": self.site.subnets[:1], "securityGroups": []}}
        (task,) = ecs.run_task(
            cluster=self.name, taskDefinition="load", launchType="FARGATE", networkConfiguration=network
        )["tasks"]
        return lambda: ecs.stop_task(cluster=self.name, task=task["taskArn"])

    def build(self) -> Ends:
        codebuild = self.site.client("codebuild")
        codebuild.create_project(name=self.name, **PROJECT)
        build = codebuild.start_build(projectName=self.name)["build"]["id"]
        return lambda: codebuild.stop_build(id=build)


CONTAINER = {"name": "main", "image": "load", "memory": 64}
PROJECT = {
    "source": {"type": "S3", "location": "sources/orders"},
    "artifacts": {"type": "NO_ARTIFACTS"},
    "environment": {"type": "LINUX_CONTAINER", "image": "build", "computeType": "BUILD_GENERAL1_SMALL"},
    "serviceRole": "arn:aws:iam::111122223333:role/builder",
}


@pytest.mark.parametrize(
    ("sort", "of", "use", "told"),
    [
        (Sort.CONNECTIONS, "database", Used.connections, "database: 3 connections ({name})"),
        (Sort.CPU, "server", Used.cpu, "server: CPU 80% ({server})"),
        (Sort.SESSIONS, "server", Used.session, "server: a session of a-developer ({server})"),
        (Sort.TASKS, "{name}", Used.task, "1 task runs in {name}"),
        (Sort.BUILDS, "{name}", Used.build, "build {name}:"),
    ],
    ids=lambda each: str(each) if isinstance(each, Sort) else "",
)
def test_what_is_in_use_waits_and_is_stopped_once_its_use_has_ended(
    site: Site, sort: Sort, of: str, use: Callable[[Used], Ends], told: str
) -> None:
    night = Night(site)
    used = Used(night)
    ends = use(used)
    check = Check(sort, of.format(name=night.name), above=10 if sort is Sort.CPU else 0)
    night.begin(*used.resources, before_stop=BeforeStop((check,)))
    night.until(LATER)
    (said,) = night.told(What.POSTPONED)
    assert said.startswith(told.format(name=night.name, server=used.server))
    assert {night.state(id).seen for id in (night.name, used.server)} == {Observed.UP}
    ends()
    night.until(2 * LATER)
    assert {night.state(id).seen for id in (night.name, used.server)} == {Observed.DOWN}


def test_what_has_no_figures_or_may_not_be_asked_counts_as_in_use_until_the_limit(site: Site) -> None:
    night = Night(site)
    used = Used(night)
    add_rds_instance(site, f"{night.name}-new")
    silent = Resource("new", "rds-instance", ids=(f"{night.name}-new",))
    checks = Check(Sort.CONNECTIONS, "new"), Check(Sort.SESSIONS, "server")
    site.cloud.deny(site.account, "DescribeSessions")
    night.begin(*used.resources, silent, before_stop=BeforeStop(checks, postpone=HOUR))
    night.until(HOUR - MINUTE)
    site.cloud.allow(site.account, "DescribeSessions")
    (said,) = night.told(What.POSTPONED)
    assert "connections of new cannot be told (CloudWatch has no figures" in said
    assert "sessions of server cannot be told (AccessDenied" in said
    assert night.state(night.name).seen is Observed.UP
    night.until(2 * HOUR)
    assert night.state(night.name).seen is Observed.DOWN


def weekly(night: Night) -> Maintenance:
    """The database's own window, the next day from 01:00 to 01:30."""
    day = (night.evening + 5 * HOUR).strftime("%a").lower()
    night.site.client("rds").modify_db_instance(
        DBInstanceIdentifier=night.name,
        PreferredMaintenanceWindow=f"{day}:01:00-{day}:01:30",
        ApplyImmediately=True,
    )
    return Maintenance(resources=("database",))


def of_systems_manager(night: Night) -> Maintenance:
    night.site.client("ssm").create_maintenance_window(
        Name=night.name,
        Schedule="cron(0 1 ? * * *)",
        Duration=1,
        Cutoff=0,
        AllowUnassociatedTargets=True,
    )
    return Maintenance(ssm=(night.name,))


@pytest.mark.parametrize("window", [weekly, of_systems_manager])
def test_it_is_up_for_a_maintenance_window_and_down_after_it(
    site: Site, window: Callable[[Night], Maintenance]
) -> None:
    night = Night(site)
    add_rds_instance(site, night.name)
    database = Resource("database", "rds-instance", ids=(night.name,))
    night.begin(database, windows=WHOLE_NIGHT, maintenance=window(night))
    seen = []
    for hours in (3, 5.2, 7):
        night.until(hours * HOUR)
        seen.append(night.state(night.name).seen)
    assert seen == [Observed.DOWN, Observed.UP, Observed.DOWN]


def test_windows_that_cannot_be_read_are_told_and_what_was_known_stays_in_force(site: Site) -> None:
    night = Night(site)
    add_rds_instance(site, night.name)
    database = Resource("database", "rds-instance", ids=(night.name,))
    night.begin(database, windows=WHOLE_NIGHT, maintenance=of_systems_manager(night))
    site.cloud.deny(site.account, "DescribeMaintenanceWindows")
    night.until(5.2 * HOUR)
    site.cloud.allow(site.account, "DescribeMaintenanceWindows")
    assert night.state(night.name).seen is Observed.UP
    (told,) = night.told(What.MAINTENANCE_UNREAD)
    assert "cannot be read: AccessDenied" in told


SUNDAY = datetime.fromisoformat("2026-03-08T02:00+00:00")


@pytest.mark.parametrize(
    ("schedule", "zone", "now", "due"),
    [
        ("cron(0 2 ? * SUN *)", None, SUNDAY - HOUR, SUNDAY),
        ("cron(0 2 ? * SUN *)", None, SUNDAY, SUNDAY + timedelta(days=7)),
        ("cron(0 0 2 ? * SUN *)", "Europe/Berlin", SUNDAY - 2 * HOUR, SUNDAY - HOUR),
        ("at(2026-03-08T02:00:00)", None, SUNDAY - HOUR, SUNDAY),
        ("at(2026-03-08T02:00:00)", None, SUNDAY, None),
    ],
)
def test_a_window_tells_of_the_run_after_the_one_that_has_begun(
    schedule: str, zone: str | None, now: datetime, due: datetime | None
) -> None:
    assert next_run(schedule, zone, now) == due
