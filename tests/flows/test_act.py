from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from chalicelib.core.model import Desired, Location, Observed, Resource, ResourceState
from chalicelib.flows import act as acting
from chalicelib.flows.events import What
from chalicelib.flows.ports import Refusal
from chalicelib.flows.reconcile import reconcile
from chalicelib.flows.wake import Asked, wake
from chalicelib.kinds.contract import Call
from tests.flows.stage import DEV, MONDAY, Stage, definition

FLOWS = Path(acting.__file__).parent
EVENING = MONDAY.replace(hour=20)
MACHINES = Resource("machines", "ec2-instance", tags=(("Environment", "orders-qa"),))
DATABASES = Resource("databases", "rds-instance", tags=(("Environment", "orders-qa"),))


def at_closing(*resources: Resource, count: int = 8) -> Stage:
    """The instant at which the next pass stops `count` of each."""
    stage = Stage()
    for resource in resources:
        for number in range(count):
            stage.cloud.add(resource.kind, f"{resource.key[0]}-{number}", tags={"Environment": "orders-qa"})
    stage.apply(definition(*resources))
    stage.run_until(EVENING - timedelta(seconds=1))
    stage.clock.set(EVENING)
    return stage


def arn(number: int) -> str:
    return f"arn:aws:ec2:eu-central-1:111122223333:instance/m-{number}"


def refused(stage: Stage) -> list[str]:
    return sorted(str(event.id) for event in stage.events(What.REFUSED))


def test_every_call_is_on_record_before_it_is_made() -> None:
    stage = at_closing(DATABASES, count=3)
    real = stage.cloud.act
    recorded: list[ResourceState] = []

    def act(location: Location, calls: Sequence[Call]) -> Iterator[tuple[Call, Refusal | None]]:
        recorded.extend(stage.store.states("orders-qa")[call.arns[0]] for call in calls)
        return real(location, calls)

    stage.cloud.act = act  # type: ignore[method-assign]
    reconcile(stage.world, "orders-qa")
    assert [(state.intent, state.attempts, state.restore is not None) for state in recorded] == [
        (Desired.DOWN, 1, True)
    ] * 3


def test_only_the_pass_and_the_way_back_without_the_service_make_calls() -> None:
    makers = {path.name for path in FLOWS.glob("*.py") if "cloud.act(" in path.read_text()}
    assert makers == {"act.py", "restore.py"}
    users = {path.name for path in FLOWS.glob("*.py") if re.search(r"flows\.act import .*\bact\b", path.read_text())}
    assert users == {"reconcile.py"}
    tidying = {path.name for path in FLOWS.glob("*.py") if "import carry_out" in path.read_text()}
    assert tidying == {"tidying.py"}


def test_instances_go_down_in_one_call() -> None:
    stage = at_closing(MACHINES)
    reconcile(stage.world, "orders-qa")
    assert stage.cloud.calls == {"StopInstances": 1}
    assert len(stage.events(What.ACCEPTED)) == 8


@pytest.mark.parametrize("culprits", [(0,), (3, 4), (7,), (0, 1, 2, 3, 4, 5, 6, 7)])
def test_a_refused_batch_is_halved_until_those_to_blame_stand_alone(culprits: tuple[int, ...]) -> None:
    stage = at_closing(MACHINES)
    for number in culprits:
        stage.cloud.refusals[arn(number)] = Refusal("UnsupportedOperation", "it cannot be stopped")
    reconcile(stage.world, "orders-qa")
    assert refused(stage) == [f"m-{number}" for number in culprits]
    down = {state.id for state in stage.store.states("orders-qa").values() if state.barred is None}
    assert down == {f"m-{number}" for number in range(8)} - set(refused(stage))
    assert stage.cloud.calls["StopInstances"] <= 15


def test_a_throttled_batch_is_not_halved() -> None:
    stage = at_closing(MACHINES)
    stage.cloud.refusals["StopInstances"] = Refusal("RequestLimitExceeded", "slow down", throttled=True)
    reconcile(stage.world, "orders-qa")
    assert stage.cloud.calls == {"StopInstances": 1}
    assert len(refused(stage)) == 8


def test_a_database_that_is_not_available_is_waited_for_however_long_that_takes() -> None:
    stage = at_closing(DATABASES, count=1)
    stage.cloud.refusals["StopDBInstance"] = Refusal("InvalidDBInstanceState", "it is not available")
    stage.run_for(timedelta(hours=6))
    assert stage.events(What.STUCK) == []
    stage.cloud.refusals.clear()
    stage.run_for(timedelta(hours=1))
    assert [state.seen for state in stage.store.states("orders-qa").values()] == [Observed.DOWN]


def test_a_code_that_is_benign_elsewhere_is_not_benign_for_instances() -> None:
    stage = at_closing(MACHINES, count=1)
    stage.cloud.refusals["StopInstances"] = Refusal("InvalidDBInstanceState", "odd")
    reconcile(stage.world, "orders-qa")
    assert refused(stage) == ["m-0"]


def test_before_each_batch_but_the_first_the_revision_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acting, "CALLS_PER_BATCH", 2)
    stage = at_closing(DATABASES, count=6)
    stage.store.calls.clear()
    reconcile(stage.world, "orders-qa")
    assert stage.cloud.calls == {"StopDBInstance": 6}
    assert stage.store.calls["reread"] == 2


def test_a_wake_between_two_batches_abandons_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acting, "CALLS_PER_BATCH", 2)
    stage = at_closing(DATABASES, count=6)
    real = stage.cloud.act

    def act(*args: object) -> object:
        stage.cloud.act = real  # type: ignore[method-assign]
        answers = list(real(*args))  # type: ignore[arg-type]
        wake(stage.world, DEV, "orders-qa", Asked(length=timedelta(hours=1)))
        return iter(answers)

    stage.cloud.act = act  # type: ignore[method-assign,assignment]
    reconcile(stage.world, "orders-qa")
    assert stage.cloud.calls["StopDBInstance"] == 2
    stage.run_for(timedelta(minutes=20))
    assert {stage.cloud.status(arn) for arn in stage.cloud.things} == {"available"}


def test_a_worker_that_lost_its_claim_between_two_batches_makes_no_further_call(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(acting, "CALLS_PER_BATCH", 2)
    stage = at_closing(DATABASES, count=6)
    monkeypatch.setattr(stage.store, "reread", lambda head: None)
    reconcile(stage.world, "orders-qa")
    assert stage.cloud.calls == {"StopDBInstance": 2}


def test_no_further_call_begins_in_the_last_forty_seconds_of_the_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acting, "CALLS_PER_BATCH", 2)
    stage = at_closing(DATABASES, count=6)
    real = stage.cloud.act

    def act(*args: object) -> object:
        stage.clock.advance(timedelta(seconds=50))
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(stage.cloud, "act", act)
    reconcile(stage.world, "orders-qa")
    assert stage.cloud.calls == {"StopDBInstance": 1}
    untried = [state for state in stage.store.states("orders-qa").values() if state.tried_at is None]
    assert len(untried) == 5
    assert {state.attempts for state in untried} == {0}
    assert stage.head().due_at == stage.clock.now()


def test_a_group_that_somebody_scales_to_zero_is_refused_because_nobody_knows_its_size() -> None:
    stage = Stage()
    group = stage.cloud.add("auto-scaling-group", "orders-nodes", stop=timedelta(minutes=30))
    stage.apply(definition(Resource("nodes", "auto-scaling-group", ids=("orders-nodes",))))
    stage.run_for(timedelta(minutes=5))
    stage.cloud.resize(group, min=0, max=0, desired=0)
    stage.run_for(timedelta(minutes=16))
    assert not stage.cloud.made
    refusal = stage.store.states("orders-qa")[group].refusal
    assert refusal == "SizeUnknown: its size before the descent is not known: set it by hand"
