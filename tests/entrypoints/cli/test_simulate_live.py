"""`curfew simulate --live` and `--direct`: what AWS shows now, in money."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from chalicelib import wiring
from chalicelib.adapters import own_keys
from chalicelib.adapters.own_keys import KeysError
from chalicelib.flows.foresight import ALONE
from chalicelib.flows.people import Role
from chalicelib.flows.ports import Refusal
from tests.entrypoints.cli.files import ORDERS, ORGANISATION, write_schedules
from tests.entrypoints.cli.terminal import Terminal
from tests.entrypoints.served import Served, secret_of
from tests.fakes.clock import FakeClock
from tests.fakes.cloud import FakeCloud
from tests.flows.stage import definition
from tests.flows.test_foresight import rates

PROMPT = ORDERS.replace("  closures: [{dates: 2027-03-10, reason: office moves}]\n", "ready_by: none\n")
MONTH = ("--month", "2027-03")


def filled(cloud: FakeCloud) -> None:
    cloud.add("rds-instance", "orders-db", DBInstanceClass="db.m5.large")
    cloud.add("auto-scaling-group", "orders-nodes", sizes=(2, 6, 3))


@pytest.fixture
def live(served: Served, tmp_path: Path) -> Served:
    """A server, files of one environment that is not applied, and what they select."""
    write_schedules(tmp_path, **{"orders-qa": PROMPT})
    filled(served.stage.cloud)
    wiring.use(replace(served.wired, rates=rates()))
    return served


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeCloud:
    """The account of the files, as the keys of this shell see it; the profile `other` is of another one.

    None of them may ask the price list: prices are those of the embedded book.
    """
    write_schedules(tmp_path, **{"orders-qa": PROMPT})
    seen = FakeCloud(FakeClock())
    seen.answers["GetCallerIdentity"] = {"Account": "111122223333"}
    seen.refusals["GetProducts"] = Refusal("AccessDenied", "not authorized")
    filled(seen)

    class Keys:
        def __init__(self, profile: str | None) -> None:
            if profile not in (None, "other"):
                raise KeysError(f"The config profile ({profile}) could not be found; name one of other")
            seen.answers["GetCallerIdentity"] = {"Account": "444455556666" if profile else "111122223333"}

        def cloud(self) -> FakeCloud:
            return seen

    monkeypatch.setattr(own_keys, "OwnKeys", Keys)
    return seen


# Asking the server


def test_files_that_nobody_applied_are_counted_in_money(curfew: Terminal, live: Served) -> None:
    ran = curfew("simulate", "schedules", *MONTH, "--live", "--json")
    (row,) = ran.json
    assert (ran.code, row["hours_up"], row["money"]["would_have"]) == (0, 276, "372.00")
    assert (row["money"]["avoided_low"], row["money"]["avoided_high"]) == (None, "234.00")


def test_a_name_is_one_of_the_files_here_else_one_of_the_server(curfew: Terminal, live: Served) -> None:
    live.stage.apply(definition(environment="orders-dev", windows="mon-fri 08:00-09:00", ready_by_opening=False))
    live.stage.run_for(timedelta(minutes=2))
    here, there = curfew("simulate", "orders-qa", "orders-dev", *MONTH, "--live", "--json").json
    assert (here["environment"], here["hours_up"]) == ("orders-qa", 276)
    assert (there["environment"], there["hours_up"]) == ("orders-dev", 23)


def test_two_versions_are_compared_in_money_too(curfew: Terminal, live: Served, tmp_path: Path) -> None:
    (tmp_path / "after.yaml").write_text(PROMPT.replace("20:00", "14:00"), encoding="utf-8")
    (tmp_path / "organisation.yaml").write_text((tmp_path / "schedules" / "organisation.yaml").read_text())
    (both,) = curfew("simulate", "orders-qa", "after.yaml", *MONTH, "--live", "--json").json
    assert (both["before"]["money"]["will"], both["after"]["money"]["will"]) == ("138.00", "69.00")
    assert both["difference"]["money"] == {
        "would_have": "0.00",
        "will": "-69.00",
        "avoided_high": "69.00",
        "covered_by_commitments": "0.00",
        "keeps_billing": None,
    }
    shown = [line.split() for line in curfew("simulate", "orders-qa", "after.yaml", *MONTH, "--live").lines]
    assert ["Avoided,", "USD", "at", "most", "234.00", "at", "most", "303.00", "+69.00"] in shown


def test_a_name_that_nobody_knows_is_told_with_the_nearest(curfew: Terminal, live: Served) -> None:
    live.stage.apply(definition(environment="billing-qa"))
    ran = curfew("simulate", "billing-qs", *MONTH, "--live")
    assert (ran.code, "did you mean billing-qa?" in ran.err) == (2, True)


def test_without_a_server_it_is_said_how_to_do_without(curfew: Terminal, tmp_path: Path) -> None:
    write_schedules(tmp_path)
    ran = curfew("simulate", "orders-qa", "--live")
    assert (ran.code, ran.err.strip()) == (
        2,
        "no server is set that could look at AWS; export CURFEW_URL=https://..., "
        "or say --direct to look with your own keys",
    )


def test_who_may_not_apply_may_not_look_at_what_files_select(
    curfew: Terminal, live: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CURFEW_TOKEN", secret_of(Role.DEVELOPER))
    ran = curfew("simulate", "orders-qa", *MONTH, "--live")
    assert (ran.code, "look at what schedule files select" in ran.err) == (1, True)


# With one's own keys


def test_keys_alone_are_enough(curfew: Terminal, cloud: FakeCloud) -> None:
    """A member is 0.115 there, the database 0.212."""
    ran = curfew("simulate", "orders-qa", *MONTH, "--direct", "--json")
    (row,) = ran.json
    assert (ran.code, row["money"]["would_have"]) == (0, "414.41")
    assert (row["money"]["avoided_low"], row["money"]["covered_by_commitments"]) == (None, None)
    assert row["notes"] == ["Savings Plans and reservations were not looked at: what they pay for is not avoided"]


def test_commitments_that_the_organisation_declares_count_without_a_server(curfew: Terminal, cloud: FakeCloud) -> None:
    plan = "{id: sp, usd_per_hour: 90, discount: 27%, covers: [ec2], from: 2026-01-01, to: 2028-01-01}"
    with Path("schedules/organisation.yaml").open("a") as file:
        file.write(f"\ncommitments: [{plan}]\n")
    (row,) = curfew("simulate", "orders-qa", *MONTH, "--direct", "--json").json
    assert float(row["money"]["covered_by_commitments"]) > 0
    assert row["notes"] == [ALONE]


def test_what_aws_does_not_show_is_not_all_done(curfew: Terminal, cloud: FakeCloud) -> None:
    cloud.refusals["DescribeDBInstances"] = Refusal("AccessDenied", "not authorized")
    ran = curfew("simulate", "orders-qa", *MONTH, "--direct")
    assert ran.code == 1
    assert "orders-qa: not seen: cannot be looked at in 111122223333/eu-central-1: AccessDenied" in ran.out


def test_that_aws_shows_nothing_at_all_is_a_failure(curfew: Terminal, cloud: FakeCloud) -> None:
    for operation in ("DescribeDBInstances", "DescribeAutoScalingGroups"):
        cloud.refusals[operation] = Refusal("AccessDenied", "not authorized")
    ran = curfew("simulate", "orders-qa", *MONTH, "--direct")
    assert (ran.code, ran.out.count("?")) == (3, 5)


def test_keys_of_another_account_are_told_what_to_say(curfew: Terminal, cloud: FakeCloud) -> None:
    ran = curfew("simulate", "orders-qa", *MONTH, "--profile", "other")
    assert (ran.code, ran.err.strip()) == (
        2,
        "orders-qa is in account 111122223333, and these keys are of 444455556666; "
        "say --profile NAME, or ask the server with --live",
    )


def test_an_environment_elsewhere_is_not_looked_at_and_the_others_are(
    curfew: Terminal, cloud: FakeCloud, tmp_path: Path
) -> None:
    place = 'locations: [{account: "444455556666", region: eu-central-1}]\n'
    other = PROMPT.replace("orders-qa", "orders-dev").replace("orders-db", "x").replace("orders-nodes", "y")
    accounts = ORGANISATION.replace("{name: own}", '{name: own}\n  "444455556666": {name: other}')
    write_schedules(tmp_path, **{"organisation": accounts, "orders-qa": PROMPT, "orders-dev": other + place})
    ran = curfew("simulate", "schedules", *MONTH, "--direct", "--json")
    elsewhere, here = ran.json
    assert (ran.code, elsewhere["money"], here["money"] is None) == (1, None, False)
    assert elsewhere["notes"][0].startswith("orders-dev is in account 444455556666")


@pytest.mark.parametrize(
    ("refusal", "says"),
    [
        (Refusal("ExpiredToken", "expired"), "say --profile NAME, log in again, or export AWS_ACCESS_KEY_ID"),
        (Refusal("EndpointConnectionError", "no way"), "correct the Region of orders-qa or AWS_ENDPOINT_URL"),
    ],
)
def test_keys_that_aws_does_not_take_are_told(curfew: Terminal, cloud: FakeCloud, refusal: Refusal, says: str) -> None:
    cloud.refusals["GetCallerIdentity"] = refusal
    ran = curfew("simulate", "orders-qa", *MONTH, "--direct")
    assert (ran.code, says in ran.err) == (3, True)


def test_a_profile_that_there_is_not_is_told(curfew: Terminal, cloud: FakeCloud) -> None:
    ran = curfew("simulate", "orders-qa", *MONTH, "--profile", "othr")
    assert (ran.code, "name one of other" in ran.err) == (2, True)


def test_money_comes_from_one_place(curfew: Terminal, cloud: FakeCloud) -> None:
    ran = curfew("simulate", "orders-qa", "--live", "--direct")
    assert (ran.code, ran.err.strip()) == (
        2,
        "say once where money comes from: --from-bill FILE, --live or --direct",
    )


# What people see


def test_a_screen_of_80_columns_breaks_no_number(
    curfew: Terminal, cloud: FakeCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = curfew("simulate", "orders-qa", *MONTH, "--direct").lines
    told = lines.index("24x7: nobody declared what would have run (baseline:), so no more than that can be avoided.")
    assert all(len(line) <= 80 for line in lines[:told])
    assert lines[:told] == [
        "March 2027, in hours; nothing is applied",
        "Environment  Hours   Up  Asleep (avoided)  As-is",
        "orders-qa      744  276               468      0",
        "",
        "Environment  Starts  Mornings  Longest rest  Closed  Exceptions",
        "orders-qa        23        23            60       0           0",
        "",
        "In USD at list prices, as if the rules were acted on",
        "Environment  Would cost  Will cost         Avoided",
        "orders-qa*       414.41     153.73  at most 260.68",
        "",
        "Environment  Committed  Keeps billing  Rests on",
        "orders-qa*           ?              ?  24x7, provisional",
    ]
