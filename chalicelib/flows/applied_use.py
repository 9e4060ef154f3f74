"""How the service looks at environments before anything is switched on: with what it remembers of those applied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chalicelib.core.model import Definition
from chalicelib.core.money.commitments import Commitment
from chalicelib.flows.commitments import declared_first, in_month
from chalicelib.flows.errors import unreadable
from chalicelib.flows.foresight import Foresight, Wanted, foresights
from chalicelib.flows.keeping_billing import ASKING, asked_once
from chalicelib.flows.ledger_ports import Rates
from chalicelib.flows.live_use import Asking
from chalicelib.flows.past_use import past_use
from chalicelib.flows.people import Actor, Role, require
from chalicelib.flows.ports import World
from chalicelib.flows.stored import Head
from chalicelib.flows.wish import found


def foresight_of(world: World, rates: Rates, name: str, month: str) -> Foresight:
    """The month of an environment as it is applied. Raises UnknownError, RefusedError."""
    head = found(world, name)
    loaded = world.store.load(head)
    if loaded.definition is None:
        raise unreadable(name, loaded.broken)
    (seen,) = _seen(world, rates, [_remembered(world, loaded.definition, head)], month, ())
    return seen


def foresights_of(
    world: World,
    rates: Rates,
    actor: Actor,
    definitions: Sequence[Definition],
    month: str,
    declared: Sequence[Commitment] = (),
) -> tuple[Foresight, ...]:
    """The month of each environment as these files, which declare these commitments, would have it; nothing is stored.

    Raises ForbiddenError: a file may select whatever Curfew can see.
    """
    require(actor, Role.OPERATOR, "look at what schedule files select")
    heads = [(each, world.store.head(each.environment)) for each in definitions]
    wanted = [_remembered(world, each, head) if head else Wanted(each) for each, head in heads]
    return _seen(world, rates, wanted, month, declared)


def _remembered(world: World, definition: Definition, head: Head) -> Wanted:
    states, since = world.store.load(head).states, head.notes.acting_since
    return Wanted(definition, past_use(world.store, definition, states, since, world.clock.now()))


def _seen(
    world: World, rates: Rates, wanted: Sequence[Wanted], month: str, declared: Sequence[Commitment]
) -> tuple[Foresight, ...]:
    until = world.clock.elapsed() + ASKING
    asking = Asking(world, until, asked_once(world, until), world.store.owner)
    beside = world.ledger.beside(month)
    committed = in_month(month, declared_first(declared, beside.commitments))
    found = foresights(asking, rates, wanted, month, committed)
    return tuple(replace(each, notes=(*each.notes, *beside.unknown)) for each in found)
