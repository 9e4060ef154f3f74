from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.adapters.pacing import (
    BURST,
    FASTEST,
    LONGEST_WAIT,
    MINUTE,
    PATIENCE,
    SLOWEST,
    Budget,
    Patience,
    Trouble,
    trouble,
    wait_before_next,
)


@pytest.mark.parametrize(
    ("code", "status", "means"),
    [
        (None, 200, Trouble.NONE),
        ("RequestLimitExceeded", 503, Trouble.THROTTLED),
        ("Throttling", 400, Trouble.THROTTLED),
        ("InternalError", 500, Trouble.TRANSIENT),
        ("Unavailable", 503, Trouble.TRANSIENT),
        ("InsufficientInstanceCapacity", 400, Trouble.REFUSED),
        ("InsufficientInstanceCapacity", 500, Trouble.REFUSED),
        ("Server.InsufficientInstanceCapacity", 500, Trouble.REFUSED),
        ("InvalidInstanceID.NotFound", 400, Trouble.REFUSED),
        ("UnauthorizedOperation", 403, Trouble.REFUSED),
    ],
)
def test_code_and_status_say_together_what_the_trouble_is(code: str | None, status: int, means: Trouble) -> None:
    assert trouble(code, status) is means


@pytest.mark.parametrize(
    ("means", "attempts", "most"),
    [
        (Trouble.THROTTLED, 1, 0.25),
        (Trouble.THROTTLED, 3, 1.0),
        (Trouble.THROTTLED, 40, LONGEST_WAIT),
        (Trouble.TRANSIENT, 2, 0.5),
        (Trouble.TRANSIENT, 3, None),
        (Trouble.REFUSED, 1, None),
        (Trouble.NONE, 1, None),
    ],
)
def test_waits_double_up_to_two_seconds_where_there_are_any(means: Trouble, attempts: int, most: float | None) -> None:
    assert wait_before_next(means, attempts, draw=1.0) == most


def test_a_wait_lies_anywhere_below_its_ceiling() -> None:
    assert [wait_before_next(Trouble.THROTTLED, 4, draw) for draw in (0.0, 0.25, 1.0)] == [0.0, 0.5, 2.0]


def test_twelve_throttles_in_a_row_fit_into_the_patience() -> None:
    waits = [wait_before_next(Trouble.THROTTLED, attempts, draw=1.0) or 0.0 for attempts in range(1, 13)]
    assert sum(waits) <= PATIENCE


def test_a_burst_goes_at_once_and_the_rest_stands_in_line() -> None:
    budget, waits = Budget(at=0.0), []
    for _ in range(int(BURST) + 3):
        budget, seconds = budget.sent(0.0)
        waits.append(seconds)
    assert waits[: int(BURST)] == [0.0] * int(BURST)
    assert waits[int(BURST) :] == pytest.approx([1 / FASTEST, 2 / FASTEST, 3 / FASTEST])


def test_a_throttle_ends_the_burst_and_halves_the_rate() -> None:
    budget = Budget(at=0.0).answered(Trouble.THROTTLED, 1.0)
    assert (budget.tokens, budget.rate) == (1.0, FASTEST / 2)


def test_however_many_throttles_some_requests_go() -> None:
    budget = Budget(at=0.0)
    for second in range(20):
        budget = budget.answered(Trouble.THROTTLED, float(second))
    assert budget.rate == SLOWEST


def test_answers_bring_the_rate_back() -> None:
    budget = Budget(at=0.0).answered(Trouble.THROTTLED, 0.0)
    for _ in range(100):
        budget = budget.answered(Trouble.REFUSED, 0.0)
    assert budget.rate == FASTEST


def test_tokens_come_back_with_time_and_never_exceed_the_burst() -> None:
    empty = Budget(at=0.0, tokens=0.0)
    assert empty.sent(1.0)[0].tokens == FASTEST - 1
    assert empty.sent(1000.0)[0].tokens == BURST - 1


def test_patience_ends_within_a_minute_and_is_new_in_the_next() -> None:
    patience = Patience(since=0.0)
    for start in (0.0, 10.0):
        fresh = patience.waiting(start, PATIENCE / 2)
        assert fresh is not None
        patience = fresh
    assert patience.waiting(30.0, 0.1) is None
    assert patience.waiting(MINUTE, PATIENCE) == Patience(since=MINUTE, spent=PATIENCE, until=MINUTE + PATIENCE)


def test_waits_side_by_side_count_once() -> None:
    patience = Patience(since=0.0)
    for _ in range(8):
        together = patience.waiting(5.0, 2.0)
        assert together is not None
        patience = together
    assert patience == replace(Patience(since=0.0), spent=2.0, until=7.0)
