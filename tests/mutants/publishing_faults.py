"""The planted faults of publishing: reports that change under their id, news that is lost or told twice, open links."""

from __future__ import annotations

from tests.mutants.faults import Fault

PUBLISHING = "chalicelib/flows/publishing.py"
TELLING = "chalicelib/flows/telling_reports.py"
KEEPING = "tests/flows/test_publishing.py"
TOLD = "tests/flows/test_telling_reports.py"
SETTLING = "tests/flows/test_settling.py"
INDEX = "tests/contracts/test_kept_reports.py"

PUBLISHING_FAULTS = (
    Fault(
        "an exchange rate of later changes months that are settled",
        (),
        "chalicelib/flows/kept_ledger.py",
        "beside = self.store.kept_beside(month) or self._today(month)\n",
        "beside = self._today(month)\n",
        (f"{SETTLING}::test_what_changes_later_changes_nothing_of_a_month_that_is_settled",),
    ),
    Fault(
        "a month is settled while its days are still closed",
        (),
        "chalicelib/flows/settling.py",
        "over(month, now - STAYS)",
        "over(month, now)",
        (f"{SETTLING}::test_until_its_days_are_closed_for_the_last_time_what_changes_counts",),
    ),
    Fault(
        "one team that cannot be told keeps the others waiting",
        (),
        TELLING,
        "    except NotToldError as error:\n        return str(error)\n",
        "    except NotToldError:\n        raise\n",
        (f"{TOLD}::test_who_could_not_be_told_is_told_by_the_next_run_and_nobody_else_again",),
    ),
    Fault(
        "a document in the bucket is written over",
        (),
        "chalicelib/adapters/s3_archive.py",
        'Key=key, IfNoneMatch="*", **what)',
        "Key=key, **what)",
        ("tests/contracts/test_archive.py::test_what_is_there_is_never_written_over",),
    ),
    Fault(
        "a snapshot in the index is written over",
        (),
        "chalicelib/adapters/dynamodb_kept_reports.py",
        "KEPT.encode(kept)}}, NEW)",
        'KEPT.encode(kept)}}, f"{NEW} OR attribute_exists(#pk)")',
        (f"{INDEX}::test_a_snapshot_that_is_kept_again_stays_as_it_was_and_is_the_current_one",),
    ),
    Fault(
        "a report counts as kept before it is",
        (),
        PUBLISHING,
        "    documents = shelve(archive, place_of(statement), writer.documents(statement))\n",
        "    world.store.keep_report(_kept(statement, {}, {}, world.clock.now()), found)\n"
        "    documents = shelve(archive, place_of(statement), writer.documents(statement))\n",
        (f"{KEEPING}::test_a_write_that_failed_is_made_up_for_by_the_next_run",),
    ),
    Fault(
        "what is beside the books is no part of the fingerprint",
        (),
        PUBLISHING,
        "{canonical(beside)}",
        "{canonical(beside.final)}",
        (f"{KEEPING}::test_whatever_changed_is_a_snapshot_of_its_own_beside_the_one_before",),
    ),
    Fault(
        "a final report restates itself",
        (),
        "chalicelib/flows/report.py",
        "    return statement if final in (None, statement.snapshot.hash) else restated(statement)\n",
        "    return statement if final is None else restated(statement)\n",
        (f"{KEEPING}::test_the_first_report_that_agrees_with_the_bill_is_final_and_stays_so",),
    ),
    Fault(
        "a change after the final report is not told",
        (),
        "chalicelib/flows/kept_reports.py",
        "if each.label is Label.FINAL), None)",
        "if each.label is Label.ESTIMATE), None)",
        (f"{KEEPING}::test_what_changes_after_a_final_report_is_restated_and_the_final_one_is_still_there",),
    ),
    Fault(
        "inputs of another snapshot are kept as if they were its own",
        (),
        PUBLISHING,
        "    if found.statement.snapshot.id == current.id:",
        "    if current.id:",
        (f"{KEEPING}::test_inputs_that_are_not_those_of_the_kept_report_are_not_kept_as_if",),
    ),
    Fault(
        "it counts as told before it is",
        (),
        TELLING,
        "    try:\n        _tell_one(world, how, each)\n",
        "    try:\n        world.store.finish_step(month, each.step)\n        _tell_one(world, how, each)\n",
        (f"{TOLD}::test_who_could_not_be_told_is_told_by_the_next_run_and_nobody_else_again",),
    ),
    Fault(
        "who was told is told again",
        (),
        TELLING,
        "    if not world.store.begin_step(month, each.step, world.clock.now()):\n",
        "    if not world.store.begin_step(month, each.step, world.clock.now()) and False:\n",
        (f"{TOLD}::test_who_could_not_be_told_is_told_by_the_next_run_and_nobody_else_again",),
    ),
    Fault(
        "a link to a part opens the whole",
        (),
        TELLING,
        "        part = narrowed(statement, names)\n",
        "        part = narrowed(statement, [s.belongs.environment for s in statement.sheets])\n",
        (f"{TOLD}::test_the_link_of_a_part_opens_that_part_only",),
    ),
    Fault(
        "closures count as working days",
        (),
        "chalicelib/core/working_days.py",
        "if day.weekday() < SATURDAY and day not in closed)",
        "if day.weekday() < SATURDAY or day in closed)",
        ("tests/core/test_working_days.py::test_the_third_working_day_leaves_out_weekends_and_closures",),
    ),
    Fault(
        "a link never expires",
        (),
        "chalicelib/flows/shared_reports.py",
        "    if shared is None or now >= shared.expires_at:\n",
        "    if shared is None:\n",
        (f"{TOLD}::test_a_key_that_opens_nothing_and_one_that_has_expired_are_told_alike",),
    ),
    Fault(
        "the key of a link is stored",
        (),
        "chalicelib/flows/shared_reports.py",
        "    links.share(fingerprint, shared)\n",
        "    links.share(key, shared)\n",
        (f"{TOLD}::test_what_is_kept_of_a_key_is_its_hash",),
    ),
    Fault(
        "the journal is told the key",
        (),
        TELLING,
        'with link {shared.id}"',
        'with link {key}"',
        (f"{TOLD}::test_neither_the_journal_nor_the_record_holds_a_key",),
    ),
    Fault(
        "who has no token has the role of finance",
        (),
        "chalicelib/entrypoints/http/exchange.py",
        '            raise ForbiddenError("this takes a token; ask who runs Curfew for one")\n',
        '            return Actor("somebody", Role.FINANCE)\n',
        ("tests/entrypoints/test_http_snapshots.py::test_who_has_no_token_has_no_role_either",),
    ),
)
