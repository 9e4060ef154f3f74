"""Several definitions, and what their organisation shares, are stored; when any is refused, nothing is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from chalicelib.flows.apply import Change, apply, preview
from chalicelib.flows.people import Actor, Role, require
from chalicelib.flows.ports import Stored, World


@dataclass(frozen=True, slots=True)
class Access:
    """The role that Curfew assumes in an account, with the external id that its trust policy asks for."""

    role: str
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class Shared:
    """An organisation's file: its text, and the ways into its accounts."""

    source: str
    access: Mapping[str, Access]


class Organisations(Protocol):
    """Keeps what the organisation shares, as last applied."""

    def source(self) -> str | None:
        """The text of the organisation's file, or None before one was applied. Consistent."""

    def keep(self, shared: Shared) -> None:
        """The organisation's file and its accounts are these from now on."""


def rehearse(world: World, actor: Actor, wanted: Sequence[Stored], at_once: bool) -> tuple[Change, ...]:
    """What applying all of them would change; nothing is stored. Raises RefusedError for the first refused."""
    require(actor, Role.OPERATOR, "apply schedule files")
    return tuple(preview(world, actor, each, at_once) for each in wanted)


def roll_out(
    world: World,
    organisations: Organisations,
    actor: Actor,
    wanted: Sequence[Stored],
    shared: Shared | None,
    at_once: bool,
) -> tuple[Change, ...]:
    """All of them are stored, and so is what they share.

    Raises RefusedError before anything is stored. After BusyError some may be: applying again goes on.
    """
    rehearse(world, actor, wanted, at_once)
    if shared is not None:
        organisations.keep(shared)
    return tuple(apply(world, actor, each, at_once) for each in wanted)
