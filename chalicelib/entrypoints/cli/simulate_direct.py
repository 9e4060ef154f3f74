"""`curfew simulate --direct`: money from what AWS shows the keys of this shell, without a server."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from chalicelib.adapters.clock import SystemClock
from chalicelib.adapters.own_keys import KeysError
from chalicelib.adapters.price_book import PriceBook
from chalicelib.adapters.price_list import PriceList
from chalicelib.adapters.rates import KeepsNothing, ListedRates
from chalicelib.core.model import Definition
from chalicelib.core.money.commitments import Commitment
from chalicelib.entrypoints.cli.answers import CommandError, View
from chalicelib.entrypoints.cli.own_account import own_account
from chalicelib.entrypoints.cli.schedules import nowhere, sound_in
from chalicelib.entrypoints.foresight_view import foresight_view
from chalicelib.flows.commitments import in_month
from chalicelib.flows.foresight import Foresight, Wanted, foresights
from chalicelib.flows.keeping_billing import asked_once
from chalicelib.flows.ledger_ports import Rates
from chalicelib.flows.live_use import Asking
from chalicelib.flows.ports import Clock, Cloud

PATIENCE = timedelta(minutes=10)
"""So long a person waits before no further environment is looked at."""


@dataclass(frozen=True, slots=True)
class Onlooker:
    """The port Looking: this machine's clock, and AWS with somebody's own keys."""

    clock: Clock
    cloud: Cloud


@dataclass(frozen=True, slots=True)
class FromAws:
    """AWS is asked with the keys of a profile, or those of this shell. Neither owners nor the past are known."""

    month: str
    profile: str | None

    def of_files(self, paths: Sequence[Path]) -> list[View]:
        """Hours and money; no money where an environment is in another account than the keys."""
        reading = sound_in(paths)
        wanted = [each.definition for each in reading.definitions]
        declared = in_month(self.month, reading.organisation.commitments)
        try:
            found = self._found(wanted, declared)
        except KeysError as error:
            raise CommandError(str(error), "no-keys") from error
        return [foresight_view(each, self.month) for each in found]

    def of_name(self, name: str) -> View:
        """Only the server knows environments without a file."""
        raise nowhere(name)

    def _found(self, wanted: Sequence[Definition], declared: Sequence[Commitment]) -> list[Foresight]:
        """Nobody asks AWS of commitments here, so that with none declared these are not known."""
        from chalicelib.adapters import own_keys

        world = Onlooker(SystemClock(), own_keys.OwnKeys(self.profile).cloud())
        account, region = _whose(world.cloud, wanted)
        elsewhere = {each.environment: why for each in wanted for why in _elsewhere(each, account)}
        if len(elsewhere) == len(wanted):
            raise CommandError("\n".join(elsewhere.values()), "no-keys")
        mine = [Wanted(each) for each in wanted if each.environment not in elsewhere]
        until = world.clock.elapsed() + PATIENCE
        asking = Asking(world, until, asked_once(world, until), _nobody)
        found = foresights(asking, _rates(world, account, region), mine, self.month, declared or None)
        shown = {each.definition.environment: each for each in found}
        return [shown.get(each.environment) or Foresight(each, notes=(elsewhere[each.environment],)) for each in wanted]


def _whose(cloud: Cloud, wanted: Sequence[Definition]) -> tuple[str, str]:
    """The account of the keys, and a Region in which AWS answered."""
    region = wanted[0].locations[0].region
    return own_account(cloud, region, f"the Region of {wanted[0].environment}"), region


def _elsewhere(definition: Definition, account: str) -> Iterator[str]:
    """Why these keys do not show the environment."""
    others = sorted({place.account for place in definition.locations} - {account})
    if others:
        what = f"{definition.environment} is in account {', '.join(others)}, and these keys are of {account}"
        yield f"{what}; say --profile NAME, or ask the server with --live"


def _nobody(arn: str) -> None:
    """Who owns a resource is known to the server only."""


def _rates(world: Onlooker, account: str, region: str) -> Rates:
    return ListedRates(world.clock, PriceList(world.cloud, account, region), KeepsNothing(), PriceBook())
