from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from chalicelib.core.wishes import Pause, Switches
from chalicelib.flows.errors import ForbiddenError, RefusedError
from chalicelib.flows.events import ORGANISATION, Event, What
from chalicelib.flows.pause import every_name, pause_environment, pause_widely, resume_environment, resume_widely
from chalicelib.flows.ports import World
from tests.flows.stage import DEV, MONDAY, OPERATOR, Stage, definition

ACCOUNT = "111122223333"


def staged() -> Stage:
    stage = Stage()
    stage.orders()
    return stage


def test_a_pause_has_author_reason_and_beginning() -> None:
    stage = staged()
    pause_environment(stage.world, OPERATOR, "orders-qa", "migration")
    assert stage.head().wishes.pause == Pause("an-operator", "migration", MONDAY)
    resume_environment(stage.world, OPERATOR, "orders-qa")
    assert stage.head().wishes.pause is None
    assert [event.text for event in stage.events(What.WISHED)] == ["pause: migration", "resume"]


@pytest.mark.parametrize(
    ("account", "where"), [(None, "the organisation"), (ACCOUNT, "account 111122223333")], ids=["all", "account"]
)
def test_a_wide_pause_is_thrown_and_taken_back_and_told_in_the_journal(account: str | None, where: str) -> None:
    stage = staged()
    pause_widely(stage.world, OPERATOR, account, "incident")
    thrown = Pause("an-operator", "incident", MONDAY)
    assert stage.store.switches() == (Switches(thrown) if account is None else Switches(None, {ACCOUNT: thrown}))
    resume_widely(stage.world, OPERATOR, account)
    assert stage.store.switches() == Switches()
    texts = [f"pause {where}: incident", f"resume {where}"]
    assert stage.store.journal(ORGANISATION) == tuple(
        Event(What.WISHED, ORGANISATION, MONDAY, text, actor="an-operator") for text in texts
    )


def test_resuming_looks_at_every_environment_at_once() -> None:
    stage = staged()
    stage.apply(definition(environment="search-qa"))
    stage.run_until(MONDAY + timedelta(minutes=30))
    stage.queue.pokes.clear()
    stage.clock.advance(timedelta(seconds=1))
    resume_widely(stage.world, OPERATOR, None)
    assert stage.queue.pokes == [("orders-qa", stage.clock.now()), ("search-qa", stage.clock.now())]


def test_every_name_is_found_page_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage()
    for number in range(5):
        stage.apply(definition(environment=f"team-{number}"))
    monkeypatch.setattr("chalicelib.flows.pause.PAGE", 2)
    assert list(every_name(stage.world)) == [f"team-{number}" for number in range(5)]


ACTS: dict[str, tuple[Callable[[World], object], str]] = {
    "pause one": (lambda world: pause_environment(world, DEV, "orders-qa", "why"), "pause"),
    "resume one": (lambda world: resume_environment(world, DEV, "orders-qa"), "resume"),
    "pause all": (lambda world: pause_widely(world, DEV, None, "why"), "pause"),
    "resume all": (lambda world: resume_widely(world, DEV, None), "resume"),
}


@pytest.mark.parametrize(("act", "verb"), ACTS.values(), ids=ACTS.keys())
def test_the_kill_switch_takes_an_operator(act: Callable[[World], object], verb: str) -> None:
    stage = staged()
    with pytest.raises(ForbiddenError) as forbidden:
        act(stage.world)
    words = f"a-developer is developer; to {verb} takes the role operator: ask one who has it"
    assert str(forbidden.value) == words
    assert stage.store.journal(ORGANISATION) == ()


@pytest.mark.parametrize(
    "act",
    [
        lambda world: pause_environment(world, OPERATOR, "orders-qa", " "),
        lambda world: pause_widely(world, OPERATOR, None, ""),
    ],
)
def test_a_pause_needs_a_reason(act: Callable[[World], object]) -> None:
    with pytest.raises(RefusedError) as refused:
        act(staged().world)
    assert str(refused.value) == "a pause needs a reason: others will want to know; say --reason"


def test_resuming_the_organisation_leaves_an_environments_own_pause() -> None:
    stage = staged()
    pause_environment(stage.world, OPERATOR, "orders-qa", "migration")
    pause_widely(stage.world, OPERATOR, None, "incident")
    resume_widely(stage.world, OPERATOR, None)
    assert stage.head().wishes.pause is not None
