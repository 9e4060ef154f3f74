"""The planted faults of money before anything is switched on: no low end that nobody knows, nothing that is spared."""

from __future__ import annotations

from tests.mutants.faults import Fault

FORESEEING = "tests/core/money/test_foreseeing.py"
TOGETHER = "tests/core/money/test_foreseen_together.py"
LIVE = "tests/flows/test_foresight.py"
FORESIGHT_FAULTS = (
    Fault(
        "what commitments paid for is claimed at the low end too",
        (),
        "chalicelib/core/money/foreseeing.py",
        "_cents(high - paid)",
        "_cents(high)",
        (
            f"{FORESEEING}::test_what_commitments_paid_for_is_avoided_only_if_they_are_used_elsewhere",
            f"{TOGETHER}::test_a_plan_over_half_of_what_would_run_at_27_percent_off_leaves_half_of_the_claim",
        ),
    ),
    Fault(
        "a simulated ceiling passes for the low end",
        (),
        "chalicelib/core/money/foreseeing.py",
        "return None if self.ceiling else self.low",
        "return self.low",
        (
            f"{FORESEEING}::test_around_the_clock_is_no_low_end_either",
            "tests/entrypoints/cli/test_simulate_money.py::test_fewer_than_28_days_are_at_most_and_provisional",
        ),
    ),
    Fault(
        "commitments that nobody looked at pass for none",
        (),
        "chalicelib/core/money/foreseen_together.py",
        "    if commitments is None:\n",
        "    commitments = commitments or ()\n    if commitments is None:\n",
        (
            f"{TOGETHER}::test_none_is_not_the_same_as_nobody_looked",
            f"{LIVE}::test_where_nobody_knows_commitments_there_is_no_low_end_and_that_is_said",
        ),
    ),
    Fault(
        "a commitment is set against each environment as if it were alone",
        (),
        "chalicelib/core/money/foreseen_together.py",
        "    for made in found:\n",
        "    for made in found[:1]:\n        burden = Burden(tuple(commitments), Prices(book), month)\n"
        "        for other in found[1:]:\n            burden.read(other.environment, ())\n",
        (f"{TOGETHER}::test_what_others_go_on_using_is_avoided_in_full",),
    ),
    Fault(
        "a gain of commitments makes up for what they had paid for",
        (),
        "chalicelib/core/money/foreseen_together.py",
        "sum(each for each in borne.lost if each > 0)",
        "sum(each for each in borne.lost)",
        (f"{TOGETHER}::test_that_commitments_pay_for_more_than_would_have_run_is_no_gain",),
    ),
    Fault(
        "what Curfew would leave alone counts as avoided",
        (),
        "chalicelib/flows/live_use.py",
        "if arn not in spared}",
        "if arn}",
        (
            f"{LIVE}::test_what_is_spared_is_in_no_figure",
            f"{LIVE}::test_what_another_environment_owns_is_in_no_figure_of_a_file",
        ),
    ),
    Fault(
        "a group at rest passes for one that costs nothing",
        (),
        "chalicelib/flows/live_use.py",
        "    return None if drawn is None or (sighting.observed is not Observed.UP and by_members) else ()\n",
        "    return ()\n",
        (f"{LIVE}::test_the_size_of_a_group_at_rest_is_not_known_and_it_is_listed",),
    ),
    Fault(
        "what AWS does not show of a resource is not listed",
        (),
        "chalicelib/flows/live_use.py",
        "        if one.sighting.blind or one.sighting.observed is Observed.BROKEN:\n",
        "        if one.sighting.blind:\n            continue\n        if one.sighting.observed is Observed.BROKEN:\n",
        (f"{LIVE}::test_what_cannot_be_looked_at_is_told_and_in_no_figure",),
    ),
    Fault(
        "what is not computable is shown as nothing",
        (),
        "chalicelib/entrypoints/foresight_view.py",
        "return None if amount is None or not seen.computable else str(amount)",
        "return None if amount is None else str(amount)",
        ("tests/entrypoints/test_http_foresight.py::test_what_is_not_known_is_null_and_never_nothing",),
    ),
    Fault(
        "who may not apply may look at what files select",
        (),
        "chalicelib/flows/applied_use.py",
        '    require(actor, Role.OPERATOR, "look at what schedule files select")\n',
        "",
        (
            f"{LIVE}::test_what_files_select_is_for_operators_to_look_at",
            "tests/entrypoints/test_http_foresight.py::test_files_are_for_operators",
        ),
    ),
)
