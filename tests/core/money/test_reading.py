"""How draws are written, and how a change between two looks is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.money.reading import Drawn, Step, parsed, printed, steps, summed, unknown
from chalicelib.core.money.spans import Draw, Edge

LARGE, XLARGE = "ec2:us-east-1:m5.large:linux:shared:on-demand", "ec2:us-east-1:m5.xlarge:linux:shared:on-demand"
KEYS = st.sampled_from([LARGE, XLARGE, "ec2:us-east-1a@111122223333:m5.large:linux:shared:spot"])
UNITS = st.decimals(min_value="0.001", max_value=5000, allow_nan=False, places=3)
DRAWS = st.lists(st.builds(Draw, KEYS, UNITS), max_size=6)

BEFORE = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
NOW = BEFORE + timedelta(minutes=15)


def at(minute: int, second: int = 0) -> datetime:
    return BEFORE + timedelta(minutes=minute, seconds=second)


@given(DRAWS)
def test_what_is_printed_is_parsed_to_the_same(draws: list[Draw]) -> None:
    assert parsed(printed(draws)) == summed(draws)


@pytest.mark.parametrize(
    ("draws", "text"),
    [
        ([], ""),
        ([Draw(LARGE)], LARGE),
        ([Draw(LARGE)] * 22, f"{LARGE}*22"),
        ([Draw("fargate:us-east-1:vcpu:linux:spot", Decimal("0.50"))], "fargate:us-east-1:vcpu:linux:spot*0.5"),
        ([Draw(XLARGE), Draw(LARGE, Decimal(100))], f"{LARGE}*100 {XLARGE}"),
        ([unknown("no right to  look")], "unknown:no-right-to-look"),
    ],
)
def test_draws_are_printed_by_key_each_key_once(draws: list[Draw], text: str) -> None:
    assert printed(draws) == text


def changed(before: list[Draw], drawn: Drawn) -> list[tuple[datetime, str, Edge]]:
    return [(step.at, printed(step.draws), step.edge) for step in steps(before, drawn, BEFORE, NOW)]


LAUNCHED = Drawn((Draw(LARGE),), came=((at(3, 7), Draw(LARGE)),))


@pytest.mark.parametrize(
    ("before", "drawn", "told"),
    [
        pytest.param([Draw(LARGE)], Drawn((Draw(LARGE),)), [], id="nothing changed"),
        pytest.param([], Drawn((Draw(LARGE),)), [(NOW, LARGE, Edge.SEEN)], id="AWS does not say when"),
        pytest.param([], LAUNCHED, [(at(3, 7), LARGE, Edge.TOLD)], id="launched"),
        pytest.param([Draw(LARGE)], Drawn(since=at(4)), [(at(4), "", Edge.TOLD)], id="stopped"),
        pytest.param([Draw(LARGE)], Drawn(), [(NOW, "", Edge.SEEN)], id="deleted"),
        pytest.param(
            [Draw(LARGE)],
            LAUNCHED,
            [(at(3, 6), "", Edge.SEEN), (at(3, 7), LARGE, Edge.TOLD)],
            id="stopped and started in between",
        ),
        pytest.param(
            [Draw(LARGE)], Drawn((Draw(XLARGE),)), [(NOW, XLARGE, Edge.SEEN)], id="another class, and nobody says when"
        ),
        pytest.param(
            [Draw(LARGE, Decimal(3))],
            Drawn((Draw(LARGE, Decimal(5)),), came=((at(2), Draw(LARGE)), (at(9), Draw(LARGE)))),
            [(at(2), f"{LARGE}*4", Edge.TOLD), (at(9), f"{LARGE}*5", Edge.TOLD)],
            id="members that came one after another",
        ),
        pytest.param(
            [Draw(LARGE, Decimal(3))],
            Drawn((Draw(LARGE, Decimal(3)),), came=((at(2), Draw(LARGE)),)),
            [(at(1, 59), f"{LARGE}*2", Edge.SEEN), (at(2), f"{LARGE}*3", Edge.TOLD)],
            id="a member that was replaced",
        ),
        pytest.param([Draw(LARGE)], Drawn((Draw(LARGE),), came=((at(-60), Draw(LARGE)),)), [], id="launched long ago"),
        pytest.param(
            [], Drawn((Draw(LARGE),), came=((at(99), Draw(LARGE)),)), [(NOW, LARGE, Edge.SEEN)], id="a clock ahead"
        ),
    ],
)
def test_each_part_of_a_change_is_told_from_when_aws_says(
    before: list[Draw], drawn: Drawn, told: list[tuple[datetime, str, Edge]]
) -> None:
    assert changed(before, drawn) == told


@st.composite
def looks(draw: st.DrawFn) -> tuple[list[Draw], Drawn]:
    """Members that stayed, went and came between two looks, some of them dated."""
    before = [Draw(key, Decimal(1)) for key in draw(st.lists(KEYS, max_size=5))]
    came = draw(st.lists(st.tuples(st.integers(-30, 20), KEYS, st.booleans()), max_size=5))
    stay = before[draw(st.integers(0, len(before))) :]
    now = [*stay, *(Draw(key) for _, key, _ in came)]
    dated = tuple((at(minute), Draw(key)) for minute, key, is_dated in came if is_dated)
    return before, Drawn(tuple(now), came=dated)


@given(looks())
def test_whatever_changed_the_last_step_is_what_is_drawn_now_and_each_lies_between_the_looks(
    look: tuple[list[Draw], Drawn],
) -> None:
    before, drawn = look
    found = steps(before, drawn, BEFORE, NOW)
    last: tuple[Step, ...] = found[-1:] or (Step(NOW, summed(before), Edge.SEEN),)
    assert last[0].draws == summed(drawn.draws)
    assert [step.at for step in found] == sorted({step.at for step in found})
    assert all(BEFORE <= step.at <= NOW for step in found)
    assert all(draw.units > 0 for step in found for draw in step.draws)
