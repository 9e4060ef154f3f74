"""What a month would avoid: of an environment that is applied, and of files that are not yet."""

from __future__ import annotations

from datetime import date

from chalicelib.entrypoints.bodies import BadRequestError, ForesightBody, ForesightQuery, Mistake
from chalicelib.entrypoints.foresight_view import foresight_view
from chalicelib.entrypoints.http.exchange import Reply, Request
from chalicelib.entrypoints.reporting import asked
from chalicelib.flows.applied_use import foresight_of


def show_foresight(request: Request, name: str) -> Reply:
    """Hours and money of the month, this one when none is said, as the environment is now."""
    month = first_of(request, request.parameters(ForesightQuery).month)
    return Reply(foresight_view(foresight_of(request.world, request.wired.rates, name, month), month))


def foresee_files(request: Request) -> Reply:
    """The same of each environment that the files define; nothing is stored."""
    # Imported late, as for apply: reading YAML would cost every cold start 60 ms.
    from chalicelib.entrypoints.http.foreseeing import foresee_sent_files

    body = request.content(ForesightBody)
    return foresee_sent_files(request, body.files, first_of(request, body.month))


def first_of(request: Request, month: str | None) -> date:
    """The first day of the month that the text names, of this one for None. Raises BadRequestError."""
    if month is None:
        return request.world.clock.now().date().replace(day=1)
    try:
        return date.fromisoformat(f"{asked.month(month)}-01")
    except ValueError as error:
        raise BadRequestError([Mistake("month", str(error))]) from error
