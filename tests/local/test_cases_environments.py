"""Environments that use another, parts of more and of less importance, and what appears between two looks."""

from __future__ import annotations

from datetime import timedelta

from chalicelib.core.model import Importance, Observed, Resource
from chalicelib.core.uptime import Uptime
from chalicelib.flows.events import What
from chalicelib.flows.status import status
from chalicelib.flows.wake import Asked, wake
from chalicelib.local.estate import Site, add_ec2_instances, add_rds_instance
from tests.flows.stage import DEV
from tests.local.night import HOUR, MINUTE, Night

SHARED = "shared-database"


def server(site: Site, **tags: str) -> str:
    (id,) = add_ec2_instances(site, 1, tags=tags or None)
    return id


def test_a_shared_database_is_up_with_its_first_user_and_rests_after_its_last(site: Site) -> None:
    night = Night(site)
    add_rds_instance(site, night.name)
    database = Resource("database", "rds-instance", ids=(night.name,))
    servers = {"orders-qa": server(site), "billing-qa": server(site)}
    night.begin(database, environment=SHARED, uptime=(Uptime("UTC"),))
    for name, windows in (("orders-qa", "mon-sun 23:00-20:00"), ("billing-qa", "mon-sun 23:30-21:00")):
        night.begin(
            Resource("server", "ec2-instance", ids=(servers[name],)), windows=windows, environment=name, uses=(SHARED,)
        )

    def seen() -> list[str]:
        users = [night.state(id, name).seen.value for name, id in servers.items()]
        return [night.state(night.name, SHARED).seen.value, *users]

    night.until(40 * MINUTE)
    assert seen() == ["up", "down", "up"]
    night.until(2 * HOUR)
    assert seen() == ["down", "down", "down"]
    night.until(3 * HOUR)
    assert seen() == ["up", "up", "down"]
    night.until(4 * HOUR)
    assert seen() == ["up", "up", "up"]
    assert (night.times("StopDBInstance"), night.times("StartDBInstance")) == (1, 1)


def test_a_user_starts_only_once_the_shared_database_is_ready(site: Site) -> None:
    night = Night(site)
    add_rds_instance(site, night.name)
    id = server(site)
    night.begin(Resource("database", "rds-instance", ids=(night.name,)), environment=SHARED, uptime=(Uptime("UTC"),))
    night.begin(Resource("server", "ec2-instance", ids=(id,)), uses=(SHARED,))
    night.until(2 * HOUR)
    wake(night.stage.world, DEV, "orders-qa", Asked(length=HOUR))
    night.until(2 * HOUR + 2 * MINUTE)
    (waiting,) = status(night.stage.world, "orders-qa").resources
    assert (waiting.note, night.times("StartInstances")) == (f"blocked by {SHARED}", 0)
    night.until(3 * HOUR)
    assert night.state(id).seen is Observed.UP


def test_it_is_usable_before_it_is_ready_and_what_is_supplementary_may_fail(site: Site) -> None:
    night = Night(site)
    add_rds_instance(site, night.name)
    core, normal, (extra,) = night.name, server(site), add_ec2_instances(site, 1, instance_type="c5.large")
    night.begin(
        Resource("database", "rds-instance", ids=(core,), importance=Importance.CORE),
        Resource("server", "ec2-instance", ids=(normal,), needs=("database",)),
        Resource("search", "ec2-instance", ids=(extra,), importance=Importance.SUPPLEMENTARY),
    )
    night.until(HOUR)
    site.cloud.insufficient_capacity(site.account, site.region, "c5.large")
    night.until(4 * HOUR)
    site.cloud.capacity_returns(site.account, site.region, "c5.large")
    (usable,), (ready,) = night.stage.events(What.USABLE), night.stage.events(What.READY)
    assert usable.at < ready.at <= night.evening + 3 * HOUR
    assert [night.state(id).seen.value for id in (core, normal, extra)] == ["up", "up", "down"]
    assert night.told(What.NOT_READY) == []


def test_what_starts_on_request_sleeps_until_it_is_asked_for_by_name(site: Site) -> None:
    night = Night(site)
    usual, asked = server(site), server(site)
    night.begin(
        Resource("server", "ec2-instance", ids=(usual,)),
        Resource("bench", "ec2-instance", ids=(asked,), on_request=True),
    )
    night.until(4 * HOUR)
    assert [night.state(id).seen.value for id in (usual, asked)] == ["up", "down"]
    wake(night.stage.world, DEV, "orders-qa", Asked(length=2 * HOUR, only=("bench",)))
    night.until(5 * HOUR)
    assert night.state(asked).seen is Observed.UP


def tagged(night: Night) -> Resource:
    return Resource("servers", "ec2-instance", tags=(("Env", night.name),))


def test_what_appears_by_day_is_named_before_the_evening_and_stopped_with_the_others(site: Site) -> None:
    night = Night(site)
    server(site, Env=night.name)
    night.begin(tagged(night))
    new = server(site, Env=night.name)
    night.until(HOUR)
    (event,) = night.stage.events(What.NEWCOMER)
    assert event.at < night.evening
    assert event.text.startswith(f"new: {new} (matched by tags Env={night.name})")
    assert night.state(new).seen is Observed.DOWN


def test_what_appears_at_night_is_named_at_once_and_left_for_the_length_of_a_lease(site: Site) -> None:
    night = Night(site)
    server(site, Env=night.name)
    night.begin(tagged(night), windows="mon-sun 08:00-20:00")
    night.until(HOUR)
    new = server(site, Env=night.name)
    night.until(2 * HOUR)
    (event,) = night.stage.events(What.NEWCOMER)
    assert "left running until" in event.text
    assert night.state(new).seen is Observed.UP
    night.stage.run_until(event.at + timedelta(hours=2, minutes=30))
    assert night.state(new).seen is Observed.DOWN
