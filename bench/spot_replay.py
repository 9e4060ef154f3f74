"""Curfew's choice of spot pools against simple ones and the optimum, over recorded availability.

`python bench/spot_replay.py --traces DIR --nodes 20 --on-demand-ratio 0.35` (`--json` for programs).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

if not __package__:  # started by its path, which leaves the project itself off Python's
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.spot_optimum import optimum
from bench.spot_policies import POLICIES, SIMPLE, Curfew, Setting
from bench.spot_rules import Bill, replay
from bench.spot_traces import TraceError, TraceSet, read_sets
from bench.tables import say, show
from chalicelib.core.prefer import Prefer

ROOT = Path(__file__).resolve().parents[1]
TRACES = ROOT.parent / "shared" / "data" / "spot_traces"
COLUMNS = ("policy", "cost", "short", "switches", "objective", "regret %", "over best simple %")
PLACES = 3
"""Decimal places of money and minutes: sums of floats are not exact beyond."""
MEASURED = (
    "cost and objective in on-demand node-minutes; short in node-minutes; the optimum knew the whole trace; "
    "best simple is the best of the others in hindsight"
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One policy over one set, at one preference. Money is in on-demand node-minutes."""

    trace_set: str
    prefer: str
    policy: str
    cost: float
    short_node_minutes: float
    switches: int
    objective: float
    optimum: float
    regret: float


def outcomes(traces: TraceSet, nodes: int, ratio: float) -> Iterator[Outcome]:
    """What each policy comes to at each preference."""
    simple = simple_bills(traces, nodes, ratio)
    for prefer in Prefer:
        best = optimum(traces, ratio, prefer.lost_minute) * nodes
        ours = replay(traces, nodes, ratio, Curfew(Setting(prefer, nodes, ratio, traces.pools)))
        for policy, bill in {"curfew": ours, **simple}.items():
            yield _outcome(traces.name, prefer, policy, bill, best)


def simple_bills(traces: TraceSet, nodes: int, ratio: float) -> dict[str, Bill]:
    """The bills of the simple policies, which mind no preference."""
    return {name: replay(traces, nodes, ratio, make(traces.pools, nodes)) for name, make in SIMPLE.items()}


def over_best_simple(rows: Sequence[Outcome], row: Outcome) -> float:
    """By how much its objective exceeds the least of the simple policies', over the same set and preference."""
    peers = [one for one in rows if (one.trace_set, one.prefer) == (row.trace_set, row.prefer)]
    return row.objective / min(one.objective for one in peers if one.policy != "curfew") - 1


def mean_regret(rows: Sequence[Outcome], policy: str, prefer: str | None = None) -> float:
    """The mean regret of a policy over all sets: at one preference, or at all."""
    regrets = [row.regret for row in rows if row.policy == policy and prefer in (None, row.prefer)]
    return sum(regrets) / len(regrets)


def _outcome(trace_set: str, prefer: Prefer, policy: str, bill: Bill, best: float) -> Outcome:
    objective = bill.objective(prefer.lost_minute)
    paid = (round(bill.cost, PLACES), round(bill.short_node_minutes, PLACES), bill.switches)
    regret = max(0.0, round(objective / best - 1, 2 * PLACES))
    return Outcome(trace_set, prefer.value, policy, *paid, round(objective, PLACES), round(best, PLACES), regret)


def _tables(rows: Sequence[Outcome]) -> None:
    for trace_set, prefer in dict.fromkeys((row.trace_set, row.prefer) for row in rows):
        shown = [row for row in rows if (row.trace_set, row.prefer) == (trace_set, prefer)]
        show(f"{trace_set}, {prefer}", COLUMNS, [_cells(rows, row) for row in shown], MEASURED)
    preferences = [prefer.value for prefer in Prefer]
    means = [
        (policy, *(100 * mean_regret(rows, policy, prefer) for prefer in (*preferences, None))) for policy in POLICIES
    ]
    show("Mean regret %", ("policy", *preferences, "all"), means, "over all sets")


def _cells(rows: Sequence[Outcome], row: Outcome) -> tuple[object, ...]:
    paid = (row.cost, row.short_node_minutes, row.switches, row.objective)
    return row.policy, *paid, 100 * row.regret, 100 * over_best_simple(rows, row)


def _arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--traces", type=Path, default=TRACES, help="directory of traces, one file a pool")
    parser.add_argument("--nodes", type=int, default=20, help="nodes of the group")
    parser.add_argument("--on-demand-ratio", type=float, default=0.35, help="the spot price, as a share of on-demand")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    arguments = parser.parse_args(given)
    if arguments.nodes < 1 or arguments.on_demand_ratio <= 0:
        parser.error("--nodes has to be 1 or more, --on-demand-ratio above 0")
    return arguments


def main(given: Sequence[str] | None = None) -> int:
    """The figures are on stdout. The answer is 0, or 2 when there are no traces."""
    arguments = _arguments(given)
    try:
        sets = read_sets(arguments.traces)
    except TraceError as error:
        print(error, file=sys.stderr)
        return 2
    rows: list[Outcome] = []
    for traces in sets:
        say(f"{traces.name}: {len(traces.pools)} pools, {len(traces.steps):,} steps of {traces.step:g} s")
        rows += outcomes(traces, arguments.nodes, arguments.on_demand_ratio)
    if arguments.json:
        print(json.dumps([asdict(row) for row in rows], indent=1))
    else:
        _tables(rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
