"""What a month would avoid: of an environment that is applied, and of files that are not yet."""

from __future__ import annotations

from chalicelib.core.months import month_name
from chalicelib.entrypoints.bodies import ForesightBody, ForesightQuery
from chalicelib.entrypoints.foresight_view import foresight_view
from chalicelib.entrypoints.http.exchange import Reply, Request
from chalicelib.entrypoints.http.reports import month_of
from chalicelib.flows.applied_use import foresight_of


def show_foresight(request: Request, name: str) -> Reply:
    """Hours and money of the month, this one when none is said, as the environment is now."""
    month = _month(request, request.parameters(ForesightQuery).month)
    return Reply(foresight_view(foresight_of(request.world, request.wired.rates, name, month), month))


def foresee_files(request: Request) -> Reply:
    """The same of each environment that the files define; nothing is stored."""
    # Imported late, as for apply: reading YAML would cost every cold start 60 ms.
    from chalicelib.entrypoints.http.foreseeing import foresee_sent_files

    body = request.content(ForesightBody)
    return foresee_sent_files(request, body.files, _month(request, body.month))


def _month(request: Request, text: str | None) -> str:
    """The month that the text names, this one for None. Raises BadRequestError."""
    return month_name(request.world.clock.now()) if text is None else month_of(text)
