"""apply and retire: shown, asked, done."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from tests.entrypoints.cli.files import ORDERS, write_schedules
from tests.entrypoints.cli.terminal import Terminal
from tests.entrypoints.served import Served


@pytest.fixture(autouse=True)
def _sample(served: Served, tmp_path: Path) -> None:
    write_schedules(tmp_path)
    served.stage.cloud.add("rds-instance", "orders-db")
    served.stage.cloud.add("auto-scaling-group", "orders-nodes", sizes=(22, 55, 30))


class Keyboard(io.StringIO):
    """Somebody sits there."""

    def isatty(self) -> bool:
        return True


def types(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", Keyboard(text))


def test_a_dry_run_shows_and_stores_nothing(curfew: Terminal, served: Served) -> None:
    ran = curfew("apply", "schedules", "--dry-run")
    assert ran.code == 0
    assert "orders-qa: new" in ran.out
    assert served.stage.store.head("orders-qa") is None


def test_yes_puts_it_in_force(curfew: Terminal, served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    types(monkeypatch, "y\n")
    ran = curfew("apply", "schedules")
    assert (ran.code, ran.lines) == (0, ["in force: orders-qa"])
    assert "first stop" in ran.err
    assert served.stage.store.head("orders-qa") is not None


def test_what_reports_rest_on_is_shown_and_named(curfew: Terminal, tmp_path: Path) -> None:
    with (tmp_path / "schedules" / "organisation.yaml").open("a") as file:
        file.write("\nreports: {currency: EUR, per_usd: 0.92, source: ECB, dated: 2027-03-01}\n")
    assert "reports: change\n  reports.currency: USD -> EUR\n" in curfew("apply", "schedules", "--dry-run").out
    assert curfew("apply", "schedules", "--yes").lines == ["in force: orders-qa, what reports rest on"]
    assert "reports: change" not in curfew("apply", "schedules", "--dry-run").out


@pytest.mark.parametrize("answer", ["n\n", "\n"])
def test_anything_but_yes_changes_nothing(
    curfew: Terminal, served: Served, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    types(monkeypatch, answer)
    ran = curfew("apply", "schedules", "--json")
    assert (ran.code, ran.json["error"]["code"]) == (1, "declined")
    assert served.stage.store.head("orders-qa") is None


def test_the_end_of_input_is_no_yes(curfew: Terminal, served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    types(monkeypatch, "")
    assert curfew("apply", "schedules").code == 1
    assert served.stage.store.head("orders-qa") is None


def test_without_a_keyboard_it_needs_to_be_told_beforehand(curfew: Terminal, served: Served) -> None:
    ran = curfew("apply", "schedules")
    assert ran.code == 2
    assert "add --yes" in ran.err
    assert served.stage.store.head("orders-qa") is None
    assert curfew("apply", "schedules", "--yes").code == 0


def test_applying_again_says_that_nothing_differs(curfew: Terminal) -> None:
    curfew("apply", "schedules", "--yes")
    assert curfew("apply", "schedules", "--yes").lines == ["in force as before: nothing differs"]


def test_files_with_mistakes_are_not_even_sent(
    curfew: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_schedules(tmp_path, **{"orders-qa": ORDERS.replace("orders-team", "nobody")})
    monkeypatch.setenv("CURFEW_URL", "http://127.0.0.1:9")
    ran = curfew("apply", "schedules", "--yes")
    assert ran.code == 2
    assert "schedules/orders-qa.yaml:2: " in ran.err


def test_what_would_touch_production_is_refused(curfew: Terminal, served: Served, tmp_path: Path) -> None:
    served.stage.cloud.add("rds-instance", "live-db", tags={"Environment": "prod"})
    write_schedules(tmp_path, **{"orders-qa": ORDERS.replace("orders-db", "live-db")})
    ran = curfew("apply", "schedules", "--yes")
    assert ran.code == 1
    assert "would touch production" in ran.err


def test_retiring_asks_first(curfew: Terminal, served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    curfew("apply", "schedules", "--yes")
    types(monkeypatch, "n\n")
    assert curfew("retire", "orders-qa", "--leave", "as-is").code == 1
    assert served.stage.store.head("orders-qa") is not None
    types(monkeypatch, "y\n")
    ran = curfew("retire", "orders-qa", "--leave", "as-is")
    assert (ran.code, ran.lines) == (0, ["orders-qa: retired, left as it was"])
    assert served.stage.store.head("orders-qa") is None


def heading(curfew: Terminal) -> str:
    return curfew("apply", "schedules", "--dry-run").lines[1].strip()


def test_what_is_missing_is_not_counted_among_what_will_be_stopped(curfew: Terminal, tmp_path: Path) -> None:
    write_schedules(tmp_path, **{"orders-qa": ORDERS.replace("orders-nodes", "nobody")})
    assert heading(curfew).endswith(", this 1 resource")
    write_schedules(tmp_path, **{"orders-qa": ORDERS.replace("orders-nodes", "nobody").replace("orders-db", "none")})
    assert heading(curfew) == "nothing that it selects is there"


def test_what_is_only_observed_would_be_stopped(curfew: Terminal, tmp_path: Path) -> None:
    write_schedules(tmp_path, **{"orders-qa": f"{ORDERS}mode: observe\n"})
    assert heading(curfew) == "mode: observe; would first stop 20:00 (+04), these 2 resources"


def test_a_misspelt_tag_of_any_kind_is_told_by_apply_and_validate(curfew: Terminal, tmp_path: Path) -> None:
    entry = "  all: {kind: any, tags: {Env: ordres}}\n"
    write_schedules(tmp_path, **{"orders-qa": ORDERS.replace("uptime:", f"{entry}uptime:")})
    said = "all matches nothing: no resource has the tags Env=ordres; correct it"
    assert f"  {said}" in curfew("apply", "schedules", "--dry-run").lines
    assert f"schedules/orders-qa.yaml:6: warning: {said}" in curfew("validate", "schedules", "--live").lines


def test_a_name_that_matches_nothing_is_to_be_corrected(curfew: Terminal, tmp_path: Path) -> None:
    write_schedules(tmp_path, **{"orders-qa": ORDERS.replace("orders-nodes", "nobody")})
    said = "nodes matches nothing: no auto-scaling-group is called nobody; correct it"
    assert f"schedules/orders-qa.yaml:5: warning: {said}" in curfew("validate", "schedules", "--live").lines


def test_a_resource_of_an_entry_of_any_kind_is_told_at_the_line_of_the_entry(
    curfew: Terminal, served: Served, tmp_path: Path
) -> None:
    served.stage.cloud.add("rds-instance", "kept", tags={"Env": "qa", "curfew:never": "true"})
    entry = "  all: {kind: any, tags: {Env: qa}}\n"
    write_schedules(tmp_path, **{"orders-qa": ORDERS.replace("uptime:", f"{entry}uptime:")})
    lines = curfew("validate", "schedules", "--live").lines
    assert any(line.startswith("schedules/orders-qa.yaml:6: warning: all-rds-instance kept is not") for line in lines)


def test_an_account_that_is_no_number_is_answered_with_one(curfew: Terminal) -> None:
    ran = curfew("pause", "--account", "1", "--reason", "x")
    assert (ran.code, ran.err.strip()) == (2, "account: must be the 12 digits of an account, e.g. 111122223333")
