"""curfew capacity: the mix of each group, why, what it saves, and what other policies would have cost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest

from chalicelib import wiring
from chalicelib.core.budget import Budget
from chalicelib.flows.people import Role
from tests.entrypoints.cli.terminal import Terminal, behind_http, listening
from tests.entrypoints.served import Served, secret_of
from tests.flows.mixed_stage import GROUP, POLICY, POOLS, MixedStage, minutes
from tests.flows.stage import DATABASE, definition

LINES = """\
Environment  Group         Now         Wanted      Saves an hour  Until (+04)  Note
new-dev      nodes                                                             no pass has looked at
                                                                               it yet
orders-qa    orders-nodes  4 + 6 spot  4 + 6 spot  USD 0.4200"""


@pytest.fixture
def stage(curfew: Terminal, monkeypatch: pytest.MonkeyPatch) -> Iterator[MixedStage]:
    """A group with a mix, behind the real API."""
    stage = MixedStage()
    for pool in POOLS:
        stage.cloud.past[pool] = [(stage.clock.now() - timedelta(days=40), "0.03")]
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
    assert (
        "Few pools; types that would help: m5a.large (price not known), m5n.large (price not known), "
        "m5d.large (price not known)" in ran.lines
    )


def test_a_group_without_members_saves_nothing_that_could_be_told(curfew: Terminal, stage: MixedStage) -> None:
    stage.run_for(minutes(600))
    assert "Saves: nothing, it has no members now" in curfew("capacity", "orders-qa").lines


def test_programs_get_one_document_of_all_environments(curfew: Terminal, stage: MixedStage) -> None:
    stage.run_for(minutes(30))
    ran = curfew("capacity", "--json")
    assert [each["environment"] for each in ran.json] == ["orders-qa"]


def test_an_environment_without_a_mix_says_how_to_give_it_one(curfew: Terminal, stage: MixedStage) -> None:
    stage.without()
    assert "give it one with capacity: in its file" in curfew("capacity", "orders-qa").out


def test_each_group_of_all_environments_is_a_line(curfew: Terminal, stage: MixedStage) -> None:
    stage.run_for(minutes(120))
    stage.apply(definition(DATABASE, environment="billing-dev"))
    stage.apply(definition(GROUP, environment="new-dev", capacity=(POLICY,)))
    assert curfew("capacity").lines == LINES.splitlines()


def test_without_any_mix_all_environments_say_how_to_give_one(curfew: Terminal, stage: MixedStage) -> None:
    stage.without()
    assert "give it one with capacity: in its file" in curfew("capacity").out


def test_each_switch_is_shown_with_its_price_difference_the_newest_first(curfew: Terminal, stage: MixedStage) -> None:
    stage.run_for(minutes(120))
    lines = curfew("capacity", "orders-qa").lines
    first = next(number for number, line in enumerate(lines) if line.startswith("Switch"))
    rows = [line for line in lines[first + 1 :] if "on-demand, " in line and ":" in line[:6]]
    assert "10 on-demand, 0 spot" in rows[-1]
    assert "-0.35" in rows[-1]
    assert len(rows) == len(stage.switched)


def test_other_policies_are_priced_in_a_table_and_what_it_leaves_out_is_said(
    curfew: Terminal, stage: MixedStage
) -> None:
    stage.run_for(minutes(120))
    lines = curfew("capacity", "orders-qa", "--what-if").lines
    assert lines[0] == "orders-qa nodes orders-nodes: 10 members, 4 pools with prices"
    assert lines[1] == "Priced: 246 hours from 2027-02-06 18:00 to 2027-03-08 18:00 (+04)"
    assert lines[2] == "Present: on_demand_base=2 spot_share=0..75% prefer=balanced"
    assert "all on-demand    246.00  1.0000       +103.32          0" in lines
    assert lines[-3].startswith("Mind: the history shows prices, not interruptions")


def test_a_policy_of_ones_own_is_priced_without_asking_for_the_others_by_name(
    curfew: Terminal, stage: MixedStage
) -> None:
    stage.run_for(minutes(120))
    ran = curfew("capacity", "orders-qa", "--policy", "spot_share=50%", "--policy", "on_demand_base=10", "--json")
    titles = [each["policy"] for each in ran.json["groups"][0]["policies"]]
    assert {"spot_share=50%", "on_demand_base=10"} < set(titles)


def test_why_something_is_not_computable_is_in_the_table(curfew: Terminal, stage: MixedStage) -> None:
    stage.run_for(minutes(30))
    del stage.cloud.prices[POOLS[0]]
    assert (
        "Mind: not priced: m5.large in eu-central-1a: AWS tells no prices of it"
        in curfew("capacity", "orders-qa", "--what-if").lines
    )
    stage.cloud.prices.clear()
    table = curfew("capacity", "orders-qa", "--what-if").lines
    assert any("Not computable" in line for line in table)
    assert sum(line.endswith("AWS tells no spot prices of its pools") for line in table) == 6


def test_other_policies_are_priced_for_one_environment(curfew: Terminal, stage: MixedStage) -> None:
    ran = curfew("capacity", "--what-if")
    assert (ran.code, ran.err) == (
        2,
        "one environment is priced at a time; say which: curfew capacity NAME --what-if\n",
    )


def test_a_policy_that_cannot_be_read_is_told_with_what_to_write(curfew: Terminal, stage: MixedStage) -> None:
    ran = curfew("capacity", "orders-qa", "--policy", "prefer=fast")
    assert (ran.code, ran.err) == (2, "policy.0: prefer cannot be fast; write cheapest, balanced or steady\n")


def test_nothing_with_a_mix_leaves_nothing_to_price(curfew: Terminal, stage: MixedStage) -> None:
    stage.without()
    assert curfew("capacity", "orders-qa", "--what-if").out.startswith("No group with a mix has been looked at")


def test_an_environment_whose_definition_cannot_be_read_does_not_hide_the_others(
    curfew: Terminal, stage: MixedStage
) -> None:
    stage.run_for(minutes(30))
    stage.apply(definition(GROUP, environment="broken-dev", capacity=(POLICY,)))
    stage.store.kept["broken-dev"].broken = "its text is cut off"
    ran = curfew("capacity")
    assert (ran.code, [line.split()[0] for line in ran.lines[1:]]) == (0, ["orders-qa"])


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
