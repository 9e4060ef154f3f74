"""What a bill is to be asked for, and what it said: compared with a month, and kept."""

from __future__ import annotations

from chalicelib.core.money.bill import Charge, CommitmentUse, source_of
from chalicelib.entrypoints.bill_body import BillBody
from chalicelib.entrypoints.bill_view import compared_view, sought_view
from chalicelib.entrypoints.bodies import NoParameters
from chalicelib.entrypoints.http.exchange import Reply, Request
from chalicelib.entrypoints.http.reports import month_of
from chalicelib.flows.bill import MAY, asked, compared, keep
from chalicelib.flows.kept_bill import KeptBill
from chalicelib.flows.people import require_one_of


def show_bill(request: Request, month: str) -> Reply:
    """The resources that a bill of the month is to be asked for, and whose bill is kept, if one is."""
    request.parameters(NoParameters)
    month = month_of(month)
    return Reply(sought_view(month, asked(request.world, month), request.world.store.bill(month)))


def keep_bill(request: Request, month: str) -> Reply:
    """How far the month agrees with the bill; the bill is kept unless it is a dry run."""
    body, month = request.content(BillBody), month_of(month)
    require_one_of(request.actor, MAY, "keep what a bill says")
    bill = _bill(request, body)
    if body.dry_run:
        return Reply(compared_view(compared(request.world, month, bill), kept=False))
    return Reply(compared_view(keep(request.world, request.actor, month, bill), kept=True))


def _bill(request: Request, body: BillBody) -> KeptBill:
    source = source_of(body.files)
    charges = tuple(Charge(each.environment, each.resource, each.usd, source) for each in body.charges)
    uses = tuple(CommitmentUse(each.begins, each.ends, each.used, each.unused, source) for each in body.commitment_use)
    return KeptBill(tuple(body.files), request.actor.person, request.world.clock.now(), charges, uses)
