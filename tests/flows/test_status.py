from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.core.model import Desired, Mode, ReadyChecks, Resource, StopOrder
from chalicelib.core.phase import Phase
from chalicelib.core.uptime import Uptime
from chalicelib.core.windows import parse_window
from chalicelib.flows.errors import RefusedError, UnknownError
from chalicelib.flows.hold import hold
from chalicelib.flows.pause import pause_environment, pause_widely
from chalicelib.flows.ports import Refusal
from chalicelib.flows.status import Status, calendar_of, explained, plan_of, status, statuses, this_week
from chalicelib.flows.wake import Asked, wake
from tests.flows.stage import DATABASE, DEV, MONDAY, NODES, OPERATOR, Stage, definition

EVENING = MONDAY.replace(hour=20)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def staged(minutes_after_closing: int = -60, **other: object) -> Stage:
    stage = Stage()
    stage.orders(**other)
    stage.run_until(EVENING + minutes_after_closing * MINUTE)
    return stage


def orders(stage: Stage) -> Status:
    return status(stage.world, "orders-qa")


def notes(stage: Stage) -> dict[str, str | None]:
    return {shown.member.key: shown.note for shown in orders(stage).resources}


def with_refused(stage: Stage, operation: str, until: timedelta) -> Stage:
    stage.cloud.refusals[operation] = Refusal("AccessDenied", "not authorised")
    stage.run_until(EVENING + until)
    return stage


def rising() -> Stage:
    stage = staged(60)
    wake(stage.world, DEV, "orders-qa", Asked())
    stage.run_for(2 * MINUTE)
    return stage


def late() -> Stage:
    """A database that takes very long to start."""
    stage = staged(60)
    stage.cloud.never_arrive.add("arn:aws:rds:eu-central-1:111122223333:db:orders-db")
    wake(stage.world, DEV, "orders-qa", Asked())
    stage.run_for(20 * MINUTE)
    return stage


def blocked() -> Stage:
    """The database was deleted while it slept."""
    stage = staged(60)
    stage.cloud.remove("arn:aws:rds:eu-central-1:111122223333:db:orders-db")
    wake(stage.world, DEV, "orders-qa", Asked())
    stage.run_for(2 * MINUTE)
    return stage


def held(desired: Desired) -> Stage:
    stage = staged()
    hold(stage.world, OPERATOR, "orders-qa", desired, "audit", None)
    stage.run_until(EVENING + 30 * MINUTE)
    return stage


def paused(act: Callable[[Stage], object]) -> Stage:
    stage = staged()
    act(stage)
    return stage


SITUATIONS: dict[str, tuple[Callable[[], Stage], Phase]] = {
    "in its window": (staged, Phase.UP),
    "at night": (lambda: staged(60), Phase.DOWN),
    "just after closing": (lambda: staged(2), Phase.STOPPING),
    "just woken": (rising, Phase.STARTING),
    "what it needs is gone": (blocked, Phase.BLOCKED),
    "twice the usual time": (late, Phase.SLOW),
    "all tries used up": (lambda: with_refused(staged(), "StopDBInstance", 2 * HOUR), Phase.STUCK),
    "held up at night": (lambda: held(Desired.UP), Phase.HELD),
    "held as it is": (lambda: held(Desired.AS_IS), Phase.HELD),
    "itself paused": (lambda: paused(lambda s: pause_environment(s.world, OPERATOR, "orders-qa", "x")), Phase.PAUSED),
    "all paused": (lambda: paused(lambda s: pause_widely(s.world, OPERATOR, None, "x")), Phase.PAUSED),
    "observed, running": (lambda: staged(60, mode=Mode.OBSERVE), Phase.UP),
}


@pytest.mark.parametrize(("situation", "phase"), SITUATIONS.values(), ids=SITUATIONS.keys())
def test_one_word_says_how_it_is_doing(situation: Callable[[], Stage], phase: Phase) -> None:
    assert orders(situation()).phase is phase


def test_what_waits_names_what_it_waits_for() -> None:
    shown = {one.member.key: one for one in orders(staged(2)).resources}
    assert shown["nodes"].blocked_by == ("database",)
    assert shown["nodes"].note == "blocked by database"
    assert shown["database"].blocked_by == ()


def test_what_is_gone_says_so_and_blocks_by_name() -> None:
    assert notes(blocked()) == {
        "database": "was put to rest and is not in AWS any more; if that is as it should be: curfew retry",
        "nodes": "blocked by database",
    }


def test_a_refused_call_is_shown_with_awss_words() -> None:
    stage = with_refused(staged(), "StopDBInstance", MINUTE)
    assert notes(stage)["database"] == "AccessDenied: not authorised"
    stage.run_until(EVENING + 2 * HOUR)
    assert notes(stage)["database"] == "stuck; AccessDenied: not authorised"


def test_what_is_late_is_called_slow() -> None:
    assert notes(late())["database"] == "slow"


def test_what_can_never_be_stopped_says_why() -> None:
    stage = Stage()
    stage.cloud.add("rds-instance", "orders-db", tags={"curfew:never": "yes"})
    stage.apply(definition(DATABASE))
    stage.run_until(EVENING + HOUR)
    assert notes(stage) == {"database": "ineligible: tagged curfew:never"}
    assert orders(stage).phase is Phase.DOWN


def test_a_group_that_somebody_scaled_to_zero_says_what_to_do() -> None:
    stage = Stage()
    stage.cloud.add("auto-scaling-group", "orders-nodes", up=False)
    stage.apply(definition(replace(NODES, needs=())))
    stage.run_for(5 * MINUTE)
    words = "ineligible: its size is 0 and not by our doing: set its size to bring it back"
    assert notes(stage) == {"nodes": words}
    assert not stage.cloud.made


def test_a_health_check_that_fails_makes_it_slow_and_not_stuck() -> None:
    stage = Stage()
    stage.cloud.add("ec2-instance", "i-1")
    probed = replace(stage.world, probe=FailingProbe())
    stage.world = probed
    stage.apply(definition(Resource("web", "ec2-instance", ids=("i-1",), ready=ReadyChecks(http="https://x.example/"))))
    stage.run_for(HOUR)
    assert orders(stage).phase is not Phase.STUCK
    assert orders(stage).phase is Phase.SLOW
    assert notes(stage) == {"web": "slow; not ready: it answers 503"}


class FailingProbe:
    """A health check that never answers well."""

    def http(self, url: str) -> str | None:
        return "it answers 503"

    def target_group(self, location: object, arn: str) -> str | None:
        return None


def test_resources_come_in_the_order_of_the_file() -> None:
    stage = Stage()
    for number in (2, 1):
        stage.cloud.add("ec2-instance", f"i-{number}", tags={"Tier": "web"})
    stage.cloud.add("rds-instance", "orders-db")
    web = Resource("web", "ec2-instance", tags=(("Tier", "web"),))
    stage.apply(definition(web, DATABASE))
    stage.run_for(5 * MINUTE)
    assert [one.member.id for one in orders(stage).resources] == ["i-1", "i-2", "orders-db"]


def test_live_leases_and_the_next_change_are_shown() -> None:
    stage = staged(60)
    granted = wake(stage.world, DEV, "orders-qa", Asked(length=HOUR))
    shown = orders(stage)
    assert [lease.person for lease in shown.leases] == ["a-developer"]
    assert shown.next_change is not None
    assert (shown.next_change[0], shown.next_change[1].desired) == (granted.until, Desired.DOWN)
    stage.clock.set(granted.until)
    assert not orders(stage).leases


def test_what_never_changes_has_no_next_change() -> None:
    assert orders(staged(windows="24/7")).next_change is None


def test_a_definition_that_cannot_be_read_is_a_problem_and_no_crash() -> None:
    stage = staged()
    stage.store.spoil("orders-qa", "schema 9")
    (shown,) = statuses(stage.world)
    assert (shown.phase, shown.problem) == (None, "its definition cannot be read: schema 9")
    with pytest.raises(RefusedError) as refused:
        explained(stage.world, "orders-qa", None)
    assert str(refused.value) == "the definition of orders-qa cannot be read (schema 9); apply its file again"


def test_many_come_in_alphabetical_order_page_by_page() -> None:
    stage = Stage()
    for name in ("search-qa", "billing-qa", "orders-qa"):
        stage.apply(definition(environment=name))
    assert [one.environment for one in statuses(stage.world, limit=2)] == ["billing-qa", "orders-qa"]
    assert [one.environment for one in statuses(stage.world, after="orders-qa")] == ["search-qa"]


def test_an_unknown_name_offers_the_nearest() -> None:
    with pytest.raises(UnknownError, match=r"^there is no environment 'orders'; did you mean orders-qa\?$"):
        status(staged().world, "orders")


def test_status_asks_aws_nothing() -> None:
    stage = staged()
    stage.cloud.looks.clear()
    orders(stage)
    assert not stage.cloud.looks


def test_a_decision_is_explained_for_now_or_for_an_instant() -> None:
    stage = staged()
    assert explained(stage.world, "orders-qa", None).desired is Desired.UP
    assert explained(stage.world, "orders-qa", EVENING).rule == "default"


def test_a_calendar_has_a_row_for_each_change() -> None:
    stage = staged()
    rows = list(calendar_of(stage.world, "orders-qa", MONDAY, MONDAY + timedelta(days=1)))
    ready = timedelta(minutes=14)  # 7 for the database, 4 for the nodes, 3 to spare
    opening = MONDAY.replace(day=9, hour=8)
    assert [(at, decision.desired) for at, decision in rows] == [
        (MONDAY, Desired.UP),
        (EVENING, Desired.DOWN),
        (opening - ready, Desired.UP),
    ]


def test_this_week_begins_on_monday_where_the_environment_is() -> None:
    stage = Stage()
    stage.orders(uptime=(Uptime("Asia/Dubai", (parse_window("mon-fri 08:00-20:00"),)),))
    start, end = this_week(stage.world, "orders-qa")
    assert start.isoformat() in ("2027-03-08T00:00:00+04:00", "2027-03-07T20:00:00+00:00")
    assert end - start == timedelta(days=7)


def test_a_plan_starts_from_where_everything_is() -> None:
    stage = staged(60)
    assert plan_of(stage.world, "orders-qa", Desired.UP).waves == (("database",), ("nodes",))
    assert plan_of(stage.world, "orders-qa", Desired.DOWN).waves == ()


def test_on_the_way_down_in_reverse_the_database_waits_for_the_nodes() -> None:
    stage = staged(1, stop_order=StopOrder.REVERSE)
    assert notes(stage)["database"] == "blocked by nodes"


def test_before_the_first_look_there_is_no_phase() -> None:
    stage = Stage()
    stage.orders()
    assert status(stage.world, "orders-qa").phase is None
    stage.run_for(5 * MINUTE)
    assert status(stage.world, "orders-qa").phase is Phase.UP
