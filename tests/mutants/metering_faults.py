"""The planted faults of what the ledger is made from: readings, and the spans they fold into."""

from __future__ import annotations

from tests.mutants.faults import Fault

COMPUTE = "tests/core/money/test_compute.py"
DATABASES = "tests/core/money/test_databases.py"
FOLDING = "tests/core/money/test_folding.py"
KEPT = "tests/flows/test_kept_money.py"
METERING = "tests/flows/test_metering.py"
METERING_FAULTS = (
    Fault(
        "a reading is lost with the worker that recorded an intent",
        (),
        "chalicelib/flows/reconcile.py",
        "[*events, *step.metered])",
        "events)",
        (f"{METERING}::test_a_reading_is_on_record_with_the_intent_of_a_worker_that_dies",),
    ),
    Fault(
        "what AWS will not show is taken to draw nothing",
        (),
        "chalicelib/flows/metering.py",
        "if not one.sighting.blind and not",
        "if not",
        (f"{METERING}::test_what_aws_will_not_show_goes_on_as_it_was_last_seen",),
    ),
    Fault(
        "what another environment owns is billed twice",
        (),
        "chalicelib/flows/metering.py",
        '    return (sighting.ineligible or "").startswith(OWNED_BY)\n',
        "    return False\n",
        (f"{METERING}::test_what_another_environment_owns_is_metered_there_only",),
    ),
    Fault(
        "what runs on into a month is not told again in it",
        (),
        "chalicelib/flows/metering.py",
        "return self.before is None or self.before.astimezone(UTC).date() < self.now.astimezone(UTC).date()",
        "return self.before is None",
        (f"{METERING}::test_what_runs_through_the_night_of_a_month_is_found_in_the_next",),
    ),
    Fault(
        "a restart between two looks is overlooked",
        (),
        "chalicelib/core/money/reading.py",
        "    new = [(at, draw) for at, draw in sorted(drawn.came) if after < at <= now]\n",
        "    new: list[tuple[datetime, Draw]] = []\n",
        (
            f"{METERING}::test_a_stop_and_a_start_by_hand_between_two_looks_are_two_runs",
            "tests/core/money/test_reading.py::test_each_part_of_a_change_is_told_from_when_aws_says",
        ),
    ),
    Fault(
        "a member of a group is billed twice",
        (),
        "chalicelib/core/money/instances.py",
        "    if any(tag in sighting.tags for tag in standing.LISTED_INSTEAD):\n",
        "    if False:\n",
        (f"{COMPUTE}::test_a_member_of_a_group_is_billed_with_its_group_only",),
    ),
    Fault(
        "to hibernate is free",
        (),
        "chalicelib/core/money/instances.py",
        "    if sighting.observed is Observed.UP or hibernates:\n",
        "    if sighting.observed is Observed.UP:\n",
        (f"{COMPUTE}::test_it_draws_while_aws_bills_it",),
    ),
    Fault(
        "a database that starts is billed",
        (),
        "chalicelib/core/money/databases.py",
        '        "starting",\n',
        "",
        (f"{DATABASES}::test_a_database_draws_in_the_states_that_aws_bills",),
    ),
    Fault(
        "what ran already is taken for a start",
        (),
        "chalicelib/core/money/folding.py",
        "starts = reading.edge is not Edge.OPEN and not",
        "starts = not",
        (f"{FOLDING}::test_what_ran_already_at_the_first_look_did_not_start_then",),
    ),
    Fault(
        "the oldest members go first",
        (),
        "chalicelib/core/money/folding.py",
        "stack.pop()",
        "stack.pop(0)",
        (f"{FOLDING}::test_members_that_come_are_further_spans_and_the_newest_go_first",),
    ),
    Fault(
        "what is heard moves an edge beyond the look before",
        (),
        "chalicelib/core/money/folding.py",
        "if since < one.at <= until]",
        "if one.at <= until]",
        (f"{FOLDING}::test_what_was_heard_sharpens_an_edge_between_two_looks",),
    ),
    Fault(
        "a span reaches beyond its month",
        (),
        "chalicelib/core/money/folding.py",
        "    if span.ends > ends:\n",
        "    if False:\n",
        (
            f"{FOLDING}::test_what_runs_across_the_edges_of_the_month_is_open_there_and_has_no_start_in_it",
            f"{FOLDING}::test_unit_seconds_are_the_integral_of_the_readings",
        ),
    ),
    Fault(
        "the order of readings changes what ran",
        (),
        "chalicelib/core/money/folding.py",
        "sorted(set(readings), key=_order)",
        "list(readings)",
        (f"{FOLDING}::test_neither_order_nor_doubling_changes_anything",),
    ),
    Fault(
        "what keeps billing and could not be looked at ends",
        (),
        "chalicelib/flows/residual.py",
        " if not billed.unseen else ():\n",
        ":\n",
        ("tests/flows/test_residual.py::test_what_could_not_be_looked_at_goes_on",),
    ),
    Fault(
        "what keeps billing is taken for something that ran",
        (),
        "chalicelib/core/money/folding.py",
        '        keeps=key.startswith(f"{KEEP}:"),\n',
        "        keeps=False,\n",
        (
            f"{FOLDING}::test_what_keeps_billing_says_so",
            f"{KEPT}::test_what_keeps_billing_costs_what_it_costs_and_avoids_exactly_nothing",
            f"{KEPT}::test_it_changes_nothing_of_what_else_was_avoided",
        ),
    ),
    Fault(
        "what keeps billing counts as what ran",
        (),
        "chalicelib/core/money/metering.py",
        "used, kept = [span for span in spans if not span.keeps], [",
        "used, kept = list(spans), [",
        (
            f"{KEPT}::test_what_keeps_billing_costs_what_it_costs_and_avoids_exactly_nothing",
            f"{KEPT}::test_it_changes_nothing_of_what_else_was_avoided",
        ),
    ),
    Fault(
        "another size of a database is no start",
        (),
        "chalicelib/core/money/folding.py",
        "        starts = reading.edge is not Edge.OPEN and not any(key.startswith(UNKNOWN) for key in running)\n",
        "        starts = reading.edge is not Edge.OPEN and not running\n",
        (f"{FOLDING}::test_a_resize_is_billed_a_minimum_of_its_own",),
    ),
    Fault(
        "striped storage has the performance of one volume",
        (),
        "chalicelib/flows/billed_storage.py",
        "STRIPES = 4\n",
        "STRIPES = 1\n",
        ("tests/flows/test_keeping_billing.py::test_a_database_that_rests_still_pays_its_storage",),
    ),
    Fault(
        "an event that is told twice is there twice",
        (),
        "chalicelib/adapters/dynamodb_readings.py",
        "sha256(repr(events).encode())",
        "sha256(str(id(events)).encode())",
        ("tests/contracts/test_readings.py::test_what_is_noted_is_there_once_however_often_and_late_it_is_told",),
    ),
)
