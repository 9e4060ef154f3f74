"""The planted faults of kept baselines and of the months that are closed with them."""

from __future__ import annotations

from tests.mutants.faults import Fault

FLOWS = "tests/flows/test_baselines.py"
HTTP = "tests/entrypoints/test_http_baselines.py"
CLOSED = "tests/properties/test_closed_months.py"
STOPPABLE = f"{CLOSED}::test_nothing_is_avoided_beyond_what_could_be_stopped"
HOLDS = f"{CLOSED}::test_baselines_hold_only_while_it_is_there_and_curfew_acts_and_never_twice"
PAST_FAULTS = (
    Fault(
        "what was deleted goes on avoiding",
        (),
        "chalicelib/flows/baselines.py",
        "        gone, key, since = GONE in event.data,",
        "        gone, key, since = False,",
        (STOPPABLE, HOLDS, f"{FLOWS}::test_until_it_was_deleted_in_its_sleep"),
    ),
    Fault(
        "nobody tells that something is gone while it rests",
        (),
        "chalicelib/flows/metering.py",
        "    return Measured(marks, (*events, *_ended(when, _gone(states, seen))))\n",
        "    drew = [one for one in _gone(states, seen) if one.metered is not None and one.metered.text]\n"
        "    return Measured(marks, (*events, *_ended(when, drew)))\n",
        ("tests/flows/test_metering.py::test_what_is_deleted_while_it_rests_is_told_once",),
    ),
    Fault(
        "a newcomer claims from when Curfew first acted",
        (),
        "chalicelib/flows/baselines.py",
        "        begins = max(stay.begins, each.begins)\n",
        "        begins = each.begins\n",
        (STOPPABLE, HOLDS, f"{FLOWS}::test_a_newcomer_claims_nothing_before_it_was_first_seen"),
    ),
    Fault(
        "time in which it only observed is claimed",
        (),
        "chalicelib/flows/baselines.py",
        "        ends = min((end for end in (stay.ends, each.ends) if end is not None), default=None)\n",
        "        ends = stay.ends\n",
        (
            STOPPABLE,
            HOLDS,
            f"{FLOWS}::test_while_it_only_observes_again_nothing_is_claimed_and_what_it_acted_in_stays_claimed",
        ),
    ),
    Fault(
        "what slept all month has no size",
        (),
        "chalicelib/flows/baselines.py",
        "    draws = _drawn_before(month.before) | drawn_while_on(month.spans)\n",
        "    draws = drawn_while_on(month.spans)\n",
        (f"{FLOWS}::test_what_slept_all_month_is_claimed_at_the_size_it_had_in_the_month_before",),
    ),
    Fault(
        "before it acted is before it acted last",
        (),
        "chalicelib/flows/acting.py",
        "    since = notes.acting_since or (now if acts else None)\n",
        "    since = (notes.acting_since or now) if acts else None\n",
        (f"{FLOWS}::test_four_weeks_of_observe_and_then_act_rest_on_what_was_observed",),
    ),
    Fault(
        "what was watched is forgotten with its readings",
        (),
        "chalicelib/flows/watched.py",
        "        store.keep_past(definition.environment, found)\n",
        "",
        (f"{FLOWS}::test_what_was_watched_is_kept_longer_than_readings_are",),
    ),
    Fault(
        "a bill of time in which Curfew acted is kept",
        (),
        "chalicelib/flows/keep_past.py",
        "    if acted is not None and told.ends > acted:\n",
        "    if acted is not None and told.begins > acted:\n",
        (f"{HTTP}::test_what_cannot_be_kept_is_refused_in_words",),
    ),
    Fault(
        "anybody may keep a baseline",
        (),
        "chalicelib/flows/keep_past.py",
        '    require(actor, Role.OPERATOR, "keep a baseline")\n',
        '    require(actor, Role.FINANCE, "keep a baseline")\n',
        (f"{HTTP}::test_who_may_not_apply_may_not_keep",),
    ),
    Fault(
        "27 days of a bill stand",
        (),
        "chalicelib/entrypoints/baseline_body.py",
        "        provisional=told.days < ENOUGH.days,\n",
        "        provisional=False,\n",
        (f"{HTTP}::test_fewer_than_28_days_are_kept_and_do_not_stand",),
    ),
    Fault(
        "a bill goes before 28 watched days",
        (),
        "chalicelib/core/money/choosing.py",
        "    if told is None or told.provisional or not watched.provisional:\n",
        "    if told is None or told.provisional:\n",
        (
            "tests/core/money/test_choosing.py::"
            "test_the_best_that_is_known_is_what_was_watched_or_else_told_for_28_days",
            f"{FLOWS}::test_28_watched_days_go_before_a_bill",
        ),
    ),
    Fault(
        "hours of another zone are taken for the environment's",
        (),
        "chalicelib/flows/watched.py",
        "for origin, past in pasts.items() if past.timezone == timezone}",
        "for origin, past in pasts.items() if timezone}",
        (f"{FLOWS}::test_hours_of_another_zone_are_not_taken_for_those_of_the_environment",),
    ),
)
