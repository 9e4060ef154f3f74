from __future__ import annotations

import pytest

from chalicelib.core.model import Desired, Observed
from chalicelib.core.plan import Member
from chalicelib.core.readiness import is_ready, is_usable


def member(key: str, observed: Observed, desired: Desired = Desired.UP, **other: object) -> Member:
    values: dict[str, object] = {"healthy": observed is Observed.UP, **other}
    return Member(key, f"arn:{key}", key, "ec2-instance", observed, desired, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("core", "normal", "supplementary", "usable", "ready"),
    [
        (Observed.UP, Observed.UP, Observed.UP, True, True),
        (Observed.UP, Observed.UP, Observed.BROKEN, True, True),
        (Observed.UP, Observed.RISING, Observed.DOWN, True, False),
        (Observed.RISING, Observed.UP, Observed.UP, False, False),
    ],
)
def test_usable_is_the_core_and_ready_is_all_but_what_is_supplementary(
    core: Observed, normal: Observed, supplementary: Observed, usable: bool, ready: bool
) -> None:
    members = [
        member("db", core, core=True),
        member("web", normal),
        member("search", supplementary, supplementary=True),
        member("alarm", Observed.DOWN, watches=True),
    ]
    assert (is_usable(members), is_ready(members)) == (usable, ready)


def test_without_a_core_it_is_usable_when_it_is_ready() -> None:
    assert not is_usable([member("web", Observed.RISING)])
    assert is_usable([member("web", Observed.UP)])


def test_what_is_desired_down_counts_for_neither() -> None:
    members = [member("db", Observed.UP, core=True), member("web", Observed.DOWN, Desired.DOWN)]
    assert is_ready(members)


def test_an_environment_of_which_nothing_was_seen_is_not_ready() -> None:
    assert not is_ready([])
    assert not is_usable([])
