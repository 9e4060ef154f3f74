"""Schedule files as they were sent, and what a month of them would avoid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from chalicelib.entrypoints.bodies import FileBody
from chalicelib.entrypoints.foresight_view import foresight_view
from chalicelib.entrypoints.http.exchange import Reply, Request
from chalicelib.entrypoints.http.sources import gather
from chalicelib.entrypoints.problems import BrokenFilesError
from chalicelib.entrypoints.schedule_file.reading import Reading, SourceFile, read_schedules
from chalicelib.flows.applied_use import foresights_of
from chalicelib.flows.ports import World
from chalicelib.flows.rollout import Access


def foresee_sent_files(request: Request, files: Sequence[FileBody], month: date) -> Reply:
    """Each environment that the files define, in their order. Raises BrokenFilesError, ForbiddenError."""
    sources = gather(request, [SourceFile(file.name, file.text) for file in files])
    reading = read_schedules(sources.files, request.world.clock.now().date(), sources.fetched)
    if reading.errors:
        raise BrokenFilesError(reading.errors, len(reading.errors))
    definitions = [each.definition for each in reading.definitions if each.file not in sources.stored]
    world, rates = _reaching(request, reading), request.wired.rates
    found = foresights_of(world, rates, request.actor, definitions, month)
    return Reply([foresight_view(each, month) for each in found])


def _reaching(request: Request, reading: Reading) -> World:
    """The world with the ways into accounts that the files name."""
    ways = {
        each.number: Access(each.role, each.external_id) for each in reading.organisation.accounts.values() if each.role
    }
    return request.wired.reaching(request.world, ways) if ways else request.world
