"""doctor, and what validate --live and apply show of the account."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from chalicelib.core.model import Mode
from tests.entrypoints.cli.files import ORDERS, write_schedules
from tests.entrypoints.cli.terminal import Terminal
from tests.entrypoints.served import Served


def observed(served: Served, length: timedelta) -> None:
    served.stage.orders(mode=Mode.OBSERVE)
    served.stage.run_for(length)


def test_what_is_to_be_mended_ends_with_1_and_says_how(curfew: Terminal, served: Served) -> None:
    observed(served, timedelta(hours=1))
    ran = curfew("doctor", "orders-qa")
    assert ran.code == 1
    assert "leave it in mode: observe for a week" in ran.out
    assert ran.lines[-1] == "orders-qa is in mode: observe, and not ready: 1 to mend, 0 not known"


def test_what_is_ready_ends_with_0(curfew: Terminal, served: Served) -> None:
    observed(served, timedelta(days=7))
    ran = curfew("doctor", "orders-qa")
    assert (ran.code, ran.lines[-1]) == (0, "orders-qa is ready: write mode: act, then apply it")


def test_programs_get_one_document(curfew: Terminal, served: Served) -> None:
    observed(served, timedelta(hours=1))
    ran = curfew("doctor", "orders-qa", "--json")
    assert (ran.code, set(ran.json)) == (1, {"environment", "mode", "ready", "checks"})


def test_an_unknown_name_ends_with_2_and_offers_the_nearest(curfew: Terminal, served: Served) -> None:
    observed(served, timedelta(hours=1))
    ran = curfew("doctor", "order-qa")
    assert ran.code == 2
    assert "orders-qa" in ran.err


@pytest.fixture
def replica(served: Served, tmp_path: Path) -> None:
    """A file that selects a read replica, which AWS never stops."""
    write_schedules(tmp_path)
    served.stage.cloud.add("rds-instance", "orders-db", ReadReplicaSourceDBInstanceIdentifier="other-db")
    served.stage.cloud.add("auto-scaling-group", "orders-nodes", sizes=(22, 55, 30))


@pytest.mark.usefixtures("replica")
def test_validate_against_the_account_tells_what_is_never_stopped_and_where_it_stands(curfew: Terminal) -> None:
    (problem, billing) = curfew("validate", "schedules", "--live", "--json").json
    line = ORDERS.splitlines().index("  database: {kind: rds-instance, ids: [orders-db]}") + 1
    assert (problem["file"], problem["line"], problem["severity"]) == ("schedules/orders-qa.yaml", line, "warning")
    assert problem["what"].startswith("database orders-db is not touched: ")
    assert (billing["severity"], billing["what"]) == ("note", "keeps billing while it rests: not computable")


@pytest.mark.usefixtures("replica")
def test_validate_without_live_asks_nobody(curfew: Terminal) -> None:
    assert curfew("validate", "schedules", "--json").json == []


@pytest.mark.usefixtures("replica")
def test_the_preview_says_that_it_acts_for_the_first_time(curfew: Terminal) -> None:
    ran = curfew("apply", "schedules", "--dry-run")
    assert "acts for the first time: first stop" in ran.out


@pytest.mark.usefixtures("replica")
def test_what_appeared_since_the_preview_was_not_agreed_to(
    curfew: Terminal, served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tagged = ORDERS.replace("ids: [orders-nodes]", "tags: {Env: qa}")
    write_schedules(tmp_path, **{"orders-qa": tagged})
    agree = "chalicelib.entrypoints.cli.apply.agree"
    monkeypatch.setattr(
        agree, lambda question, yes: served.stage.cloud.add("auto-scaling-group", "late", tags={"Env": "qa"})
    )
    ran = curfew("apply", "schedules", "--yes")
    assert ran.code == 1
    assert "others than the preview showed" in ran.err
    assert served.stage.store.head("orders-qa") is None


def test_the_status_counts_the_nights_in_words(curfew: Terminal, served: Served) -> None:
    observed(served, timedelta(days=2))
    assert "Observed: would have stopped 2 of 2 nights; 0 were in use" in curfew("status", "orders-qa").lines
