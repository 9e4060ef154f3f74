"""By how much Curfew's choice of spot pools exceeds the best simple policy in hindsight, on made-up traces.

`python bench/spot_held_out.py` replays worlds that nothing was tuned on; `--tuning` those that the constants of the
decision were chosen with. Each family has other ways for pools to come and go.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

if not __package__:  # started by its path, which leaves the project itself off Python's
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.spot_policies import Curfew, Setting
from bench.spot_replay import simple_bills
from bench.spot_rules import replay
from bench.spot_worlds import FAMILIES, world
from bench.tables import say, show
from chalicelib.core.prefer import Prefer

TUNING, HELD_OUT = 0, 1000
"""The first number of the worlds of either sort."""
NODES, RATIO = 20, 0.35
WITHIN = 0.02
COLUMNS = ("family", "prefer", "worst %", "mean %", "over 2 %", "on average better than")
MEASURED = (
    "objective over that of the best simple policy in hindsight, of each world; over 2 %: how many worlds; "
    "20 nodes, spot at 0.35 of on-demand"
)


@dataclass(frozen=True, slots=True)
class Compared:
    """What each policy comes to in one world, at one preference: objectives in on-demand node-minutes."""

    family: str
    prefer: Prefer
    curfew: float
    simple: dict[str, float]

    @property
    def gap(self) -> float:
        """By how much Curfew's objective exceeds the least of the others, as a share of it."""
        return self.curfew / min(self.simple.values()) - 1


def compared(family: str, numbers: Sequence[int]) -> Iterator[Compared]:
    """Curfew beside the simple policies in these worlds of the family."""
    for number in numbers:
        traces = world(family, number)
        simple = simple_bills(traces, NODES, RATIO)
        for prefer in Prefer:
            ours = replay(traces, NODES, RATIO, Curfew(Setting(prefer, NODES, RATIO, traces.pools)))
            others = {name: bill.objective(prefer.lost_minute) for name, bill in simple.items()}
            yield Compared(family, prefer, ours.objective(prefer.lost_minute), others)


def _row(family: str, prefer: Prefer, found: Sequence[Compared]) -> tuple[object, ...]:
    gaps = [one.gap for one in found]
    over = sum(gap > WITHIN for gap in gaps)
    return family, prefer.value, 100 * max(gaps), 100 * mean(gaps), f"{over} of {len(gaps)}", _beaten(found)


def _beaten(found: Sequence[Compared]) -> str:
    """The simple policies whose objective is on average, over these worlds, above Curfew's."""
    means = {name: mean(one.simple[name] / one.curfew for one in found) for name in found[0].simple}
    unbeaten = [name for name, ratio in means.items() if ratio <= 1]
    return f"all but {', '.join(unbeaten)}" if unbeaten else "each"


def _arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tuning", action="store_true", help="the worlds that the constants were chosen with")
    parser.add_argument("--worlds", type=int, default=8, help="how many of each family")
    return parser.parse_args(given)


def main(given: Sequence[str] | None = None) -> int:
    """The table is on stdout."""
    arguments = _arguments(given)
    first = TUNING if arguments.tuning else HELD_OUT
    found: list[Compared] = []
    for family in FAMILIES:
        say(family)
        found += compared(family, range(first, first + arguments.worlds))
    pairs = dict.fromkeys((one.family, one.prefer) for one in found)
    rows = [_row(*pair, [one for one in found if (one.family, one.prefer) == pair]) for pair in pairs]
    rows += [_row("all", prefer, [one for one in found if one.prefer == prefer]) for prefer in Prefer]
    show("Tuning worlds" if arguments.tuning else "Held-out worlds", COLUMNS, rows, MEASURED)
    return 0


if __name__ == "__main__":
    sys.exit(main())
