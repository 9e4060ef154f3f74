"""What a person agreed to in a live preview is what is put in force.

A file acts for the first time only on the resources that its preview showed: if others have appeared since, it is
refused, and looked at again. Later ones are named before they are stopped (newcomers.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

from chalicelib.flows.apply import Change
from chalicelib.flows.errors import RefusedError


def fingerprint(changes: Iterable[Change]) -> str:
    """A short text that differs when files that act for the first time would touch other resources."""
    touched = [
        f"{change.environment}/{each.key}/{each.id}"
        for change in changes
        if change.acts_first
        for each in change.resources
        if each.problem is None
    ]
    return sha256("\n".join(sorted(touched)).encode()).hexdigest()[:16]


def require_agreed(changes: Sequence[Change], agreed: str | None) -> None:
    """The changes are those that were agreed to, or nobody says what was.

    Raises RefusedError when a first apply would touch other resources than its preview showed.
    """
    if agreed is None or agreed == fingerprint(changes):
        return
    names = ", ".join(change.environment for change in changes if change.acts_first)
    raise RefusedError(
        f"the live resources of {names} are others than the preview showed; look at it again, then apply"
    )
