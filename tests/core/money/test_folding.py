"""Readings become spans, and nothing of them is lost or counted twice on the way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.money.billing import surpluses
from chalicelib.core.money.folding import Heard, spans
from chalicelib.core.money.reading import Reading, parsed
from chalicelib.core.money.spans import Edge, Span

MONTH = datetime(2026, 11, 1, tzinfo=UTC)
NEXT = datetime(2026, 12, 1, tzinfo=UTC)
NODES = "arn:aws:autoscaling:us-east-1:111122223333:autoScalingGroup:0:autoScalingGroupName/nodes"
SECOND = timedelta(seconds=1)


def on(day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, second, tzinfo=UTC)


def reading(at: datetime, text: str, edge: Edge = Edge.SEEN, arn: str = NODES, gap: int = 15) -> Reading:
    """Seen at that instant by a look that came `gap` minutes after the one before."""
    return Reading("orders-qa", "nodes", arn, at, parsed(text), edge, at, at - timedelta(minutes=gap))


def ran(found: Sequence[Span]) -> list[tuple[datetime, datetime, str, int, bool]]:
    return [(span.begins, span.ends, span.rate, int(span.units), span.starts) for span in found]


def folded(*readings: Reading, heard: Sequence[Heard] = ()) -> tuple[Span, ...]:
    return spans(readings, heard, MONTH, NEXT)


def test_a_day_from_start_to_stop_is_one_span() -> None:
    (span,) = folded(reading(on(2, 8, 0, 7), "a", Edge.TOLD), reading(on(2, 20), "", Edge.TOLD))
    assert span == Span("orders-qa", "nodes", NODES, on(2, 8, 0, 7), on(2, 20), "a", begun=Edge.TOLD, ended=Edge.TOLD)


def test_members_that_come_are_further_spans_and_the_newest_go_first() -> None:
    found = folded(
        reading(on(2, 8), "a*20"), reading(on(2, 10), "a*25"), reading(on(2, 12), "a*22"), reading(on(3), "")
    )
    assert ran(found) == [
        (on(2, 8), on(3), "a", 20, True),
        (on(2, 10), on(2, 12), "a", 3, True),
        (on(2, 10), on(3), "a", 2, True),
    ]


def test_a_resize_ends_all_and_begins_anew() -> None:
    found = folded(reading(on(2), "small"), reading(on(3), "large"), reading(on(4), ""))
    assert ran(found) == [(on(2), on(3), "small", 1, True), (on(3), on(4), "large", 1, True)]


@pytest.mark.parametrize(
    ("key", "minutes"),
    [("rds:us-east-1:db.m5.{}:mysql:none:single-az", 10), ("ec2:us-east-1:m5.{}:linux:shared:on-demand", 1)],
)
def test_a_resize_is_billed_a_minimum_of_its_own(key: str, minutes: int) -> None:
    """Up for an hour, then half a minute as another size."""
    resized = on(2, 9)
    found = folded(
        reading(on(2, 8), key.format("large")),
        reading(resized, key.format("xlarge")),
        reading(resized + 30 * SECOND, ""),
    )
    (surplus,) = surpluses(found)
    assert (surplus.last.rate, surplus.last.begins) == (key.format("xlarge"), resized)
    assert surplus.seconds == minutes * 60 - 30


def test_a_restart_between_two_looks_is_two_runs() -> None:
    went = reading(on(3, 7, 59, 59), "", gap=10)
    found = folded(reading(on(2), "a"), went, reading(on(3, 8), "a", Edge.TOLD), reading(on(4), ""))
    assert ran(found) == [(on(2), on(3, 7, 59, 59), "a", 1, True), (on(3, 8), on(4), "a", 1, True)]


def test_what_runs_across_the_edges_of_the_month_is_open_there_and_has_no_start_in_it() -> None:
    (span,) = folded(reading(MONTH - timedelta(days=1), "a", Edge.TOLD), reading(NEXT + timedelta(hours=1), ""))
    assert (span.begins, span.ends, span.starts) == (MONTH, NEXT, False)
    assert (span.begun, span.ended) == (Edge.OPEN, Edge.OPEN)


def test_what_ran_already_at_the_first_look_did_not_start_then() -> None:
    (span,) = folded(reading(on(5), "a", Edge.OPEN))
    assert (span.begins, span.starts, span.begun) == (on(5), False, Edge.OPEN)


def test_what_is_told_again_each_day_is_one_span() -> None:
    again = [reading(on(day, 0, 5), "a*3", Edge.OPEN) for day in range(3, 9)]
    found = folded(reading(on(2, 8), "a*3"), *again, reading(on(9), ""))
    assert ran(found) == [(on(2, 8), on(9), "a", 3, True)]


def test_nothing_is_before_the_first_reading_or_after_it_was_gone() -> None:
    found = folded(reading(on(10), "a", Edge.TOLD), reading(on(20), ""))
    assert (found[0].begins, found[-1].ends) == (on(10), on(20))


def test_what_keeps_billing_says_so() -> None:
    assert folded(reading(on(2), "keep:us-east-1:nat-gateway"))[0].keeps
    assert not folded(reading(on(2), "ec2:us-east-1:m5.large:linux:shared:on-demand"))[0].keeps


def test_what_becomes_known_did_not_start_then() -> None:
    found = folded(reading(on(2), "unknown:no-right-to-look"), reading(on(3), "a"))
    assert ran(found) == [(on(2), on(3), "unknown:no-right-to-look", 1, True), (on(3), NEXT, "a", 1, False)]


LOOK = on(2, 20, 15)


@pytest.mark.parametrize(
    ("heard", "ends", "edge"),
    [
        pytest.param([], LOOK, Edge.SEEN, id="lost"),
        pytest.param([(on(2, 20, 4), False)], on(2, 20, 4), Edge.TOLD, id="in time"),
        pytest.param([(on(2, 20, 4), False)] * 2, on(2, 20, 4), Edge.TOLD, id="doubled"),
        pytest.param([(on(2, 19), False)], LOOK, Edge.SEEN, id="from before the last look"),
        pytest.param([(on(2, 18), True), (on(2, 19), False)], LOOK, Edge.SEEN, id="a restart before the last look"),
        pytest.param([(on(2, 21), False)], LOOK, Edge.SEEN, id="from after this look"),
        pytest.param([(on(2, 20, 4), True)], LOOK, Edge.SEEN, id="the contrary"),
        pytest.param(
            [(on(2, 20, 9), False), (on(2, 20, 2), False), (on(2, 20, 5), True)],
            on(2, 20, 9),
            Edge.TOLD,
            id="stopped, started and stopped again, out of order",
        ),
    ],
)
def test_what_was_heard_sharpens_an_edge_between_two_looks(
    heard: list[tuple[datetime, bool]], ends: datetime, edge: Edge
) -> None:
    news = [Heard(NODES, at, runs) for at, runs in heard]
    (span,) = folded(reading(on(2, 8), "a"), reading(LOOK, ""), heard=news)
    assert (span.ends, span.ended) == (ends, edge)


def test_a_launch_is_billed_from_when_it_was_heard_to_run() -> None:
    launch = Reading("orders-qa", "nodes", NODES, on(2, 8), parsed("a"), Edge.TOLD, on(2, 8, 1), on(2, 7, 50))
    (span,) = folded(launch, heard=[Heard(NODES, on(2, 8, 0, 22), True)])
    assert (span.begins, span.begun) == (on(2, 8, 0, 22), Edge.TOLD)


def test_a_stop_that_aws_dates_stays_where_it_is() -> None:
    dated = Reading("orders-qa", "nodes", NODES, on(2, 20), (), Edge.TOLD, on(2, 20, 2), on(2, 19, 50))
    (span,) = folded(reading(on(2, 8), "a"), dated, heard=[Heard(NODES, on(2, 20, 1), False)])
    assert span.ends == on(2, 20)


def test_a_restart_is_heard_at_both_its_ends() -> None:
    look, launched = on(2, 12, 15), on(2, 12, 9)
    went = Reading("orders-qa", "nodes", NODES, launched - SECOND, (), Edge.SEEN, look, on(2, 12))
    came = Reading("orders-qa", "nodes", NODES, launched, parsed("a"), Edge.TOLD, look, on(2, 12))
    heard = [Heard(NODES, on(2, 12, 4), False), Heard(NODES, on(2, 12, 9, 20), True)]
    first, second = folded(reading(on(2, 8), "a"), went, came, heard=heard)
    assert (first.ends, second.begins) == (on(2, 12, 4), on(2, 12, 9, 20))


def test_one_is_not_sharpened_by_what_is_heard_of_another() -> None:
    (span,) = folded(reading(on(2, 8), "a"), reading(LOOK, ""), heard=[Heard("another", on(2, 20, 4), False)])
    assert span.ends == LOOK


TEXTS = st.sampled_from(["", "a", "a*2", "a*5", "a*2 b", "b*3", "unknown:x"])
ARNS = st.sampled_from([NODES, "arn:other"])
MONTHS = st.integers(-2 * 86_400, 32 * 86_400)


@st.composite
def histories(draw: st.DrawFn) -> list[Reading]:
    """Readings of two resources at distinct seconds, some of them before or after the month."""
    seconds = draw(st.lists(MONTHS, unique=True, max_size=20))
    edges = st.sampled_from([Edge.SEEN, Edge.TOLD])
    return [reading(MONTH + second * SECOND, draw(TEXTS), draw(edges), draw(ARNS)) for second in sorted(seconds)]


@st.composite
def news(draw: st.DrawFn) -> list[Heard]:
    return draw(st.lists(st.builds(Heard, ARNS, MONTHS.map(lambda s: MONTH + s * SECOND), st.booleans()), max_size=8))


def integral(readings: Sequence[Reading]) -> dict[tuple[str, str], Decimal]:
    """Unit-seconds by ARN and rate, from one reading of a resource to the next."""
    total: dict[tuple[str, str], Decimal] = {}
    for number, one in enumerate(readings):
        ends = next((other.at for other in readings[number + 1 :] if other.arn == one.arn), NEXT)
        seconds = (min(ends, NEXT) - max(one.at, MONTH)).total_seconds()
        for draw in one.draws if seconds > 0 else ():
            key = (one.arn, draw.rate)
            total[key] = total.get(key, Decimal()) + draw.units * int(seconds)
    return total


def unit_seconds(found: Sequence[Span]) -> dict[tuple[str, str], Decimal]:
    total: dict[tuple[str, str], Decimal] = {}
    for span in found:
        key = (span.arn, span.rate)
        seconds = int((span.ends - span.begins).total_seconds())
        total[key] = total.get(key, Decimal()) + span.units * seconds
    return total


@given(histories())
def test_unit_seconds_are_the_integral_of_the_readings(readings: list[Reading]) -> None:
    assert unit_seconds(folded(*readings)) == integral(readings)


@given(histories(), news(), st.randoms(use_true_random=False))
def test_neither_order_nor_doubling_changes_anything(
    readings: list[Reading], heard: list[Heard], random: Random
) -> None:
    doubled, again = readings + readings[::2], heard * 2
    random.shuffle(doubled)
    random.shuffle(again)
    assert folded(*doubled, heard=again) == folded(*readings, heard=heard)


@given(histories(), news(), st.data())
def test_one_that_is_lost_moves_only_edges_between_the_looks_around_it_and_no_farther(
    readings: list[Reading], heard: list[Heard], data: st.DataObject
) -> None:
    lost = data.draw(st.sampled_from(heard or [Heard(NODES, MONTH, True)]))
    rest = [one for one in heard if one != lost]
    around = [one for one in readings if one.arn == lost.arn and one.after < lost.at <= one.seen]
    most = len(around) * 15 * 60 * 5  # seconds between two looks, and more units of a rate than any reading has
    told, untold = (unit_seconds(folded(*readings, heard=each)) for each in (heard, rest))
    for key in {**told, **untold}:
        assert abs(told.get(key, Decimal()) - untold.get(key, Decimal())) <= most


@given(histories(), news())
def test_spans_lie_in_the_month_are_whole_seconds_and_never_empty(readings: list[Reading], heard: list[Heard]) -> None:
    for span in folded(*readings, heard=heard):
        assert MONTH <= span.begins < span.ends <= NEXT
        assert span.units > 0
        assert (span.begins.microsecond, span.ends.microsecond) == (0, 0)
