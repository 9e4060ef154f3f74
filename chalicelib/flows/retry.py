"""A person has mended what was stuck, and asks for another try."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from chalicelib.flows.people import Actor, Role, require
from chalicelib.flows.ports import World
from chalicelib.flows.stored import Head
from chalicelib.flows.wish import Wish, submit


def retry(world: World, actor: Actor, name: str) -> None:
    """Tries made so far do not count any more; what has not arrived is tried again at once."""
    require(actor, Role.DEVELOPER, "retry an environment")

    def change(head: Head, now: datetime) -> Wish:
        return Wish(replace(head.wishes, retry_after=now), "retry")

    submit(world, actor, name, change)
