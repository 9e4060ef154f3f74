"""What the organisation shares, in the table: its file's text, roles in accounts, iCal calendars, and for reports."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from chalicelib.adapters.codec import Codec
from chalicelib.adapters.dynamodb_table import Table, put
from chalicelib.adapters.items import Item, checked, key
from chalicelib.adapters.sessions import Role
from chalicelib.core.closures import CalendarClosure
from chalicelib.core.money.commitments import Commitment
from chalicelib.core.money.inputs import Exchange
from chalicelib.flows.rollout import Access, Shared
from chalicelib.flows.telling_reports import Reporting

ACCESS: Codec[dict[str, Access]] = Codec(dict[str, Access])
CALENDARS: Codec[tuple[CalendarClosure, ...]] = Codec(tuple[CalendarClosure, ...])
EXCHANGE: Codec[Exchange | None] = Codec(Exchange | None)  # type: ignore[arg-type]  # a union is a shape, too
COMMITMENTS: Codec[tuple[Commitment, ...]] = Codec(tuple[Commitment, ...])
REPORTING = Codec(Reporting)
KEY = key("ORG", "organisation")


class DynamoOrganisation:
    """The port `Organisations` over the store's table."""

    def __init__(self, table_name: str, client_factory: Callable[[], Any]) -> None:
        self._table = Table(table_name, client_factory)

    def source(self) -> str | None:
        """The text of the organisation's file, or None before one was applied. Raises SchemaError."""
        item = self._item()
        return item["source"]["S"] if item else None

    def keep(self, shared: Shared) -> None:
        """The organisation's file and all that it shares are these from now on."""
        texts = {
            "source": shared.source,
            "access": ACCESS.encode(dict(shared.access)),
            "calendars": CALENDARS.encode(shared.calendars),
            "exchange": EXCHANGE.encode(shared.exchange),
            "commitments": COMMITMENTS.encode(shared.commitments),
            "reporting": REPORTING.encode(shared.reporting),
        }
        self._table.transact([put(KEY | {name: {"S": text} for name, text in texts.items()})])

    def calendars(self) -> tuple[CalendarClosure, ...]:
        """The iCal calendars that the file names, as last applied. Raises SchemaError."""
        item = self._item()
        return CALENDARS.decode(item["calendars"]["S"]) if item and "calendars" in item else ()

    def exchange(self) -> Exchange | None:
        """The exchange rate for reports, as last applied; None for US dollars. Raises SchemaError."""
        item = self._item()
        return EXCHANGE.decode(item["exchange"]["S"]) if item and "exchange" in item else None

    def commitments(self) -> tuple[Commitment, ...]:
        """The commitments that the file declares, as last applied. Raises SchemaError."""
        item = self._item()
        return COMMITMENTS.decode(item["commitments"]["S"]) if item and "commitments" in item else ()

    def reporting(self) -> Reporting:
        """Who is told of reports, and when, as last applied. Raises SchemaError."""
        item = self._item()
        return REPORTING.decode(item["reporting"]["S"]) if item and "reporting" in item else Reporting()

    def access(self) -> dict[str, Access]:
        """The way into each account that has a role. Raises SchemaError."""
        item = self._item()
        return ACCESS.decode(item["access"]["S"]) if item else {}

    def _item(self) -> Item | None:
        item = self._table.get(KEY)
        return checked(item) if item else None


class StoredRoles(Mapping[str, Role]):
    """The roles as last applied. Each question is one read, so a role that was just applied is seen at once.

    (Sessions asks once an account and hour, when it logs in.)
    """

    def __init__(self, organisation: DynamoOrganisation) -> None:
        self._organisation = organisation

    def __getitem__(self, account: str) -> Role:
        return as_role(self._organisation.access()[account])

    def __iter__(self) -> Iterator[str]:
        return iter(self._organisation.access())

    def __len__(self) -> int:
        return len(self._organisation.access())


def as_role(access: Access) -> Role:
    """The same as sessions know it."""
    return Role(access.role, access.external_id)
