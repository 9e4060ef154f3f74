"""What was found as one document: what --json prints, and what the report for people is made from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from chalicelib.core.keeps_billing import Held, monthly, total
from chalicelib.core.model import Location
from chalicelib.entrypoints.discovering.files import Draft, Drafts
from chalicelib.entrypoints.discovering.remedies import next_step, one_line
from chalicelib.entrypoints.discovering.terraform import Block
from chalicelib.flows.attribution import attributed
from chalicelib.flows.discover import Discovery, Heading, LeftOut
from chalicelib.flows.guesses import Entry
from chalicelib.flows.looking import Unseen

View = dict[str, Any]

NEXT: Mapping[Heading, str] = {
    Heading.PRODUCTION: "nothing, Curfew never stops it; if it is no production, correct the tag or the name",
    Heading.INELIGIBLE: "nothing, it is left alone for the reason given",
    Heading.ELSEWHERE: "take it out of the other scheduler, then discover again; curfew import reads its rules",
    Heading.TWICE: "correct the tag, then discover again",
    Heading.UNTAGGED: "tag it and discover again, or list it by ids in a file",
}


def view(discovery: Discovery, drafts: Drafts, blocks: Iterable[Block], out: str | None) -> View:
    """The document. `file` is null where nothing was written; costs are US dollars, null where not computable."""
    return {
        "accounts": sorted({location.account for location in discovery.locations}),
        "regions": sorted({location.region for location in discovery.locations}),
        "tag": discovery.tag,
        "because": discovery.because,
        "out": out,
        "environments": [_environment(draft, out) for draft in drafts.environments],
        "refused": [
            {"environment": environment.name, "what": problem.what, "next": problem.remedy}
            for environment, problem in drafts.refused
        ],
        "left_out": list(_left_out(discovery.left_out)),
        "keeps_billing": _billing(discovery),
        "terraform": [_block(block) for block in blocks],
        "not_seen": [_unseen(each) for each in discovery.unseen],
    }


def _environment(draft: Draft, out: str | None) -> View:
    environment = draft.environment
    return {
        "environment": environment.name,
        "file": f"{out}/{draft.file}" if out else None,
        "owner": draft.owner.team,
        "locations": [_place(location) for location in environment.locations],
        "resources": [_entry(entry) for entry in environment.entries],
    }


def _entry(entry: Entry) -> View:
    return {
        "key": entry.key,
        "kind": entry.kind,
        "selected_by": "tags" if entry.tags else "ids",
        "ids": [found.sighting.id for found in entry.members],
        "needs": [{"key": need.key, "because": need.because} for need in entry.needs],
        "note": entry.note or None,
    }


def _place(location: Location) -> View:
    return {"account": location.account, "region": location.region}


def _left_out(every: Iterable[LeftOut]) -> Iterator[View]:
    """One row for all that is left out for the same reason in the same place."""
    rows: dict[tuple[Heading, str, Location, str], list[str]] = {}
    for each in every:
        sighting = each.found.sighting
        rows.setdefault((each.heading, each.because, sighting.location, sighting.kind), []).append(sighting.id)
    order = list(Heading)
    for heading, because, location, kind in sorted(rows, key=lambda row: (order.index(row[0]), row[1:])):
        ids = sorted(rows[heading, because, location, kind])
        said = {"heading": heading.value, "kind": kind, **_place(location)}
        yield {**said, "because": because, "ids": ids, "next": NEXT[heading]}


def _billing(discovery: Discovery) -> View:
    owned = list(attributed(discovery.held, discovery.environments))
    sum_of_all = total(held for _, held in owned)
    return {
        "usd_per_month": _number(sum_of_all.usd),
        "not_computable": sum_of_all.unknown,
        "resources": [_held(name, held) for name, held in owned],
    }


def _held(environment: str | None, held: Held) -> View:
    return {
        "environment": environment,
        "what": held.meter.title,
        "id": held.id,
        "arn": held.arn,
        **_place(held.location),
        "why": held.meter.why,
        "usd_per_month": _number(monthly(held)),
    }


def _number(usd: Decimal | None) -> float | None:
    return None if usd is None else float(usd)


def _block(block: Block) -> View:
    ignored = block.ignored
    return {
        "type": ignored.type,
        "ignore_changes": list(ignored.attributes),
        "when": ignored.when or None,
        "ids": list(block.ids),
    }


def _unseen(unseen: Unseen) -> View:
    return {
        "what": unseen.what,
        **_place(unseen.location),
        "service": unseen.service,
        "operation": unseen.operation,
        "refusal": one_line(unseen.refusal),
        "next": next_step(unseen.refusal),
    }
