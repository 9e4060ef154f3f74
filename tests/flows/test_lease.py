from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from chalicelib.core.wishes import Lease
from chalicelib.flows.errors import BusyError, ForbiddenError, RefusedError
from chalicelib.flows.events import What
from chalicelib.flows.people import Actor, Role
from chalicelib.flows.stored import MovedError
from chalicelib.flows.wake import Asked, extend, release, wake
from tests.flows.stage import DEV, MONDAY, Stage, down

NIGHT = MONDAY.replace(hour=21)
READY = timedelta(minutes=11)
"""How long the usual environment takes to start: the database 7 minutes, then the nodes 4."""
HOUR = timedelta(hours=1)
FINANCE = Actor("an-accountant", Role.FINANCE)
OTHER = Actor("another-developer", Role.DEVELOPER)


def asleep() -> Stage:
    stage = Stage()
    stage.orders()
    stage.run_until(NIGHT)
    assert down(stage)
    return stage


def leases(stage: Stage) -> tuple[Lease, ...]:
    return stage.head().wishes.leases


def test_each_person_has_a_lease_of_their_own() -> None:
    stage = asleep()
    wake(stage.world, DEV, "orders-qa", Asked(length=HOUR))
    wake(stage.world, OTHER, "orders-qa", Asked(length=2 * HOUR))
    assert release(stage.world, DEV, "orders-qa")
    assert [lease.person for lease in leases(stage)] == ["another-developer"]


def test_an_extension_counts_from_the_end_of_the_lease() -> None:
    stage = asleep()
    first = wake(stage.world, DEV, "orders-qa", Asked(length=HOUR))
    assert extend(stage.world, DEV, "orders-qa", Asked(length=HOUR)).until == first.until + HOUR
    assert extend(stage.world, DEV, "orders-qa", Asked()).until == first.until + 3 * HOUR


@pytest.mark.parametrize(
    ("asked", "until"),
    [
        (Asked(until=NIGHT + 9 * HOUR), NIGHT + 9 * HOUR),
        (Asked(until=NIGHT + timedelta(minutes=5)), NIGHT + READY + HOUR),
    ],
)
def test_an_extension_to_an_end_never_shortens(asked: Asked, until: datetime) -> None:
    stage = asleep()
    wake(stage.world, DEV, "orders-qa", Asked(length=HOUR))
    assert extend(stage.world, DEV, "orders-qa", asked).until == until


def test_there_must_be_a_lease_to_extend() -> None:
    stage = asleep()
    wake(stage.world, OTHER, "orders-qa", Asked())
    with pytest.raises(RefusedError) as refused:
        extend(stage.world, DEV, "orders-qa", Asked(length=HOUR))
    assert str(refused.value) == "a-developer has no lease on orders-qa to extend; use: curfew wake orders-qa"


def test_a_lease_is_extended_to_the_longest_from_now_at_most() -> None:
    stage = asleep()
    wake(stage.world, DEV, "orders-qa", Asked(length=HOUR))
    with pytest.raises(RefusedError) as refused:
        extend(stage.world, DEV, "orders-qa", Asked(length=11 * HOUR))
    assert str(refused.value) == "a lease may last 12h at most, until 2027-03-09T09:00Z; ask again later for more"


def test_releasing_what_is_not_leased_writes_nothing() -> None:
    stage = asleep()
    before = stage.head()
    assert not release(stage.world, DEV, "orders-qa")
    assert stage.head() == before


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda stage: wake(stage.world, FINANCE, "orders-qa", Asked()), "wake an environment"),
        (lambda stage: extend(stage.world, FINANCE, "orders-qa", Asked()), "extend a lease"),
        (lambda stage: release(stage.world, FINANCE, "orders-qa"), "release a lease"),
    ],
)
def test_leases_take_the_role_developer(act: Callable[[Stage], object], words: str) -> None:
    with pytest.raises(ForbiddenError) as forbidden:
        act(asleep())
    assert str(forbidden.value) == f"an-accountant is finance; to {words} takes the role developer: ask one who has it"


def test_every_wish_is_in_the_journal_with_its_person() -> None:
    stage = asleep()
    wake(stage.world, DEV, "orders-qa", Asked(until=NIGHT + HOUR, reason="late test", only=("database",)))
    extend(stage.world, DEV, "orders-qa", Asked(length=HOUR))
    release(stage.world, DEV, "orders-qa")
    assert [(event.actor, event.text) for event in stage.events(What.WISHED)] == [
        ("a-developer", "wake only database until 2027-03-08T22:00Z: late test"),
        ("a-developer", "extend only database until 2027-03-08T23:00Z: late test"),
        ("a-developer", "release"),
    ]


def test_of_two_wishes_at_once_neither_is_lost() -> None:
    stage = asleep()
    real = stage.store.amend

    def amend(*args: object) -> object:
        stage.store.amend = real  # type: ignore[method-assign]
        wake(stage.world, OTHER, "orders-qa", Asked())
        return real(*args)  # type: ignore[arg-type]

    stage.store.amend = amend  # type: ignore[method-assign,assignment]
    wake(stage.world, DEV, "orders-qa", Asked())
    assert sorted(lease.person for lease in leases(stage)) == ["a-developer", "another-developer"]


def test_a_wish_that_others_overtake_again_and_again_is_told_to_try_again() -> None:
    stage = asleep()

    def amend(*args: object) -> object:
        raise MovedError

    stage.store.amend = amend  # type: ignore[method-assign,assignment]
    with pytest.raises(BusyError, match=r"^orders-qa is being changed by others; try again$"):
        wake(stage.world, DEV, "orders-qa", Asked())


def test_a_wish_pokes_once_and_a_second_one_finds_the_poke_on_its_way() -> None:
    stage = asleep()
    stage.queue.pokes.clear()
    wake(stage.world, DEV, "orders-qa", Asked())
    wake(stage.world, OTHER, "orders-qa", Asked())
    assert stage.queue.pokes == [("orders-qa", NIGHT)]
