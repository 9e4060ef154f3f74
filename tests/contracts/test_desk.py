"""What every store promises to those who change wishes and definitions."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.core.wishes import Pause, Switches, Wishes
from chalicelib.flows.events import ORGANISATION
from chalicelib.flows.ports import Store
from chalicelib.flows.stored import Answered, Head, LostError, MovedError, Notes
from tests.contracts.samples import LATER, NOW, SOON, arn, claimed, defined, event, states, stored, wishes


def test_a_new_environment_is_due_at_once(store: Store) -> None:
    head = store.define(stored(), None, wishes(), NOW, [event("applied")])
    assert head == Head("orders-qa", revision=1, fence=0, wishes=wishes(), due_at=NOW)
    assert store.head("orders-qa") == head
    assert store.stored("orders-qa") == stored()
    assert store.journal("orders-qa") == (event("applied"),)


def test_an_environment_is_created_once(store: Store) -> None:
    first = defined(store)
    with pytest.raises(MovedError):
        store.define(stored(owner="others"), None, wishes(), SOON, [event()])
    assert store.head("orders-qa") == first
    assert store.stored("orders-qa") == stored()
    assert store.journal("orders-qa") == ()


def test_a_definition_is_changed_from_the_revision_that_was_seen(store: Store) -> None:
    first = defined(store)
    second = store.define(stored(owner="others"), first.revision, wishes(), SOON, [])
    assert (second.revision, second.wishes, second.due_at) == (2, wishes(), SOON)
    assert store.stored("orders-qa") == stored(owner="others")
    with pytest.raises(MovedError):
        store.define(stored(), first.revision, Wishes(), SOON, [])
    assert store.head("orders-qa") == second


def test_a_definition_cannot_be_changed_where_there_is_none(store: Store) -> None:
    with pytest.raises(MovedError):
        store.define(stored(), 1, Wishes(), NOW, [])
    assert store.stored("orders-qa") is None


def test_a_new_definition_keeps_states_notes_and_answers(store: Store) -> None:
    head = store.amend(defined(store), wishes(), NOW, [], Answered("key-1", NOW, "yes"))
    store.release(claimed(store), states(2), Notes(told=("x",)), NOW, [])
    changed = store.define(stored(owner="others"), head.revision, wishes(), NOW, [])
    assert (changed.notes, changed.answered) == (Notes(told=("x",)), (Answered("key-1", NOW, "yes"),))
    assert store.load(claimed(store)).states == states(2)


def test_a_wish_is_stored_with_its_event_and_makes_the_environment_due(store: Store) -> None:
    store.release(_claim(store), {}, Notes(), LATER, [])
    head = store.amend(_head(store), wishes(), SOON, [event("wake")])
    assert (head.revision, head.wishes, head.due_at) == (2, wishes(), SOON)
    assert store.head("orders-qa") == head
    assert store.journal("orders-qa") == (event("wake"),)


def test_of_two_wishes_from_one_revision_the_second_is_moved(store: Store) -> None:
    head = defined(store)
    first = store.amend(head, wishes("dev1"), NOW, [])
    with pytest.raises(MovedError):
        store.amend(head, wishes("qa1"), NOW, [event("lost")])
    assert store.head("orders-qa") == first
    assert store.journal("orders-qa") == ()


def test_a_wish_for_a_removed_environment_is_moved(store: Store) -> None:
    head = defined(store)
    store.remove(head, [])
    with pytest.raises(MovedError):
        store.amend(head, wishes(), NOW, [])


def test_a_wish_from_a_head_that_was_claimed_and_released_meanwhile_is_stored(store: Store) -> None:
    head = defined(store)
    store.release(claimed(store), states(1), Notes(told=("x",)), LATER, [])
    after = store.amend(head, wishes(), SOON, [])
    assert (after.fence, after.notes, after.wishes) == (1, Notes(told=("x",)), wishes())


def test_answers_are_kept_for_a_day(store: Store) -> None:
    first, second = Answered("key-1", NOW, "yes"), Answered("key-2", SOON, "no")
    head = store.amend(defined(store), Wishes(), NOW, [], first)
    head = store.amend(head, Wishes(), SOON, [], second)
    assert head.answered == (first, second)
    head = store.amend(head, Wishes(), NOW + timedelta(hours=24), [])
    assert head.answered == (first, second)
    head = store.amend(head, Wishes(), NOW + timedelta(hours=24, microseconds=1), [])
    assert head.answered == (second,)
    assert store.head("orders-qa") == head


def test_the_tick_stands_two_minutes_behind_the_poke_of_a_wish(store: Store) -> None:
    store.release(_claim(store), {}, Notes(), LATER, [])
    store.amend(_head(store), wishes(), SOON, [])
    assert store.due(SOON + timedelta(seconds=119)) == ()
    assert store.due(SOON + timedelta(seconds=120))[0].sweep_at == SOON + timedelta(seconds=120)


def test_a_wish_does_not_put_off_a_sweep_that_comes_earlier(store: Store) -> None:
    head = defined(store)
    for seconds in (30, 60, 90):
        head = store.amend(head, wishes(), NOW + timedelta(seconds=seconds), [])
    assert store.due(NOW + timedelta(minutes=2))[0].sweep_at == NOW + timedelta(minutes=2)


def test_a_wish_during_a_claim_leaves_the_sweep_at_the_end_of_the_claim(store: Store) -> None:
    defined(store)
    head = claimed(store, until=LATER)
    store.amend(head, wishes(), NOW, [])
    assert store.due(LATER - timedelta(microseconds=1)) == ()
    assert store.due(LATER)[0].sweep_at == LATER


def test_removal_leaves_only_the_journal(store: Store) -> None:
    head = _claim(store)
    store.own("orders-qa", list(states(160)))
    store.own("search-qa", [arn(161)])
    head = store.record(head, states(162), [])
    store.release(head, states(162), Notes(), LATER, [])
    store.remove(_head(store), [event("retired")])
    assert store.head("orders-qa") is None
    assert store.stored("orders-qa") is None
    assert store.names() == ()
    assert store.due(LATER) == ()
    assert [store.owner(arn(each)) for each in (0, 159, 161)] == [None, None, "search-qa"]
    assert store.journal("orders-qa") == (event("retired"),)


def test_an_environment_that_was_claimed_since_is_not_removed(store: Store) -> None:
    seen = defined(store)
    head = store.record(claimed(store), states(1), [])
    store.own("orders-qa", states(1))
    with pytest.raises(LostError):
        store.remove(seen, [event("retired")])
    assert store.head("orders-qa") == head
    assert store.owner(arn(0)) == "orders-qa"
    assert store.journal("orders-qa") == ()


def test_a_claimant_may_remove_its_own(store: Store) -> None:
    head = store.record(_claim(store), states(1), [])
    store.remove(head, [event("retired")])
    assert store.head("orders-qa") is None
    assert store.due(LATER) == ()


def test_removal_leaves_what_another_took_over(store: Store) -> None:
    head = store.record(_claim(store), states(2), [])
    store.own("orders-qa", states(2))
    store.own("orders-new", [arn(1)], formerly="orders-qa")
    store.remove(head, [])
    assert [store.owner(arn(each)) for each in (0, 1)] == [None, "orders-new"]


def test_an_environment_that_changed_is_not_removed(store: Store) -> None:
    head = defined(store)
    store.amend(head, wishes(), NOW, [])
    with pytest.raises(MovedError):
        store.remove(head, [])
    assert store.names() == ("orders-qa",)


def test_a_removed_environment_can_be_created_again(store: Store) -> None:
    store.remove(defined(store), [])
    assert defined(store).revision == 1


def test_names_come_in_order_page_by_page(store: Store) -> None:
    for name in ("search-qa", "orders", "orders-qa", "billing"):
        defined(store, name)
    assert store.names() == ("billing", "orders", "orders-qa", "search-qa")
    assert store.names(limit=2) == ("billing", "orders")
    assert store.names(after="orders", limit=2) == ("orders-qa", "search-qa")
    assert store.names(after="orderz") == ("search-qa",)
    assert store.names(after="search-qa") == ()


def test_the_journal_shows_the_newest_oldest_first(store: Store) -> None:
    times = [NOW + timedelta(minutes=each) for each in range(5)]
    head = store.define(stored(), None, Wishes(), NOW, [event("0", times[0])])
    store.release(claimed(store), {}, Notes(), NOW, [event("1", times[1]), event("2", times[2])])
    head = store.amend(head, wishes(), NOW, [event("3", times[3])])
    store.amend(head, wishes(), NOW, [event("4", times[4])])
    texts = [[each.text for each in store.journal("orders-qa", limit=limit)] for limit in (200, 5, 3, 1)]
    assert texts == [["0", "1", "2", "3", "4"], ["0", "1", "2", "3", "4"], ["2", "3", "4"], ["4"]]
    assert [each.text for each in store.journal("orders-qa", since=times[2])] == ["2", "3", "4"]
    assert [each.text for each in store.journal("orders-qa", since=times[1], limit=2)] == ["3", "4"]


def test_no_event_replaces_another_of_the_same_instant(store: Store) -> None:
    head = _claim(store)
    for text in "abc":
        head = store.record(head, {}, [event(text)])
    store.release(head, {}, Notes(), NOW, [event("d")])
    store.remove(_head(store), [event("e")])
    defined(store)
    store.release(claimed(store), {}, Notes(), NOW, [event("f")])
    assert sorted(each.text for each in store.journal("orders-qa")) == list("abcdef")


def test_a_pass_may_store_thousands_of_events(store: Store) -> None:
    events = [event(f"{each:05} {'x' * 100}", NOW + timedelta(microseconds=each)) for each in range(2500)]
    store.record(_claim(store), {}, events)
    assert store.journal("orders-qa", limit=5000) == tuple(events)
    assert store.journal("orders-qa", limit=10) == tuple(events[-10:])


def test_journals_of_environments_with_similar_names_are_apart(store: Store) -> None:
    for name in ("orders", "orders-qa", "orders#qa"):
        store.define(stored(name), None, Wishes(), NOW, [event(name, name=name)])
    assert store.journal("orders") == (event("orders", name="orders"),)


def test_switches_are_thrown_and_taken_back_one_by_one(store: Store) -> None:
    assert store.switches() == Switches()
    everywhere, one, other = (Pause(author, "audit", NOW) for author in ("qa1", "an1", "au1"))
    store.throw(None, everywhere, [])
    store.throw("111122223333", one, [])
    store.throw("444455556666", other, [])
    assert store.switches() == Switches(everywhere, {"111122223333": one, "444455556666": other})
    store.throw(None, None, [])
    store.throw("111122223333", None, [])
    store.throw("111122223333", None, [])
    assert store.switches() == Switches(None, {"444455556666": other})
    store.throw("444455556666", replace(other, reason="still"), [])
    assert store.switches() == Switches(None, {"444455556666": replace(other, reason="still")})


def test_a_switch_can_be_taken_back_that_was_never_thrown(store: Store) -> None:
    store.throw(None, None, [])
    assert store.switches() == Switches()


def test_a_switch_that_is_thrown_is_in_the_journal_of_the_organisation(store: Store) -> None:
    for text in ("pause", "resume"):
        store.throw(None, None, [event(text, name=ORGANISATION)])
    assert sorted(each.text for each in store.journal(ORGANISATION)) == ["pause", "resume"]


def _claim(store: Store) -> Head:
    defined(store)
    return claimed(store)


def _head(store: Store) -> Head:
    head = store.head("orders-qa")
    assert head is not None
    return head
