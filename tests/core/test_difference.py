from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.core.closures import CountryClosure
from chalicelib.core.difference import differences
from chalicelib.core.model import Definition, Mode, ReadyChecks, StopOrder, Team, WakeRule
from chalicelib.core.uptime import Uptime
from chalicelib.core.windows import parse_window
from tests.flows.stage import DATABASE, NODES, definition

BEFORE = definition()
WORKDAYS = Uptime("UTC", (parse_window("mon-fri 08:00-20:00"),))


@pytest.mark.parametrize(
    ("after", "lines"),
    [
        (BEFORE, ()),
        (definition(stop_order=StopOrder.REVERSE), ("stop_order: same -> reverse",)),
        (definition(mode=Mode.OBSERVE), ("mode: act -> observe",)),
        (definition(cost_center="CC-7"), ("cost_center: CC-7 (new)",)),
        (
            definition(windows="mon-fri 07:00-20:00"),
            ("uptime.1.windows.1: mon-fri 08:00-20:00 -> mon-fri 07:00-20:00",),
        ),
        (definition(wake=WakeRule(longest=timedelta(days=1))), ("wake.longest: 12h -> 1d",)),
        (definition(wake=WakeRule(sizes={"nodes": 4})), ("wake.sizes.nodes: 4 (new)",)),
        (definition(ready_by_opening=False), ("ready_by_opening: True -> False",)),
        (definition(DATABASE, replace(NODES, ready=ReadyChecks(90))), ("resources.nodes.ready.members: 100 -> 90",)),
        (
            definition(replace(DATABASE, ids=("orders-db", "audit-db")), NODES),
            ("resources.database.ids: orders-db -> orders-db, audit-db",),
        ),
        (
            definition(uptime=(replace(WORKDAYS, closures=(CountryClosure("AE"),)),)),
            (
                "uptime.1.closures.1.country: AE (new)",
                "uptime.1.closures.1.categories: public (new)",
                "uptime.1.closures.1.kind: country (new)",
            ),
        ),
    ],
)
def test_each_difference_is_a_line_in_the_words_of_the_file(after: Definition, lines: tuple[str, ...]) -> None:
    assert differences(BEFORE, after) == lines


def test_what_goes_is_told_too() -> None:
    assert differences(definition(cost_center="CC-7"), BEFORE) == ("cost_center: CC-7 (gone)",)
    gone = differences(BEFORE, definition(DATABASE))
    assert gone
    assert all(line.startswith("resources.nodes.") and line.endswith("(gone)") for line in gone)


def test_another_name_of_the_organisation_is_no_difference() -> None:
    assert differences(BEFORE, replace(BEFORE, organisation="Acme")) == ()


def test_another_order_of_the_resources_is_no_difference() -> None:
    assert differences(BEFORE, definition(NODES, DATABASE)) == ()


def test_the_address_of_a_webhook_is_never_told() -> None:
    one, other = (Team("orders-team", webhook=f"https://hooks.example.com/{secret}") for secret in ("abc", "xyz"))
    (line,) = differences(definition(owner=one), definition(owner=other))
    assert line.startswith("owner.webhook: (secret, ")
    assert "hooks" not in line
