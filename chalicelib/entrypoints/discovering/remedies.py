"""What a person does about something that AWS would not show: rights help only against a no that is about rights."""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.core.refusal import Remedy, remedy
from chalicelib.flows.ports import Refusal

UNREACHED = frozenset(
    {
        "ConnectTimeoutError",
        "ConnectionClosedError",
        "EndpointConnectionError",
        "HTTPClientError",
        "InvalidRegionError",
        "ProxyConnectionError",
        "ReadTimeoutError",
        "ResponseParserError",  # something answers that is not AWS
        "SSLError",
    }
)
"""What botocore calls it when no AWS answers.

https://github.com/boto/botocore/blob/develop/botocore/exceptions.py
"""

GRANT = "allow what curfew discover --rights prints, then discover again"
REACH = "no AWS answered: discover again; if it stays so, correct --region or AWS_ENDPOINT_URL"
AGAIN = "discover again; if AWS says the same, count what is there by hand"


def next_step(refusal: Refusal) -> str:
    """What to do about this refusal."""
    if unreached(refusal):
        return REACH
    return GRANT if remedy(refusal.code) is Remedy.RIGHTS else AGAIN


def next_steps(each: Iterable[str]) -> str:
    """Those steps, each once."""
    return "; ".join(dict.fromkeys(each))


def unreached(refusal: Refusal) -> bool:
    """No AWS answered: it is not AWS that says no."""
    return refusal.code in UNREACHED


def one_line(refusal: Refusal) -> str:
    """The refusal as people see it, without the line breaks of whatever page came in place of an answer."""
    return " ".join(str(refusal).split())
