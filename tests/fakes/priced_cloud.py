"""The parts of AWS that tell prices: its price list, and the history of spot prices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from chalicelib.core.model import Location
from chalicelib.core.rights import Permission
from chalicelib.flows.ports import Refusal
from chalicelib.kinds.contract import Answer, Call, Look
from tests import prices

Row = tuple[str, str, datetime, str]
"""Zone, type, since when, and price."""


class PricedCloud:
    """Implements the Cloud port for these looks. `spot` are changes of price by account; `asked` are all looks."""

    def __init__(self) -> None:
        self.refusal: Refusal | None = None
        self.spot: dict[str, list[Row]] = {}
        self.asked: list[tuple[Location, Look]] = []
        self.changed: dict[str, str] = {}

    def look(self, location: Location, service: str, looks: Sequence[Look]) -> tuple[Answer, ...] | Refusal:
        self.asked += [(location, each) for each in looks]
        if self.refusal:
            return self.refusal
        return tuple(page for each in looks for page in self._answers(location, each))

    def act(self, location: Location, calls: Sequence[Call]) -> Iterator[tuple[Call, Refusal | None]]:
        raise NotImplementedError

    def may(self, location: Location, calls: Sequence[Call]) -> tuple[Permission, ...]:
        raise NotImplementedError

    def _answers(self, location: Location, look: Look) -> Iterator[Answer]:
        """Each entry on a page of its own."""
        if look.operation == "GetProducts":
            filters = {each["Field"]: each["Value"] for each in look.parameters["Filters"]}
            for text in prices.found(filters):
                yield {"PriceList": [self._repriced(text)]}
        else:
            for row in self._history(location, look):
                yield {"SpotPriceHistory": [row]}

    def _repriced(self, text: str) -> str:
        for old, new in self.changed.items():
            text = text.replace(old, new)
        return text

    def _history(self, location: Location, look: Look) -> Iterator[Answer]:
        """Changes in the time that is asked for, and the last one before it, newest first, as AWS has them."""
        asked = look.parameters
        zones = {zone for each in asked["Filters"] for zone in each["Values"]}
        for zone, kind in sorted({(row[0], row[1]) for row in self.spot.get(location.account, [])}):
            rows = sorted(row[2:] for row in self.spot[location.account] if row[:2] == (zone, kind))
            before = [row for row in rows if row[0] <= asked["StartTime"]][-1:]
            told = before + [row for row in rows if asked["StartTime"] < row[0] <= asked["EndTime"]]
            if zone in zones and kind in asked["InstanceTypes"]:
                for since, usd in reversed(told):
                    yield {
                        "AvailabilityZone": zone,
                        "InstanceType": kind,
                        "ProductDescription": asked["ProductDescriptions"][0],
                        "SpotPrice": str(Decimal(usd)),
                        "Timestamp": since,
                    }
