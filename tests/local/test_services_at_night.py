"""ECS services, Redshift clusters and alarms go down and come back through the deployed adapter."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from chalicelib.adapters.cloud import AwsCloud
from chalicelib.core.model import Location, Observed, Resource, RestorePoint, Sighting
from chalicelib.flows.ports import Refusal
from chalicelib.kinds import kinds
from chalicelib.kinds.contract import Answer, Asked, Call, Move, selected
from chalicelib.local.estate import Site
from chalicelib.local.estate_services import add_alarm, add_composite_alarm, add_ecs_service, add_redshift_cluster

Wait = Callable[[timedelta], None]
A_WHILE = timedelta(minutes=12)
PLACE = Location("111122223333", "ap-south-1")


def look(site: Site, resource: Resource) -> list[Sighting]:
    kind, cloud = kinds()[resource.kind], AwsCloud(site.cloud)
    looks, found = kind.look(resource), list[Answer]()
    while looks:
        asked = []
        for one in looks:
            pages = cloud.look(PLACE, kind.service, (one,))
            assert isinstance(pages, tuple) or pages.code in one.absent
            asked.append(Asked(one, pages if isinstance(pages, tuple) else ()))
        found += [page for one in asked for page in one.answers]
        looks = kind.follow((resource,), asked)
    seen = {one.arn: one for one in kind.read(PLACE, found) if selected(resource, one)}
    return [seen[arn] for arn in sorted(seen)]


def act(site: Site, calls: tuple[Call, ...]) -> list[Refusal]:
    return [refusal for _, refusal in AwsCloud(site.cloud).act(PLACE, calls) if refusal]


def night(site: Site, wait: Wait, resource: Resource) -> tuple[list[Sighting], list[Sighting], list[Sighting]]:
    """What was seen before, asleep and when back, our suspensions lifted."""
    kind = kinds()[resource.kind]
    before = look(site, resource)
    points = {
        one.arn: RestorePoint(1, site.cloud.clock.now(), one.sizes, kind.left(one), kind.suspends(one))
        for one in before
    }
    assert act(site, kind.stop([Move(one) for one in before])) == []
    wait(A_WHILE)
    asleep = look(site, resource)
    assert act(site, kind.start([Move(one, points[one.arn]) for one in asleep])) == []
    wait(A_WHILE)
    still = [one for one in look(site, resource) if kind.unlifted(one, points[one.arn])]
    assert act(site, kind.start([Move(one, points[one.arn]) for one in still])) == []
    return before, asleep, look(site, resource)


def services(site: Site) -> Resource:
    add_ecs_service(site, "night-web", desired=3, bounds=(2, 6))
    add_ecs_service(site, "night-batch", desired=1)
    return Resource("web", "ecs-service", ids=("gone/web",), names=("shop/night-*",))


def warehouses(site: Site) -> Resource:
    for name in ("night-sales", "night-stock"):
        add_redshift_cluster(site, name, tags={"Env": "night"})
    return Resource("dwh", "redshift-cluster", tags=(("Env", "night"),))


def alarms(site: Site) -> Resource:
    add_alarm(site, "night-cpu")
    add_composite_alarm(site, "night-any", "ALARM(night-cpu)")
    return Resource("alarms", "cloudwatch-alarm", names=("night-*",))


@pytest.mark.parametrize("build", [services, warehouses, alarms])
def test_a_night_leaves_everything_as_it_was(site: Site, wait: Wait, build: Callable[[Site], Resource]) -> None:
    before, asleep, back = night(site, wait, build(site))
    assert len(before) == 2
    assert {one.observed for one in asleep} == {Observed.DOWN}
    for was, now in zip(before, back, strict=True):
        assert (now.arn, now.observed, now.healthy, now.sizes) == (was.arn, Observed.UP, True, was.sizes)
        assert now.details.get("suspended") == was.details.get("suspended")


def test_scheduled_scaling_is_suspended_while_a_service_rests(site: Site) -> None:
    add_ecs_service(site, "scheduled", desired=3, bounds=(2, 6))
    kind, wanted = kinds()["ecs-service"], Resource("web", "ecs-service", ids=("shop/scheduled",))
    (up,) = look(site, wanted)
    assert act(site, kind.stop([Move(up)])) == []
    (falling,) = look(site, wanted)
    assert (falling.observed, falling.sizes) == (Observed.FALLING, {"desired": 0, "min": 0, "max": 0})
    assert falling.details["suspended"] == "ScheduledScalingSuspended"


def test_a_policys_own_alarm_is_left_alone(site: Site) -> None:
    policy = "arn:aws:autoscaling:ap-south-1:111122223333:scalingPolicy:1:resource/ecs/service/shop/web:policyName/cpu"
    add_alarm(site, "TargetTracking-web", actions=(policy,))
    (alarm,) = look(site, Resource("alarms", "cloudwatch-alarm", names=("TargetTracking-*",)))
    assert alarm.ineligible == "it drives a scaling policy: muting it would stop the scaling"
