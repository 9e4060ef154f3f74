"""The page on capacity, taken: what its commands answer for a group of ten at the end of an afternoon.

`python -m tests.docs.capacity_page` writes the answers into the page; read the difference before you keep it.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from chalicelib import wiring
from chalicelib.entrypoints.cli import times
from chalicelib.flows.people import Role
from tests.docs.pages import CONSOLE, PROJECT, Command, as_shown, console
from tests.docs.tour import terminal, typed
from tests.entrypoints.cli.terminal import behind_http, listening
from tests.entrypoints.served import Served, secret_of
from tests.flows.mixed_stage import POOLS, MixedStage, at, minutes

PAGE = PROJECT / "docs" / "capacity.md"
DAYS = (40, 24, 17, 9, 3)
"""How many days ago prices moved."""
MILLS = (30, 34, 42, 31, 37)
"""To what, in a thousandth of a USD; each pool begins at another one."""


def afternoon() -> MixedStage:
    """A group of ten with a month of prices; its first pool was taken back a minute ago."""
    stage = MixedStage()
    stage.cloud.listed = {"m5.large": "0.096", "m6i.large": "0.101"}
    for number, pool in enumerate(POOLS):
        prices = [f"0.0{MILLS[(number + step) % len(MILLS)]}" for step in range(len(DAYS))]
        moved = [stage.clock.now() - timedelta(days=days) for days in DAYS]
        stage.cloud.past[pool] = list(zip(moved, prices, strict=True))
        stage.cloud.prices[pool] = prices[-1]
    stage.start()
    stage.run_until(at(stage, 16))
    stage.cloud.takes_back(POOLS[3])
    stage.hear_interruption()
    stage.run_for(minutes(1))
    return stage


@contextmanager
def shell() -> Iterator[None]:
    """Within it `curfew` is typed as the page shows it."""
    stage = afternoon()
    with tempfile.TemporaryDirectory() as home, terminal(Path(home)) as patch, served(stage, patch):
        yield


@contextmanager
def served(stage: MixedStage, patch: pytest.MonkeyPatch) -> Iterator[None]:
    api = Served(stage)
    patch.setenv("CURFEW_TOKEN", secret_of(Role.DEVELOPER))
    patch.setattr(times, "now", stage.clock.now)
    with listening(behind_http(api)) as url:
        patch.setenv("CURFEW_URL", url)
        yield
    wiring.use(None)


def answered(command: Command) -> str:
    """What the command shows now."""
    return as_shown(typed(command))


def retold(text: str) -> str:
    """The page with the answers as they are now."""

    def rewritten(found: re.Match[str]) -> str:
        lines = "".join(f"$ {each.line}\n{answered(each)}\n" for each in console(found))
        return found.group().replace(found.group(2), lines)

    with shell():
        return CONSOLE.sub(rewritten, text)


if __name__ == "__main__":
    PAGE.write_text(retold(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
