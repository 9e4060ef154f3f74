"""Plants each fault alone in a copy of the project and sees that the tests named with it go red.

Exits with 0 when all were caught; with 1 when one survived, when its place is not found exactly once, or when
the tests are red without it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.baseline_faults import BASELINE_FAULTS
from tests.mutants.bill_faults import BILL_FAULTS
from tests.mutants.column_faults import COLUMN_FAULTS
from tests.mutants.commitment_faults import COMMITMENT_FAULTS
from tests.mutants.faults import FAULTS, Fault
from tests.mutants.foresight_faults import FORESIGHT_FAULTS
from tests.mutants.metering_faults import METERING_FAULTS
from tests.mutants.money_faults import MONEY_FAULTS
from tests.mutants.past_faults import PAST_FAULTS
from tests.mutants.publishing_faults import PUBLISHING_FAULTS
from tests.mutants.rate_faults import RATE_FAULTS
from tests.mutants.report_faults import REPORT_FAULTS
from tests.mutants.signal_faults import SIGNAL_FAULTS
from tests.mutants.spot_faults import SPOT_FAULTS
from tests.mutants.twin_faults import TWIN_FAULTS
from tests.mutants.what_if_faults import WHAT_IF_FAULTS

EVERY = (
    *FAULTS,
    *SPOT_FAULTS,
    *SIGNAL_FAULTS,
    *TWIN_FAULTS,
    *WHAT_IF_FAULTS,
    *RATE_FAULTS,
    *MONEY_FAULTS,
    *COLUMN_FAULTS,
    *COMMITMENT_FAULTS,
    *METERING_FAULTS,
    *BASELINE_FAULTS,
    *PAST_FAULTS,
    *FORESIGHT_FAULTS,
    *REPORT_FAULTS,
    *BILL_FAULTS,
    *PUBLISHING_FAULTS,
)
PROJECT = Path(__file__).parents[2]
COPIED = (
    "app.py",
    "chalicelib",
    "tests",
    ".chalice",
    ".importlinter",
    "pyproject.toml",
    "requirements.txt",
    "schedules",
)
TESTS_FAILED = 1  # https://docs.pytest.org/en/stable/reference/exit-codes.html
FAILED = re.compile(r"^FAILED (\S+)", re.MULTILINE)


class FaultError(Exception):
    """The fault cannot be planted, or the tests cannot be run; the message says why."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one fault: the tests that went red, those that should have and did not, and how long it took."""

    fault: Fault
    red: tuple[str, ...]
    survived: tuple[str, ...]
    seconds: float


def main(names: Iterable[str]) -> int:
    """Every fault (or those whose name holds one of `names`) was planted and the table printed."""
    wanted = list(names)
    chosen = [fault for fault in EVERY if not wanted or any(name in fault.name for name in wanted)]
    with scratch() as copy:
        try:
            _green_without(copy, chosen)
            results = [_shown(planted(copy, fault)) for fault in chosen]
        except FaultError as error:
            print(error, file=sys.stderr)  # noqa: T201
            return 1
    survived = [result for result in results if result.survived]
    seconds = sum(result.seconds for result in results)
    print(f"{len(results) - len(survived)} of {len(results)} planted faults caught in {seconds:.0f} s")  # noqa: T201
    return 1 if survived else 0


@contextmanager
def scratch() -> Iterator[Path]:
    """A copy of what the tests need, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="curfew-mutants-") as where:
        copy = Path(where)
        for name in COPIED:
            if (PROJECT / name).is_dir():
                shutil.copytree(PROJECT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(PROJECT / name, copy / name)
        yield copy


def planted(copy: Path, fault: Fault) -> Result:
    """What the tests say with the fault in place, which is taken out again. Raises FaultError."""
    path = copy / fault.file
    sound = path.read_text()
    if sound.count(fault.text) != 1:
        raise FaultError(f"{fault.name}: its text is {sound.count(fault.text)} times in {fault.file}, not once")
    began = time.monotonic()
    path.write_text(sound.replace(fault.text, fault.replacement))
    try:
        red = _red(copy, fault.tests)
    finally:
        path.write_text(sound)
    survived = tuple(test for test in fault.tests if not any(_is(test, one) for one in red))
    return Result(fault, red, survived, time.monotonic() - began)


def _green_without(copy: Path, faults: Iterable[Fault]) -> None:
    """The tests are green, and run the copy's code, before anything is planted."""
    tests = sorted({test for fault in faults for test in fault.tests})
    if red := _red(copy, tests):
        raise FaultError(f"red without any fault: {', '.join(red)}")


def _red(copy: Path, tests: Iterable[str]) -> tuple[str, ...]:
    """The ids of the tests that fail. Raises FaultError when they could not be run."""
    options = ["-q", "-rf", "--no-header", "--tb=no", "-p", "tests.mutants.quick", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [sys.executable, "-B", "-m", "pytest", *options, *tests],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy), "COLUMNS": "500"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in (0, TESTS_FAILED):
        raise FaultError(f"the tests could not be run (pytest ended with {done.returncode}):\n{done.stdout[-2000:]}")
    return tuple(FAILED.findall(done.stdout))


def _is(test: str, failed: str) -> bool:
    """The failed one is the test, or a case of it."""
    return failed == test or failed.startswith(f"{test}[")


def _shown(result: Result) -> Result:
    print(f"{'SURVIVED' if result.survived else 'caught  '} {result.seconds:5.1f} s  {result.fault.name}")  # noqa: T201
    for test in result.survived or result.fault.tests[:1]:
        print(f"                    {'not by' if result.survived else 'by'} {test.rpartition('::')[2]}", flush=True)  # noqa: T201
    return result


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
