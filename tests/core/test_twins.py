"""How nodes shift between twins: which sizes, within which bounds, in which order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.capacity import Capacity
from chalicelib.core.group_memory import GroupMemory
from chalicelib.core.mix import Mix
from chalicelib.core.mix_memory import KnownPool, MixMemory
from chalicelib.core.pools import Pool, PoolMemory
from chalicelib.core.twin_memory import Split, begun
from chalicelib.core.twins import Pair, Twin, as_mix, as_one, bounded, decided, limits, step

NOW = datetime(2027, 3, 8, 12, tzinfo=UTC)
A, B = Pool("m5.large", "a"), Pool("m6i.large", "b")
POOLS = (A, B)
POLICY = Capacity("nodes", on_demand_base=2, shares=(0.0, 0.75))
MEMORY = MixMemory(twins=begun("arn", Split(10, 0)))


def twin(
    desired: int, serving: int | None = None, present: int | None = None, bounds: tuple[int, int] = (0, 20)
) -> Twin:
    serves = desired if serving is None else serving
    return Twin("it", *bounds, desired, serves if present is None else present, serves)


def pair(on_demand: Twin, spot: Twin) -> Pair:
    return Pair(replace(on_demand, id="od"), replace(spot, id="sp"))


# ---- steps


@pytest.mark.parametrize(
    ("on_demand", "spot", "target", "sizes"),
    [
        (twin(10), twin(0), (4, 6), (10, 6)),  # what grows does so first
        (twin(10), twin(6, 0, 6), (4, 6), (10, 6)),  # nothing serves there yet
        (twin(10), twin(6, 5, 6), (4, 6), (10, 6)),  # one is missing
        (twin(10), twin(6), (4, 6), (4, 6)),  # all serve
        (twin(4), twin(6, 0, 6), (10, 0), (10, 6)),  # taken back, but still there
        (twin(4), twin(6, 0, 0), (10, 0), (10, 0)),  # gone: no node ends with it
        (twin(10, 4, 10), twin(6), (10, 0), (10, 6)),  # on-demand does not serve yet
        (twin(10), twin(6), (10, 0), (10, 0)),
        (twin(10, 9, 11), twin(6), (4, 6), (10, 6)),  # of those it ends, all may be ones that serve
        (twin(4), twin(6), (4, 6), (4, 6)),
        (twin(4), twin(6), (5, 7), (5, 7)),  # somebody wants more
        (twin(4), twin(6), (4, 4), (4, 4)),  # somebody wants less
    ],
)
def test_the_new_ones_serve_before_the_old_ones_go(
    on_demand: Twin, spot: Twin, target: tuple[int, int], sizes: tuple[int, int]
) -> None:
    assert step(pair(on_demand, spot), Split(*target), 2) == Split(*sizes)


def test_on_demand_nodes_are_not_lowered_below_the_base_by_nodes_that_do_not_serve() -> None:
    coming = twin(10, 8, 10)
    assert step(pair(coming, twin(8)), Split(2, 8), 2).on_demand == 10
    assert step(pair(coming, twin(8)), Split(2, 8), 0).on_demand == 10
    assert step(pair(twin(10), twin(8)), Split(2, 8), 2).on_demand == 2


TWINS = st.tuples(st.integers(0, 12), st.integers(0, 12), st.integers(0, 12)).map(
    lambda n: twin(n[0], min(n[1], n[2]), n[2])
)


@st.composite
def shifts(draw: st.DrawFn) -> tuple[Twin, Twin, int, int]:
    """Two twins and where they are to go; mostly one of them is there."""
    on_demand, spot = draw(TWINS), draw(TWINS)
    to = draw(st.just(on_demand.desired) | st.integers(0, 12))
    return on_demand, spot, to, draw(st.just(spot.desired) | st.integers(0, 12))


@given(shifts(), st.integers(0, 4))
def test_no_step_ends_a_node_that_is_needed(shift: tuple[Twin, Twin, int, int], base: int) -> None:
    on_demand, spot, to, to_spot = shift
    target, now = Split(to, to_spot), pair(on_demand, spot)
    after = step(now, target, base)
    ended = [
        max(one.present - size, 0) if size < one.desired else 0
        for one, size in ((on_demand, after.on_demand), (spot, after.spot))
    ]
    for one, other, number in ((on_demand, spot, ended[0]), (spot, on_demand, ended[1])):
        if number:
            assert max(one.serving - number, 0) + other.serving >= target.total
    if ended[0]:
        assert max(on_demand.serving - ended[0], 0) >= min(base, to)
    assert not all(ended)


# ---- bounds


@pytest.mark.parametrize(
    ("bounds", "spot_bounds", "target", "says"),
    [
        ((0, 20), (0, 20), (4, 6), ""),
        ((0, 20), (0, 5), (5, 5), "sp is to have 6, and its maximum is 5: raise that"),
        ((6, 20), (0, 20), (6, 4), "od is to have 4, and its minimum is 6: lower that"),
        ((0, 20), (8, 20), (2, 8), "sp is to have 6, and its minimum is 8: lower that"),
        ((0, 3), (0, 20), (3, 7), "od is to have 4, and its maximum is 3: raise that"),
        ((0, 3), (0, 4), (3, 4), "od is to have 4, and its maximum is 3: raise that"),
    ],
)
def test_no_size_is_beyond_a_bound_and_the_other_twin_has_the_rest(
    bounds: tuple[int, int], spot_bounds: tuple[int, int], target: tuple[int, int], says: str
) -> None:
    now = pair(twin(4, bounds=bounds), twin(6, bounds=spot_bounds))
    found = bounded(Split(4, 6), now)
    assert found == Split(*target)
    assert next(limits(Split(4, 6), found, now), "") == says


# ---- decisions


def priced(memory: MixMemory = MEMORY) -> MixMemory:
    known = tuple(KnownPool(pool, price=Decimal("0.03")) for pool in POOLS)
    return replace(memory, pools=known, on_demand=Decimal("0.10"))


def test_a_pair_asleep_begins_with_as_much_spot_as_is_allowed() -> None:
    shift = decided(POLICY, POOLS, priced(), pair(twin(0), twin(0)), [], NOW)
    assert (shift.target, shift.begins) == (Split(4, 6), True)
    assert shift.memory.twins is not None
    assert shift.memory.twins.aim == Split(4, 6)
    assert shift.difference == Decimal("-0.4200")


def test_nodes_that_are_on_their_way_are_no_reason_to_turn_round() -> None:
    first = decided(POLICY, POOLS, priced(), pair(twin(10), twin(0)), [], NOW)
    again = decided(POLICY, POOLS, first.memory, pair(twin(10), twin(5, 0, 0)), [], NOW + timedelta(minutes=1))
    assert (again.target, again.begins) == (first.target, False)
    assert again.difference == Decimal("0.0000")


def test_the_overlap_is_not_taken_for_more_nodes() -> None:
    aimed = replace(priced(), twins=replace(begun("arn", Split(10, 0)), aim=Split(4, 6)))
    shift = decided(POLICY, POOLS, aimed, pair(twin(10), twin(6)), [A, A, A, B, B, B], NOW)
    assert (shift.target.total, shift.begins) == (10, False)


def test_any_pool_on_hold_keeps_the_pair_from_more_spot() -> None:
    held = as_one(GroupMemory({A: PoolMemory(hold_until=NOW + timedelta(hours=1))}), POOLS)
    assert [held.of(pool).hold_until for pool in POOLS] == [NOW + timedelta(hours=1)] * 2
    memory = priced().with_group(GroupMemory({A: PoolMemory(hold_until=NOW + timedelta(hours=1))}))
    shift = decided(POLICY, POOLS, memory, pair(twin(10), twin(0)), [], NOW)
    assert (shift.target, shift.begins) == (Split(10, 0), False)
    assert shift.memory.group.of(B).hold_until is None


def test_lost_nodes_are_wanted_on_demand_at_once() -> None:
    aimed = replace(priced(), twins=replace(begun("arn", Split(10, 0)), aim=Split(4, 6)))
    lost = {A: PoolMemory(failed_at=NOW, failures=1, hold_until=NOW + timedelta(minutes=5))}
    shift = decided(POLICY, POOLS, aimed.with_group(GroupMemory(lost)), pair(twin(4), twin(6)), [B, B, B], NOW)
    assert (shift.target, shift.begins) == (Split(7, 3), True)


def test_the_sizes_as_a_mix_are_in_the_pools_of_the_decision_as_far_as_that_goes() -> None:
    assert as_mix(Split(4, 3), {A: 2, B: 4}, POOLS) == Mix(4, {A: 2, B: 1})
    assert as_mix(Split(4, 3), {B: 1}, POOLS) == Mix(4, {A: 2, B: 1})
    assert as_mix(Split(4, 3), {}, ()) == Mix(4)
