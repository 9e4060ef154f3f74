"""Who asks, and what their role lets them do."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.flows.errors import ForbiddenError


class Role(StrEnum):
    """What a person may do: each but finance includes the one before."""

    FINANCE = "finance"  # read, and keep what a bill says
    DEVELOPER = "developer"  # wake, extend, release, sleep, retry
    OPERATOR = "operator"  # hold, pause, apply, retire
    ADMIN = "admin"  # tokens


RANK = {Role.FINANCE: 0, Role.DEVELOPER: 1, Role.OPERATOR: 2, Role.ADMIN: 3}


@dataclass(frozen=True, slots=True)
class Actor:
    """The person a request comes from."""

    person: str
    role: Role
    groups: tuple[str, ...] = ()


def require(actor: Actor, least: Role, act: str) -> None:
    """The actor's role is at least `least`. Raises ForbiddenError naming who may."""
    if RANK[actor.role] < RANK[least]:
        raise ForbiddenError(f"{actor.person} is {actor.role}; to {act} takes the role {least}: ask one who has it")


def require_one_of(actor: Actor, roles: Collection[Role], act: str) -> None:
    """The actor has one of the roles. Raises ForbiddenError naming who may."""
    if actor.role not in roles:
        *others, last = sorted(roles)
        may = f"{', '.join(others)} or {last}"
        raise ForbiddenError(f"{actor.person} is {actor.role}; to {act} takes the role {may}: ask one who has it")
