from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.local.cloud import EmbeddedCloud
from chalicelib.local.estate import Site
from chalicelib.local.estate_services import CLUSTER, add_ecs_service
from chalicelib.local.faults import Breakage

Wait = Callable[[timedelta], None]
Refusal = Callable[..., str]
A_WHILE = timedelta(minutes=6)


def service(site: Site, name: str) -> dict[str, Any]:
    answer = site.client("ecs").describe_services(cluster=CLUSTER, services=[name], include=["TAGS"])
    (shown,) = answer["services"]
    return dict(shown)


def counts(site: Site, name: str) -> tuple[int, int, int]:
    """Desired, running, pending; the deployment tells the same."""
    shown = service(site, name)
    fields = ("desiredCount", "runningCount", "pendingCount")
    found = tuple(shown[field] for field in fields)
    assert tuple(shown["deployments"][0][field] for field in fields) == found
    return found[0], found[1], found[2]


def scale(site: Site, name: str, desired: int) -> None:
    site.client("ecs").update_service(cluster=CLUSTER, service=name, desiredCount=desired)


def bound(site: Site, name: str, **changes: Any) -> None:
    site.client("application-autoscaling").register_scalable_target(
        ServiceNamespace="ecs",
        ResourceId=f"service/{CLUSTER}/{name}",
        ScalableDimension="ecs:service:DesiredCount",
        **changes,
    )


def target(site: Site, name: str) -> dict[str, Any]:
    scaling = site.client("application-autoscaling")
    found = scaling.describe_scalable_targets(ServiceNamespace="ecs", ResourceIds=[f"service/{CLUSTER}/{name}"])
    return dict(found["ScalableTargets"][0])


def test_a_service_runs_as_soon_as_it_was_built(site: Site) -> None:
    add_ecs_service(site, "built", desired=3, tags={"Env": "qa"})
    assert counts(site, "built") == (3, 3, 0)
    assert service(site, "built")["tags"] == [{"key": "Env", "value": "qa"}]
    assert site.cloud.take_events() == []


def test_tasks_take_their_time_to_go_and_to_come(site: Site, wait: Wait) -> None:
    arn = add_ecs_service(site, "slow", desired=3)
    scale(site, "slow", 0)
    assert counts(site, "slow") == (0, 3, 0)
    wait(A_WHILE)
    assert counts(site, "slow") == (0, 0, 0)
    scale(site, "slow", 3)
    assert counts(site, "slow") == (3, 0, 3)
    wait(A_WHILE)
    assert counts(site, "slow") == (3, 3, 0)
    told = [event for event in site.cloud.take_events() if event["resources"] == [arn]]
    assert [event["detail"]["eventName"] for event in told] == ["SERVICE_STEADY_STATE"] * 2
    assert {(event["source"], event["detail-type"]) for event in told} == {("aws.ecs", "ECS Service Action")}


def test_a_service_is_turned_round_midway(site: Site, wait: Wait) -> None:
    add_ecs_service(site, "turned", desired=3)
    scale(site, "turned", 0)
    scale(site, "turned", 3)
    wait(A_WHILE)
    assert counts(site, "turned") == (3, 3, 0)


@pytest.mark.parametrize("how", [Breakage.NEVER_ARRIVES, Breakage.FALLS_BACK])
def test_a_service_that_cannot_place_its_tasks_says_why(
    site: Site, cloud: EmbeddedCloud, wait: Wait, how: Breakage
) -> None:
    name = f"homeless-{how.name}"
    arn = add_ecs_service(site, name, desired=0)
    cloud.break_resource(arn, how)
    scale(site, name, 2)
    wait(A_WHILE)
    assert counts(site, name) == (2, 0, 2)
    assert "was unable to place a task. Reason: No Container" in service(site, name)["events"][0]["message"]
    cloud.mend(arn)
    wait(A_WHILE)
    assert counts(site, name) == (2, 2, 0)


def test_tasks_come_once_capacity_is_back(site: Site, cloud: EmbeddedCloud, wait: Wait) -> None:
    add_ecs_service(site, "short", desired=0)
    cloud.insufficient_capacity(site.account, site.region, "FARGATE")
    scale(site, "short", 1)
    wait(A_WHILE)
    assert "Capacity is unavailable at this time." in service(site, "short")["events"][0]["message"]
    cloud.capacity_returns(site.account, site.region, "FARGATE")
    wait(A_WHILE)
    assert counts(site, "short") == (1, 1, 0)


def test_registering_bounds_moves_the_count_between_them(site: Site, wait: Wait) -> None:
    add_ecs_service(site, "bounded", desired=3, bounds=(2, 6))
    bound(site, "bounded", MinCapacity=0, MaxCapacity=0)
    assert counts(site, "bounded")[0] == 0
    bound(site, "bounded", MinCapacity=2, MaxCapacity=6)
    assert counts(site, "bounded")[0] == 2


def test_a_count_outside_its_bounds_is_put_back_by_whatever_is_registered_next(site: Site) -> None:
    add_ecs_service(site, "pulled-back", desired=3, bounds=(2, 6))
    scale(site, "pulled-back", 0)
    assert counts(site, "pulled-back")[0] == 0
    bound(site, "pulled-back", SuspendedState={"ScheduledScalingSuspended": True})
    assert counts(site, "pulled-back")[0] == 2


def test_a_suspension_is_shown_and_what_it_leaves_out_is_not_suspended(site: Site) -> None:
    add_ecs_service(site, "suspended", bounds=(1, 4))
    bound(site, "suspended", SuspendedState={"DynamicScalingInSuspended": True})
    bound(site, "suspended", SuspendedState={"ScheduledScalingSuspended": True})
    shown = target(site, "suspended")
    assert (shown["MinCapacity"], shown["MaxCapacity"]) == (1, 4)
    assert shown["SuspendedState"] == {
        "DynamicScalingInSuspended": False,
        "DynamicScalingOutSuspended": False,
        "ScheduledScalingSuspended": True,
    }


def test_bounds_that_make_no_sense_are_refused(site: Site, refusal: Refusal) -> None:
    add_ecs_service(site, "senseless", bounds=(1, 4))
    assert refusal(bound, site=site, name="senseless", MinCapacity=5) == "ValidationException"
    add_ecs_service(site, "half-bound")
    assert refusal(bound, site=site, name="half-bound", MinCapacity=1) == "ValidationException"


def test_a_daemon_service_takes_no_count(site: Site, refusal: Refusal) -> None:
    add_ecs_service(site, "agent", desired=0, schedulingStrategy="DAEMON", launchType="EC2")
    update = site.client("ecs").update_service
    assert refusal(update, cluster=CLUSTER, service="agent", desiredCount=1) == "InvalidParameterException"


def test_what_is_not_there_and_too_much_at_once_are_refused(site: Site, refusal: Refusal) -> None:
    add_ecs_service(site, "there")
    describe = site.client("ecs").describe_services
    assert refusal(describe, cluster="elsewhere", services=["web"]) == "ClusterNotFoundException"
    assert refusal(describe, cluster=CLUSTER, services=["web"] * 11) == "InvalidParameterException"
    assert describe(cluster=CLUSTER, services=["gone"])["failures"][0]["reason"] == "MISSING"


def test_the_tagging_api_finds_services_by_tag(site: Site) -> None:
    arn = add_ecs_service(site, "tagged", tags={"Env": "tagged", "Tier": "web"})
    add_ecs_service(site, "tagged-other", tags={"Env": "tagged"})
    found = site.client("resourcegroupstaggingapi").get_resources(
        ResourceTypeFilters=["ecs:service"],
        TagFilters=[{"Key": "Env", "Values": ["tagged"]}, {"Key": "Tier", "Values": ["web"]}],
    )
    assert [one["ResourceARN"] for one in found["ResourceTagMappingList"]] == [arn]


def test_tasks_of_services_and_those_that_run_alone_are_listed_side_by_side(site: Site) -> None:
    ecs = site.client("ecs")
    add_ecs_service(site, "listed", desired=2)
    add_ecs_service(site, "beside", desired=1)
    ecs.register_task_definition(family="load", containerDefinitions=[{"name": "main", "image": "load", "memory": 64}])
    network = {"awsvpcConfiguration": {"subnets": site.subnets[:1], "securityGroups": []}}
    [alone] = ecs.run_task(cluster=CLUSTER, taskDefinition="load", launchType="FARGATE", networkConfiguration=network)[
        "tasks"
    ]

    def listed(**asked: str) -> list[str]:
        return list(ecs.list_tasks(cluster=CLUSTER, **asked)["taskArns"])

    own = listed(serviceName="listed")
    assert (len(own), len(listed(family="beside")), listed(family="load")) == (2, 1, [alone["taskArn"]])
    assert {alone["taskArn"], *own} <= set(listed())
    assert listed(desiredStatus="STOPPED", serviceName="listed") == listed(startedBy="nobody") == []
    shown = ecs.describe_tasks(cluster=CLUSTER, tasks=[own[0], alone["taskArn"], "none"])
    assert {task["taskArn"] for task in shown["tasks"]} == {own[0], alone["taskArn"]}
    assert shown["failures"] == [{"arn": "none", "reason": "MISSING"}]
