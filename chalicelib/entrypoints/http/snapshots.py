"""The reports of a month as they were kept, and what they were computed from."""

from __future__ import annotations

from typing import Any

from chalicelib.core.durations import format_instant
from chalicelib.entrypoints.bodies import NoParameters, SnapshotQuery
from chalicelib.entrypoints.http.exchange import Reply, Request
from chalicelib.entrypoints.http.reports import month_of
from chalicelib.entrypoints.reporting.formats import FORMATS
from chalicelib.entrypoints.reporting.inputs_files import names
from chalicelib.flows.archive import Archive
from chalicelib.flows.errors import UnknownError
from chalicelib.flows.kept_reports import KeptReport
from chalicelib.flows.publishing import inputs_at

NOWHERE = "this deployment has no bucket, and so keeps no reports"


def list_snapshots(request: Request, month: str) -> Reply:
    """Every snapshot of the month, oldest first."""
    request.parameters(NoParameters)
    kept = request.world.store.kept_reports(month_of(month))
    return Reply([snapshot_view(each) for each in kept])


def show_snapshot(request: Request, month: str, id: str) -> Reply:
    """The report as it was kept, byte for byte."""
    shape = request.parameters(SnapshotQuery).format
    kept = _kept(request, month, id)
    content = _archive(request).get(kept.documents[shape])
    if content is None:
        raise UnknownError(f"the document of {id} is not in the bucket any more")
    name = f"curfew-{id}.{FORMATS[shape].suffix}"
    return Reply(content, media=FORMATS[shape].media, name=name)


def show_snapshot_inputs(request: Request, month: str, id: str) -> Reply:
    """Everything that the kept report was computed from, as the texts of files by name."""
    request.parameters(NoParameters)
    kept, archive = _kept(request, month, id), _archive(request)
    found = {name: archive.get(inputs_at(kept.month, id, name)) for name in names()}
    if None in found.values():
        raise UnknownError(f"the inputs of {id} are not kept; they are once its month is over: curfew report --export")
    return Reply({"month": kept.month, "files": {name: text.decode() for name, text in found.items() if text}})


def snapshot_view(kept: KeptReport) -> dict[str, Any]:
    """A kept report for programs."""
    return {
        "id": kept.snapshot.id,
        "hash": kept.snapshot.hash,
        "method": kept.snapshot.method,
        "status": kept.label.value,
        "currency": kept.currency,
        "total": dict(kept.total),
        "kept_at": format_instant(kept.kept_at),
        "documents": dict(kept.documents),
    }


def _kept(request: Request, month: str, id: str) -> KeptReport:
    kept = {each.snapshot.id: each for each in request.world.store.kept_reports(month_of(month))}
    if id not in kept:
        raise UnknownError(
            f"no snapshot {id!r} is kept of {month}; curfew report --month {month} --snapshots lists them"
        )
    return kept[id]


def _archive(request: Request) -> Archive:
    if request.wired.publication is None:
        raise UnknownError(NOWHERE)
    return request.wired.publication.archive
