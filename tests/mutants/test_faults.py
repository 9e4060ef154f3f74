"""The list of faults fits the code and the tests as they are; the runner tells a caught fault from a survivor."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.mutants.faults import Fault
from tests.mutants.run import EVERY, PROJECT, FaultError, planted

NAMES = [fault.name for fault in EVERY]
INVARIANTS = frozenset(range(1, 14))
"""Those of DESIGN.md section 6."""


@pytest.mark.parametrize("fault", EVERY, ids=NAMES)
def test_a_fault_has_exactly_one_place_and_changes_it(fault: Fault) -> None:
    assert (PROJECT / fault.file).read_text().count(fault.text) == 1
    assert fault.text != fault.replacement


@pytest.mark.parametrize("fault", EVERY, ids=NAMES)
def test_the_tests_that_must_go_red_exist(fault: Fault) -> None:
    assert fault.tests
    for test in fault.tests:
        path, _, name = test.partition("::")
        assert f"\ndef {name}(" in (PROJECT / path).read_text()


def test_every_invariant_has_a_fault_that_breaks_it() -> None:
    assert {number for fault in EVERY for number in fault.invariants} == INVARIANTS


def test_no_two_faults_have_one_name() -> None:
    assert len(set(NAMES)) == len(NAMES)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of one function, whose only test looks at one of its two branches."""
    shutil.copytree(PROJECT / "tests" / "mutants", tmp_path / "tests" / "mutants")
    (tmp_path / "price.py").write_text("def price(size):\n    return 2 * size if size else 7\n")
    test = "from price import price\n\n\ndef test_a_price_doubles():\n    assert price(3) == 6\n"
    (tmp_path / "tests" / "test_price.py").write_text(test)
    return tmp_path


def fault(text: str, replacement: str) -> Fault:
    return Fault("planted", (), "price.py", text, replacement, ("tests/test_price.py::test_a_price_doubles",))


@pytest.mark.parametrize(("text", "replacement", "caught"), [("2 *", "3 *", True), ("else 7", "else 8", False)])
def test_a_fault_is_caught_or_survives_and_is_taken_out_again(
    project: Path, text: str, replacement: str, caught: bool
) -> None:
    before = (project / "price.py").read_text()
    result = planted(project, fault(text, replacement))
    assert (not result.survived) is caught
    assert bool(result.red) is caught
    assert (project / "price.py").read_text() == before


@pytest.mark.parametrize(("text", "times"), [("9 *", 0), ("size", 3)])
def test_a_fault_without_its_one_place_is_an_error(project: Path, text: str, times: int) -> None:
    with pytest.raises(FaultError, match=f"its text is {times} times in price.py, not once"):
        planted(project, fault(text, "x"))


def test_a_fault_that_keeps_the_tests_from_running_is_not_taken_for_caught(project: Path) -> None:
    with pytest.raises(FaultError, match="the tests could not be run"):
        planted(project, fault("def price(size):", "def price(size:"))
