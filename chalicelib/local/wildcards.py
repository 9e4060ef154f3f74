"""EC2's filters as AWS reads them: * and ? in a value, a backslash before what is meant literally."""

import re
from functools import cache
from typing import Any

PARTS = re.compile(r"\\(.)|(\*)|(\?)|([^\\*?]+|\\)", re.DOTALL)


@cache
def as_expression(value: str) -> str:
    """A regular expression that matches what a filter value matches, from the first to the last character.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html
    """
    return "".join(_expression(part) for part in PARTS.finditer(value)) + r"\Z"


def _expression(part: re.Match[str]) -> str:
    escaped, any_number, exactly_one, text = part.groups()
    if any_number:
        return "(?s:.*)"
    return "(?s:.)" if exactly_one else re.escape(escaped or text)


def matches(found: Any, values: Any) -> bool:
    """Whether an attribute of an instance, or one of a list of them, meets one of the filter's values."""
    if isinstance(found, bool):
        return str(found).lower() in values
    texts = found if isinstance(found, list) else [found]
    if any(text in values for text in texts):
        return True
    return any(re.match(as_expression(value), str(text)) for value in values if _is_wild(value) for text in texts)


def _is_wild(value: str) -> bool:
    return not {"*", "?", "\\"}.isdisjoint(value)
