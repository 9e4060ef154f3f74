"""When an environment is usable, and when it is ready.

Usable: its core is up and healthy. Ready: all but what is supplementary is, and what only watches the others.
An environment of which nothing is core is usable when it is ready.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from chalicelib.core.model import Desired
from chalicelib.core.plan import Member


def is_ready(members: Sequence[Member]) -> bool:
    """Whether everything that counts, and is not desired down, is up, healthy and of its size."""
    return _all_risen(member for member in members if member.essential)


def is_usable(members: Sequence[Member]) -> bool:
    """Whether its core is up, healthy and of its size."""
    core = [member for member in members if member.core]
    return _all_risen(core) if core else is_ready(members)


def _all_risen(members: Iterable[Member]) -> bool:
    found = [member for member in members if member.desired is not Desired.DOWN]
    return bool(found) and all(member.risen for member in found)
