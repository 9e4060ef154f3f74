"""The replay keeps its rules, and Curfew's choice is as good as promised."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.spot_optimum import optimum
from bench.spot_policies import POLICIES, SIMPLE
from bench.spot_replay import TRACES, Outcome, main, mean_regret, outcomes, over_best_simple
from bench.spot_rules import Bill, replay
from bench.spot_traces import TraceError, TraceSet, named, read_sets
from chalicelib.core.mix import Mix
from chalicelib.core.pools import Pool
from chalicelib.core.prefer import Prefer

A, B, C = (Pool("v100", f"us-west-2{letter}") for letter in "abc")
LETTERS = {A: "a", B: "b", C: "c"}
KEYS = ["trace_set", "prefer", "policy", "cost", "short_node_minutes", "switches", "objective", "optimum", "regret"]
WITHIN = 0.02
ROOT = Path(__file__).parents[2]


def recorded(*pools: str, step: float = 600) -> TraceSet:
    """A set of the pools a, b and c, each written as "1101"."""
    named_so = tuple(LETTERS)[: len(pools)]
    columns = zip(*pools, strict=True)
    steps = (frozenset(pool for pool, seen in zip(named_so, now, strict=True) if seen == "1") for now in columns)
    return TraceSet("written", step, named_so, tuple(steps))


def places(policy: str, traces: TraceSet) -> str:
    """Where the policy puts its one node at each step: in a pool, or on-demand (o)."""
    seen: list[str] = []
    made = SIMPLE[policy](traces.pools, 1)

    def watched(seconds: float, standing: Mix, available: frozenset[Pool]) -> Mix:
        target = made(seconds, standing, available)
        seen.append("".join(LETTERS[pool] for pool in target.spot) or "o")
        return target

    replay(traces, 1, 0.35, watched)
    return "".join(seen)


def billed(traces: TraceSet, where: str, nodes: int = 1) -> Bill:
    """The bill of a policy that is told where to be at each step."""
    mixes = {"o": Mix(nodes), "a": Mix(0, {A: nodes}), "b": Mix(0, {B: nodes})}
    return replay(traces, nodes, 0.25, lambda seconds, *_: mixes[where[int(seconds / traces.step)]])


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("on-demand", "oooooooooooo"),
        ("first-pool", "aaooooaaoaaa"),
        ("immediate-return", "aabbooaabaaa"),
        ("sticky", "aabbooaabaaa"),
        ("quarantine-30m", "aabbooaabooa"),
        ("never-return", "aaoooooooooo"),
    ],
)
def test_each_simple_policy_goes_where_its_name_says(policy: str, expected: str) -> None:
    assert places(policy, recorded("110000110111", "111100111001")) == expected


def test_sticky_takes_the_pool_that_has_now_lasted_longest() -> None:
    traces = recorded("11100", "11011", "00110")
    assert places("sticky", traces) == "aaacb"
    assert places("immediate-return", traces) == "aaabb"


def test_a_lost_node_is_short_for_five_minutes_and_its_replacement_is_paid_from_its_launch() -> None:
    assert billed(recorded("10", "01"), "ab") == Bill(cost=5.0, short_node_minutes=5, switches=1)
    assert billed(recorded("10", "01"), "ao", nodes=20) == Bill(cost=250, short_node_minutes=100, switches=20)


def test_a_voluntary_move_pays_for_both_and_is_short_of_nothing() -> None:
    assert billed(recorded("11"), "oa") == Bill(cost=10 + 2.5 + 5, switches=1)
    assert billed(recorded("11"), "ao") == Bill(cost=2.5 + 10 + 1.25, switches=1)


def test_a_node_lost_again_before_its_replacement_runs_is_short_only_until_the_next_one_does() -> None:
    bill = billed(recorded("10111", "01001", step=60), "abaaa")
    assert (bill.short_node_minutes, bill.switches) == (6, 2)


def test_a_policy_that_asks_for_what_is_not_there_is_an_error() -> None:
    with pytest.raises(ValueError, match="a policy wants"):
        billed(recorded("10"), "aa")


@settings(max_examples=30)
@given(st.lists(st.sampled_from([("1", "1"), ("1", "0"), ("0", "1"), ("0", "0")]), min_size=2, max_size=5), st.data())
def test_the_optimum_is_the_least_of_all_ways_to_place_a_node(now: list[tuple[str, str]], data: st.DataObject) -> None:
    traces = recorded(
        *("".join(column) for column in zip(*now, strict=True)), step=data.draw(st.sampled_from((60, 600)))
    )
    price = data.draw(st.sampled_from((0.0, 5.0, 50.0)))
    allowed = [["o", *(LETTERS[pool] for pool in available)] for available in traces.steps]
    least = min(billed(traces, "".join(way)).objective(price) for way in product(*allowed))
    assert optimum(traces, 0.25, price) == pytest.approx(least)


@pytest.mark.parametrize(
    ("stem", "trace_set", "pool"),
    [
        ("preemption__4-node__aws-08-03-2023__us-east-1f_v100_1", "preemption__4-node__aws-08-03-2023", "us-east-1f"),
        ("gcp__us-central1-a_t4", "gcp", "us-central1-a"),
        ("lab__us-west-2-lax-1a_g4", "lab", "us-west-2-lax-1a"),
        ("gov-us-gov-east-1b", "gov", "us-gov-east-1b"),
        ("us-west-2a_k80", "", "us-west-2a"),
    ],
)
def test_files_are_grouped_by_what_precedes_the_zone(stem: str, trace_set: str, pool: str) -> None:
    assert named(stem)[0] == trace_set
    assert named(stem)[1].zone == pool


def test_where_no_zone_is_named_the_pool_follows_the_last_separator() -> None:
    assert named("set__one__pool7") == ("set__one", Pool("", "pool7"))
    assert named("pool7") == ("", Pool("", "pool7"))


def written(directory: Path, name: str, data: list[int], gap: float = 600) -> None:
    """A trace is in a file."""
    (directory / f"{name}.json").write_text(json.dumps({"metadata": {"gap_seconds": gap}, "data": data}))


def test_a_count_is_capacity_and_a_set_lasts_as_long_as_all_its_traces(tmp_path: Path) -> None:
    written(tmp_path, "set__us-west-2a_v100", [0, 4, 1, 0, 1, 1])
    written(tmp_path, "set__us-west-2b_v100", [1, 0], gap=1200)
    (found,) = read_sets(tmp_path)
    assert (found.name, found.step, found.pools) == ("set", 600, (A, B))
    assert found.steps == (frozenset({B}), frozenset({A, B}), frozenset({A}), frozenset())


@pytest.mark.parametrize(
    "text",
    [
        "[1, 0]",
        "{}",
        "no",
        '{"metadata": {"gap_seconds": 600}, "data": ["up"]}',
        '{"metadata": {"gap_seconds": 0}, "data": [1]}',
    ],
)
def test_a_file_that_is_no_trace_is_left_out_and_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    written(tmp_path, "set__us-west-2a_v100", [1, 0])
    (tmp_path / "set__us-west-2b.json").write_text(text)
    (tmp_path / "README.md").write_text("about the traces")
    (found,) = read_sets(tmp_path)
    assert found.pools == (A,)
    assert "us-west-2b.json: " in capsys.readouterr().err


def test_a_directory_without_traces_is_bad_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "set__us-west-2a.json").write_text("{}")
    with pytest.raises(TraceError):
        read_sets(tmp_path)
    assert main(["--traces", str(tmp_path)]) == 2
    assert "holds no trace" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("ratio", "data"), [(0.35, [0]), (0.35, [0] * 50), (0.35, [1]), (1e-7, [1] * 50), (1.5, [0, 4, 3] * 9)]
)
def test_regret_is_0_or_more_on_any_trace_at_any_price(ratio: float, data: list[int], tmp_path: Path) -> None:
    written(tmp_path, "set__us-west-2a_v100", data)
    rows = list(outcomes(read_sets(tmp_path)[0], 20, ratio))
    assert len(rows) == 3 * len(POLICIES)
    assert all(row.regret >= 0 for row in rows)
    assert min(row.regret for row in rows) == 0


@pytest.mark.parametrize("way", [["bench/spot_replay.py"], ["-m", "bench.spot_replay"]])
def test_the_replay_runs_as_a_script_and_as_a_module(tmp_path: Path, way: list[str]) -> None:
    written(tmp_path, "set__us-west-2a_v100", [1, 1, 0, 1] * 20)
    command = [sys.executable, *way, "--traces", str(tmp_path), "--nodes", "20", "--on-demand-ratio", "0.35", "--json"]
    rows = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout)
    assert [list(row) for row in rows] == [KEYS] * 21
    assert [(row["prefer"], row["policy"]) for row in rows] == list(product(map(str, Prefer), POLICIES))


def test_without_json_a_table_shows_each_policy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(tmp_path, "set__us-west-2a_v100", [1, 1, 0, 1] * 20)
    assert main(["--traces", str(tmp_path), "--nodes", "3"]) == 0
    shown = capsys.readouterr().out
    first_cells = [line[1:].split()[0] for line in shown.splitlines() if line.startswith("\u2502")]
    assert first_cells == [*POLICIES] * (len(Prefer) + 1)


def alternating(up: int, down: int, offset: int, length: int = 2000) -> str:
    """A pool that is up and down for so many steps in turn."""
    return "".join("1" if (number + offset) % (up + down) < up else "0" for number in range(length))


@pytest.mark.parametrize(
    "traces",
    [
        recorded(alternating(40, 3, 0), alternating(7, 5, 3)),
        recorded(alternating(300, 20, 0), alternating(90, 90, 40), step=300),
        recorded(alternating(2, 2, 0), alternating(500, 1, 0)),
        recorded("0" * 500),
        recorded("1" * 500),
    ],
    ids=["quick and slow", "long", "one flaps", "never", "always"],
)
@pytest.mark.parametrize("prefer", ["cheapest", "balanced"])
def test_curfew_is_near_the_best_simple_policy_on_made_up_traces(traces: TraceSet, prefer: str) -> None:
    rows = [row for row in outcomes(traces, 20, 0.35) if row.prefer == prefer]
    assert over_best_simple(rows, rows[0]) <= WITHIN


@pytest.fixture(scope="module")
def rows() -> list[Outcome]:
    """Every policy over the recorded traces."""
    if not TRACES.is_dir():
        pytest.skip("the recorded traces carry no licence: they are not part of the project")
    return [row for traces in read_sets(TRACES) for row in outcomes(traces, 20, 0.35)]


def test_curfew_is_within_2_percent_of_the_best_simple_policy_in_hindsight(rows: list[Outcome]) -> None:
    over = [over_best_simple(rows, row) for row in rows if row.policy == "curfew"]
    assert len(over) == len(rows) / len(POLICIES)
    assert max(over) <= WITHIN


def test_on_average_curfew_is_better_than_each_simple_policy(rows: list[Outcome]) -> None:
    ours = mean_regret(rows, "curfew")
    assert all(mean_regret(rows, policy) > ours for policy in POLICIES if policy != "curfew")
