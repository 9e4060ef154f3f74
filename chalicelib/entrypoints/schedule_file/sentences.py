"""What pydantic found wrong, said to people: what is wrong, and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from chalicelib.entrypoints.schedule_file.document import Document, Path, WrittenInt
from chalicelib.entrypoints.schedule_file.problems import Problem, choose, nearest, said

Schema = Mapping[str, Any]

_MUST_BE = {
    "string_type": "text",
    "tuple_type": "a list",
    "dict_type": "a mapping of keys to values",
    "model_type": "a mapping of keys to values",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "decimal_type": "a number",
    "decimal_parsing": "a number",
    "greater_than": "more than {gt}",
    "greater_than_equal": "at least {ge}",
}
_WORDS = {"None": "nothing", "True": "true", "False": "false"}
_PLAIN = re.compile(r"[A-Za-z][\w./@-]*( [\w./@-]+)*|https?://[\w./-]+|arn:[\w:/-]+|\d+[%dhm]\S*|[\d-]+\.\.[\d-]+%?")
"""Texts that need no quotes in YAML; quoting too much does no harm."""


def problems_of(error: ValidationError, document: Document, schema: Schema) -> Iterator[Problem]:
    """Each mistake once, at its line. `schema` is the JSON Schema of the shape that was validated."""
    for details in error.errors():
        # A list whose entries are all wrong is not empty, though pydantic also says so.
        if details["type"] != "too_short" or not details["input"]:
            yield said(document.file, document.line(details["loc"]), _sentence(details, schema))


def _sentence(details: ErrorDetails, schema: Schema) -> str:
    where, kind, given = details["loc"], details["type"], details["input"]
    if kind == "extra_forbidden":
        return _unknown_key(str(where[-1]), _keys_at(schema, where[:-1]))
    if kind == "missing":
        return f"{where[-1]} is missing; {_write(schema, where)}"
    if kind == "value_error":
        return str(details["ctx"]["error"])
    if kind == "bool_type":
        return f"{_name(where)} cannot be {_shown(given)}; write true or false"
    if kind in ("enum", "literal_error"):
        options = re.findall("'([^']*)'", details["ctx"]["expected"])
        return f"{_name(where)} cannot be {_shown(given)}; {choose(str(given), options)}"
    return _wrong_value(details, schema)


def _wrong_value(details: ErrorDetails, schema: Schema) -> str:
    where, kind, given = details["loc"], details["type"], details["input"]
    if given is None or kind == "too_short":
        return f"{_name(where)} is empty; {_write(schema, where)}"
    if kind == "string_type" and isinstance(given, WrittenInt):
        return f'{_name(where)}: {given.written} is a number here, not text; write "{given.written}"'
    if kind not in _MUST_BE:
        return f"{_name(where)} cannot be {_shown(given)} ({details['msg']}); {_write(schema, where)}"
    must_be = _MUST_BE[kind].format(**details.get("ctx", {}))
    return f"{_name(where)} must be {must_be}, not {_shown(given)}; {_write(schema, where)}"


def _unknown_key(key: str, known: frozenset[str]) -> str:
    near = nearest(key, known)
    if near:
        return f"unknown key {key}; write {near}"
    return f"unknown key {key}; remove it, or write one of {', '.join(sorted(known))}"


def _name(where: Path) -> str:
    """The key that the value belongs to."""
    names = [str(step) for step in where if isinstance(step, str) and step != "[key]"]
    return names[-1] if names else "the file"


def _write(schema: Schema, where: Path) -> str:
    """A remedy: the example from the shape, or else what it is for. An entry of a list is shown within one."""
    while where and isinstance(where[-1], int):
        where = where[:-1]
    for node in _nodes_at(schema, where):
        if "examples" in node:
            return f"write {_name(where)}: {flow(node['examples'][0])}"
        if "description" in node:
            return f"write {_name(where)}: {node['description']}"
    return f"write {_name(where)}: ..."


def _keys_at(schema: Schema, where: Path) -> frozenset[str]:
    return frozenset(key for node in _nodes_at(schema, where) for key in node.get("properties", ()))


def _nodes_at(schema: Schema, where: Path) -> list[Schema]:
    """The parts of the schema that may describe the value there."""
    nodes = _alternatives(schema, schema)
    for step in where:
        below = [child for node in nodes for child in _children(node, step)]
        nodes = [each for child in below for each in _alternatives(schema, child)]
    return nodes


def _alternatives(schema: Schema, node: Schema) -> list[Schema]:
    if "$ref" in node:
        target = schema["$defs"][node["$ref"].rpartition("/")[2]]
        return [node, *_alternatives(schema, target)]
    return [node, *(each for option in node.get("anyOf", ()) for each in _alternatives(schema, option))]


def _children(node: Schema, step: str | int) -> Iterator[Schema]:
    if isinstance(step, int):
        yield node.get("items", {})
    elif step in node.get("properties", {}):
        yield node["properties"][step]
    elif isinstance(node.get("additionalProperties"), dict):
        yield node["additionalProperties"]


def _shown(value: object) -> str:
    text = flow(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def flow(value: object) -> str:
    """The value in one line of YAML, so that it can be copied into a file."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{flow(key)}: {flow(child)}" for key, child in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(flow(child) for child in value) + "]"
    if isinstance(value, str):
        return value if _PLAIN.fullmatch(value) else f'"{value}"'
    return _WORDS.get(str(value), str(value))
