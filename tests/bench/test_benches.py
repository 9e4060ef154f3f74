"""Each benchmark runs, and its limits hold on a small size."""

import json
import random
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bench import faults, idle_tick, night, pokes, return_time
from bench.large import Size, one_night, one_night_in_memory
from bench.metering import mutating
from chalicelib.core.model import Desired
from chalicelib.core.remember import MOST_ATTEMPTS

SMALL = Size(servers=3, databases=2, groups=1)


def test_a_small_night_needs_no_more_calls_than_the_limits_allow() -> None:
    down, up, usage = one_night(SMALL)
    rows = {row[0]: row[1:] for row in night.figures(SMALL, down, up)}
    assert rows["mutations"] == (4, 4, None)
    limits = [(*row[:2], row[2]) for row in rows.values() if isinstance(row[2], int | float)]
    assert len(limits) == 3
    for stop, back, limit in limits:
        assert max(float(str(stop)), float(str(back))) <= float(str(limit))
    assert usage.passes >= len(night.passes(down)) + len(night.passes(up))
    assert usage.imported_mib <= usage.peak_mib <= night.MOST_MEMORY


def test_what_does_not_fit_into_a_pass_is_done_by_the_next() -> None:
    size = Size(servers=1, databases=30, groups=1)
    down, up, usage = one_night(size, latency=timedelta(seconds=8))
    for way in (down, up):
        made = [night.count(one.calls, mutating()) for one in way.metered.passes]
        assert sum(made) == size.fewest_calls
        assert max(made) < size.databases
    assert usage.longest is not None
    assert usage.longest < night.LONGEST_PASS


def test_the_same_night_passes_on_the_in_memory_cloud() -> None:
    assert one_night_in_memory(SMALL).passes > 0


def test_a_tick_with_nothing_due_makes_one_query() -> None:
    idle, _, due = idle_tick.ticks(3)
    assert idle == {("dynamodb", "Query"): 1}
    assert due["sqs", "SendMessage"] == 1


@pytest.mark.parametrize("copies", [1, 10])
def test_at_most_two_messages_are_alive(copies: int) -> None:
    assert max(pokes.night(1, copies).alive) <= pokes.LIMIT


@pytest.mark.parametrize("graph", [return_time.chain(3), return_time.diamonds(1)])
def test_a_return_keeps_close_to_its_critical_path(graph: return_time.Graph) -> None:
    found = return_time.returned(graph, random.Random(1))
    assert found.bare <= found.took <= return_time.LIMIT * found.path


@pytest.fixture(scope="module")
def fault_table(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """The rows that `python bench/faults.py --json` prints, wherever it is started, by fault."""
    asked = [sys.executable, str(Path(faults.__file__).resolve()), "--json", "--servers", "8", "--databases", "2"]
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    answer = subprocess.run(asked, cwd=elsewhere, capture_output=True, check=True, text=True)
    return {row["fault"]: row for row in json.loads(answer.stdout)}


def test_the_fault_table_has_a_row_for_each_fault(fault_table: dict[str, dict[str, Any]]) -> None:
    keys = {"fault", "members", "reached", "calls", "backoff_seconds", "victim_shown"}
    assert list(fault_table) == [fault.name for fault in faults.FAULTS]
    assert all(set(row) == keys for row in fault_table.values())


def test_one_victim_keeps_nobody_else_from_arriving_in_the_first_pass(fault_table: dict[str, dict[str, Any]]) -> None:
    for fault in faults.FAULTS:
        row = fault_table[fault.name]
        assert row["reached"] == row["members"] - (fault.environment is not None), row
        assert row["victim_shown"] is (True if fault.environment else None), row
        assert (row["backoff_seconds"] > 0) == (fault.environment is None), row


@pytest.mark.parametrize("desired", faults.FAULTLESS)
def test_a_fault_costs_few_calls(fault_table: dict[str, dict[str, Any]], desired: Desired) -> None:
    faultless = faults.first_pass(faults.FAULTLESS[desired], faults.Size(8, 2)).calls
    for fault in faults.FAULTS:
        if fault.desired is desired:
            assert fault_table[fault.name]["calls"] - faultless <= faults.MOST_EXTRA


def test_a_victim_is_tried_again_without_a_storm_of_calls() -> None:
    found = faults.with_retries(faults.FAULTS[0], faults.Size(servers=2, databases=1))
    assert found.tries is not None
    assert 1 < found.tries <= MOST_ATTEMPTS
    assert found.later_calls < 60
