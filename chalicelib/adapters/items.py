"""How everything looks in the table: keys, instants, schema numbers, heads.

    what              pk            sk                        attributes
    head              ENV#name      head                      as in to_head; sweep and sweep_at (index `due`)
    definition        ENV#name      definition                definition, source, file
    resource states   ENV#name      states#0000 ...           states
    journal           ENV#name      journal#instant#writer#n  events; expires, where old ones may go
    for the ledger    ENV#name      readings#instant#writer#n as in the journal
    kept baselines    ENV#name      past#origin#0000 ...      past (compressed)
    listing           ORG           env#name
    kill switches     ORG           switches                  organisation, account_<12 digits>
    organisation      ORG           organisation              source, access, calendars, exchange, commitments,
                                                              reporting
    owner             ARN#arn       owner                     environment
    token             TOKEN#sha256  token                     token, revoked_at
    token by its id   ORG           token#id                  sha256
    listed rate       RATES         rate key                  kept
    spot prices       SPOT          rate key#month            kept
    commitments       COMMITMENTS   account                   kept
    closed days       BOOKS#month   closed#name               until, pieces, sha256 (of them)
    booked month      BOOKS#month   month#name#0000 ...       booked (compressed)
    bill of a month   BOOKS#month   bill                      name, pieces
    its sums          BOOKS#month   bill#name#0000 ...        bill (compressed)
    beside its books  BOOKS#month   beside                    beside
    kept report       BOOKS#month   report#id                 kept
    current report    BOOKS#month   current                   fingerprint, id
    step of a month   BOOKS#month   step#name                 begun, done
    shared report     SHARED#sha256 report                    shared, expires

Values that are not compared by DynamoDB are JSON text. Every item carries a schema number.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from chalicelib.adapters.codec import Codec
from chalicelib.core.wishes import Wishes
from chalicelib.flows.stored import Answered, Head, Notes

SCHEMA = 1
SWEPT = "due"
"""The one partition of the sparse index `due`: only items with a `sweep_at` are in it."""

Item = dict[str, Any]
"""Attributes by name as the low-level client has them, e.g. {"fence": {"N": "3"}}."""

WISHES = Codec(Wishes)
NOTES = Codec(Notes)
ANSWERED = Codec(tuple[Answered, ...])


class SchemaError(ValueError):
    """An item was written by a version of Curfew that this one cannot read."""


def checked(item: Item) -> Item:
    """The same item. Raises SchemaError unless its schema is ours or the one before."""
    schema = int(item["schema"]["N"])
    if not SCHEMA - 1 <= schema <= SCHEMA:
        where = f"{item['pk']['S']} / {item['sk']['S']}"
        raise SchemaError(
            f"{where} has schema {schema}; this version reads {SCHEMA - 1} and {SCHEMA}, so deploy a newer one"
        )
    return item


def key(pk: str, sk: str) -> Item:
    """The primary key of an item."""
    return {"pk": {"S": pk}, "sk": {"S": sk}}


SWITCHES_KEY = key("ORG", "switches")


def head_key(name: str) -> Item:
    """The key of an environment's head."""
    return key(f"ENV#{name}", "head")


def definition_key(name: str) -> Item:
    """The key of an environment's definition."""
    return key(f"ENV#{name}", "definition")


def chunk_key(name: str, number: int) -> Item:
    """The key of one chunk of an environment's resource states."""
    return key(f"ENV#{name}", f"states#{number:04}")


def listing_key(name: str) -> Item:
    """The key of the item that lists an environment."""
    return key("ORG", f"env#{name}")


def owner_key(arn: str) -> Item:
    """The key of the item that says who owns a live resource."""
    return key(f"ARN#{arn}", "owner")


def books_of(month: str) -> str:
    """The partition of a month ("2026-11"): what the ledger has of it, its bill and its reports."""
    return f"BOOKS#{month}"


def stamp(instant: datetime) -> str:
    """RFC 3339 in UTC with microseconds: of fixed width, so that order of text is order of time."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def instant(item: Item, attribute: str) -> datetime | None:
    """The instant that an attribute holds, or None where there is none."""
    return datetime.fromisoformat(item[attribute]["S"]) if attribute in item else None


def number(item: Item, attribute: str) -> int:
    """The number that an attribute holds."""
    return int(item[attribute]["N"])


def to_head(name: str, item: Item) -> Head:
    """The head that an item holds. Raises SchemaError."""
    checked(item)
    return Head(
        name=name,
        revision=number(item, "revision"),
        fence=number(item, "fence"),
        wishes=WISHES.decode(item["wishes"]["S"]),
        notes=NOTES.decode(item["notes"]["S"]) if "notes" in item else Notes(),
        answered=ANSWERED.decode(item["answered"]["S"]) if "answered" in item else (),
        due_at=instant(item, "due_at"),
        claimed_until=instant(item, "claimed_until"),
        chunks=number(item, "chunks"),
    )
