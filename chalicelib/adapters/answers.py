"""What AWS said no to: errors as refusals, and answers that were accepted as a whole but list members that failed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chalicelib.core.refusal import Remedy, remedy
from chalicelib.flows.ports import Refusal
from chalicelib.kinds.contract import Answer

LONGEST_MESSAGE = 300

NOT_FOR_PEOPLE = re.compile(
    r"\s*Encoded authorization failure message:.*"
    r"|\s*\([^()]*Request ?ID:[^()]*\)"
    r"|,?\s*Request ?ID:\s*\S+",
    re.IGNORECASE | re.DOTALL,
)
"""The parts of AWS's messages that help nobody who reads a status: encoded blobs and request ids."""

LISTS_FAILURES = re.compile(r"fail|unsuccessful|^errors$", re.IGNORECASE)
"""Names under which answers list members that failed: `failures` in ECS, `errors` of an update in EKS,
`FailedScheduledActions` in Auto Scaling.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Failure.html
https://docs.aws.amazon.com/eks/latest/APIReference/API_Update.html
"""

WORDS = re.compile(r"[\w.:/-]*[\w-]")


def refusal(error: Exception, arns: Sequence[str] = ()) -> Refusal:
    """What AWS, or the way to it, said about a call for these resources; without request ids, at most 300 characters.

    EC2 names in its message which instances of a batch it does not know, or finds in a wrong state.
    """
    answer = getattr(error, "response", {}).get("Error", {})
    code = answer.get("Code") or type(error).__name__
    message = answer.get("Message") or str(error)
    return _refusal(code, message, tuple(mentioned(message, arns)))


def failures(answer: Answer, arns: Sequence[str]) -> dict[str, Refusal]:
    """The resources of the call for which this answer says no; a failure that names none of them is everybody's."""
    found: dict[str, Refusal] = {}
    for entry in _entries(answer):
        told = {name.lower(): value for name, value in entry.items()}
        code = next((told[name] for name in ("errorcode", "code", "reason") if name in told), "Failed")
        message = next((told[name] for name in ("errormessage", "message", "detail") if name in told), code)
        named = tuple(mentioned(" ".join(map(str, entry.values())), arns)) or tuple(arns)
        found.update(dict.fromkeys(named, _refusal(str(code), str(message), named)))
    return found


def mentioned(text: str, arns: Sequence[str]) -> Iterator[str]:
    """Those of the resources whose ARN, or the id at its end, stands in the text as a word."""
    words = set(WORDS.findall(text))
    return (arn for arn in arns if arn in words or re.split("[:/]", arn)[-1] in words)


def _refusal(code: str, message: str, named: tuple[str, ...]) -> Refusal:
    message = NOT_FOR_PEOPLE.sub("", message).strip()
    if len(message) > LONGEST_MESSAGE:
        message = message[: LONGEST_MESSAGE - 3] + "..."
    return Refusal(code, message, throttled=remedy(code) is Remedy.SLOWER, named=named)


def _entries(answer: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """What stands in lists of failures, at the top of the answer or one level below it."""
    for within in (answer, *(value for value in answer.values() if isinstance(value, Mapping))):
        for name, value in within.items():
            if isinstance(value, list) and LISTS_FAILURES.search(name):
                yield from (entry for entry in value if isinstance(entry, Mapping))
