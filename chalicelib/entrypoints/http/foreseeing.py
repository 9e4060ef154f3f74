"""Schedule files as they were sent, and what a month of them would avoid."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.entrypoints.bodies import FileBody
from chalicelib.entrypoints.foresight_view import foresight_view
from chalicelib.entrypoints.http.exchange import Reply, Request
from chalicelib.entrypoints.http.sources import gather, organisation_in, ways_in
from chalicelib.entrypoints.problems import BrokenFilesError
from chalicelib.entrypoints.schedule_file.reading import Reading, SourceFile, read_schedules
from chalicelib.flows.applied_use import foresights_of
from chalicelib.flows.ports import World


def foresee_sent_files(request: Request, files: Sequence[FileBody], month: str) -> Reply:
    """Each environment that the files define, in their order. Raises BrokenFilesError, ForbiddenError."""
    sent = [SourceFile(file.name, file.text) for file in files]
    sources = gather(request, sent)
    reading = read_schedules(sources.files, request.world.clock.now().date(), sources.fetched)
    if reading.errors:
        raise BrokenFilesError(reading.errors, len(reading.errors))
    definitions = [each.definition for each in reading.definitions if each.file not in sources.stored]
    world, rates = _reaching(request, sent, reading), request.wired.rates
    found = foresights_of(world, rates, request.actor, definitions, month, reading.organisation.commitments)
    return Reply([foresight_view(each, month) for each in found])


def _reaching(request: Request, sent: Sequence[SourceFile], reading: Reading) -> World:
    """The world with the ways into accounts that an organisation's file names which is not the one in force.

    With the one in force the clients are used that are there already: to make them takes seconds.
    """
    own = organisation_in(sent)
    if own is None or own.text == request.wired.organisations.source():
        return request.world
    return request.wired.reaching(request.world, ways_in(reading))
