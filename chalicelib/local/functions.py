"""The deployed functions of app.py, called as Lambda calls them."""

from __future__ import annotations

from datetime import datetime
from types import ModuleType
from typing import Any

from chalicelib.flows.hear import event_pattern
from chalicelib.local.mailman import FunctionError

Pattern = dict[str, Any]


class Functions:
    """Tick, poke, heard and books of an imported app.py. A failing function raises FunctionError, cause attached."""

    def __init__(self, app: ModuleType) -> None:
        self._app = app
        self._pattern: Pattern = dict(event_pattern())

    def tick(self, at: datetime) -> None:
        """The clock's function ran."""
        self._call(
            "tick", {"source": "aws.events", "detail-type": "Scheduled Event", "time": at.isoformat()} | ENVELOPE
        )

    def books(self, at: datetime) -> None:
        """The function that closes days ran."""
        self._call(
            "books", {"source": "aws.events", "detail-type": "Scheduled Event", "time": at.isoformat()} | ENVELOPE
        )

    def poke(self, event: dict[str, Any]) -> None:
        """The queue's function ran."""
        self._call("poke", event)

    def heard(self, event: dict[str, Any]) -> None:
        """The function for AWS events ran, if the rule's pattern lets this one through."""
        if passes(self._pattern, event):
            self._call("heard", event)

    def _call(self, name: str, event: dict[str, Any]) -> None:
        try:
            getattr(self._app, name)(event, None)
        except Exception as error:  # what Lambda is to its functions: it survives whatever they raise
            raise FunctionError(name) from error


ENVELOPE: dict[str, Any] = {"version": "0", "id": "", "account": "", "region": "", "resources": [], "detail": {}}


def passes(pattern: Pattern, event: dict[str, Any]) -> bool:
    """Whether EventBridge would let the event through: every key named holds one of the values listed.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html (exact matches only)
    """
    for key, wanted in pattern.items():
        if isinstance(wanted, dict):
            if not passes(wanted, event.get(key, {})):
                return False
        elif event.get(key) not in wanted:
            return False
    return True
