"""Keeps the API and the embedded cloud running for trying the command line against; a minute passes each second."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from time import monotonic, sleep

from rich.console import Console

from chalicelib.local.driver import Driver

STEP = timedelta(minutes=1)
SECOND = 1.0
LONGEST = timedelta(hours=8)
"""After so long (of real time) the server stops by itself: nobody is watching any more."""


def serve_until_interrupted(console: Console, api: str, tokens: Mapping[str, str], driver: Driver) -> None:
    """The API answered at `api` while simulated time passed, until Ctrl-C or eight hours."""
    console.print(f"\nThe API is at {api}; there, a minute passes each second. In another terminal:\n")
    console.print(f"  export CURFEW_URL={api}", soft_wrap=True)
    for person, token in tokens.items():
        prefix = "  export" if person == "developer" else "  #     "
        console.print(f"{prefix} CURFEW_TOKEN={token}    # {person}", soft_wrap=True)
    console.print("  curfew status\n  curfew wake orders-dev --for 3h\n\nCtrl-C ends it.")
    stops_at = monotonic() + LONGEST.total_seconds()
    try:
        while monotonic() < stops_at:
            began = monotonic()
            driver.run_for(STEP)
            sleep(max(0.0, SECOND - (monotonic() - began)))
    except KeyboardInterrupt:
        console.print("ended")
