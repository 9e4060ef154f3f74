"""Curfew's table and AWS, reached with this machine's own AWS keys instead of the server."""

from __future__ import annotations

from chalicelib import wiring
from chalicelib.entrypoints.cli.answers import CommandError


def wired() -> wiring.Wired:
    """The real adapters for the settings in this shell. Raises CommandError naming the one that is missing."""
    try:
        return wiring.wired()
    except wiring.SettingsError as error:
        raise CommandError(str(error), "no-settings") from error
