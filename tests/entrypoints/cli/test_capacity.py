"""curfew capacity: the mix of each group, why, and what it saves."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from chalicelib import wiring
from chalicelib.core.budget import Budget
from chalicelib.flows.people import Role
from tests.entrypoints.cli.terminal import Terminal, behind_http, listening
from tests.entrypoints.served import Served, secret_of
from tests.flows.mixed_stage import MixedStage, minutes


@pytest.fixture
def stage(curfew: Terminal, monkeypatch: pytest.MonkeyPatch) -> Iterator[MixedStage]:
    """A group with a mix, behind the real API."""
    stage = MixedStage()
    stage.start()
    served = Served(stage)
    monkeypatch.setenv("CURFEW_TOKEN", secret_of(Role.ADMIN))
    with listening(behind_http(served)) as url:
        monkeypatch.setenv("CURFEW_URL", url)
        yield stage
    wiring.use(None)


def test_people_see_the_mix_why_and_what_it_saves(curfew: Terminal, stage: MixedStage) -> None:
    stage.run_for(minutes(120))
    ran = curfew("capacity", "orders-qa")
    assert ran.code == 0
    assert ran.lines[0] == "orders-qa nodes orders-nodes: 4 on-demand, 6 spot"
    assert "Saves: USD 0.4200 an hour" in ran.lines
    assert "Few pools; types that would help: m5a.large, m5n.large, m5d.large" in ran.lines


def test_programs_get_one_document_of_all_environments(curfew: Terminal, stage: MixedStage) -> None:
    stage.run_for(minutes(30))
    ran = curfew("capacity", "--json")
    assert [each["environment"] for each in ran.json] == ["orders-qa"]


def test_an_environment_without_a_mix_says_how_to_give_it_one(curfew: Terminal, stage: MixedStage) -> None:
    stage.without()
    assert "give it one with capacity: in its file" in curfew("capacity", "orders-qa").out


def test_people_see_how_fast_a_budget_burns(curfew: Terminal, stage: MixedStage) -> None:
    stage.run_for(minutes(30))
    stage.start(windows="24/7", budget=Budget(Decimal(10)))
    assert curfew("capacity", "orders-qa").lines[0] == "orders-qa: budget USD 10 a month; nothing counted yet"
    stage.run_for(minutes(60 * 24))
    line = curfew("capacity", "orders-qa").lines[0]
    assert line.startswith("orders-qa: budget USD 10 a month; USD 1")
    assert line.endswith(" times as fast as it allows, which raises spot")


def test_people_are_told_why_a_budget_raises_no_spot(curfew: Terminal, stage: MixedStage) -> None:
    stage.start(budget=Budget(Decimal(10), "EUR"))
    stage.run_for(minutes(30))
    line = curfew("capacity", "orders-qa").lines[0]
    assert line == "orders-qa: budget EUR 10 a month; it raises no spot: it is in EUR, and prices are known in USD only"
