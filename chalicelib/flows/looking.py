"""Ask all that a look leads to, page by page and step by step, until nothing is left to ask or AWS says no.

A no to what a kind can do without is itself an answer: one missing right must not blind a whole kind.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from chalicelib.core.model import Location
from chalicelib.core.unread import not_shown
from chalicelib.flows.ports import Clock, Cloud, Refusal
from chalicelib.kinds.contract import Answer, Asked, Look

Follow = Callable[[Sequence[Asked]], tuple[Look, ...]]


class Looking(Protocol):
    """The part of a world that asks AWS and knows how long that takes."""

    @property
    def clock(self) -> Clock:
        """What time it is."""

    @property
    def cloud(self) -> Cloud:
        """What is asked."""


@dataclass(frozen=True, slots=True)
class Unseen:
    """What AWS would not show: the things, the service and operation that was refused, and why."""

    location: Location
    what: str
    service: str
    operation: str
    refusal: Refusal


def followed(
    cloud: Cloud, location: Location, what: str, service: str, looks: Sequence[Look], follow: Follow
) -> tuple[Answer, ...] | Unseen:
    """The answers to the looks and to all that they lead to; or the first refusal. `what` is their name for people."""
    answers: tuple[Answer, ...] = ()
    while looks:
        asked = []
        for look in looks:
            said = _asked(cloud, location, service, look)
            if isinstance(said, Refusal):
                return Unseen(location, what, look.service or service, look.operation, said)
            asked.append(Asked(look, said))
            answers += said
        looks = follow(asked)
    return answers


def _asked(cloud: Cloud, location: Location, service: str, look: Look) -> tuple[Answer, ...] | Refusal:
    """The pages of the look; none for what is not there, and the no itself for what can be done without."""
    said = cloud.look(location, service, (look,))
    if isinstance(said, Refusal) and said.code in look.absent:
        return ()
    if isinstance(said, Refusal) and look.optional:
        return (not_shown(look.optional, said.code),)
    return said
