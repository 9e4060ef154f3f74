"""A terminal in Dubai, in an empty directory, on a Monday noon; and the real API behind localhost."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib import wiring
from chalicelib.entrypoints.cli import times, waiting
from chalicelib.flows.people import Role
from tests.entrypoints.cli.terminal import Terminal, behind_http, listening
from tests.entrypoints.served import Served, secret_of
from tests.flows.stage import MONDAY


@pytest.fixture
def curfew(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Iterator[Terminal]:
    for name in (
        "CURFEW_URL",
        "CURFEW_TOKEN",
        "CURFEW_TABLE",
        "CURFEW_DEBUG",
        "FORCE_COLOR",
        "HTTP_PROXY",
        "ALL_PROXY",
    ):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"TZ": "Asia/Dubai", "COLUMNS": "100", "XDG_CONFIG_HOME": str(tmp_path / "config")}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(times, "now", lambda: MONDAY)
    monkeypatch.setattr(waiting, "POLL_SECONDS", 0)
    time.tzset()
    yield Terminal(capsys)
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def served(curfew: Terminal, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """The real API over fakes, with an administrator's token in the environment."""
    served = Served()
    monkeypatch.setenv("CURFEW_TOKEN", secret_of(Role.ADMIN))
    with listening(behind_http(served)) as url:
        monkeypatch.setenv("CURFEW_URL", url)
        yield served
    wiring.use(None)
