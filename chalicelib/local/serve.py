"""Keeps the API and the embedded cloud running for trying the command line against; a minute passes each second."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from time import monotonic, sleep

from rich.console import Console

from chalicelib.local.driver import Driver
from chalicelib.local.people import FIRST_DAY

STEP = timedelta(minutes=1)
SECOND = 1.0
LONGEST = timedelta(hours=8)
"""After so long (of real time) the server stops by itself: nobody is watching any more."""


ACCOUNT, REGION = "111122223333", "eu-central-1"
"""Where most of the sample organisation is; an access key of the simulated AWS is its account's id."""


def serve_until_interrupted(console: Console, api: str, tokens: Mapping[str, str], aws: str, driver: Driver) -> None:
    """The API answered at `api`, and AWS at `aws`, while simulated time passed, until Ctrl-C or eight hours."""
    console.print(f"\nThe API is at {api}; there, a minute passes each second. In another terminal:\n")
    console.print(f"  export CURFEW_URL={api}", soft_wrap=True)
    for person, token in tokens.items():
        prefix = "  export" if person == "developer" else "  #     "
        console.print(f"{prefix} CURFEW_TOKEN={token}    # {person}", soft_wrap=True)
    console.print(f"  curfew status\n  curfew wake orders-dev --for 3h\n  curfew report --month {FIRST_DAY:%Y-%m}\n")
    console.print("The simulated AWS answers any AWS client, too; the access key id is the account:\n")
    for name, value in _keys(aws).items():
        console.print(f"  export {name}={value}", soft_wrap=True)
    console.print("  curfew discover\n\nCtrl-C ends it.")
    stops_at = monotonic() + LONGEST.total_seconds()
    try:
        while monotonic() < stops_at:
            began = monotonic()
            driver.run_for(STEP)
            sleep(max(0.0, SECOND - (monotonic() - began)))
    except KeyboardInterrupt:
        console.print("ended")


def _keys(aws: str) -> dict[str, str]:
    """What a shell needs to find the simulated AWS."""
    return {
        "AWS_ENDPOINT_URL": aws,
        "AWS_ACCESS_KEY_ID": ACCOUNT,
        "AWS_SECRET_ACCESS_KEY": "simulated",
        "AWS_DEFAULT_REGION": REGION,
    }
