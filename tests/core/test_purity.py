"""Invariant 2: core and kinds get time as an argument; flows ask only the clock they are handed.

The module `time` is forbidden to them by import-linter (tests/package/test_layers.py).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "chalicelib"
CLOCKS = frozenset({"now", "utcnow", "today"})


def clock_readings(source: str) -> Iterator[str]:
    """Calls like datetime.now() and date.today(), as they are written."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS:
            yield ast.unparse(node.func)


@pytest.mark.parametrize("package", ["core", "kinds"])
def test_core_and_kinds_ask_no_clock(package: str) -> None:
    asked = {str(path): list(clock_readings(path.read_text())) for path in (SOURCE / package).rglob("*.py")}
    assert {path: calls for path, calls in asked.items() if calls} == {}


def test_flows_ask_only_the_clock_they_were_handed() -> None:
    asked = {call for path in (SOURCE / "flows").glob("*.py") for call in clock_readings(path.read_text())}
    assert asked == {"world.clock.now"}


@pytest.mark.parametrize("call", ["datetime.now(UTC)", "date.today()", "datetime.datetime.utcnow()"])
def test_a_clock_that_is_asked_is_noticed(call: str) -> None:
    assert list(clock_readings(f"at = {call}"))
