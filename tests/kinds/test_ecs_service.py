from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.core.model import Location, Observed, Resource, RestorePoint, Sighting
from chalicelib.kinds.contract import Asked, Call, Look, Move
from chalicelib.kinds.ecs_service import KIND

PLACE = Location("111122223333", "ap-south-1")
LONG = "arn:aws:ecs:ap-south-1:111122223333:service/shop/web"
SHORT = "arn:aws:ecs:ap-south-1:111122223333:service/web"
CLUSTER = "arn:aws:ecs:ap-south-1:111122223333:cluster/shop"
IN, OUT = "DynamicScalingInSuspended", "DynamicScalingOutSuspended"
SCHEDULED = "ScheduledScalingSuspended"
BETWEEN = {"min": 2, "max": 6}


def service(desired: int, running: int | None = None, **fields: Any) -> dict[str, Any]:
    counts = {"desiredCount": desired, "runningCount": desired if running is None else running}
    return {
        "serviceArn": LONG,
        "serviceName": "web",
        "clusterArn": CLUSTER,
        "status": "ACTIVE",
        "deployments": [{"status": "PRIMARY", "rolloutState": "COMPLETED", **counts}],
        **counts,
        **fields,
    }


def target(lowest: int, highest: int, *suspended: str) -> dict[str, Any]:
    states = dict.fromkeys(suspended, True)
    return {
        "ResourceId": "service/shop/web",
        "MinCapacity": lowest,
        "MaxCapacity": highest,
        "SuspendedState": {IN: False, **states},
    }


def read(shown: dict[str, Any], *targets: dict[str, Any]) -> Sighting:
    (sighting,) = KIND.read(PLACE, [{"services": [shown]}, {"ScalableTargets": list(targets)}])
    return sighting


def slept(*suspended: str, **sizes: int) -> RestorePoint:
    return RestorePoint(1, datetime(2026, 3, 2, tzinfo=UTC), sizes, dict.fromkeys(sizes, 0), suspended)


def flat(call: Call) -> list[tuple[str, dict[str, Any]]]:
    """The calls in the order in which they are made, without what only names the service."""
    names = {"cluster", "service", "ServiceNamespace", "ResourceId", "ScalableDimension"}
    calls = (*call.before, call)
    return [(one.operation, {k: v for k, v in one.parameters.items() if k not in names}) for one in calls]


@pytest.mark.parametrize(
    ("shown", "targets", "observed", "note"),
    [
        (service(3), [], Observed.UP, None),
        (service(3, 2), [], Observed.RISING, "2 of 3 tasks run"),
        (service(0, 2), [], Observed.FALLING, "2 tasks still to go"),
        (service(0), [], Observed.DOWN, None),
        (service(0), [target(0, 0)], Observed.DOWN, None),
        (service(0), [target(0, 6)], Observed.UP, None),
        (service(3), [target(0, 0)], Observed.UP, None),
        (service(0, 1, status="DRAINING"), [], Observed.FALLING, "being deleted"),
    ],
)
def test_a_service_is_observed_by_its_count_its_tasks_and_how_far_it_may_grow(
    shown: dict[str, Any], targets: list[dict[str, Any]], observed: Observed, note: str | None
) -> None:
    sighting = read(shown, *targets)
    assert (sighting.observed, sighting.healthy, sighting.note) == (observed, observed is Observed.UP, note)


def test_a_deleted_service_is_not_there() -> None:
    assert list(KIND.read(PLACE, [{"services": [service(0, status="INACTIVE")]}])) == []


def test_tasks_of_an_older_deployment_do_not_serve() -> None:
    newest = {"status": "PRIMARY", "rolloutState": "IN_PROGRESS", "runningCount": 1}
    sighting = read(service(3, 4, deployments=[newest, {"status": "ACTIVE", "runningCount": 3}]))
    assert (sighting.observed, sighting.in_service) == (Observed.RISING, 1)


@pytest.mark.parametrize(("older", "serving"), [("web:7", 4), ("web:6", 1)])
def test_tasks_of_an_older_deployment_that_run_the_same_serve_until_they_are_replaced(older: str, serving: int) -> None:
    newest = {"status": "PRIMARY", "rolloutState": "IN_PROGRESS", "runningCount": 1, "taskDefinition": "web:7"}
    moving = service(4, 4, deployments=[newest, {"status": "ACTIVE", "runningCount": 3, "taskDefinition": older}])
    assert read(moving).in_service == serving


def test_where_somebody_elses_controller_deploys_all_tasks_count() -> None:
    sighting = read(service(3, deployments=[], deploymentController={"type": "CODE_DEPLOY"}))
    assert (sighting.observed, sighting.ineligible) == (Observed.UP, None)


def test_a_failed_deployment_is_told() -> None:
    failed = {"status": "PRIMARY", "rolloutState": "FAILED", "rolloutStateReason": "tasks failed to start"}
    sighting = read(service(3, 0, deployments=[{**failed, "runningCount": 0}]))
    assert sighting.note == "its deployment failed: tasks failed to start"


def test_a_daemon_service_is_ineligible() -> None:
    assert "DAEMON" in (read(service(3, schedulingStrategy="DAEMON")).ineligible or "")


@pytest.mark.parametrize(
    ("messages", "cause"),
    [
        ([], None),
        (["(service web) has started 1 tasks: (task 1)."], None),
        (["(service web) was unable to place a task."], "was unable to place a task."),
        (["(service web) has started 1 tasks.", "(service web) was unable to place a task."], "was unable to place"),
        (["(service web) has reached a steady state.", "(service web) was unable to place a task."], None),
    ],
)
def test_the_cause_is_what_ecs_complained_of_since_it_was_steady(messages: list[str], cause: str | None) -> None:
    (sighting,) = KIND.caused([read(service(3, 0, events=[{"message": text} for text in messages]))], ())
    assert (sighting.cause or "").startswith(cause or "")
    assert bool(sighting.cause) is (cause is not None)


def test_its_sizes_are_the_count_and_the_bounds_that_it_has() -> None:
    assert read(service(3)).sizes == {"desired": 3}
    assert read(service(3), target(2, 6)).sizes == {"desired": 3, **BETWEEN}


def test_a_stop_sets_the_bounds_first_and_suspends_scheduled_scaling() -> None:
    (call,) = KIND.stop([Move(read(service(3), target(2, 6, IN)))])
    assert flat(call) == [
        (
            "RegisterScalableTarget",
            {"MinCapacity": 0, "MaxCapacity": 0, "SuspendedState": {IN: True, OUT: False, SCHEDULED: True}},
        ),
        ("UpdateService", {"desiredCount": 0}),
    ]


def test_a_stop_leaves_alone_what_somebody_suspended() -> None:
    sighting = read(service(3), target(2, 6, SCHEDULED))
    (call,) = KIND.stop([Move(sighting)])
    assert KIND.suspends(sighting) == ()
    assert flat(call)[0] == ("RegisterScalableTarget", {"MinCapacity": 0, "MaxCapacity": 0})


def test_without_bounds_one_call_each_way_is_all() -> None:
    (stop,) = KIND.stop([Move(read(service(3)))])
    (start,) = KIND.start([Move(read(service(0)), slept(desired=3))])
    assert flat(stop) == [("UpdateService", {"desiredCount": 0})]
    assert flat(start) == [("UpdateService", {"desiredCount": 3})]
    assert KIND.suspends(read(service(3))) == ()


def test_a_return_sets_the_count_first_so_that_bounds_that_are_back_prove_it() -> None:
    restore = slept(SCHEDULED, desired=3, **BETWEEN)
    (call,) = KIND.start([Move(read(service(0), target(0, 0, SCHEDULED)), restore)])
    assert flat(call) == [
        ("UpdateService", {"desiredCount": 3}),
        ("RegisterScalableTarget", {"MinCapacity": 2, "MaxCapacity": 6}),
    ]


def test_half_a_return_is_not_whole() -> None:
    restore = slept(desired=3, min=0, max=6)
    assert not KIND.whole(read(service(3), target(0, 0)), restore)
    assert KIND.whole(read(service(3), target(0, 6)), restore)


def test_our_suspension_is_lifted_once_it_is_healthy() -> None:
    restore = slept(SCHEDULED, desired=3, **BETWEEN)
    sighting = read(service(3), target(2, 6, SCHEDULED, OUT))
    assert KIND.unlifted(sighting, restore)
    (call,) = KIND.start([Move(sighting, restore)])
    assert flat(call) == [("RegisterScalableTarget", {"SuspendedState": {IN: False, OUT: True, SCHEDULED: False}})]
    assert not KIND.unlifted(read(service(3), target(2, 6)), restore)


def test_a_suspension_that_is_not_ours_stays() -> None:
    sighting = read(service(3), target(2, 6, SCHEDULED))
    assert not KIND.unlifted(sighting, slept(desired=3, **BETWEEN))


@pytest.mark.parametrize("restore", [None, slept(desired=0)])
def test_without_a_size_to_go_back_to_there_is_no_call(restore: RestorePoint | None) -> None:
    assert KIND.start([Move(read(service(0)), restore)]) == ()


def listed(*arns: str) -> dict[str, Any]:
    return {"ResourceTagMappingList": [{"ResourceARN": arn, "Tags": []} for arn in arns]}


def test_ids_and_arns_are_described_by_cluster_ten_at_a_time() -> None:
    ids = (*(f"shop/web-{number:02}" for number in range(10)), LONG, "depot/web")
    looks = KIND.look(Resource("web", KIND.name, ids=ids))
    assert [(look.parameters["cluster"], len(look.parameters["services"])) for look in looks] == [
        ("depot", 1),
        ("shop", 10),
        ("shop", 1),
    ]
    assert all(look.parameters["include"] == ["TAGS"] for look in looks)


def test_a_cluster_that_is_not_there_hides_no_other() -> None:
    for look in KIND.look(Resource("web", KIND.name, ids=("gone/web",), names=("gone/*",))):
        assert look.absent == {"ClusterNotFoundException"}


@pytest.mark.parametrize("arn", [SHORT, "web"])
def test_what_names_no_cluster_is_looked_for_in_all(arn: str) -> None:
    (look,) = KIND.look(Resource("web", KIND.name, ids=(arn,)))
    assert look.operation == "ListClusters"


@pytest.mark.parametrize(
    ("pattern", "operation"), [("shop/web-*", "ListServices"), ("*/web", "ListClusters"), ("web-*", "ListClusters")]
)
def test_a_pattern_lists_the_cluster_that_it_names_and_else_all(pattern: str, operation: str) -> None:
    (look,) = KIND.look(Resource("web", KIND.name, names=(pattern,)))
    assert look.operation == operation


def test_listings_lead_to_describes_and_those_to_bounds() -> None:
    (services,) = KIND.follow((), [Asked(Look("ListClusters", {}), ({"clusterArns": [CLUSTER]},))])
    assert (services.operation, services.parameters["cluster"]) == ("ListServices", "shop")
    (described,) = KIND.follow((), [Asked(services, ({"serviceArns": [LONG, SHORT]}, {"serviceArns": []}))])
    assert (described.parameters["cluster"], described.parameters["services"]) == ("shop", ["web"])
    (bounds,) = KIND.follow((), [Asked(described, ({"services": [service(3)]},))])
    assert (bounds.service, bounds.parameters["ResourceIds"]) == ("application-autoscaling", ["service/shop/web"])
    assert KIND.follow((), [Asked(bounds, ({"ScalableTargets": []},))]) == ()


def test_what_tags_select_is_described_and_an_old_arn_is_looked_for_in_all_clusters() -> None:
    (look,) = KIND.look(Resource("web", KIND.name, tags=(("Env", "qa"),)))
    assert look.parameters["TagFilters"] == [{"Key": "Env", "Values": ["qa"]}]
    described, everywhere = KIND.follow((), [Asked(look, (listed(LONG, SHORT),))])
    assert (described.operation, everywhere.operation) == ("DescribeServices", "ListClusters")


def test_an_event_names_the_service() -> None:
    assert KIND.event.arns({"resources": [LONG, CLUSTER]}) == (LONG,)
