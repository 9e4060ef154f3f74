from __future__ import annotations

from dataclasses import fields

import pytest

from chalicelib.core.decide import Decision
from chalicelib.core.model import Definition, Desired, Observed, ResourceState
from chalicelib.core.phase import Phase, phase
from chalicelib.core.plan import Blocked, Member
from chalicelib.core.wishes import Wishes
from chalicelib.flows.stored import Head, Notes

UP, DOWN, AS_IS = Desired.UP, Desired.DOWN, Desired.AS_IS


def decision(desired: Desired, rule: str = "window") -> Decision:
    return Decision(desired, rule, "because", None, ())


def member(observed: Observed, desired: Desired, **other: object) -> Member:
    values: dict[str, object] = {"healthy": observed is Observed.UP, **other}
    return Member("db", "arn:db", "db", "rds-instance", observed, desired, **values)  # type: ignore[arg-type]


CASES: dict[str, tuple[Decision, list[Member], Phase]] = {
    "all up": (decision(UP), [member(Observed.UP, UP)], Phase.UP),
    "all down": (decision(DOWN), [member(Observed.DOWN, DOWN)], Phase.DOWN),
    "nothing selected, wanted up": (decision(UP), [], Phase.UP),
    "on its way up": (decision(UP), [member(Observed.RISING, UP)], Phase.STARTING),
    "up, not healthy": (decision(UP), [member(Observed.UP, UP, healthy=False)], Phase.STARTING),
    "on its way down": (decision(DOWN), [member(Observed.FALLING, DOWN)], Phase.STOPPING),
    "late": (decision(UP), [member(Observed.RISING, UP, overdue=True)], Phase.SLOW),
    "tries used up": (decision(DOWN), [member(Observed.UP, DOWN, stuck=True)], Phase.STUCK),
    "gone": (decision(UP), [member(Observed.MISSING, UP)], Phase.BLOCKED),
    "broken": (decision(UP), [member(Observed.BROKEN, UP)], Phase.BLOCKED),
    "may not be started": (decision(UP), [member(Observed.DOWN, UP, ineligible="scaled to 0")], Phase.BLOCKED),
    "may not be stopped": (decision(DOWN), [member(Observed.UP, DOWN, ineligible="tagged")], Phase.DOWN),
    "may not be stopped, wanted up": (decision(UP), [member(Observed.UP, UP, ineligible="tagged")], Phase.UP),
    "held and there": (decision(UP, "hold"), [member(Observed.UP, UP)], Phase.HELD),
    "held, on its way": (decision(UP, "hold"), [member(Observed.RISING, UP)], Phase.STARTING),
    "paused": (decision(AS_IS, "kill-switch"), [member(Observed.UP, AS_IS, stuck=True)], Phase.PAUSED),
    "as it is, up": (decision(AS_IS), [member(Observed.UP, AS_IS), member(Observed.DOWN, AS_IS)], Phase.UP),
    "as it is, down": (decision(AS_IS), [member(Observed.DOWN, AS_IS)], Phase.DOWN),
    "a part is woken": (decision(UP), [member(Observed.UP, UP), member(Observed.FALLING, DOWN)], Phase.STOPPING),
}


@pytest.mark.parametrize(("decision", "members", "expected"), CASES.values(), ids=CASES.keys())
def test_each_situation_has_one_word(decision: Decision, members: list[Member], expected: Phase) -> None:
    assert phase(decision, members, []) is expected


@pytest.mark.parametrize("stored", [Head, Notes, Wishes, ResourceState, Definition])
def test_no_phase_is_ever_stored(stored: type) -> None:
    assert not [field.name for field in fields(stored) if "phase" in field.name.lower() or "Phase" in str(field.type)]


def test_what_only_waits_is_blocked() -> None:
    waiting = member(Observed.DOWN, UP)
    assert phase(decision(UP), [waiting], [Blocked("db", "arn:db", ("network",))]) is Phase.BLOCKED
