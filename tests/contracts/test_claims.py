"""What every store promises to a reconcile pass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.core.model import Desired, RestorePoint
from chalicelib.core.wishes import Pause, Wishes
from chalicelib.flows.ports import Store
from chalicelib.flows.stored import Head, LostError, MovedError, Notes
from tests.contracts.samples import LATER, NOW, SOON, arn, claimed, defined, event, state, states, stored, wishes

Write = Callable[[Store, Head], object]

WRITES = {
    "record": lambda store, head: store.record(head, states(3), [event("late")]),
    "release": lambda store, head: store.release(head, states(3), Notes(), LATER, [event("late")]),
}
each_write = pytest.mark.parametrize("write", WRITES.values(), ids=WRITES.keys())


def test_a_claim_raises_the_fence_and_says_until_when(store: Store) -> None:
    before = defined(store)
    assert store.claim("orders-qa", NOW, SOON) == replace(before, fence=1, claimed_until=SOON)


def test_of_two_claims_one_wins(store: Store) -> None:
    defined(store)
    first = claimed(store)
    assert store.claim("orders-qa", NOW + timedelta(seconds=1), LATER) is None
    assert store.head("orders-qa") == first


def test_a_claim_that_ran_out_is_free_for_another_at_that_instant(store: Store) -> None:
    defined(store)
    claimed(store)
    assert store.claim("orders-qa", SOON - timedelta(microseconds=1), LATER) is None
    assert claimed(store, now=SOON, until=LATER).fence == 2


def test_what_is_not_due_yet_cannot_be_claimed(store: Store) -> None:
    store.release(_claim(store), {}, Notes(), LATER, [])
    assert store.claim("orders-qa", LATER - timedelta(microseconds=1), LATER) is None
    assert claimed(store, now=LATER, until=LATER + timedelta(minutes=1)).fence == 2


def test_what_is_never_due_cannot_be_claimed(store: Store) -> None:
    store.release(_claim(store), {}, Notes(), None, [])
    assert store.claim("orders-qa", LATER, LATER + timedelta(hours=1)) is None
    assert store.due(LATER) == ()


def test_an_unknown_environment_cannot_be_claimed(store: Store) -> None:
    assert store.claim("unknown", NOW, SOON) is None
    assert store.head("unknown") is None


def test_the_tick_leaves_a_claimed_environment_alone_until_the_claim_ends(store: Store) -> None:
    _claim(store)
    assert store.due(SOON - timedelta(microseconds=1)) == ()
    assert [due.sweep_at for due in store.due(SOON)] == [SOON]


def test_load_shows_definition_states_and_switches(store: Store) -> None:
    head = _claim(store)
    head = store.record(head, states(2), [])
    pause = Pause("qa1", "stocktaking", NOW)
    store.throw("111122223333", pause, [])
    loaded = store.load(head)
    assert loaded.definition == stored().definition
    assert loaded.states == states(2)
    assert loaded.switches.accounts == {"111122223333": pause}
    assert loaded.broken is None


@pytest.mark.parametrize("sizes", [(400, 400), (400, 310), (400, 20), (400, 0), (0, 400), (20, 400)])
def test_states_replace_those_before_however_many_there_are(store: Store, sizes: tuple[int, int]) -> None:
    before, after = sizes
    head = store.record(_claim(store), states(before), [])
    head = store.record(head, states(after, attempts=1), [])
    assert store.load(head).states == states(after, attempts=1)
    store.release(head, states(after, attempts=2), Notes(), NOW, [])
    assert store.load(claimed(store)).states == states(after, attempts=2)


def test_states_can_go_back_to_what_they_were_when_loaded(store: Store) -> None:
    store.release(_claim(store), states(2), Notes(), NOW, [])
    head = claimed(store)
    store.load(head)
    head = store.record(head, states(2, attempts=1), [])
    store.load(head)
    store.release(head, states(2), Notes(), NOW, [])
    assert store.load(claimed(store)).states == states(2)


def test_states_of_a_removed_environment_do_not_come_back(store: Store) -> None:
    first = _claim(store)
    store.release(store.record(first, states(1), []), states(1), Notes(), NOW, [])
    store.remove(_head(store), [])
    again = _claim(store)
    assert store.load(again).states == {}
    assert store.load(store.record(again, states(1), [])).states == states(1)


def test_reread_shows_wishes_that_came_during_the_claim(store: Store) -> None:
    head = _claim(store)
    store.amend(head, wishes(), NOW, [])
    again = store.reread(head)
    assert again is not None
    assert (again.revision, again.wishes, again.fence) == (2, wishes(), head.fence)


def test_reread_shows_nothing_once_the_claim_is_anothers(store: Store) -> None:
    head = _claim(store)
    claimed(store, now=SOON, until=LATER)
    assert store.reread(head) is None


@each_write
def test_a_write_after_a_wish_arrived_is_moved_and_stores_nothing(store: Store, write: Write) -> None:
    head = store.record(_claim(store), states(1), [])
    store.amend(head, wishes(), NOW, [])
    with pytest.raises(MovedError):
        write(store, head)
    _unchanged(store, head)


@each_write
def test_a_write_after_a_new_definition_is_moved(store: Store, write: Write) -> None:
    head = _claim(store)
    store.define(stored(owner="others"), head.revision, Wishes(), NOW, [])
    with pytest.raises(MovedError):
        write(store, head)


@each_write
def test_a_write_by_an_old_fence_is_lost_and_stores_nothing(store: Store, write: Write) -> None:
    head = store.record(_claim(store), states(1), [])
    claimed(store, now=SOON, until=LATER)
    with pytest.raises(LostError):
        write(store, head)
    _unchanged(store, head)


@each_write
def test_a_lost_claim_is_lost_even_when_wishes_moved_too(store: Store, write: Write) -> None:
    head = _claim(store)
    claimed(store, now=SOON, until=LATER)
    store.amend(head, wishes(), SOON, [])
    with pytest.raises(LostError):
        write(store, head)


@each_write
def test_a_write_after_release_or_removal_is_lost(store: Store, write: Write) -> None:
    head = _claim(store)
    store.release(head, {}, Notes(), NOW, [])
    with pytest.raises(LostError):
        write(store, head)
    store.remove(_head(store), [])
    with pytest.raises(LostError):
        write(store, head)


def test_release_stores_notes_and_the_next_look_and_ends_the_claim(store: Store) -> None:
    notes = Notes(desired=Desired.DOWN, told=("stop-warning@20:00",), poke_at=LATER)
    store.release(_claim(store), states(1), notes, LATER, [event("released")])
    head = _head(store)
    assert (head.notes, head.due_at, head.claimed_until) == (notes, LATER, None)
    assert [due.sweep_at for due in store.due(LATER)] == [LATER]
    assert store.journal("orders-qa") == (event("released"),)


def test_a_wish_during_a_pass_survives_the_end_of_the_pass(store: Store) -> None:
    head = _claim(store)
    store.amend(head, wishes(), NOW, [])
    with pytest.raises(MovedError):
        store.release(head, {}, Notes(), LATER, [])
    assert store.drop(head, NOW)
    assert claimed(store, now=NOW).wishes == wishes()


def test_drop_ends_the_claim_and_leaves_the_environment_due_now(store: Store) -> None:
    head = _claim(store)
    assert store.drop(head, NOW + timedelta(seconds=5))
    assert store.due(NOW + timedelta(seconds=5))[0].name == "orders-qa"
    assert claimed(store, now=NOW + timedelta(seconds=5)).fence == 2


def test_only_the_claimant_can_drop(store: Store) -> None:
    head = _claim(store)
    newer = claimed(store, now=SOON, until=LATER)
    assert not store.drop(head, SOON)
    assert store.head("orders-qa") == newer
    store.release(newer, {}, Notes(), LATER, [])
    assert not store.drop(newer, SOON)
    assert _head(store).due_at == LATER


def test_an_arn_has_one_owner(store: Store) -> None:
    assert store.own("orders-qa", [arn(1), arn(2)]) == {}
    assert store.own("search-qa", [arn(2), arn(3)]) == {arn(2): "orders-qa"}
    assert [store.owner(arn(each)) for each in range(5)] == [None, "orders-qa", "orders-qa", "search-qa", None]


def test_owning_again_changes_nothing(store: Store) -> None:
    store.own("orders-qa", [arn(1)])
    assert store.own("orders-qa", [arn(1), arn(1)]) == {}
    assert store.owner(arn(1)) == "orders-qa"


def test_a_renamed_environment_takes_over_what_it_owned_but_nothing_else(store: Store) -> None:
    store.own("orders-old", [arn(1)])
    store.own("search-qa", [arn(2)])
    arns = [arn(each) for each in range(4)]
    assert store.own("orders-qa", arns, formerly="orders-old") == {arn(2): "search-qa"}
    assert [store.owner(each) for each in arns] == ["orders-qa", "orders-qa", "search-qa", "orders-qa"]


def test_more_than_a_hundred_arns_can_be_owned_with_others_among_them(store: Store) -> None:
    store.own("search-qa", [arn(7), arn(133)])
    others = store.own("orders-qa", [arn(each) for each in range(140)])
    assert others == {arn(7): "search-qa", arn(133): "search-qa"}
    assert {store.owner(arn(each)) for each in (0, 6, 8, 99, 100, 139)} == {"orders-qa"}


def test_what_a_release_disowns_is_free_and_the_rest_stays_owned(store: Store) -> None:
    head = _claim(store)
    store.own("orders-qa", [arn(1), arn(2)])
    store.own("search-qa", [arn(3)])
    store.release(head, states(1), Notes(), LATER, [], disowned=[arn(2)])
    assert [store.owner(arn(each)) for each in (1, 2, 3)] == ["orders-qa", None, "search-qa"]


def test_a_release_that_is_refused_disowns_nothing(store: Store) -> None:
    head = _claim(store)
    store.own("orders-qa", [arn(1)])
    store.amend(head, wishes(), NOW, [])
    with pytest.raises(MovedError):
        store.release(head, {}, Notes(), LATER, [], disowned=[arn(1)])
    assert store.owner(arn(1)) == "orders-qa"


def test_states_come_back_exactly_as_they_were(store: Store) -> None:
    kept = (RestorePoint(1, NOW, sizes={"min": 0}), RestorePoint(2, SOON))
    odd = replace(state(1), note='a "quoted" note, \u00e9, \n', tried_at=SOON, rested_at=LATER, kept=kept)
    head = store.record(_claim(store), {odd.arn: odd}, [])
    assert store.load(head).states == {odd.arn: odd}


def _claim(store: Store) -> Head:
    defined(store)
    return claimed(store)


def _head(store: Store) -> Head:
    head = store.head("orders-qa")
    assert head is not None
    return head


def _unchanged(store: Store, head: Head) -> None:
    """States and events are those of `head`, not of a write called late."""
    assert store.load(head).states == states(1)
    assert store.journal("orders-qa") == ()
