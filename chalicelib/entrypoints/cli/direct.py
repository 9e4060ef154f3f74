"""Curfew's table and AWS, reached with this machine's own AWS keys instead of the server."""

from __future__ import annotations

import os

from chalicelib import wiring
from chalicelib.entrypoints.cli.answers import CommandError


def wired() -> wiring.Wired:
    """The real adapters for the settings in this shell; no queue is needed, as nothing is poked from here.

    Raises CommandError naming the setting that is missing.
    """
    os.environ.setdefault("CURFEW_QUEUE_URL", "none")
    try:
        return wiring.wired()
    except wiring.SettingsError as error:
        raise CommandError(str(error), "no-settings") from error
