"""Alarms, services, the seven days of a database and starts that come to nothing: whole nights of them."""

from __future__ import annotations

from datetime import timedelta

from chalicelib.core.model import Mode, Observed, Resource
from chalicelib.core.nights import Tally
from chalicelib.core.uptime import Uptime
from chalicelib.flows.doctor import review
from chalicelib.flows.events import What
from chalicelib.flows.retry import retry
from chalicelib.flows.status import status
from chalicelib.local.estate import Site, add_ec2_instances, add_rds_instance
from chalicelib.local.estate_services import add_alarm, add_ecs_service
from chalicelib.local.faults import Breakage
from tests.flows.stage import OPERATOR
from tests.local.night import HOUR, Night

DAY = timedelta(days=1)
MOVES = ["DisableAlarmActions", "StopInstances"]


def armed(site: Site, name: str) -> bool:
    (alarm,) = site.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]
    return bool(alarm["ActionsEnabled"])


def arn_of(site: Site, server: str) -> str:
    return f"arn:aws:ec2:{site.region}:{site.account}:instance/{server}"


def test_alarms_are_muted_first_and_armed_again_although_a_start_failed(site: Site) -> None:
    night = Night(site)
    (server,) = add_ec2_instances(site, 1)
    add_alarm(site, night.name)
    add_alarm(site, f"{night.name}-theirs", armed=False)
    alarms = Resource("alarms", "cloudwatch-alarm", ids=(night.name, f"{night.name}-theirs"))
    night.begin(Resource("server", "ec2-instance", ids=(server,)), alarms)
    night.until(HOUR)
    assert [operation for operation in night.made() if operation in MOVES] == MOVES
    assert not armed(site, night.name)
    site.cloud.drop_starts(arn_of(site, server), "Client.InternalError")
    night.until(6 * HOUR)
    assert (armed(site, night.name), armed(site, f"{night.name}-theirs")) == (True, False)
    assert (night.state(server).cause or "").startswith("Client.InternalError: Client error on launch")
    assert len(night.told(What.STUCK)) == 1
    site.cloud.mend(arn_of(site, server))


def test_a_service_comes_back_with_its_count_and_its_bounds(site: Site) -> None:
    night = Night(site)
    add_ecs_service(site, night.name, desired=3, bounds=(2, 6))
    night.begin(Resource("web", "ecs-service", ids=(f"shop/{night.name}",)))

    def sizes() -> dict[str, int]:
        (service,) = site.client("ecs").describe_services(cluster="shop", services=[night.name])["services"]
        (target,) = site.client("application-autoscaling").describe_scalable_targets(
            ServiceNamespace="ecs", ResourceIds=[f"service/shop/{night.name}"]
        )["ScalableTargets"]
        return {"desired": service["desiredCount"], "min": target["MinCapacity"], "max": target["MaxCapacity"]}

    night.until(HOUR)
    assert sizes() == {"desired": 0, "min": 0, "max": 0}
    night.until(4 * HOUR)
    assert sizes() == {"desired": 3, "min": 2, "max": 6}


def test_a_database_that_aws_starts_after_seven_days_is_put_back_and_nobody_is_blamed(site: Site) -> None:
    night = Night(site)
    add_rds_instance(site, night.name)
    night.begin(Resource("database", "rds-instance", ids=(night.name,)), uptime=(Uptime("UTC"),))
    assert night.state(night.name).seen is Observed.DOWN
    night.stage.clock.set(night.evening + 6 * DAY + 23 * HOUR)
    night.until(7 * DAY + HOUR)
    assert night.state(night.name).seen is Observed.DOWN
    assert (night.times("StopDBInstance"), night.times("StartDBInstance")) == (1, 0)
    assert (night.told(What.ADOPTED), night.told(What.CONTESTED)) == ([], [])


def test_a_database_that_never_comes_blocks_what_needs_it_by_name(site: Site) -> None:
    night = Night(site)
    arn = add_rds_instance(site, night.name)
    (server,) = add_ec2_instances(site, 1)
    night.begin(
        Resource("database", "rds-instance", ids=(night.name,)),
        Resource("server", "ec2-instance", ids=(server,), needs=("database",)),
    )
    night.until(HOUR)
    site.cloud.break_resource(arn, Breakage.NEVER_ARRIVES)
    night.until(4 * HOUR)
    (waiting,) = (one for one in status(night.stage.world, "orders-qa").resources if one.member.key == "server")
    assert (waiting.note, night.times("StartInstances")) == ("blocked by database", 0)
    assert night.told(What.NOT_READY) == ["not ready when it should be: waiting for database, server"]
    site.cloud.mend(arn)
    night.until(5 * HOUR)
    assert night.state(server).seen is Observed.UP


def test_a_missing_right_is_shown_with_its_words_and_the_others_go_down(site: Site) -> None:
    night = Night(site)
    add_rds_instance(site, night.name)
    (server,) = add_ec2_instances(site, 1)
    night.begin(
        Resource("database", "rds-instance", ids=(night.name,)), Resource("server", "ec2-instance", ids=(server,))
    )
    site.cloud.deny(site.account, "StopDBInstance")
    night.until(HOUR)
    site.cloud.allow(site.account, "StopDBInstance")
    assert (night.state(night.name).seen, night.state(server).seen) == (Observed.UP, Observed.DOWN)
    assert "AccessDenied" in (night.state(night.name).refusal or "")
    retry(night.stage.world, OPERATOR, "orders-qa")
    night.until(2 * HOUR)
    assert night.state(night.name).seen is Observed.DOWN


def test_the_review_names_what_aws_would_refuse_and_changes_nothing(site: Site) -> None:
    night = Night(site)
    protected, other = add_ec2_instances(site, 2)
    site.client("ec2").modify_instance_attribute(InstanceId=protected, DisableApiStop={"Value": True})
    servers = Resource("servers", "ec2-instance", ids=(protected, other))
    night.begin(servers, Resource("gone", "ec2-instance", ids=("i-0123456789abcdef0",)), mode=Mode.OBSERVE)
    night.until(2 * HOUR)
    found = " ".join(check.found for check in review(night.stage.world, "orders-qa").checks if not check.ok)
    assert "its stop protection is on" in found
    assert "gone" in found
    assert night.state(other).seen is Observed.UP
    assert night.times("StopInstances") == 0


def test_observe_mode_counts_the_nights_that_it_would_have_stopped(site: Site) -> None:
    night = Night(site)
    (server,) = add_ec2_instances(site, 1)
    night.begin(Resource("server", "ec2-instance", ids=(server,)), mode=Mode.OBSERVE)
    night.until(DAY + 2 * HOUR)
    assert status(night.stage.world, "orders-qa").observed == Tally(2, 2, 0)
    assert night.state(server).seen is Observed.UP
