"""What AWS would not show although it was asked for, and what can be done without: it stands among the answers.

A kind then warns of it, or leaves alone what it cannot judge; the rest of what it saw counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

UNREAD = "Unread"
"""Under this name such an answer says so, for people; no answer of AWS has it."""


def not_shown(what: str, code: str) -> Mapping[str, str]:
    """The answer in place of those that AWS refused with this error code."""
    return {UNREAD: f"{what} cannot be read: {code}"}


def unread(answers: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """What was not shown, each once: "its tags cannot be read: AccessDenied"."""
    return tuple(dict.fromkeys(answer[UNREAD] for answer in answers if UNREAD in answer))
