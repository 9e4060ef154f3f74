from datetime import timedelta

from chalicelib.flows.stored import Due
from chalicelib.flows.tick import BEHIND, Ticked, tick
from tests.flows.stage import MONDAY, Stage, definition

MINUTE = timedelta(minutes=1)


def staged(*names: str) -> Stage:
    """Environments that are swept from two minutes after noon on: their first poke was lost."""
    stage = Stage()
    for name in names:
        stage.apply(definition(environment=name))
    stage.clock.set(MONDAY + BEHIND)
    return stage


def test_with_nothing_due_there_is_one_query_and_no_poke() -> None:
    stage = staged("orders-qa")
    stage.clock.set(MONDAY)
    stage.store.calls.clear()
    assert tick(stage.world) == Ticked(0, timedelta())
    assert stage.store.calls == {"due": 1}
    assert not stage.queue.pokes


def test_what_is_due_is_poked_once() -> None:
    stage = staged("orders-qa", "search-qa")
    assert tick(stage.world) == Ticked(2, timedelta())
    assert tick(stage.world) == Ticked(0, timedelta())
    assert sorted(name for name, _ in stage.queue.pokes) == ["orders-qa", "search-qa"]


def test_the_tick_stands_two_minutes_behind_its_own_poke() -> None:
    stage = staged("orders-qa")
    tick(stage.world)
    stage.clock.advance(BEHIND - timedelta(microseconds=1))
    assert tick(stage.world).poked == 0
    stage.clock.advance(timedelta(microseconds=1))
    assert tick(stage.world).poked == 1


def test_of_two_ticks_at_once_only_one_pokes() -> None:
    stage = staged("orders-qa")
    real = stage.store.due

    def due(*args: object) -> tuple[Due, ...]:
        found = real(*args)  # type: ignore[arg-type]
        stage.store.due = real  # type: ignore[method-assign]
        assert tick(stage.world).poked == 1
        return found

    stage.store.due = due  # type: ignore[method-assign,assignment]
    assert tick(stage.world).poked == 0
    assert len(stage.queue.pokes) == 1


def test_it_tells_by_how_long_the_oldest_is_overdue() -> None:
    stage = staged("orders-qa")
    stage.clock.advance(9 * MINUTE)
    assert tick(stage.world) == Ticked(1, 9 * MINUTE)


def test_what_is_claimed_is_left_alone_until_the_claim_ends() -> None:
    stage = staged("orders-qa")
    now = stage.clock.now()
    stage.store.claim("orders-qa", now, now + timedelta(seconds=90))
    assert tick(stage.world).poked == 0
    stage.clock.advance(timedelta(seconds=90))
    assert tick(stage.world).poked == 1
