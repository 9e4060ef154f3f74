"""Values as they are written into schedule files: in one line of YAML, quoted wherever a reader could misread them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_OTHER_READINGS = ("on", "off", "yes", "no", "y", "n", "true", "false", "null")
"""Words that are quoted, so that older YAML readers take them for texts too."""


def flow(value: Any) -> str:
    """The value in one line of YAML. A JSON text in double quotes is one."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(key)}: {flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    bare = re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", value) and value not in _OTHER_READINGS
    return str(value) if bare else _quoted(value)


def one_line(text: str) -> str:
    """The text on one line, so that a comment stays one."""
    return " ".join(text.split())


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*", key) else _quoted(key)


def _quoted(text: str) -> str:
    # Letters of other alphabets as they are: JSON's escapes for rare ones come in halves, which YAML does not join.
    return json.dumps(text, ensure_ascii=False)
