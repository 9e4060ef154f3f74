"""What ECS shows of tasks and of what it could not place, read as news of Fargate Spot."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.core.group_memory import News, What
from chalicelib.core.pools import Pool
from chalicelib.core.spot_tasks import SILENT_FOR, lacking, watched

NOW = datetime(2027, 3, 8, 12, tzinfo=UTC)
THEN, BEGUN = NOW - timedelta(minutes=2), NOW - timedelta(minutes=10)
POOL = Pool("FARGATE_SPOT", "eu-central-1")
NO_ROOM = "(service web) was unable to place a task. Reason: Capacity is unavailable at this time."
OTHER = "(service web) was unable to place a task because no container instance met all of its requirements."
STEADY = "(service web) has reached a steady state."


def service(*events: tuple[str, datetime], desired: int = 4, **primary: Any) -> dict[str, Any]:
    """Two tasks are to be on-demand, the others on spot."""
    spot = {"capacityProvider": "FARGATE_SPOT", "weight": 1}
    return {
        "desiredCount": desired,
        "capacityProviderStrategy": [{"capacityProvider": "FARGATE", "base": 2, "weight": 0}, spot],
        "deployments": [{"status": "PRIMARY", "createdAt": BEGUN, **primary}],
        "events": [{"message": message, "createdAt": at} for message, at in events],
    }


def task(id: str, **fields: Any) -> dict[str, Any]:
    given = {"capacityProviderName": "FARGATE_SPOT", "lastStatus": "RUNNING", "desiredStatus": "RUNNING", **fields}
    return {"taskArn": f"arn:aws:ecs:eu-central-1:111122223333:task/shop/{id}", **given}


def taken(id: str, **fields: Any) -> dict[str, Any]:
    return task(id, **{"desiredStatus": "STOPPED", "stopCode": "SpotInterruption", **fields})


ALL = [task("1"), task("2"), task("3", capacityProviderName="FARGATE")]


def test_spot_tasks_that_run_stay_and_show_that_there_is_capacity() -> None:
    seen = watched(service(), ALL, POOL, NOW)
    assert seen.spot == {"1": POOL, "2": POOL}
    assert seen.news == (News(POOL, NOW, What.SEEN),)


def test_a_task_that_does_not_run_yet_stays_and_shows_nothing() -> None:
    seen = watched(service(), [task("1", lastStatus="PENDING"), task("2", lastStatus="PROVISIONING")], POOL, NOW)
    assert (sorted(seen.spot), seen.news) == (["1", "2"], ())


@pytest.mark.parametrize("code", ["SpotInterruption", "TerminationNotice"])
def test_a_task_that_is_taken_back_is_a_loss_and_the_others_are_no_comfort(code: str) -> None:
    seen = watched(service(), [*ALL, taken("4", stopCode=code)], POOL, NOW)
    assert (sorted(seen.spot), seen.news) == (["1", "2"], (News(POOL, NOW, What.LOST),))


def test_tasks_that_were_taken_back_at_one_instant_are_one_loss() -> None:
    gone = [taken(id, lastStatus="STOPPED", stoppedAt=THEN) for id in ("4", "5")]
    seen = watched(service(), [*ALL, *gone], POOL, NOW)
    assert seen.news == (News(POOL, THEN, What.LOST), News(POOL, NOW, What.SEEN))


def test_a_task_that_stopped_for_a_reason_of_its_own_is_no_loss() -> None:
    gone = task("4", desiredStatus="STOPPED", lastStatus="STOPPED", stopCode="EssentialContainerExited")
    assert watched(service(), [*ALL, gone], POOL, NOW).news == (News(POOL, NOW, What.SEEN),)


def test_a_task_that_ecs_cannot_place_is_a_refusal_and_the_others_are_no_comfort() -> None:
    seen = watched(service((NO_ROOM, THEN)), ALL[1:], POOL, NOW)
    assert (sorted(seen.spot), seen.news) == (["2"], (News(POOL, NOW, What.REFUSED),))


@pytest.mark.parametrize(
    ("events", "tasks"),
    [
        ([(NO_ROOM, THEN)], ALL),  # all that is wanted is there
        ([(STEADY, THEN), (NO_ROOM, BEGUN)], ALL[1:]),  # it was steady since
        ([(NO_ROOM, BEGUN - timedelta(minutes=1))], ALL[1:]),  # said of another deployment
        ([(OTHER, THEN)], ALL[1:]),  # for want of something else
        ([("(service web) has started 2 tasks.", NOW - SILENT_FOR)], ALL[1:]),  # begun just now
    ],
)
def test_no_refusal_is_made_up(events: list[tuple[str, datetime]], tasks: list[dict[str, Any]]) -> None:
    seen = watched(service(*events), tasks, POOL, NOW)
    assert What.REFUSED not in {news.what for news in seen.news}


@pytest.mark.parametrize(
    ("age", "refused"), [({}, True), ({"updatedAt": THEN}, False)], ids=["silent for long", "sized just now"]
)
def test_tasks_that_are_missing_for_long_without_an_event_are_not_placed(age: dict[str, Any], refused: bool) -> None:
    long_ago = {"createdAt": NOW - SILENT_FOR, **age}
    seen = watched(service((STEADY, NOW - SILENT_FOR), **long_ago), ALL[1:], POOL, NOW)
    assert (What.REFUSED in {news.what for news in seen.news}) is refused


def test_a_task_that_is_about_to_be_taken_back_or_just_was_is_not_missing() -> None:
    long_ago = service(createdAt=NOW - SILENT_FOR)
    for gone in (taken("2"), taken("2", lastStatus="STOPPED", stoppedAt=THEN)):
        heard = watched(long_ago, [ALL[0], gone], POOL, NOW).news
        assert [news.what for news in heard if news.what is not What.SEEN] == [What.LOST]


def test_where_nothing_is_to_be_on_spot_nothing_is_refused() -> None:
    on_demand = service((NO_ROOM, THEN)) | {"capacityProviderStrategy": [], "launchType": "FARGATE"}
    assert watched(on_demand, [], POOL, NOW).news == ()


@pytest.mark.parametrize(
    ("providers", "missing"),
    [
        (["FARGATE", "FARGATE_SPOT", "nodes"], None),
        (["FARGATE"], "no capacity provider FARGATE_SPOT:"),
        ([], "no capacity provider FARGATE and FARGATE_SPOT:"),
    ],
)
def test_a_cluster_must_have_both_of_fargates_providers(providers: list[str], missing: str | None) -> None:
    why = lacking("shop", providers)
    assert why is None if missing is None else missing in str(why)
