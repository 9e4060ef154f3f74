from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

import pytest

from chalicelib.core.closures import DatesClosure
from chalicelib.core.decide import Decision, Facts, Pace, calendar, decide, lead, production_mark
from chalicelib.core.model import Definition, Desired, Mode
from chalicelib.core.uptime import DateException, Uptime
from chalicelib.core.windows import parse_window
from chalicelib.core.wishes import Hold, Lease, Pause, Switches, Wishes
from tests.flows.stage import MONDAY, definition

HOUR = timedelta(hours=1)
NIGHT = MONDAY.replace(hour=22)
OPENING = MONDAY.replace(day=9, hour=8)
PACE = Pace(start=timedelta(minutes=11), stop=timedelta(minutes=7))
FACTS = Facts({"database": (), "nodes": ("database",)}, PACE)
NO_WISHES = Wishes()
PAUSE = Pause("an-operator", "incident", MONDAY)
UP, DOWN, AS_IS = Desired.UP, Desired.DOWN, Desired.AS_IS


def lease(person: str = "dev1", until: datetime = NIGHT + HOUR, **other: object) -> Lease:
    return Lease(person, until, MONDAY, **other)  # type: ignore[arg-type]


def held(desired: Desired, until: datetime | None = None) -> Hold:
    return Hold(desired, "an-operator", "audit", MONDAY, until)


def decided(at: datetime, wishes: Wishes = NO_WISHES, facts: Facts = FACTS, **other: object) -> Decision:
    return decide(definition(**other), wishes, facts, at)  # type: ignore[arg-type]


ALL_WISHES = Wishes(leases=(lease(),), hold=held(DOWN), pause=PAUSE)
PRIORITY: list[tuple[str, Decision]] = [
    ("kill-switch", decided(NIGHT, ALL_WISHES, replace(FACTS, production="db has env=prod"), mode=Mode.OBSERVE)),
    ("production", decided(NIGHT, replace(ALL_WISHES, pause=None), stage="prod", mode=Mode.OBSERVE)),
    ("observe", decided(NIGHT, replace(ALL_WISHES, pause=None), mode=Mode.OBSERVE)),
    ("hold", decided(NIGHT, replace(ALL_WISHES, pause=None))),
    ("lease", decided(NIGHT, Wishes(leases=(lease(),)))),
    ("window", decided(MONDAY)),
    ("default", decided(NIGHT)),
]


@pytest.mark.parametrize(("rule", "decision"), PRIORITY, ids=[rule for rule, _ in PRIORITY])
def test_the_first_rule_that_speaks_wins(rule: str, decision: Decision) -> None:
    assert decision.rule == rule


BECAUSE: list[tuple[Decision, Desired, str]] = [
    (
        decided(NIGHT, Wishes(pause=PAUSE)),
        AS_IS,
        "the environment is paused by an-operator: incident",
    ),
    (
        decided(NIGHT, facts=replace(FACTS, switches=Switches(organisation=PAUSE))),
        AS_IS,
        "the organisation is paused by an-operator: incident",
    ),
    (
        decided(NIGHT, facts=replace(FACTS, switches=Switches(accounts={"111122223333": PAUSE}))),
        AS_IS,
        "its account is paused by an-operator: incident",
    ),
    (decided(NIGHT, stage="Prod"), AS_IS, "stage is Prod"),
    (
        decided(NIGHT, facts=replace(FACTS, production="db has env=prod")),
        AS_IS,
        "production mark seen: db has env=prod",
    ),
    (
        decided(NIGHT, Wishes(leases=(lease(),)), mode=Mode.OBSERVE),
        AS_IS,
        "observing; would be up: lease of dev1 until 2027-03-08T23:00Z",
    ),
    (decided(NIGHT, Wishes(hold=held(UP))), UP, "held up by an-operator: audit"),
    (
        decided(NIGHT, Wishes(leases=(lease(reason="late test"),))),
        UP,
        "lease of dev1 until 2027-03-08T23:00Z: late test",
    ),
    (
        decided(NIGHT, Wishes(leases=(lease(desired=AS_IS),))),
        AS_IS,
        "left as it is for dev1 until 2027-03-08T23:00Z",
    ),
    (
        decided(NIGHT, Wishes(leases=(lease(only=("database",)),))),
        UP,
        "lease of dev1 until 2027-03-08T23:00Z, only database",
    ),
    (decided(MONDAY), UP, "window mon-fri 08:00-20:00 (UTC)"),
    (decided(NIGHT), DOWN, "outside its windows, next opens Tue 08:00 (UTC)"),
]


@pytest.mark.parametrize(("decision", "desired", "because"), BECAUSE, ids=[because for _, _, because in BECAUSE])
def test_a_decision_says_why(decision: Decision, desired: Desired, because: str) -> None:
    assert (decision.desired, decision.because) == (desired, because)
    assert set(decision.resources.values()) == {desired} or "only" in because


@pytest.mark.parametrize(
    ("wishes", "until"),
    [
        (Wishes(), OPENING - timedelta(minutes=14)),
        (Wishes(leases=(lease(),)), NIGHT + HOUR),
        (Wishes(leases=(lease(), lease("qa1", NIGHT + 2 * HOUR))), NIGHT + 2 * HOUR),
        (Wishes(hold=held(DOWN, NIGHT + HOUR)), NIGHT + HOUR),
        (Wishes(hold=held(DOWN)), None),
        (Wishes(pause=PAUSE), None),
    ],
)
def test_a_decision_says_until_when_it_holds(wishes: Wishes, until: datetime | None) -> None:
    assert decided(NIGHT, wishes).until == until


@pytest.mark.parametrize(
    "wishes", [Wishes(hold=held(UP, NIGHT)), Wishes(leases=(lease(until=NIGHT),)), Wishes(leases=())]
)
def test_what_has_ended_says_nothing_from_that_instant_on(wishes: Wishes) -> None:
    assert decided(NIGHT, wishes).rule == "default"
    assert decided(NIGHT - timedelta(microseconds=1), replace(wishes, hold=None, leases=())).rule == "default"


def test_a_lease_says_nothing_before_it_was_granted() -> None:
    late = Lease("dev1", NIGHT + 2 * HOUR, granted_at=NIGHT + HOUR)
    assert decided(NIGHT, Wishes(leases=(late,))).rule == "default"


def test_the_losing_rules_are_kept_in_their_order() -> None:
    decision = decided(NIGHT, Wishes(leases=(lease(),), hold=held(DOWN)))
    assert [(says.rule, says.desired) for says in decision.rules] == [
        ("kill-switch", None),
        ("production", None),
        ("hold", DOWN),
        ("lease", UP),
        ("exception", None),
        ("closure", None),
        ("window", None),
        ("default", DOWN),
    ]


def test_a_lease_for_a_part_leaves_the_rest_to_the_rules_below_it() -> None:
    wishes = Wishes(leases=(lease(only=("database",)),))
    assert decided(NIGHT, wishes).resources == {"database": UP, "nodes": DOWN}
    assert decided(MONDAY, wishes).resources == {"database": UP, "nodes": UP}


def test_a_lease_for_a_part_takes_what_it_needs_with_it() -> None:
    assert decided(NIGHT, Wishes(leases=(lease(only=("nodes",)),))).resources == {"database": UP, "nodes": UP}


def test_a_lease_for_all_outweighs_one_for_a_part() -> None:
    wishes = Wishes(leases=(lease(only=("database",), until=NIGHT + 3 * HOUR), lease("qa1")))
    decision = decided(NIGHT, wishes)
    assert decision.resources == {"database": UP, "nodes": UP}
    assert decision.until == NIGHT + HOUR


def test_a_lease_for_a_part_does_not_end_what_is_left_as_it_is() -> None:
    adopted = lease("somebody outside Curfew", desired=AS_IS)
    decision = decided(NIGHT, Wishes(leases=(adopted, lease(only=("database",)))))
    assert decision.resources == {"database": UP, "nodes": AS_IS}


def test_the_return_begins_early_enough_to_be_ready_when_the_window_opens() -> None:
    begins = OPENING - timedelta(minutes=14)
    assert decided(begins - timedelta(seconds=1)).desired is DOWN
    decision = decided(begins)
    assert (decision.desired, decision.rule) == (UP, "window")
    assert decision.because == "starting 14 min early: window mon-fri 08:00-20:00 (UTC)"
    assert decision.until == OPENING + 12 * HOUR


def test_who_does_not_ask_to_be_ready_starts_when_the_window_opens() -> None:
    assert decided(OPENING - timedelta(seconds=1), ready_by_opening=False).desired is DOWN
    assert lead(definition(ready_by_opening=False), PACE) == timedelta()


def test_a_window_shorter_than_the_return_takes_is_one_return_and_one_descent() -> None:
    rows = list(calendar(definition(windows="mon-fri 08:00-08:05"), Wishes(), FACTS, NIGHT, NIGHT + 24 * HOUR))
    assert [(at, decision.desired) for at, decision in rows] == [
        (NIGHT, DOWN),
        (OPENING - timedelta(minutes=14), UP),
        (OPENING + timedelta(minutes=5), DOWN),
    ]


def on_demand() -> Definition:
    return definition(uptime=(Uptime("UTC", (parse_window("mon-fri 08:00-20:00"),), start="on-demand"),))


def test_what_is_started_on_demand_is_as_it_is_in_its_windows_and_begins_nothing_early() -> None:
    rows = islice(calendar(on_demand(), Wishes(), FACTS, NIGHT, NIGHT + 24 * HOUR), 10)
    assert [(at, decision.desired) for at, decision in rows] == [
        (NIGHT, DOWN),
        (OPENING, AS_IS),
        (OPENING + 12 * HOUR, DOWN),
    ]


@pytest.mark.parametrize("minutes", range(0, 24 * 60, 7))
def test_a_decision_never_ends_before_it_is_made(minutes: int) -> None:
    at = NIGHT + timedelta(minutes=minutes)
    for what in (on_demand(), definition(), definition(windows="mon-fri 08:00-08:05")):
        until = decide(what, Wishes(), FACTS, at).until
        assert until is not None
        assert until > at


def test_a_rest_shorter_than_stop_and_start_and_an_hour_is_not_taken() -> None:
    windows = Uptime("UTC", tuple(map(parse_window, ("mon-fri 08:00-12:00", "mon-fri 13:10-20:00"))))
    at_lunch = MONDAY.replace(hour=12, minute=30)
    assert decide(definition(uptime=(windows,)), Wishes(), FACTS, at_lunch).desired is UP
    eager = definition(uptime=(windows,), shortest_rest=timedelta())
    assert decide(eager, Wishes(), FACTS, at_lunch).desired is DOWN


def test_a_closure_closes_and_an_exception_replaces() -> None:
    closed = DatesClosure(MONDAY.date(), MONDAY.date(), "code freeze")
    uptime = Uptime("UTC", (parse_window("mon-fri 08:00-20:00"),), closures=(closed,))
    assert decide(definition(uptime=(uptime,)), Wishes(), FACTS, MONDAY).rule == "closure"
    ignoring = DateException(MONDAY.date(), MONDAY.date(), (parse_window("11:00-14:00"),), "release", closures="ignore")
    exceptional = replace(uptime, exceptions=(ignoring,))
    decision = decide(definition(uptime=(exceptional,)), Wishes(), FACTS, MONDAY)
    assert (decision.rule, decision.desired) == ("exception", UP)


@pytest.mark.parametrize(
    ("tags", "mark"),
    [
        ({"Environment": "Prod"}, "Environment=Prod"),
        ({"env": "production"}, "env=production"),
        ({"STAGE": "LIVE"}, "STAGE=LIVE"),
        ({"tier-of-service": "prd"}, "tier-of-service=prd"),
        ({"Data": "customers"}, "Data=customers"),
        ({"Data": "Customers"}, None),
        ({"Environment": "qa", "Name": "prod"}, None),
        ({"Environment": "non-prod"}, None),
        ({}, None),
    ],
)
def test_production_is_known_by_the_usual_tags_and_the_organisations_own(
    tags: dict[str, str], mark: str | None
) -> None:
    assert production_mark(tags, (("Data", "customers"),)) == mark


@pytest.mark.parametrize("stage", ["prod", "Production", "PRD", "live"])
def test_a_production_stage_is_never_touched(stage: str) -> None:
    decision = decided(NIGHT, Wishes(leases=(lease(),), hold=held(UP)), stage=stage)
    assert (decision.rule, decision.desired) == ("production", AS_IS)
