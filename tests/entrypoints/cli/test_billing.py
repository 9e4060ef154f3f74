"""What keeps billing while an environment rests, as people see it before they agree and in a plan."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from chalicelib.entrypoints.cli.answers import View
from chalicelib.entrypoints.cli.billing import total_line
from chalicelib.flows.ports import Refusal
from tests.entrypoints.cli.files import write_schedules
from tests.entrypoints.cli.terminal import Terminal
from tests.entrypoints.served import Served

ROW = "RDS storage 1 not computable what is stored is billed whether or not what uses it runs"
TOTAL = "keeps billing while it rests: not computable"
NOTE = "not seen whether it keeps billing in 111122223333/eu-central-1: EBS volumes (AccessDenied)"


@pytest.fixture(autouse=True)
def _running(served: Served, tmp_path: Path) -> None:
    write_schedules(tmp_path)
    served.stage.orders()
    served.stage.run_for(timedelta(minutes=2))
    served.stage.cloud.refusals["DescribeVolumes"] = Refusal("AccessDenied", "no")


def costing(*monthly: str | None) -> list[View]:
    return [{"monthly": each} for each in monthly]


@pytest.mark.parametrize(
    ("held", "said"),
    [
        (costing("32.85", "10.00"), "42.85 USD a month"),
        (costing("32.85", None, None), "32.85 USD a month, 2 not computable"),
        (costing(None), "not computable"),
    ],
)
def test_the_total_says_what_is_missing_in_it(held: list[View], said: str) -> None:
    assert total_line(held) == f"keeps billing while it rests: {said}"


def lines(ran_lines: list[str]) -> list[str]:
    return [" ".join(line.split()) for line in ran_lines]


def test_a_plan_of_the_server_ends_with_it(curfew: Terminal) -> None:
    assert lines(curfew("plan", "orders-qa", "--target", "down", "--server").lines)[-3:] == [
        ROW,
        TOTAL,
        f"Note: {NOTE}",
    ]


def test_a_plan_of_a_file_asks_nobody(curfew: Terminal) -> None:
    assert curfew("plan", "schedules/orders-qa.yaml", "--target", "down", "--json").json["keeps_billing"] is None


def test_a_dry_run_shows_it_and_what_could_not_be_seen(curfew: Terminal, tmp_path: Path) -> None:
    text = (tmp_path / "schedules/orders-qa.yaml").read_text()
    (tmp_path / "schedules/orders-qa.yaml").write_text(f"{text}stop_order: reverse\n")
    shown = lines(curfew("apply", "schedules", "--dry-run").lines)
    assert {ROW, TOTAL, f"Note: {NOTE}"} <= set(shown)


def test_validate_against_the_account_notes_both(curfew: Terminal) -> None:
    problems = curfew("validate", "schedules", "--live", "--json").json
    assert [(each["severity"], each["what"]) for each in problems] == [("note", TOTAL), ("note", NOTE)]


def test_what_was_put_in_force_was_not_asked_again(curfew: Terminal) -> None:
    (change,) = curfew("apply", "schedules", "--yes", "--json").json["changes"]
    assert (change["keeps_billing"], change["notes"]) == (None, [])
