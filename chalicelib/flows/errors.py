"""What a flow refuses to do, in words for people."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class RefusedError(Exception):
    """A rule says no: the message tells which, and what to do instead."""


class ForbiddenError(RefusedError):
    """The person's role does not allow it."""


class UnknownError(Exception):
    """There is nothing by that name; the message offers the nearest."""


class BusyError(Exception):
    """Others changed the same environment again and again; trying once more helps."""


def unreadable(name: str, why: object) -> RefusedError:
    """The error for an environment whose definition, as stored, cannot be read."""
    return RefusedError(f"the definition of {name} cannot be read ({why}); apply its file again")


def unknown(what: str, name: str, known: Iterable[str]) -> UnknownError:
    """The error for a name that is not known, with the nearest that is."""
    near = get_close_matches(name, list(known), n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else "curfew status lists them"
    return UnknownError(f"there is no {what} {name!r}; {hint}")
