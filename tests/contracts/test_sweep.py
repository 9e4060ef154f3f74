"""What every store promises to the tick and to AWS events."""

from __future__ import annotations

from datetime import datetime, timedelta

from chalicelib.flows.ports import Store
from chalicelib.flows.stored import Due, Head, Notes
from tests.contracts.samples import LATER, NOW, SOON, claimed, defined

MINUTE = timedelta(minutes=1)


def test_what_is_due_comes_oldest_first_and_at_most_as_asked(store: Store) -> None:
    for number, name in enumerate(("c", "a", "b")):
        defined(store, name, at=NOW + number * MINUTE)
    assert [due.name for due in store.due(LATER)] == ["c", "a", "b"]
    assert [due.name for due in store.due(LATER, limit=2)] == ["c", "a"]
    assert [due.name for due in store.due(NOW + 3 * MINUTE)] == ["c", "a"]


def test_a_sweep_is_pushed_by_one_of_two_ticks(store: Store) -> None:
    defined(store)
    (due,) = store.due(LATER)
    assert store.push_sweep(due, LATER + 2 * MINUTE)
    assert not store.push_sweep(due, LATER + 3 * MINUTE)
    assert store.due(LATER) == ()
    assert store.due(LATER + 2 * MINUTE) == (Due("orders-qa", LATER + 2 * MINUTE),)


def test_a_pushed_sweep_leaves_the_environment_due_for_the_poke(store: Store) -> None:
    defined(store)
    (due,) = store.due(LATER)
    store.push_sweep(due, LATER + 2 * MINUTE)
    assert claimed(store, now=LATER, until=LATER + MINUTE).due_at == NOW


def test_a_sweep_of_what_is_gone_is_not_pushed(store: Store) -> None:
    head = defined(store)
    (due,) = store.due(LATER)
    store.remove(head, [])
    assert not store.push_sweep(due, LATER)
    assert store.due(LATER) == ()


def test_hasten_makes_due_earlier_with_the_tick_behind(store: Store) -> None:
    _rest(store, until=LATER)
    assert store.hasten("orders-qa", SOON)
    assert _head(store).due_at == SOON
    assert store.due(SOON + 2 * MINUTE - timedelta(microseconds=1)) == ()
    assert store.due(SOON + 2 * MINUTE) == (Due("orders-qa", SOON + 2 * MINUTE),)


def test_hasten_changes_nothing_for_what_is_due_by_then(store: Store) -> None:
    _rest(store, until=SOON)
    before = store.due(SOON)
    assert not store.hasten("orders-qa", SOON)
    assert not store.hasten("orders-qa", LATER)
    assert (_head(store).due_at, store.due(SOON)) == (SOON, before)


def test_hasten_wakes_what_was_never_due(store: Store) -> None:
    _rest(store, until=None)
    assert store.hasten("orders-qa", NOW)
    assert claimed(store).fence == 2


def test_hasten_during_a_claim_changes_nothing(store: Store) -> None:
    defined(store)
    head = claimed(store)
    assert not store.hasten("orders-qa", NOW + MINUTE)
    assert store.head("orders-qa") == head
    assert store.due(SOON - timedelta(microseconds=1)) == ()


def test_hasten_does_not_move_the_revision(store: Store) -> None:
    _rest(store, until=LATER)
    before = _head(store)
    store.hasten("orders-qa", SOON)
    assert (_head(store).revision, _head(store).fence) == (before.revision, before.fence)


def test_an_unknown_environment_is_not_hastened(store: Store) -> None:
    assert not store.hasten("unknown", NOW)
    assert store.due(LATER) == ()


def test_a_resource_nobody_owns_has_no_owner(store: Store) -> None:
    assert store.owner("arn:aws:ec2:ap-south-1:111122223333:instance/i-0") is None


def _rest(store: Store, until: datetime | None) -> None:
    defined(store)
    store.release(claimed(store), {}, Notes(), until, [])


def _head(store: Store) -> Head:
    head = store.head("orders-qa")
    assert head is not None
    return head
