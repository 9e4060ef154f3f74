"""What probably needs what, each guess with its reason: by security groups, by tags that name tiers, by kind.

Guesses go from compute to databases, and between tiers downwards, so that they can never form a circle.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from chalicelib.flows.inventory import Found
from chalicelib.flows.labels import TIERING, commonest, tier_of
from chalicelib.flows.security_groups import Rule, way_in
from chalicelib.kinds import kinds

DATABASE = 0
"""The rank of the lowest tier."""


@dataclass(frozen=True, slots=True)
class Need:
    """A key that is needed, and why it seems so."""

    key: str
    because: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry under `resources:`, with what it selects now. `tags` or else `ids` select; `note` says what else."""

    key: str
    kind: str
    members: tuple[Found, ...]
    tags: tuple[tuple[str, str], ...] = ()
    ids: tuple[str, ...] = ()
    needs: tuple[Need, ...] = ()
    note: str = ""


def with_needs(entries: Sequence[Entry], rules: Sequence[Rule]) -> tuple[Entry, ...]:
    """The entries with what each probably needs; what only watches needs nothing and is not needed."""
    acting = [entry for entry in entries if not kinds()[entry.kind].watches]
    stores = [entry for entry in acting if _stores(entry)]
    return tuple(
        replace(entry, needs=_needs(entry, acting, stores, rules)) if entry in acting and entry not in stores else entry
        for entry in entries
    )


def _needs(entry: Entry, acting: Sequence[Entry], stores: Sequence[Entry], rules: Sequence[Rule]) -> tuple[Need, ...]:
    found = {need.key: need for need in (*_below(entry, acting), *_reached(entry, stores, rules))}
    if not found:
        found = {store.key: Need(store.key, _why_first(store)) for store in stores}
    return tuple(found.values())


def _reached(entry: Entry, stores: Sequence[Entry], rules: Sequence[Rule]) -> Iterator[Need]:
    for store in stores:
        because = _opened(entry, store, rules)
        if because:
            yield Need(store.key, because)


def _opened(entry: Entry, store: Entry, rules: Sequence[Rule]) -> str | None:
    """Why the store can be reached; members with the same doors are asked about once."""
    sources = dict.fromkeys(found.door for found in entry.members)
    targets = {found.door: found.sighting.id for found in reversed(store.members)}  # the first of each stands
    for target, id in targets.items():
        inwards = [rule for rule in rules if rule.into in target.groups]
        for rule in filter(None, (way_in(inwards, source, target) for source in sources)):
            port = f" on port {target.port}" if target.port else ""
            return f"{id} lets it in{port}: security group {rule.into} admits {rule.source}"
    return None


def _below(entry: Entry, acting: Sequence[Entry]) -> Iterator[Need]:
    """The nearest lower tier that there is, databases apart, as their security groups may tell better."""
    own = _tier(entry)
    ranked = [(rank, other) for other in acting if (rank := _tier(other)) and own and DATABASE < rank < own]
    nearest = max((rank for rank, _ in ranked), default=None)
    for rank, other in ranked:
        if rank == nearest and not _stores(other):
            yield Need(other.key, f"by tags: {_label(entry)} stands on {_label(other)}")


def _stores(entry: Entry) -> bool:
    return kinds()[entry.kind].stores_data or _tier(entry) == DATABASE


def _why_first(store: Entry) -> str:
    kind = kinds()[store.kind]
    return "by kind: databases come first" if kind.stores_data else f"by tags: {_label(store)} is a database"


def _tier(entry: Entry) -> int | None:
    pair = _tier_tag(entry)
    return tier_of(pair[1]) if pair else None


def _label(entry: Entry) -> str:
    return "=".join(_tier_tag(entry) or ())


def _tier_tag(entry: Entry) -> tuple[str, str] | None:
    return commonest((found.sighting.tags for found in entry.members), TIERING)
