from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core import remember
from chalicelib.core.alternates import FIXED, choices, next_type, not_fitting, pause, preferred, retry_at, standing_in
from chalicelib.core.model import Desired, Location, Observed, ResourceState

NOW = datetime(2027, 3, 8, 8, 0, tzinfo=UTC)
SHORT = "InsufficientInstanceCapacity: none here right now"
ALLOWED = ("m5a.large", "m6i.large")
TYPES = st.lists(st.sampled_from(["m5.large", "m5a.large", "m6i.large", "m6a.large", "c5.large"]), max_size=7)


def server(own: str = "m5.large", **fields: object) -> ResourceState:
    values: dict[str, object] = {"details": {"type": own}, "preferred_type": own, **fields}
    place = Location("111122223333", "eu-central-1")
    seen = values.pop("seen", Observed.DOWN)
    return ResourceState("arn", "i-1", "app", "ec2-instance", place, seen, NOW, **values)  # type: ignore[arg-type]


def returning(own: str = "m5.large", **fields: object) -> ResourceState:
    return server(own, **{"intent": Desired.UP, "attempts": 1, "tried_at": NOW, **fields})


def refused(state: ResourceState, allowed: tuple[str, ...]) -> Iterator[tuple[str, timedelta]]:
    """Each type asked for, AWS having none of any, with the wait before the next."""
    while True:
        asked = next_type(state, allowed)
        assert asked is not None
        state = remember.intended(state, Desired.UP, remember.Aim(), NOW)
        state = replace(remember.answered(state, SHORT, NOW), details={"type": asked})
        due = retry_at(state, allowed)
        assert due is not None
        yield asked, due - NOW


def test_a_shortage_goes_to_the_next_type_at_once_and_a_round_ends_with_a_pause() -> None:
    asked = refused(server(), ALLOWED)
    minutes = [(name, wait // timedelta(minutes=1)) for name, wait in (next(asked) for _ in range(9))]
    rounds = [[(name, 0) for name in ("m5.large", "m5a.large")] + [("m6i.large", wait)] for wait in (1, 2, 4)]
    assert minutes == [step for one in rounds for step in one]


def test_without_alternates_each_shortage_is_a_round_and_the_pause_grows_to_16_minutes() -> None:
    asked = refused(server(), ())
    assert [wait // timedelta(minutes=1) for _, wait in (next(asked) for _ in range(7))] == [1, 2, 4, 8, 16, 16, 16]


@given(own=st.sampled_from(["m5.large", "m6a.large"]), allowed=TYPES, rounds=st.integers(1, 4))
def test_no_type_is_asked_for_twice_in_a_round_and_the_preferred_comes_first(
    own: str, allowed: list[str], rounds: int
) -> None:
    size = len(choices(server(own), tuple(allowed)))
    asked = refused(server(own), tuple(allowed))
    for _ in range(rounds):
        steps = [next(asked) for _ in range(size)]
        assert [name for name, _ in steps] == list(choices(server(own), tuple(allowed)))
        assert len({name for name, _ in steps}) == size
        assert [bool(wait) for _, wait in steps] == [False] * (size - 1) + [True]


def test_the_next_return_begins_with_the_preferred_type() -> None:
    state = server("m5a.large", preferred_type="m5.large")
    assert next_type(state, ALLOWED) == "m5.large"


@pytest.mark.parametrize("shortages", [0, 1, 2])
def test_what_must_keep_its_type_is_asked_for_as_it_is(shortages: int) -> None:
    details = {"type": "m5.large", FIXED: "it is hibernated"}
    state = server(details=details, preferred_type="m6i.large", shortages=shortages)
    assert next_type(state, ALLOWED) == "m5.large"


def test_what_has_no_type_has_no_choices_and_waits_as_ever() -> None:
    state = returning(details={}, refusal=SHORT, shortages=1)
    assert choices(state, ALLOWED) == ()
    assert next_type(state, ALLOWED) is None
    assert retry_at(state, ALLOWED) == remember.retry_at(state)


@pytest.mark.parametrize("said", ["IncorrectInstanceState: not now", "RequestLimitExceeded: slower", None])
def test_another_refusal_waits_as_ever(said: str | None) -> None:
    state = returning(refusal=said, shortages=1)
    assert retry_at(state, ALLOWED) == remember.retry_at(state)


def test_a_start_that_aws_accepted_and_dropped_for_want_of_capacity_goes_to_the_next_type_at_once() -> None:
    state = returning(cause="Server.InsufficientInstanceCapacity: none", shortages=1)
    assert (next_type(state, ALLOWED), retry_at(state, ALLOWED)) == ("m5a.large", NOW)


def test_nothing_is_waited_for_before_the_first_try() -> None:
    assert retry_at(server(), ALLOWED) is None
    assert pause(3, 0) == timedelta()


@pytest.mark.parametrize(
    ("before", "seen", "goes_back_to"),
    [
        (None, "m5.large", "m5.large"),
        (None, None, None),
        (server(preferred_type=None), "m5.large", "m5.large"),
        (returning(), "m5a.large", "m5.large"),  # we made it so
        (returning("m5a.large", preferred_type="m5.large"), "m5.large", "m5.large"),  # and back
        (returning(), "r5.large", "r5.large"),  # nobody allowed us that: the owner's
        (server("m5a.large", preferred_type="m5.large"), "m5a.large", "m5.large"),  # still the alternate
        (server("m5a.large", preferred_type="m5.large"), "m6i.large", "m6i.large"),  # nothing under way: the owner's
        (server(), "m5a.large", "m5a.large"),
    ],
)
def test_the_preferred_type_is_kept_unless_its_owner_changes_it(
    before: ResourceState | None, seen: str | None, goes_back_to: str | None
) -> None:
    assert preferred(before, seen, ALLOWED) == goes_back_to


@pytest.mark.parametrize(
    ("state", "asked", "code", "on_to_the_next"),
    [
        (returning(), "m5a.large", "InvalidParameterCombination", True),
        (returning(), "m5a.large", "InternalError", True),
        (returning("m5a.large", preferred_type="m5.large"), "m5a.large", "UnsupportedOperation", True),
        (returning(), "m5a.large", "RequestLimitExceeded", False),
        (returning(), "m5a.large", "IncorrectInstanceState", False),
        (returning(), "m5a.large", "UnauthorizedOperation", False),
        (returning(), "m5a.large", "InsufficientInstanceCapacity", False),  # counts by itself
        (returning(), "m5.large", "InvalidParameterCombination", False),  # its own
        (returning(), None, "InvalidParameterCombination", False),
        (server(intent=Desired.DOWN), "m5a.large", "OperationNotPermitted", False),
        (returning(details={"type": "m5a.large", FIXED: "so"}), "m5a.large", "InvalidParameterCombination", False),
    ],
)
def test_an_alternate_that_does_not_fit_is_one_that_aws_has_none_of(
    state: ResourceState, asked: str | None, code: str, on_to_the_next: bool
) -> None:
    said = not_fitting(state, asked, f"{code}: no")
    assert said == (
        f"AWS has no m5.large now, and does not start it as {asked} ({code}: no)" if on_to_the_next else None
    )


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (server(seen=Observed.UP), None),
        (server(seen=Observed.UP, preferred_type=None), None),
        (server(seen=Observed.UP, details={}, preferred_type=None), None),
        (server("m5a.large", preferred_type="m5.large"), None),  # it does not run
        (
            server("m5a.large", preferred_type="m5.large", seen=Observed.UP),
            "runs as m5a.large, as AWS had no m5.large: goes back at its next start",
        ),
    ],
)
def test_people_read_that_it_runs_on_an_alternate(state: ResourceState, said: str | None) -> None:
    assert standing_in(state) == said
