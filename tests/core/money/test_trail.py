"""What CloudTrail told of one resource, as spans."""

from __future__ import annotations

from datetime import datetime

import pytest

from chalicelib.core.money.spans import Edge
from chalicelib.core.money.trail import Told, created, spans_told
from tests.core.money.samples import at

BEGINS, ENDS = at(2), at(6)
WHOSE = ("orders-qa", "web", "arn:1")
START, STOP = "StartInstances", "StopInstances"


def told(*calls: tuple[datetime, str], runs: bool = False) -> list[tuple[datetime, datetime]]:
    found = spans_told(WHOSE, [Told(*call) for call in calls], runs, BEGINS, ENDS)
    return [(span.begins, span.ends) for span in found]


@pytest.mark.parametrize(
    ("calls", "runs", "spans"),
    [
        pytest.param([], True, [(BEGINS, ENDS)], id="nobody touched what runs"),
        pytest.param([], False, [], id="nor what rests"),
        pytest.param([(at(3), START), (at(4), STOP)], False, [(at(3), at(4))], id="a day"),
        pytest.param([(at(3), STOP), (at(4), START)], True, [(BEGINS, at(3)), (at(4), ENDS)], id="a night"),
        pytest.param([(at(4), STOP), (at(3), START)], False, [(at(3), at(4))], id="in no order"),
        pytest.param(
            [(at(3), START), (at(4), START), (at(5), STOP)], False, [(at(4), at(5))], id="shut down by itself"
        ),
        pytest.param([(at(3), START)], False, [], id="and never started again"),
        pytest.param([(at(3), STOP), (at(4), STOP)], False, [(BEGINS, at(3))], id="stopped twice"),
        pytest.param([(at(3), "RunInstances")], True, [(at(3), ENDS)], id="created"),
        pytest.param([(at(3), "CreateTags"), (at(4), "ModifyInstanceAttribute")], True, [(BEGINS, ENDS)], id="else"),
    ],
)
def test_calls_become_spans(
    calls: list[tuple[datetime, str]], runs: bool, spans: list[tuple[datetime, datetime]]
) -> None:
    assert told(*calls, runs=runs) == spans


def test_an_edge_is_open_where_the_history_ends() -> None:
    (one, other) = spans_told(WHOSE, [Told(at(3), STOP), Told(at(4), START)], True, BEGINS, ENDS)
    assert [one.begun, one.ended, other.begun, other.ended] == [Edge.OPEN, Edge.TOLD, Edge.TOLD, Edge.OPEN]


def test_a_creation_is_known() -> None:
    assert created([Told(at(3), "CreateDBInstance"), Told(at(4), STOP)]) == at(3)
    assert created([Told(at(4), STOP)]) is None
