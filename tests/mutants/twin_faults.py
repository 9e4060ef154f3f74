"""The planted faults of twins: how nodes shift between two node groups, and what is remembered of them."""

from __future__ import annotations

from tests.mutants.faults import Fault

FLOWS = "tests/flows/test_twins.py"
ALWAYS = "tests/properties/test_twins.py::"
ALWAYS += "test_while_nodes_shift_there_are_never_fewer_than_wanted_nor_fewer_on_demand_than_the_base"
TWIN_FAULTS = (
    Fault(
        "the old nodes go before the new ones serve",
        (),
        "chalicelib/core/twins.py",
        "    taken_over = other.desired == other_to <= other.serving\n"
        "    return to if taken_over and left >= least and left + other.serving >= to + other_to else twin.desired\n",
        "    return to if left >= least and other_to >= 0 else twin.desired\n",
        (ALWAYS, "tests/core/test_twins.py::test_the_new_ones_serve_before_the_old_ones_go"),
    ),
    Fault(
        "what AWS ends is taken to be what does not serve",
        (),
        "chalicelib/core/twins.py",
        "    left = max(twin.serving - (twin.present - to), 0)\n",
        "    left = min(twin.serving, to)\n",
        ("tests/core/test_twins.py::test_the_new_ones_serve_before_the_old_ones_go",),
    ),
    Fault(
        "a node group is asked for more than its maximum",
        (),
        "chalicelib/core/twins.py",
        "        return min(max(size, self.lowest), self.highest)\n",
        "        return max(size, self.lowest)\n",
        (f"{FLOWS}::test_a_bound_is_not_exceeded_and_is_told",),
    ),
    Fault(
        "a pool on hold is asked by way of its node group",
        (),
        "chalicelib/core/twins.py",
        "as_one(memory.group, pools))",
        "memory.group)",
        ("tests/core/test_twins.py::test_any_pool_on_hold_keeps_the_pair_from_more_spot",),
    ),
    Fault(
        "the overlap of a shift is taken for a size",
        (),
        "chalicelib/core/twin_memory.py",
        "    free = min(max(-change, 0), spare)\n",
        "    free = 0\n",
        (f"{FLOWS}::test_the_overlap_of_a_shift_is_no_size_even_if_an_autoscaler_ends_it",),
    ),
    Fault(
        "a call that has not come through is taken for somebody's",
        (),
        "chalicelib/core/twin_memory.py",
        "    return 0 if shown == before else shown - share\n",
        "    return shown - share\n",
        (f"{FLOWS}::test_a_size_that_aws_would_not_lower_is_nobodys_wish",),
    ),
    Fault(
        "what an autoscaler changes is shifted away again",
        (),
        "chalicelib/core/twin_memory.py",
        "    return replace(twins, own=own, before=",
        "    return replace(twins, before=",
        (ALWAYS, f"{FLOWS}::test_what_an_autoscaler_adds_is_kept"),
    ),
    Fault(
        "a start leads to last evening's sizes, and shifts only then",
        (),
        "chalicelib/core/remember.py",
        '    share = {} if state.share is None else {"desired": state.share}\n',
        "    share: dict[str, int] = {}\n",
        (f"{FLOWS}::test_when_spot_failed_before_the_night_the_start_leads_to_what_is_wanted_now",),
    ),
    Fault(
        "a twin that is to have no nodes counts as down",
        (),
        "chalicelib/flows/pairs.py",
        "        none_wanted = state.share == 0 and",
        "        none_wanted = state.share == -1 and",
        (f"{FLOWS}::test_a_twin_without_nodes_is_up_with_its_twin_and_nobodys_reversal",),
    ),
)
