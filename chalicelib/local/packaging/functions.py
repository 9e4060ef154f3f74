"""The Lambda functions: their sizes, and Chalice's settings for a stage.

The names are those of the handlers in app.py; Chalice calls the function behind the routes `api_handler`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

LOGS_KEPT = 90
"""Days that logs of functions are kept."""

ACTING = "curfew"
LOOKING = "curfew-look"
"""Session names in other accounts: only who entered as the first may start and stop there."""

STAGE = re.compile(r"[a-z][a-z0-9-]{0,15}")
"""Short, so that names of buckets and functions stay under 64 characters."""


@dataclass(frozen=True, slots=True)
class Function:
    """One Lambda function. `timeout` in seconds, `memory` in MB (which also sets its share of a CPU).

    `session` is the session name under which it may enter other accounts.
    """

    name: str
    timeout: int
    memory: int
    session: str = LOOKING


TICK = Function("tick", timeout=30, memory=256)
POKE = Function("poke", timeout=60, memory=512, session=ACTING)
HEARD = Function("heard", timeout=15, memory=256)
BEARER = Function("bearer", timeout=10, memory=256)
BOOKS = Function("books", timeout=900, memory=1769)
API = Function("api_handler", timeout=29, memory=1769)
"""The gateway ends at 29 s; with a whole CPU the report of 1,000 environments is made by then (bench/report.py)."""
FUNCTIONS = (TICK, POKE, HEARD, BOOKS, BEARER, API)


def settings(stage: str) -> dict[str, Any]:
    """What Chalice reads as .chalice/config.json for this stage. Raises ValueError for a name that fits no AWS name."""
    if not STAGE.fullmatch(stage):
        raise ValueError(f"{stage!r} cannot be a stage; write up to 16 of a-z, 0-9 and -, a letter first, like dev")
    return {
        "version": "2.0",
        "app_name": "curfew",
        "api_gateway_endpoint_type": "REGIONAL",
        "autogen_policy": False,
        "log_retention_in_days": LOGS_KEPT,
        "stages": {
            stage: {
                "api_gateway_stage": "api",
                "environment_variables": {
                    "CURFEW_QUEUE_NAME": f"curfew-{stage}-pokes",
                    "CURFEW_FUNCTION_TIMEOUT": str(POKE.timeout),
                },
                "lambda_functions": {function.name: _settings(function) for function in FUNCTIONS},
            }
        },
    }


def _settings(function: Function) -> dict[str, Any]:
    return {
        "iam_policy_file": f"policies/{function.name}.json",
        "lambda_timeout": function.timeout,
        "lambda_memory_size": function.memory,
        "environment_variables": {"CURFEW_SESSION_NAME": function.session},
    }
