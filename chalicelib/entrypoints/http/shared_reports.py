"""Links to reports for people without a token: whoever has one is sent on to the document."""

from __future__ import annotations

from chalicelib.entrypoints.bodies import SharedQuery
from chalicelib.entrypoints.http.exchange import Reply, Request
from chalicelib.flows.errors import UnknownError
from chalicelib.flows.shared_reports import opened

UNSEEN = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
"""Neither a cache nor the page that comes next learns of the link."""


def open_shared_report(request: Request, key: str) -> Reply:
    """The reader is sent to the page, or the workbook, by a link that is good for fifteen minutes."""
    shape = request.parameters(SharedQuery).format
    if request.wired.publication is None:
        raise UnknownError("there is nothing behind this link")
    publication = request.wired.publication
    shared = opened(request.world, publication.links, key)
    link = publication.archive.link(shared.documents[shape], f"curfew-{shared.month}.{shape}")
    return Reply({"link": link}, status=303, headers={"Location": link, **UNSEEN})
