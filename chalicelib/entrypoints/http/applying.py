"""Schedule files as they were sent: read, told of if broken, shown or stored."""

from __future__ import annotations

import re
from collections.abc import Sequence

from aws_lambda_powertools import Logger

from chalicelib.entrypoints.bodies import ApplyBody
from chalicelib.entrypoints.http.exchange import Reply, Request
from chalicelib.entrypoints.problems import BrokenFilesError
from chalicelib.entrypoints.schedule_file.problems import Problem
from chalicelib.entrypoints.schedule_file.reading import Reading, SourceFile, is_organisation, read_schedules
from chalicelib.entrypoints.views import applied_view
from chalicelib.flows.broken_file import tell_broken_file
from chalicelib.flows.people import Role, require
from chalicelib.flows.ports import Stored
from chalicelib.flows.rollout import Access, Shared, rehearse, roll_out

STORED_ORGANISATION = "organisation.yaml"
_ENVIRONMENT = re.compile(r"^environment:[ \t]*[\"']?([A-Za-z0-9_-]+)", re.MULTILINE)

log = Logger(service="curfew")


def apply_sent_files(request: Request) -> Reply:
    """What the files change; stored unless it is a dry run. Raises BrokenFilesError, having changed nothing."""
    body = request.content(ApplyBody)
    require(request.actor, Role.OPERATOR, "apply schedule files")
    sent = [SourceFile(file.name, file.text) for file in body.files]
    reading = read_schedules(_with_organisation(request, sent), request.world.clock.now().date())
    if reading.errors:
        if not body.dry_run:
            _tell_owners(request, sent, reading.errors)
        raise BrokenFilesError(reading.problems, len(reading.errors))
    wanted = [Stored(each.definition, each.text, each.file) for each in reading.definitions]
    shared = _shared(sent, reading)
    world = request.wired.reaching(request.world, shared.access) if shared else request.world
    if body.dry_run:
        changes = rehearse(world, request.actor, wanted, body.now)
    else:
        changes = roll_out(world, request.wired.organisations, request.actor, wanted, shared, body.now)
    return Reply(applied_view(reading.problems, changes, applied=not body.dry_run))


def _with_organisation(request: Request, sent: Sequence[SourceFile]) -> list[SourceFile]:
    """The files, with the organisation's as last applied if none was sent."""
    if any(is_organisation(file.name) for file in sent):
        return list(sent)
    source = request.wired.organisations.source()
    return [*([SourceFile(STORED_ORGANISATION, source)] if source is not None else []), *sent]


def _shared(sent: Sequence[SourceFile], reading: Reading) -> Shared | None:
    """What the organisation's file shares, if it was sent."""
    own = next((file for file in sent if is_organisation(file.name)), None)
    if own is None:
        return None
    accounts = reading.organisation.accounts.values()
    return Shared(own.text, {each.number: Access(each.role, each.external_id) for each in accounts if each.role})


def _tell_owners(request: Request, sent: Sequence[SourceFile], errors: Sequence[Problem]) -> None:
    """The owners of environments whose new file was refused know; those that cannot be told are logged."""
    first = {problem.file: problem for problem in reversed(errors)}
    for file in sent:
        named = _ENVIRONMENT.search(file.text)
        if file.name not in first or named is None:
            continue
        try:
            tell_broken_file(request.world, request.actor, named.group(1), file.name, str(first[file.name]))
        except ValueError:
            log.exception("the owner of %s could not be told", named.group(1))
