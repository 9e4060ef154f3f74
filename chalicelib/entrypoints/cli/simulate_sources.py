"""Where the money of `curfew simulate` comes from: nowhere, a bill of the past, the server, or AWS itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from chalicelib.core.model import Definition
from chalicelib.core.money.cells import month_bounds
from chalicelib.core.money.choosing import days_in
from chalicelib.entrypoints.cli.answers import CommandError, View
from chalicelib.entrypoints.cli.schedules import definitions, nowhere, read, sound
from chalicelib.entrypoints.cli.server import environment, server
from chalicelib.entrypoints.cli.settings import server_known
from chalicelib.entrypoints.foresight_view import hours_view, money_view

NO_SERVER = (
    "no server is set that could look at AWS; export CURFEW_URL=https://..., or say --direct to look with your own keys"
)


class Source(Protocol):
    """Gives a row for each environment, with its money where the source knows any."""

    def of_files(self, paths: Sequence[Path]) -> list[View]:
        """Rows of what the files define. Raises CommandError."""

    def of_name(self, name: str) -> View:
        """The row of an environment that no file here defines. Raises CommandError."""


def source(month: str, bills: Sequence[Path], live: bool, direct: bool, profile: str | None, url: str | None) -> Source:
    """The one that was asked for. Raises CommandError where it is several, or has nobody to ask."""
    if bool(bills) + live + direct > 1:
        raise CommandError("say once where money comes from: --from-bill FILE, --live or --direct")
    if bills:
        return FromBills(month, tuple(bills))
    if direct:
        from chalicelib.entrypoints.cli.simulate_direct import FromAws

        return FromAws(month, profile)
    if live and not server_known(url):
        raise CommandError(NO_SERVER, "no-server")
    return FromServer(month, url) if live else HoursOnly(month)


@dataclass(frozen=True, slots=True)
class HoursOnly:
    """A schedule file does not say what its resources cost."""

    month: str

    def of_files(self, paths: Sequence[Path]) -> list[View]:
        """Hours, from the files alone."""
        return [hours_view(each, self.month) for each in definitions(paths)]

    def of_name(self, name: str) -> View:
        """Nobody is asked who might know it."""
        raise nowhere(name)


@dataclass(frozen=True, slots=True)
class FromBills:
    """What ran at which price, as bills of the past have it."""

    month: str
    bills: tuple[Path, ...]

    def of_files(self, paths: Sequence[Path]) -> list[View]:
        """Hours and money; null, with a note, where no line of the bills is of the environment."""
        return [hours_view(each, self.month) | self._money(each) for each in definitions(paths)]

    def of_name(self, name: str) -> View:
        """A bill does not say what an environment is."""
        raise nowhere(name)

    def _money(self, definition: Definition) -> View:
        from chalicelib.adapters.price_book import PriceBook
        from chalicelib.entrypoints.backfill.reading import BillError, usages
        from chalicelib.flows.backfill import backfilled, untold
        from chalicelib.flows.foresee import foresee

        named = f"bill: {', '.join(path.name for path in self.bills)}"
        begins, ends = month_bounds(days_in(definition), self.month)
        try:
            found = backfilled(definition, usages(self.bills), None, named)
        except BillError as error:
            raise CommandError(str(error), "broken-file") from error
        if not found.baselines:
            return {"money": None, "notes": [untold(definition, found)]}
        return {"money": money_view(foresee(definition, found, PriceBook(), self.month, begins, ends))}


@dataclass(frozen=True, slots=True)
class FromServer:
    """The server looks at AWS, and remembers what it has seen before."""

    month: str
    url: str | None

    def of_files(self, paths: Sequence[Path]) -> list[View]:
        """As the files would have it; nothing is stored."""
        files, reading = read(list(paths))
        sound(reading)
        sent = [{"name": file.name, "text": file.text} for file in files]
        with server(self.url) as asked:
            rows: list[View] = asked.send("POST", "/foresight", {"files": sent, "month": self.month})
        return rows

    def of_name(self, name: str) -> View:
        """As it is applied."""
        with server(self.url) as asked:
            row: View = asked.get(environment(name, "foresight"), month=self.month)
        return row
