"""What AWS means by a no: which remedy each error code asks for.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/CommonErrors.html
"""

from __future__ import annotations

from enum import StrEnum


class Remedy(StrEnum):
    """What helps against a refusal."""

    SLOWER = "ask less often"
    CAPACITY = "another type, or time"
    WAIT = "wait until AWS has finished something"
    NEVER = "nothing: AWS will not stop it"
    RIGHTS = "a right that Curfew lacks"
    RETRY = "try again, then ask a person"


CODES: dict[Remedy, frozenset[str]] = {
    Remedy.SLOWER: frozenset(
        {
            "BandwidthLimitExceeded",
            "EC2ThrottledException",
            "PriorRequestNotComplete",
            "RequestLimitExceeded",
            "RequestThrottled",
            "RequestThrottledException",
            "SlowDown",
            "ThrottledException",
            "Throttling",
            "ThrottlingException",
            "TooManyRequestsException",
        }
    ),
    Remedy.CAPACITY: frozenset(
        {
            "InsufficientCapacity",
            "InsufficientClusterCapacity",
            "InsufficientDBClusterCapacityFault",
            "InsufficientDBInstanceCapacity",
            "InsufficientDBInstanceCapacityFault",
            "InsufficientHostCapacity",
            "InsufficientInstanceCapacity",
            "InsufficientReservedInstanceCapacity",
            "InvalidInstanceAttributeValue",  # an alternate type that does not fit: on to the next
            "Server.InsufficientInstanceCapacity",
            "Unsupported",  # the type is not offered in the instance's zone
            "VcpuLimitExceeded",
        }
    ),
    Remedy.WAIT: frozenset(
        {
            "ConcurrentUpdateException",
            "IncorrectInstanceState",
            "IncorrectState",
            "InvalidClusterState",
            "InvalidClusterStateFault",
            "InvalidDBClusterStateFault",
            "InvalidDBInstanceState",
            "InvalidDBInstanceStateFault",
            "ResourceInUse",
            "ResourceInUseException",
            "ScalingActivityInProgress",
            "ScalingActivityInProgressFault",
        }
    ),
    Remedy.NEVER: frozenset(
        {
            "InvalidParameterCombination",
            "OperationNotPermitted",
            "UnsupportedOperation",
            "UnsupportedOperationFault",
        }
    ),
    Remedy.RIGHTS: frozenset(
        {
            "AccessDenied",
            "AccessDeniedException",
            "AuthFailure",
            "KMSKeyNotAccessibleFault",
            "NoRoleError",
            "UnauthorizedOperation",
            "UnauthorizedOperationException",
        }
    ),
}


AT_FIRST = ", which comes first, was refused: "
"""Stands between the operation that was refused in place of the one that it comes before, and AWS's no to it."""


def remedy(said: str | None) -> Remedy:
    """What helps against a refusal that reads "Code: message"; RETRY for a code that is not known."""
    code = (said or "").rpartition(AT_FIRST)[2].partition(":")[0].strip()
    return next((remedy for remedy, codes in CODES.items() if code in codes), Remedy.RETRY)
