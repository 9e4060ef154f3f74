"""The planted faults of baselines: nobody's evenings are claimed, and no ceiling passes for what was observed."""

from __future__ import annotations

from tests.mutants.faults import Fault

PROFILING = "tests/core/money/test_profiling.py"
CHOOSING = "tests/core/money/test_choosing.py"
CHOSEN = f"{CHOOSING}::test_the_best_that_there_is_is_chosen_and_named"
PLAYED = (
    "tests/properties/test_baselines.py::test_played_back_over_the_time_it_was_observed_in_a_baseline_costs_what_ran"
)
BASELINE_FAULTS = (
    Fault(
        "hours in which somebody had stopped it are claimed",
        (),
        "chalicelib/core/money/profiling.py",
        "    was = _by_week_hour(common(on, seen), timezone)\n",
        "    was = of\n",
        (PLAYED, f"{PROFILING}::test_hours_that_somebody_stopped_it_in_are_not_on"),
    ),
    Fault(
        "its size is all that it ever drew",
        (),
        "chalicelib/core/money/profiling.py",
        "        drawn[list_key(span.rate)] += span.units * _length(common([stretch(span.begins, span.ends)], seen))\n",
        "        drawn[list_key(span.rate)] += span.units * on\n",
        (PLAYED, f"{PROFILING}::test_its_size_is_what_it_drew_on_average_while_on_and_not_the_largest"),
    ),
    Fault(
        "hours of the week are those of UTC",
        (),
        "chalicelib/core/money/profiling.py",
        "    return frame(timezone, month)\n",
        '    return frame("UTC", month)\n',
        (f"{PROFILING}::test_an_hour_of_the_week_is_that_of_local_clocks",),
    ),
    Fault(
        "27 days are enough",
        (),
        "chalicelib/core/money/profiling.py",
        "        provisional=days < ENOUGH.days,\n",
        "        provisional=days < ENOUGH.days - 1,\n",
        (f"{PROFILING}::test_less_than_28_days_are_provisional",),
    ),
    Fault(
        "what could not have been stopped counts as stopped",
        (),
        "chalicelib/core/money/profiling.py",
        "    seen = without([stretch(begins, ends)], bound)\n",
        "    seen = (stretch(begins, ends),)\n",
        (f"{PROFILING}::test_time_in_which_it_could_not_be_stopped_is_neither_on_nor_off",),
    ),
    Fault(
        "a few days count as observed",
        (),
        "chalicelib/core/money/choosing.py",
        "    if known is not None and not known.provisional:\n",
        "    if known is not None:\n",
        (CHOSEN,),
    ),
    Fault(
        "a ceiling passes for a declaration",
        (),
        "chalicelib/core/money/choosing.py",
        "basis=Basis.CEILING if on == ALWAYS_ON else Basis.DECLARED",
        "basis=Basis.DECLARED",
        (CHOSEN,),
    ),
    Fault(
        "what was declared and never observed is not provisional",
        (),
        "chalicelib/core/money/choosing.py",
        "        provisional=True,\n",
        "        provisional=False,\n",
        (CHOSEN,),
    ),
    Fault(
        "the size of today stands in for the one observed",
        (),
        "chalicelib/core/money/choosing.py",
        "        known.draws if known is not None and known.draws else ",
        "        known.draws if known is None else ",
        (f"{CHOOSING}::test_its_sizes_are_the_observed_ones_whatever_its_hours_are",),
    ),
    Fault(
        "a bill of the time in which Curfew acted counts as the time before",
        (),
        "chalicelib/flows/backfill.py",
        "acted is not None and usage.ends > acted:",
        "False:",
        ("tests/entrypoints/cli/test_observe.py::test_what_ran_after_curfew_began_to_act_does_not_count",),
    ),
    Fault(
        "a licence that a bill does not name is taken for none",
        (),
        "chalicelib/core/money/billed.py",
        "_BY_OPERATION.get(operation)",
        '_BY_OPERATION.get(operation, "linux")',
        ("tests/core/money/test_backfill.py::test_a_line_tells_an_on_demand_rate_or_says_that_it_does_not",),
    ),
    Fault(
        "a run that ended at nobody knows what time counts until the next start",
        (),
        "chalicelib/core/money/trail.py",
        "        if call.runs:\n",
        "        if call.runs:\n            if since is not None:\n                yield since, call.at\n",
        ("tests/core/money/test_trail.py::test_calls_become_spans",),
    ),
)
