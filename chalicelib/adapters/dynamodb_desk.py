"""The port `Desk` in DynamoDB: wishes and definitions arrive, conditional on the revision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.adapters import dynamodb_owners, dynamodb_switches
from chalicelib.adapters.chunks import unpack
from chalicelib.adapters.dynamodb_claims import DEFINITION
from chalicelib.adapters.dynamodb_journal import EventBundles, newest_events
from chalicelib.adapters.dynamodb_sweep import POKE_GRACE
from chalicelib.adapters.dynamodb_table import (
    ConditionError,
    Table,
    Write,
    delete,
    delete_if,
    put,
    put_if,
    update_if,
)
from chalicelib.adapters.items import (
    ANSWERED,
    SCHEMA,
    SWEPT,
    SWITCHES_KEY,
    WISHES,
    Item,
    checked,
    chunk_key,
    definition_key,
    head_key,
    instant,
    listing_key,
    stamp,
    to_head,
)
from chalicelib.core.wishes import Pause, Switches, Wishes
from chalicelib.flows.events import ORGANISATION, Event
from chalicelib.flows.stored import Answered, Head, LostError, MovedError, Stored

HONOURED = timedelta(hours=24)
RACES = 5
"""How often a change is tried again because a claim, a release or the tick came between."""


class DynamoDesk:
    """Desk over one table."""

    def __init__(self, table: Table, bundles: EventBundles) -> None:
        self._table = table
        self._bundles = bundles

    def head(self, name: str) -> Head | None:
        """The head as it is now, or None. Raises SchemaError."""
        item = self._table.get(head_key(name))
        return to_head(name, item) if item else None

    def amend(
        self,
        head: Head,
        wishes: Wishes,
        now: datetime,
        events: Sequence[Event],
        answered: Answered | None = None,
    ) -> Head:
        """Wishes and events are stored, revision + 1, due now. Raises MovedError."""
        honoured = tuple(each for each in head.answered if now - each.at <= HONOURED)
        kept = honoured + ((answered,) if answered else ())
        texts = {"wishes": WISHES.encode(wishes), "answered": ANSWERED.encode(kept)}
        changed = self._change(head.name, head.revision, now, texts, events)
        return replace(changed, wishes=wishes, answered=kept)

    def define(
        self, stored: Stored, revision: int | None, wishes: Wishes, now: datetime, events: Sequence[Event]
    ) -> Head:
        """The definition and wishes are stored, revision + 1, due now. Raises MovedError."""
        name = stored.definition.environment
        also = [put(_definition_item(stored)), put(listing_key(name))]
        if revision is None:
            return self._create(name, wishes, now, events, also)
        changed = self._change(name, revision, now, {"wishes": WISHES.encode(wishes)}, events, also)
        return replace(changed, wishes=wishes)

    def stored(self, name: str) -> Stored | None:
        """The definition as last applied, or None. Raises ValueError when it cannot be read."""
        item = self._table.get(definition_key(name))
        if item is None:
            return None
        definition = DEFINITION.decode(checked(item)["definition"]["S"])
        return Stored(definition, item["source"]["S"], item["file"]["S"])

    def remove(self, head: Head, events: Sequence[Event]) -> None:
        """Everything but the journal is gone. Raises MovedError or LostError.

        Owner items go first and the head last: whatever crashes between, the same call can be made again.
        """
        chunk_keys = [chunk_key(head.name, each) for each in range(head.chunks)]
        items = self._table.get_many([head_key(head.name), *chunk_keys])
        _may_remove(head, items.pop("head", {}))
        states = unpack(checked(item)["states"]["S"] for item in items.values())
        dynamodb_owners.disown(self._table, head.name, states)
        others = [definition_key(head.name), listing_key(head.name), *chunk_keys]
        journal = self._bundles.by_change(head.name, head.revision + 1, events)
        try:
            self._table.transact([_head_delete(head), *map(delete, others), *journal])
        except ConditionError as error:
            _may_remove(head, error.found[0] or {})
            raise

    def names(self, after: str | None = None, limit: int = 200) -> tuple[str, ...]:
        """At most `limit` names in alphabetical order, those after `after`."""
        items = self._table.query(
            "#pk = :pk AND #sk BETWEEN :first AND :last",
            limit=limit + 1,
            pk="ORG",
            first=f"env#{after or ''}",
            last="env$",  # the character after "#"
        )
        names = [item["sk"]["S"].removeprefix("env#") for item in items]
        return tuple([name for name in names if name != after][:limit])

    def journal(self, name: str, since: datetime | None = None, limit: int = 200) -> tuple[Event, ...]:
        """The newest events, oldest first, at most `limit`."""
        return newest_events(self._table, name, since, limit)

    def switches(self) -> Switches:
        """The kill switches as they are now."""
        return dynamodb_switches.to_switches(self._table.get(SWITCHES_KEY))

    def throw(self, account: str | None, pause: Pause | None, events: Sequence[Event]) -> None:
        """One kill switch is thrown, or taken back (pause None). Raises SchemaError."""
        dynamodb_switches.throw(self._table, account, pause, self._bundles.by_itself(ORGANISATION, events))

    def _create(self, name: str, wishes: Wishes, now: datetime, events: Sequence[Event], also: Sequence[Write]) -> Head:
        item = _new_head(name, wishes, now)
        journal = self._bundles.by_change(name, 1, events)
        try:
            self._table.transact([put_if(item, "attribute_not_exists(#pk)"), *also, *journal])
        except ConditionError as error:
            raise MovedError(f"{name} exists already") from error
        return Head(name, revision=1, fence=0, wishes=wishes, due_at=now)

    def _change(
        self,
        name: str,
        revision: int,
        now: datetime,
        texts: Mapping[str, str],
        events: Sequence[Event],
        also: Sequence[Write] = (),
    ) -> Head:
        """The texts are in the head, revision + 1, due now; the head that results, with its old wishes."""
        journal = self._bundles.by_change(name, revision + 1, events)
        for _ in range(RACES):
            item = self._table.get(head_key(name))
            if item is None or to_head(name, item).revision != revision:
                break
            try:
                self._table.transact([_head_change(name, item, now, texts), *also, *journal])
            except ConditionError:
                continue
            return replace(to_head(name, item), revision=revision + 1, due_at=now)
        raise MovedError(f"{name} changed since revision {revision}")


def _head_change(name: str, seen: Item, now: datetime, texts: Mapping[str, str]) -> Write:
    """The new revision, if nothing that decides about its sweep came between."""
    sweep_at = _sweep_at(seen, now)
    schedule = {"sweep_at": seen.get("sweep_at"), "claimed_until": seen.get("claimed_until")}
    same = [f"#{a} = :seen_{a}" if value else f"attribute_not_exists(#{a})" for a, value in schedule.items()]
    sets = ["#revision = :next", "#due_at = :now", "#sweep = :sweep", "#sweep_at = :sweep_at"]
    return update_if(
        head_key(name),
        f"SET {', '.join([*sets, *(f'#{text} = :{text}' for text in texts)])}",
        " AND ".join(["#revision = :revision", *same]),
        revision=int(seen["revision"]["N"]),
        next=int(seen["revision"]["N"]) + 1,
        now=stamp(now),
        sweep=SWEPT,
        sweep_at=stamp(sweep_at),
        **{f"seen_{a}": value["S"] for a, value in schedule.items() if value},
        **texts,
    )


def _sweep_at(seen: Item, now: datetime) -> datetime:
    """Behind the poke that is on its way, unless it comes earlier anyway or a claim is alive."""
    planned, claimed_until = instant(seen, "sweep_at"), instant(seen, "claimed_until")
    behind = now + POKE_GRACE
    if planned is None:
        return behind
    claimed = claimed_until is not None and claimed_until > now
    return planned if claimed else min(planned, behind)


def _new_head(name: str, wishes: Wishes, now: datetime) -> Item:
    texts = {
        "wishes": WISHES.encode(wishes),
        "due_at": stamp(now),
        "sweep": SWEPT,
        "sweep_at": stamp(now + POKE_GRACE),
    }
    numbers = {"revision": "1", "fence": "0", "chunks": "0"}
    return (
        head_key(name)
        | {attribute: {"S": value} for attribute, value in texts.items()}
        | {attribute: {"N": value} for attribute, value in numbers.items()}
    )


def _definition_item(stored: Stored) -> Item:
    texts = {
        "definition": DEFINITION.encode(stored.definition),
        "source": stored.source,
        "file": stored.file,
    }
    return definition_key(stored.definition.environment) | {name: {"S": text} for name, text in texts.items()}


def _head_delete(head: Head) -> Write:
    return delete_if(
        head_key(head.name),
        "#revision = :revision AND #fence = :fence AND #schema <= :schema",
        revision=head.revision,
        fence=head.fence,
        schema=SCHEMA,
    )


def _may_remove(head: Head, item: Item) -> None:
    """Nothing, when the head is as it was seen. Raises MovedError, LostError, SchemaError."""
    found = to_head(head.name, item) if item else None
    if found is None or found.revision != head.revision:
        raise MovedError(f"{head.name} changed since revision {head.revision}")
    if found.fence != head.fence:
        raise LostError(f"{head.name} was claimed since; try again when the pass is over")
