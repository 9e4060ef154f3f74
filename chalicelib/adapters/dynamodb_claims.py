"""The port `Claims` in DynamoDB: what one reconcile pass reads and writes, each in one call."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.adapters import dynamodb_owners
from chalicelib.adapters.chunks import ChunkMemory, fingerprints, pack, unpack
from chalicelib.adapters.codec import Codec
from chalicelib.adapters.dynamodb_journal import EventBundles
from chalicelib.adapters.dynamodb_switches import to_switches
from chalicelib.adapters.dynamodb_table import ConditionError, Table, Write, delete, put, update_if
from chalicelib.adapters.items import (
    NOTES,
    SCHEMA,
    SWEPT,
    SWITCHES_KEY,
    Item,
    checked,
    chunk_key,
    definition_key,
    head_key,
    stamp,
    to_head,
)
from chalicelib.core.model import Definition, ResourceState
from chalicelib.flows.events import Event
from chalicelib.flows.stored import Head, Loaded, LostError, MovedError, Notes

DEFINITION = Codec(Definition)

FREE = "(attribute_not_exists(#claimed_until) OR #claimed_until <= :now)"
FREE_AND_DUE = f"#due_at <= :now AND {FREE} AND #schema <= :schema"
OURS = "#fence = :fence AND attribute_exists(#claimed_until) AND #schema <= :schema"
OURS_UNMOVED = f"{OURS} AND #revision = :revision"
NEVER_DUE = "SET #chunks = :chunks, #notes = :notes REMOVE #claimed_until, #due_at, #sweep, #sweep_at"
DUE_AGAIN = (
    "SET #chunks = :chunks, #notes = :notes, #due_at = :due_at, #sweep = :sweep, #sweep_at = :due_at"
    " REMOVE #claimed_until"
)


class DynamoClaims:
    """Claims over one table. Chunks that did not change under a claim are not written again.

    A transaction carries at most 100 items and 4 MB: about 8,000 resources in one environment.
    """

    def __init__(self, table: Table, bundles: EventBundles) -> None:
        self._table = table
        self._bundles = bundles
        self._chunks = ChunkMemory()

    def claim(self, name: str, now: datetime, until: datetime) -> Head | None:
        """The head with the claim on it, or None. Raises SchemaError for a head that is too new."""
        write = update_if(
            head_key(name),
            "SET #fence = #fence + :one, #claimed_until = :until, #sweep_at = :until",
            FREE_AND_DUE,
            one=1,
            now=stamp(now),
            until=stamp(until),
            schema=SCHEMA,
        )
        try:
            head = to_head(name, self._table.update(write))
        except ConditionError as error:
            _refuse_newer(error.found[0])
            return None
        self._chunks.forget(name, head.fence)  # of an environment of the same name that was removed
        return head

    def load(self, head: Head) -> Loaded:
        """What a pass needs. Raises ValueError when states or switches cannot be read."""
        chunk_keys = [chunk_key(head.name, each) for each in range(head.chunks)]
        items = self._table.get_many([definition_key(head.name), SWITCHES_KEY, *chunk_keys])
        chunks = [_chunk(head.name, items.get(key["sk"]["S"])) for key in chunk_keys]
        if head.claimed_until is not None:
            self._chunks.read(head.name, head.fence, chunks)
        definition, broken = _definition(items.get("definition"))
        return Loaded(definition, unpack(chunks), to_switches(items.get("switches")), broken)

    def reread(self, head: Head) -> Head | None:
        """The head as it is now while the claim is ours, else None."""
        item = self._table.get(head_key(head.name))
        return to_head(head.name, item) if item and _is_ours(head, item) else None

    def record(self, head: Head, states: Mapping[str, ResourceState], events: Sequence[Event]) -> Head:
        """States and events are stored. Raises MovedError or LostError."""
        chunks = pack(states)
        self._store(head, chunks, events, "SET #chunks = :chunks", {})
        self._chunks.wrote(head.name, head.fence, chunks)
        return replace(head, chunks=len(chunks))

    def release(
        self,
        head: Head,
        states: Mapping[str, ResourceState],
        notes: Notes,
        due_at: datetime | None,
        events: Sequence[Event],
        disowned: Collection[str] = (),
    ) -> None:
        """All of it is stored, the claim is gone. Raises MovedError or LostError."""
        values = {"notes": NOTES.encode(notes)}
        if due_at is not None:
            values |= {"due_at": stamp(due_at), "sweep": SWEPT}
        change = NEVER_DUE if due_at is None else DUE_AGAIN
        freed = [dynamodb_owners.freed(head.name, arn) for arn in disowned]
        self._store(head, pack(states), events, change, values, freed)

    def drop(self, head: Head, now: datetime) -> bool:
        """The claim is gone and the environment due now; False if the claim was not ours."""
        write = update_if(
            head_key(head.name),
            "SET #due_at = :now, #sweep_at = :now REMOVE #claimed_until",
            OURS,
            now=stamp(now),
            fence=head.fence,
            schema=SCHEMA,
        )
        try:
            self._table.update(write)
        except ConditionError:
            return False
        finally:
            self._chunks.forget(head.name, head.fence)
        return True

    def own(self, name: str, arns: Collection[str], formerly: str | None = None) -> Mapping[str, str]:
        """Each ARN is owned by the environment, except those returned with their other owner."""
        return dynamodb_owners.own(self._table, name, arns, formerly)

    def _store(
        self,
        head: Head,
        chunks: Sequence[str],
        events: Sequence[Event],
        change: str,
        values: Mapping[str, str],
        others: Sequence[Write] = (),
    ) -> None:
        """One transaction under the claim. What is known of the chunks is forgotten: it can end either way."""
        known = self._chunks.known(head.name, head.fence)
        self._chunks.forget(head.name, head.fence)
        head_write = update_if(
            head_key(head.name),
            change,
            OURS_UNMOVED,
            chunks=len(chunks),
            fence=head.fence,
            revision=head.revision,
            schema=SCHEMA,
            **values,
        )
        events_writes = self._bundles.by_claim(head.name, head.fence, events)
        try:
            self._table.transact([head_write, *_chunk_writes(head, known, chunks), *events_writes, *others])
        except ConditionError as error:
            raise _conflict(head, error.found[0]) from error


def _chunk_writes(head: Head, known: Sequence[bytes], chunks: Sequence[str]) -> list[Write]:
    """Puts for the chunks that are not stored so yet, deletes for those beyond the last."""
    prints = fingerprints(chunks)
    changed = [
        put(chunk_key(head.name, each) | {"states": {"S": chunk}})
        for each, chunk in enumerate(chunks)
        if prints[each : each + 1] != known[each : each + 1]
    ]
    stored = max(head.chunks, len(known))
    return changed + [delete(chunk_key(head.name, each)) for each in range(len(chunks), stored)]


def _chunk(name: str, item: Item | None) -> str:
    if item is None:
        raise ValueError(f"a chunk of the resource states of {name} is missing; restore the table to a point in time")
    text: str = checked(item)["states"]["S"]
    return text


def _definition(item: Item | None) -> tuple[Definition | None, str | None]:
    """The definition, or why it cannot be read."""
    if item is None:
        return None, "no definition is stored"
    try:
        return DEFINITION.decode(checked(item)["definition"]["S"]), None
    except ValueError as error:
        return None, str(error)


def _is_ours(head: Head, item: Item) -> bool:
    return "claimed_until" in item and int(item["fence"]["N"]) == head.fence


def _conflict(head: Head, item: Item | None) -> Exception:
    """Why a write under the claim was refused."""
    if not item or not _is_ours(head, item):
        return LostError(f"the claim on {head.name} is another's now")
    _refuse_newer(item)
    return MovedError(f"{head.name} changed since revision {head.revision}")


def _refuse_newer(item: Item | None) -> None:
    """Nothing for an item of ours, or none. Raises SchemaError."""
    if item:
        checked(item)
