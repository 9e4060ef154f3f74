"""A capacity policy as people write it in a line, `spot_share=0..100% prefer=steady`: the words of a schedule file."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from chalicelib.core.capacity import Capacity, Shares
from chalicelib.core.what_if import OtherPolicy
from chalicelib.entrypoints.schedule_file.problems import choose

KEYS = ("spot_share", "prefer", "on_demand_base")
EXAMPLE = "spot_share=0..100% prefer=steady on_demand_base=2"


def other_policy(text: str) -> OtherPolicy:
    """The policy that the text means; what it leaves out is as in the file.

    Raises ValueError that says what to write.
    """
    # Imported late: the shapes of schedule files would cost every cold start 40 ms.
    from chalicelib.entrypoints.schedule_file.environment_shape import CapacityShape

    given = _pairs(text)
    try:
        read = CapacityShape.model_validate(given)
    except ValidationError as error:
        raise ValueError(_sentence(error.errors()[0], given)) from error
    return OtherPolicy(
        read.on_demand_base if "on_demand_base" in given else None,
        (read.spot_share[0] / 100, read.spot_share[1] / 100) if "spot_share" in given else None,
        read.prefer if "prefer" in given else None,
    )


def written(capacity: Capacity) -> dict[str, Any]:
    """The same words for a policy."""
    return {
        "on_demand_base": capacity.on_demand_base,
        "spot_share": share(capacity.shares),
        "prefer": capacity.prefer.value,
    }


def share(shares: Shares) -> str:
    """0..80%, or 80% where both are the same."""
    low, high = (round(each * 100) for each in shares)
    return f"{high}%" if low == high else f"{low}..{high}%"


def _pairs(text: str) -> dict[str, str]:
    given: dict[str, str] = {}
    for word in text.split():
        key, sign, value = word.partition("=")
        if not sign or not value:
            raise ValueError(f'"{word}" is no part of a policy; write e.g. {EXAMPLE}')
        if key not in KEYS:
            raise ValueError(f'"{key}" is nothing that can be tried; {choose(key, KEYS)}')
        if key in given:
            raise ValueError(f"{key} is said twice; write it once")
        given[key] = value
    if not given:
        raise ValueError(f"a policy says something; write e.g. {EXAMPLE}")
    return given


def _sentence(details: Any, given: dict[str, str]) -> str:
    key = str(details["loc"][0])
    if details["type"] == "value_error":
        return str(details["ctx"]["error"])
    if key == "prefer":
        return f"prefer cannot be {given[key]}; write cheapest, balanced or steady"
    return f"{key} must be a whole number, at least 0, not {given[key]}; write e.g. {key}=2"
