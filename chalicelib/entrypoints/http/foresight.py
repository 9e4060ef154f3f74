"""What a month would avoid: of an environment that is applied, and of files that are not yet."""

from __future__ import annotations

from datetime import date

from chalicelib.core.months import first_day, month_name
from chalicelib.entrypoints.bodies import ForesightBody, ForesightQuery
from chalicelib.entrypoints.foresight_view import foresight_view
from chalicelib.entrypoints.http.exchange import Reply, Request
from chalicelib.entrypoints.http.reports import month_of
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
    return first_day(month_name(request.world.clock.now()) if month is None else month_of(month))
