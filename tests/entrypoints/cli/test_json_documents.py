"""--json: exactly one document on stdout, with the keys that programs rely on."""

from __future__ import annotations

import shlex
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.entrypoints.cli.files import write_schedules
from tests.entrypoints.cli.terminal import Terminal
from tests.entrypoints.served import Served

DECISION = {"environment", "at", "desired", "because", "until", "rules"}
ROW = {"at", "desired", "because"}
PLAN = {"waves", "blocked", "estimated_seconds", "cost_per_hour", "without_database_seconds"} | {
    "ineligible",
    "on_request",
    "warnings",
    "keeps_billing",
    "notes",
}
STATUS = {"environment", "owner", "phase", "desired", "because", "until", "resources", "leases", "next_change"} | {
    "usable",
    "ready",
    "usable_at",
    "ready_at",
    "observed_nights",
}
GRANTED = {"environment", "person", "ready_at", "until", "sizes", "cost_per_hour", "full_cost_per_hour"}
APPLIED = {"problems", "changes", "reports", "applied", "preview"}
TOKEN = {"id", "person", "role", "groups", "issued_at", "expires_at", "revoked_at"}

OFFLINE = [
    ("explain orders-qa", DECISION),
    ("explain schedules/orders-qa.yaml --at 2027-03-08T07:00 --at 2027-03-10", DECISION),
    ("calendar orders-qa", ROW),
    ("calendar", ROW | {"environment"}),
    ("plan orders-qa --target up", PLAN),
    ("demo", {"passed"}),
]
SERVED = [
    ("explain orders-qa", DECISION),
    ("calendar orders-qa --from 2027-03-08", ROW),
    ("plan orders-qa --target down", PLAN),
    ("status", STATUS),
    ("status orders-qa", STATUS),
    ("doctor orders-qa", {"environment", "mode", "ready", "checks"}),
    ("capacity orders-qa", {"environment", "currency", "resources", "groups", "budget"}),
    ("capacity orders-qa --what-if", {"environment", "currency", "from", "to", "groups", "notes"}),
    ("wake orders-qa --for 3h --reason demo --only database", GRANTED),
    ("wake orders-qa --wait", GRANTED | {"phase"}),
    ("release orders-qa", {"released"}),
    ("done orders-qa", {"released"}),
    ("sleep orders-qa --insist", {"until"}),
    (
        "hold orders-qa as-is --reason rebuild --for 1d",
        {"environment", "desired", "author", "reason", "since", "until"},
    ),
    ("unhold orders-qa", {"released"}),
    ("retry orders-qa", {"environment"}),
    ("pause orders-qa --reason incident", {"environment", "paused"}),
    ("resume orders-qa", {"environment", "paused"}),
    ("pause --account 111122223333 --reason incident", {"account", "paused"}),
    ("resume --all", {"account", "paused"}),
    ("apply schedules --dry-run", APPLIED),
    ("apply schedules --yes --now", APPLIED),
    ("retire orders-qa --yes", {"environment", "retired"}),
    ("retire orders-qa --leave as-is --yes", {"environment", "retired"}),
    ("token issue asha --role developer --days 7", TOKEN | {"token"}),
    ("token issue root --role admin --direct --yes", {"token", "id", "person", "role", "expires_at"}),
    ("token list", TOKEN),
]


def keys_of(document: Any) -> set[str]:
    """The keys of an object, or of every object in a list."""
    objects = document if isinstance(document, list) else [document]
    assert objects
    (keys,) = {frozenset(each) for each in objects}
    return set(keys)


@pytest.mark.parametrize(("line", "keys"), OFFLINE)
def test_a_command_without_a_server_prints_its_keys(
    curfew: Terminal, tmp_path: Path, line: str, keys: set[str]
) -> None:
    write_schedules(tmp_path)
    ran = curfew(*line.split(), "--json")
    assert (ran.code, keys_of(ran.json)) == (0, keys)


@pytest.mark.parametrize(("line", "keys"), SERVED)
def test_a_command_of_the_server_prints_its_keys(
    curfew: Terminal, served: Served, tmp_path: Path, line: str, keys: set[str]
) -> None:
    served.stage.orders()
    served.stage.run_for(timedelta(minutes=2))
    if "apply" in line:
        write_schedules(tmp_path)
    ran = curfew(*shlex.split(line), "--json")
    assert (ran.code, keys_of(ran.json)) == (0, keys)


def test_an_extension_prints_the_keys_of_a_wake(curfew: Terminal, served: Served) -> None:
    served.stage.orders()
    curfew("wake", "orders-qa")
    assert keys_of(curfew("--json", "extend", "orders-qa", "--until", "2027-03-08T22:30").json) == GRANTED


def test_a_revoked_token_is_named(curfew: Terminal, served: Served) -> None:
    issued = curfew("token", "issue", "asha", "--role", "developer", "--json").json
    assert curfew("token", "revoke", issued["id"], "--json").json == {"id": issued["id"], "revoked": True}
    assert curfew("token", "revoke", issued["id"]).code == 2


def test_rules_say_which_one_wins(curfew: Terminal, tmp_path: Path) -> None:
    write_schedules(tmp_path)
    (decision,) = curfew("explain", "orders-qa", "--at", "2027-03-10T12:00", "--json").json
    assert (decision["at"], decision["desired"]) == ("2027-03-10T08:00:00Z", "down")
    assert [rule["rule"] for rule in decision["rules"] if rule["wins"]] == ["closure"]


def test_problems_of_files_are_a_list(curfew: Terminal, tmp_path: Path) -> None:
    write_schedules(tmp_path, broken="environment: broken\nowner: nobody\n")
    ran = curfew("validate", "--json")
    assert ran.code == 2
    assert keys_of(ran.json) == {"file", "line", "severity", "what", "remedy"}


def test_the_same_call_with_the_flag_first_prints_the_same(curfew: Terminal, tmp_path: Path) -> None:
    write_schedules(tmp_path)
    assert curfew("--json", "validate").json == curfew("validate", "--json").json == []


def test_no_command_at_all_is_an_error_document(curfew: Terminal) -> None:
    assert curfew("--json").json["error"]["code"] == "usage"
