"""Schedule files as they were sent: read, told of if broken, shown or stored."""

from __future__ import annotations

from collections.abc import Sequence

from aws_lambda_powertools import Logger

from chalicelib.entrypoints.bodies import ApplyBody
from chalicelib.entrypoints.http.exchange import Reply, Request
from chalicelib.entrypoints.http.lines import at_its_line, unknown_uses
from chalicelib.entrypoints.http.sources import Sources, environment_in, gather, organisation_in, ways_in
from chalicelib.entrypoints.problems import BrokenFilesError
from chalicelib.entrypoints.schedule_file.problems import Problem, Severity
from chalicelib.entrypoints.schedule_file.reading import Reading, SourceFile, read_schedules
from chalicelib.entrypoints.views import applied_view
from chalicelib.flows.broken_file import tell_broken_file
from chalicelib.flows.calendars import tell_old_calendars
from chalicelib.flows.people import Role, require
from chalicelib.flows.rollout import Reread, Shared, rehearse, reports_changed, roll_out
from chalicelib.flows.stored import Stored

log = Logger(service="curfew")


def apply_sent_files(request: Request) -> Reply:
    """What the files change; stored unless it is a dry run. Raises BrokenFilesError, having changed nothing.

    An organisation's file also changes the environments that it moves, though their own files were not sent.
    """
    body = request.content(ApplyBody)
    require(request.actor, Role.OPERATOR, "apply schedule files")
    sent = [SourceFile(file.name, file.text) for file in body.files]
    sources = gather(request, sent)
    reading = read_schedules(sources.files, request.world.clock.now().date(), sources.fetched)
    problems = _worth_telling(reading, sources)
    if reading.errors:
        if not body.dry_run:
            _tell_owners(request, sent, reading.errors)
        raise BrokenFilesError(problems, len(reading.errors))
    wanted = [
        Stored(each.definition, each.text, each.file) for each in reading.definitions if each.file not in sources.stored
    ]
    reread = _reread(reading, sources, wanted)
    wanted += [each.after for each in reread if each.moved]
    shared = _shared(sent, reading)
    world = request.wired.reaching(request.world, shared.access) if shared else request.world
    if unknown := tuple(unknown_uses(world, wanted)):
        raise BrokenFilesError((*problems, *unknown), len(unknown))
    moved = reports_changed(request.wired.organisations, shared) if shared else ()
    if body.dry_run:
        with at_its_line(wanted):
            changes = rehearse(world, request.actor, wanted, body.now)
    else:
        refreshed = [each.after for each in reread if each.refreshed]
        kept, actor = request.wired.organisations, request.actor
        with at_its_line(wanted):
            changes = roll_out(world, kept, actor, wanted, shared, body.now, refreshed, body.agreed)
        tell_old_calendars(world, request.actor, [each.definition for each in reading.definitions], reading.dead)
    return Reply(applied_view(problems, changes, moved, applied=not body.dry_run))


def _worth_telling(reading: Reading, sources: Sources) -> tuple[Problem, ...]:
    """All of the files that were sent; of those read again only errors, since their notes were told before."""
    return tuple(
        problem
        for problem in reading.problems
        if problem.file not in sources.stored or problem.severity is Severity.ERROR
    )


def _reread(reading: Reading, sources: Sources, wanted: Sequence[Stored]) -> list[Reread]:
    """The environments read again, without those that a sent file gives another name."""
    renamed = {each.definition.previously for each in wanted}
    stored = [
        (each.definition, sources.stored[each.file]) for each in reading.definitions if each.file in sources.stored
    ]
    return [
        Reread(before, Stored(definition, before.source, before.file))
        for definition, before in stored
        if definition.environment not in renamed
    ]


def _shared(sent: Sequence[SourceFile], reading: Reading) -> Shared | None:
    """What the organisation's file shares, if it was sent."""
    own, said = organisation_in(sent), reading.organisation
    if own is None:
        return None
    return Shared(own.text, ways_in(reading), said.calendars, said.exchange, said.commitments, said.reporting)


def _tell_owners(request: Request, sent: Sequence[SourceFile], errors: Sequence[Problem]) -> None:
    """The owners of environments whose new file was refused know; those that cannot be told are logged."""
    first = {problem.file: problem for problem in reversed(errors)}
    for file in sent:
        name = environment_in(file)
        if file.name not in first or name is None:
            continue
        try:
            tell_broken_file(request.world, request.actor, name, file.name, str(first[file.name]))
        except ValueError:
            log.exception("the owner of %s could not be told", name)
