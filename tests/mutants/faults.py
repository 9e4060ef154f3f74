"""The planted faults: each breaks one promise of DESIGN.md section 6, and the tests named with it must go red."""

from __future__ import annotations

from dataclasses import dataclass

NIGHTS = "tests/properties/test_nights.py"
MORNING = f"{NIGHTS}::test_whatever_happens_at_night_the_morning_finds_everything_up_and_of_its_size"
LIGHT = f"{NIGHTS}::test_whatever_light_and_full_leases_come_and_go_the_morning_finds_everything_at_its_full_size"
RECONCILE = "tests/flows/test_reconcile.py"
CAPACITY = "tests/flows/test_capacity.py"
CLAIMS = "tests/contracts/test_claims.py"


@dataclass(frozen=True, slots=True)
class Fault:
    """In `file` the one place that reads `text` is made to read `replacement`; each of `tests` must then fail.

    `invariants` are the numbers of section 6 that it breaks. A test is a pytest id; of a parametrized one, one
    case must fail.
    """

    name: str
    invariants: tuple[int, ...]
    file: str
    text: str
    replacement: str
    tests: tuple[str, ...]


FAULTS = (
    Fault(
        "a flow knows an adapter",
        (1,),
        "chalicelib/flows/tick.py",
        "from chalicelib.flows.ports import World\n",
        "from chalicelib.adapters.clock import SystemClock  # noqa: F401\nfrom chalicelib.flows.ports import World\n",
        ("tests/package/test_layers.py::test_imports_point_down",),
    ),
    Fault(
        "the core asks the clock",
        (2,),
        "chalicelib/core/due.py",
        "    return now + min(max(pause, SOONEST), LATEST)",
        "    return datetime.now(now.tzinfo) + min(max(pause, SOONEST), LATEST)",
        ("tests/core/test_purity.py::test_core_and_kinds_ask_no_clock",),
    ),
    Fault(
        "saving after acting",
        (3, 12),
        "chalicelib/flows/reconcile.py",
        "    step = _recorded(world, head, loaded, look)\n"
        "    outcome = act(world, step.head, step.definition, step.assessment, step.seen, step.changes)\n",
        "    step = _assessed(world, head, loaded, look)\n"
        "    outcome = act(world, step.head, step.definition, step.assessment, step.seen, step.changes)\n"
        "    step = _intend(world, step)\n",
        (MORNING, "tests/flows/test_act.py::test_every_call_is_on_record_before_it_is_made"),
    ),
    Fault(
        "a group's own policy is overwritten by ours",
        (4,),
        "chalicelib/core/remix.py",
        "        own=memory.own or mixed.policy,\n",
        "        own=mixed.policy,\n",
        ("tests/flows/test_own_mix.py::test_its_own_policy_comes_back_when_its_file_gives_it_no_mix_any_more",),
    ),
    Fault(
        "AWS's warnings of a member find nobody",
        (),
        "chalicelib/flows/reconcile.py",
        "        world.store.own(head.name, members)\n",
        "        pass\n",
        (
            f"{CAPACITY}::test_with_every_pool_failing_the_group_is_all_on_demand_within_one_pass_and_comes_back_by_itself",
        ),
    ),
    Fault(
        "a pool on hold is asked by way of its type",
        (),
        "chalicelib/core/remix.py",
        "    return weigh(allowed(capacity, now), present, by_type(memory.group, pools))",
        "    return weigh(allowed(capacity, now), present, memory.group)",
        ("tests/core/test_remix.py::test_a_type_of_which_one_pool_is_on_hold_is_asked_for_in_no_zone",),
    ),
    Fault(
        "no ordering on the return",
        (),
        "chalicelib/core/plan.py",
        "        return tuple(key for key in needs if key not in supplementary)\n",
        "        return ()\n",
        ("tests/core/test_plan.py::test_on_the_return_each_waits_until_what_it_needs_is_up",),
    ),
    Fault(
        "no ordering on the descent",
        (),
        "chalicelib/core/plan.py",
        "        return (*(key for key in before.get(member.key, ()) if key in waiting), *sorted(watching))\n",
        "        return ()\n",
        (
            f"{RECONCILE}::test_nothing_moves_before_what_it_needs_has_arrived",
            "tests/core/test_plan.py::test_on_the_descent_the_order_says_who_goes_first",
        ),
    ),
    Fault(
        "restore point overwritten",
        (4,),
        "chalicelib/core/remember.py",
        "    if desired is Desired.DOWN and state.restore is None:\n",
        "    if desired is Desired.DOWN:\n",
        (
            f"{RECONCILE}::test_an_autoscaler_that_grows_a_group_at_night_is_sent_back_and_its_one_is_no_size",
            f"{RECONCILE}::test_the_size_of_a_half_stopped_group_is_not_taken_for_its_size",
            "tests/core/test_remember.py::test_an_open_restore_point_is_never_overwritten",
            MORNING,
        ),
    ),
    Fault(
        "restore point archived although sizes are not back",
        (4, 12),
        "chalicelib/core/remember.py",
        "    full = state.whole and not state.unlifted\n",
        "    full = True\n",
        (
            "tests/flows/test_wake.py::test_a_wake_when_an_autoscaler_grew_the_group_to_one_brings_back_all_of_it",
            "tests/core/test_remember.py::test_a_return_that_is_not_verified_archives_nothing",
        ),
    ),
    Fault(
        "phase stored",
        (5,),
        "chalicelib/core/model.py",
        "    attempts: int = 0\n",
        '    attempts: int = 0\n    phase: str = ""\n',
        ("tests/core/test_phase.py::test_no_phase_is_ever_stored",),
    ),
    Fault(
        "a poke that schedules twice",
        (6,),
        "chalicelib/flows/release.py",
        "    alive = notes.poke_at is not None and notes.poke_at > now\n",
        "    alive = False\n",
        ("tests/flows/test_pokes.py::test_however_many_events_come_at_most_two_pokes_are_alive",),
    ),
    Fault(
        "a poke that carries data",
        (6,),
        "chalicelib/adapters/sqs_queue.py",
        'json.dumps({"environment": name})',
        'json.dumps({"environment": name, "desired": "down"})',
        ("tests/contracts/test_queue.py::test_sqs_is_asked_for_whole_seconds_up_to_its_limit",),
    ),
    Fault(
        "another flow acts",
        (7,),
        "chalicelib/flows/retry.py",
        "    submit(world, actor, name, change)\n",
        "    submit(world, actor, name, change)\n    list(world.cloud.act(None, ()))  # type: ignore[arg-type]\n",
        ("tests/flows/test_act.py::test_only_the_pass_and_the_way_back_without_the_service_make_calls",),
    ),
    Fault(
        "the tick may start and stop",
        (7,),
        ".chalice/policies/tick.json",
        '"sqs:SendMessage"',
        '"sqs:SendMessage", "ec2:StopInstances"',
        ("tests/package/test_rights.py::test_only_reconcile_may_start_or_stop",),
    ),
    Fault(
        "a lease that arrived since the look is overlooked",
        (8, 13),
        "chalicelib/flows/reconcile.py",
        "    return fresh, again\n",
        "    return replace(fresh, wishes=head.wishes), again\n",
        (f"{RECONCILE}::test_a_wish_that_arrives_between_look_and_record_is_decided_with_the_same_look",),
    ),
    Fault(
        "the rest of a batch goes on after a wake",
        (8,),
        "chalicelib/flows/act.py",
        "        if number and not _unmoved(world, head):\n",
        "        if False:\n",
        (
            "tests/flows/test_act.py::test_a_wake_between_two_batches_abandons_the_rest",
            "tests/flows/test_act.py::test_a_worker_that_lost_its_claim_between_two_batches_makes_no_further_call",
        ),
    ),
    Fault(
        "a hold is ignored",
        (8,),
        "chalicelib/core/decide.py",
        "    yield _hold(wishes, at)\n",
        "",
        (
            f"{RECONCILE}::test_a_hold_keeps_it_up_until_it_is_taken_off",
            "tests/core/test_decide.py::test_the_first_rule_that_speaks_wins",
        ),
    ),
    Fault(
        "kill switch ignored",
        (8,),
        "chalicelib/core/decide.py",
        'yield Says("kill-switch", Desired.AS_IS if',
        'yield Says("kill-switch", None if',
        (
            f"{RECONCILE}::test_the_kill_switch_of_the_organisation_or_an_account_stops_every_pass",
            f"{RECONCILE}::test_a_paused_environment_is_not_touched_until_it_is_resumed",
        ),
    ),
    Fault(
        "production mark on a live tag ignored",
        (9,),
        "chalicelib/flows/assess.py",
        "        if mark:\n",
        "        if False:\n",
        (f"{RECONCILE}::test_a_production_mark_on_a_live_tag_leaves_the_whole_environment_as_it_is",),
    ),
    Fault(
        "production stage ignored by the rules",
        (9,),
        "chalicelib/core/decide.py",
        "    if definition.stage.lower() in PRODUCTION_WORDS:\n",
        "    if False:\n",
        (f"{RECONCILE}::test_a_production_stage_is_left_as_it_is",),
    ),
    Fault(
        "production accepted when applying",
        (9,),
        "chalicelib/flows/apply.py",
        "        if mark := assess.production_seen(definition, [one]):\n",
        "        if False:\n",
        ("tests/flows/test_apply.py::test_a_production_mark_on_a_live_resource_is_refused",),
    ),
    Fault(
        "nobody is told of a definition that cannot be read",
        (10,),
        "chalicelib/flows/reconcile.py",
        "        _leave_broken(world, head, loaded)\n",
        "",
        (f"{RECONCILE}::test_a_definition_that_cannot_be_read_leaves_everything_as_it_is_and_tells_once",),
    ),
    Fault(
        "what cannot be seen is taken for gone",
        (10,),
        "chalicelib/flows/survey.py",
        "        return dict(_blind(kind, location, resources, here, answers))\n",
        "        return {}\n",
        (f"{RECONCILE}::test_a_denied_look_is_shown_as_broken_and_nothing_is_called",),
    ),
    Fault(
        "after a crash the others go ahead",
        (12,),
        "chalicelib/core/remember.py",
        " if state.intent is desired and due is not None and now < due else None",
        " if state.intent is desired else None",
        ("tests/core/test_remember.py::test_a_try_whose_call_may_never_have_been_made_lets_nobody_go_ahead",),
    ),
    Fault(
        "the claim of a dead worker never ends",
        (12,),
        "chalicelib/adapters/dynamodb_claims.py",
        'FREE = "(attribute_not_exists(#claimed_until) OR #claimed_until <= :now)"',
        'FREE = "(attribute_not_exists(#claimed_until) AND :now = :now)"',
        (f"{CLAIMS}::test_a_claim_that_ran_out_is_free_for_another_at_that_instant",),
    ),
    Fault(
        "a claim that is alive is ignored",
        (12,),
        "chalicelib/adapters/dynamodb_claims.py",
        'f"#due_at <= :now AND {FREE} AND #schema <= :schema"',
        'f"#due_at <= :now AND #schema <= :schema"',
        (f"{CLAIMS}::test_of_two_claims_one_wins",),
    ),
    Fault(
        "a write that ignores the fence",
        (12,),
        "chalicelib/adapters/dynamodb_claims.py",
        'OURS = "#fence = :fence AND',
        'OURS = "#fence >= :fence AND',
        (
            f"{CLAIMS}::test_a_write_by_an_old_fence_is_lost_and_stores_nothing",
            f"{CLAIMS}::test_only_the_claimant_can_drop",
        ),
    ),
    Fault(
        "a rename that forgets restore points",
        (12,),
        "chalicelib/flows/rename.py",
        "{**world.store.load(new).states, **unread}",
        "world.store.load(new).states",
        ("tests/flows/test_rename.py::test_an_environment_renamed_in_its_sleep_comes_back_with_its_sizes",),
    ),
    Fault(
        "no revision check: a wish is lost at record and release",
        (8, 13),
        "chalicelib/adapters/dynamodb_claims.py",
        'OURS_UNMOVED = f"{OURS} AND #revision = :revision"',
        'OURS_UNMOVED = f"{OURS} AND #revision >= :revision"',
        (
            f"{CLAIMS}::test_a_write_after_a_wish_arrived_is_moved_and_stores_nothing",
            f"{CLAIMS}::test_a_wish_during_a_pass_survives_the_end_of_the_pass",
        ),
    ),
    Fault(
        "a wish that arrived during the pass is lost at its release",
        (13,),
        "chalicelib/flows/reconcile.py",
        "        return world.store.drop(head, world.clock.now())\n",
        "        return False\n",
        (
            f"{RECONCILE}::test_a_wish_that_arrives_while_calls_are_made_begins_a_new_pass_at_once",
            f"{RECONCILE}::test_when_wishes_move_again_and_again_the_environment_stays_due_and_no_poke_is_sent",
        ),
    ),
    Fault(
        "of two wishes at once the second overwrites the first",
        (13,),
        "chalicelib/adapters/dynamodb_desk.py",
        '" AND ".join(["#revision = :revision", *same])',
        '" AND ".join(["#revision >= :revision", *same])',
        ("tests/contracts/test_dynamodb_store.py::test_a_wish_is_moved_when_another_comes_between",),
    ),
    Fault(
        "a late retry revives a released lease",
        (13,),
        "chalicelib/flows/wake.py",
        "        if earlier:\n",
        "        if False:\n",
        ("tests/flows/test_wake.py::test_a_late_retry_does_not_revive_a_released_lease",),
    ),
    Fault(
        "adoption of our own start",
        (),
        "chalicelib/core/remember.py",
        "    if before.intent is not Desired.DOWN or before.rested_at is None or known(before) is not Observed.DOWN:\n",
        "    if known(before) is not Observed.DOWN:\n",
        (
            "tests/flows/test_adopt.py::test_a_lease_released_a_moment_after_the_start_is_not_taken_for_a_start_outside",
            "tests/core/test_remember.py::test_a_start_outside_is_one_that_neither_we_nor_aws_made",
        ),
    ),
    Fault(
        "the resource of another becomes ours on the second pass",
        (),
        "chalicelib/flows/one_pass.py",
        '    return state is not None and not (state.ineligible or "").startswith(OWNED_BY)\n',
        "    return state is not None\n",
        (f"{RECONCILE}::test_a_resource_of_another_environment_is_ineligible",),
    ),
    Fault(
        "a decision that ends before it is made",
        (),
        "chalicelib/core/decide.py",
        "    elif at < now.until - early:\n",
        "    elif True:\n",
        ("tests/core/test_decide.py::test_a_decision_never_ends_before_it_is_made",),
    ),
    Fault(
        "what is supplementary blocks the others",
        (),
        "chalicelib/core/plan.py",
        "        return tuple(key for key in needs if key not in supplementary)\n",
        "        return tuple(needs)\n",
        ("tests/core/test_plan.py::test_nothing_waits_on_the_return_for_what_is_supplementary",),
    ),
    Fault(
        "alarms are armed while the start goes on",
        (),
        "chalicelib/core/plan.py",
        "            return tuple(key for key in coming if key in not_up)\n",
        "            return ()\n",
        (
            "tests/core/test_plan.py::test_what_is_supplementary_comes_last_and_what_watches_after_it_whatever_failed",
            "tests/flows/test_services_at_night.py::test_alarms_are_silent_before_anything_goes_down_and_until_everything_is_back",
        ),
    ),
    Fault(
        "suspensions are lifted before it is healthy",
        (),
        "chalicelib/core/plan.py",
        "    return member.unlifted and member.risen\n",
        "    return member.unlifted\n",
        ("tests/core/test_plan.py::test_what_we_suspended_is_lifted_only_once_it_is_back_and_healthy",),
    ),
    Fault(
        "what is busy is asked to stop",
        (),
        "chalicelib/core/plan.py",
        "    if member.busy and member.desired is Desired.DOWN:\n",
        "    if False:\n",
        ("tests/core/test_plan.py::test_what_is_busy_waits_with_its_stop_and_keeps_nothing_else_up",),
    ),
    Fault(
        "it fights for ever",
        (),
        "chalicelib/core/fights.py",
        "MOST_REVERSALS = 2\n",
        "MOST_REVERSALS = 99\n",
        (
            "tests/core/test_fights.py::test_two_reversals_within_a_day_end_the_fight_until_that_day_is_over",
            "tests/flows/test_adopt.py::test_a_second_start_outside_within_a_day_is_no_wish_but_a_fight_and_is_left_alone",
        ),
    ),
    Fault(
        "a stop that AWS will never make is tried every night",
        (),
        "chalicelib/core/remember.py",
        "    if helps is Remedy.NEVER and state.intent is Desired.DOWN and AT_FIRST not in said:\n",
        "    if False:\n",
        (
            "tests/flows/test_importance.py"
            "::test_a_stop_that_aws_will_never_make_is_told_once_and_not_tried_every_night",
        ),
    ),
    Fault(
        "a shortage ends in a person's hands",
        (),
        "chalicelib/core/remember.py",
        "    return used_up and remedy(state.refusal) not in PATIENT\n",
        "    return used_up\n",
        ("tests/core/test_remember.py::test_only_what_a_person_can_mend_is_ever_stuck",),
    ),
    Fault(
        "an alternate type is asked for twice in a round",
        (),
        "chalicelib/core/alternates.py",
        "    return types[state.shortages % len(types)] if types else None\n",
        "    return types[min(state.shortages, 1) % len(types)] if types else None\n",
        ("tests/core/test_alternates.py::test_no_type_is_asked_for_twice_in_a_round_and_the_preferred_comes_first",),
    ),
    Fault(
        "the used environment is let go while its user still runs",
        (),
        "chalicelib/core/shared.py",
        "    return Need.STAY if any(map(_runs, members)) else Need.NOTHING\n",
        "    return Need.NOTHING\n",
        (
            "tests/properties/test_shared.py"
            "::test_a_used_environment_is_never_sent_down_while_a_user_is_or_wants_to_be_up",
            "tests/flows/test_shared.py::test_the_used_one_begins_to_rest_only_when_its_user_is_down",
        ),
    ),
    Fault(
        "a check before a stop overrules a hold",
        (),
        "chalicelib/flows/activity.py",
        '    if decision.rule == "hold" or head.notes.desired is Desired.DOWN:\n',
        "    if head.notes.desired is Desired.DOWN:\n",
        ("tests/flows/test_activity.py::test_a_hold_waits_for_nothing",),
    ),
    Fault(
        "a newcomer is stopped before it was named",
        (),
        "chalicelib/flows/newcomers.py",
        "    soon = state.unnamed or (state.spared_until is not None and now < state.spared_until)\n",
        "    soon = False\n",
        (
            "tests/flows/test_newcomers.py"
            "::test_what_appears_during_a_rest_is_named_at_once_and_left_for_the_length_of_a_lease",
        ),
    ),
    Fault(
        "a shortage is retried by the client",
        (),
        "chalicelib/adapters/pacing.py",
        "    return Trouble.TRANSIENT if status >= 500 and helps is Remedy.RETRY else Trouble.REFUSED\n",
        "    return Trouble.TRANSIENT if status >= 500 else Trouble.REFUSED\n",
        ("tests/adapters/test_pacing.py::test_code_and_status_say_together_what_the_trouble_is",),
    ),
    Fault(
        "light sizes are taken for somebody's wish",
        (4,),
        "chalicelib/core/remember.py",
        "    if point is None or not state.light:\n",
        "    if True:\n",
        (LIGHT, "tests/flows/test_light.py::test_the_restore_point_stays_open_and_whole_through_a_light_wake"),
    ),
    Fault(
        "a light wake is taken for the return",
        (4, 12),
        "chalicelib/core/remember.py",
        "    full = state.whole and not state.unlifted\n",
        "    full = (state.whole or state.enough) and not state.unlifted\n",
        (LIGHT, "tests/core/test_remember.py::test_a_light_size_is_where_it_was_sent_and_no_return"),
    ),
    Fault(
        "a window waits for the end of a light lease",
        (),
        "chalicelib/core/decide.py",
        "    sizes = {} if below.desired is Desired.UP else light.wanted(up, definition, needed)\n",
        "    sizes = light.wanted(up, definition, needed)\n",
        (
            "tests/core/test_light.py::test_what_the_timetable_or_a_hold_wants_up_comes_in_full",
            "tests/flows/test_light.py::test_a_window_brings_the_full_size_in_time_while_the_light_lease_lives",
        ),
    ),
    Fault(
        "nodes are taken from under those who use them",
        (),
        "chalicelib/core/light.py",
        "        asked = max(asked, state.aimed)\n",
        "",
        ("tests/flows/test_light.py::test_of_several_sizes_the_largest_wins_and_stays_until_the_descent",),
    ),
    Fault(
        "a fight at night is carried into the morning",
        (),
        "chalicelib/flows/assess.py",
        "    fight = fights.contested(state, now) if state.intent is desired else None\n",
        "    fight = fights.contested(state, now)\n",
        ("tests/flows/test_adopt.py::test_a_fight_at_night_does_not_keep_the_morning_from_starting_it",),
    ),
)
