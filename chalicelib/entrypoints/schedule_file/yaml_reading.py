"""Reading YAML 1.2 with lines: what a file says, and every way in which it is not good YAML.

`NO` and `22:00` are texts, as YAML 1.2 has it. Values are built from the parser's nodes, never by
constructors, so that no tag can make anything but plain data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from chalicelib.entrypoints.schedule_file.document import Document, Path, WrittenInt
from chalicelib.entrypoints.schedule_file.problems import Problem, Severity

MOST_BYTES = 1_000_000
MOST_VALUES = 20_000
DEEPEST = 40

_KNOWN_TAG = re.compile(r"tag:yaml\.org,2002:(str|int|float|bool|null|timestamp|map|seq|merge)")
_BASE_60 = re.compile(r"[-+]?[1-9][0-9_]*(:[0-5]?[0-9])+")
"""What YAML 1.1 reads as a number in base 60 (https://yaml.org/type/int.html)."""
_DIRECTIVE = re.compile(r"\A(?:\s*(?:#.*)?\n)*%")
_UNDECODED = re.compile("[\ud800-\udfff]")
"""What bytes that are not UTF-8 become when they are decoded with `surrogateescape`."""

_SENTENCES = (
    ("'\\t'", "a tab cannot indent", "write spaces"),
    ("another document", "this is a second document", "write one environment a file and remove the --- line"),
    ("undefined alias", "an alias stands before its anchor", "write the & anchor first, or the value itself"),
    ("mapping values are not allowed", "a colon is not expected here", "line up the keys, or quote the text"),
    ("cannot start any token", "a text cannot begin with this character", "put the text in quotes"),
    ("unexpected end of stream", "a quote is opened here and never closed", "close it"),
    ("expected ',' or '", "a bracket is opened here and never closed", "close it"),
    ("expected <block end>", "the indentation does not fit the lines above", "line up the keys"),
    ("could not find expected ':'", "a key has no colon", "write key: value"),
)
_OPENED_ABOVE = ("unexpected end of stream", "expected ',' or '")


def read_yaml(file: str, text: str) -> tuple[Document | None, tuple[Problem, ...]]:
    """The document, or None when nothing can be made of the text; and what is wrong with it as YAML."""
    problem = _unreadable(file, text)
    if problem:
        return None, (problem,)
    try:
        return _built(file, text, _composed(text))
    except MarkedYAMLError as error:
        return None, (_broken(file, error),)
    except (YAMLError, RecursionError, _TooMuchError) as error:
        return None, (_beyond(file, text, error),)


class _TooMuchError(Exception):
    """More values or levels than a schedule has."""


def _unreadable(file: str, text: str) -> Problem | None:
    if len(text.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        return Problem(file, 1, "the file is larger than 1 MB", "split it: one environment a file")
    undecoded = _UNDECODED.search(text)
    if undecoded:
        return Problem(file, _line_at(text, undecoded.start()), "the file is not UTF-8", "save it as UTF-8")
    directive = _DIRECTIVE.search(text)
    if directive:
        line = _line_at(text, directive.end())
        return Problem(file, line, "YAML directives change what a text means", "remove the % line")
    return None


def _composed(text: str) -> Node | None:
    reader = YAML(typ="safe", pure=True)
    reader.composer.warn_double_anchors = False
    node: Node | None = reader.compose(text)
    return node


def _built(file: str, text: str, root: Node | None) -> tuple[Document | None, tuple[Problem, ...]]:
    if not isinstance(root, MappingNode):
        line = 1 if root is None else _line(root)
        what = "the file is empty" if root is None else "the file is not a mapping of keys to values"
        return None, (Problem(file, line, what, "write environment: NAME and what belongs to it"),)
    builder = _Builder(file)
    builder.lines[()] = _line(root)
    data = builder.value(root, ())
    return Document(file, text, data, builder.lines), tuple(builder.problems)


def _broken(file: str, error: MarkedYAMLError) -> Problem:
    said = str(error.problem)
    opened_above = error.context_mark and any(part in said for part in _OPENED_ABOVE)
    mark = error.context_mark if opened_above else error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 1
    for part, what, remedy in _SENTENCES:
        if part in said:
            return Problem(file, line, what, remedy)
    return Problem(file, line, f"this is not YAML ({said})", "check indentation, quotes and brackets")


def _beyond(file: str, text: str, error: Exception) -> Problem:
    if isinstance(error, ReaderError):
        return Problem(file, _line_at(text, error.position), "the line holds a control character", "remove it")
    remedy = "write the values out, with fewer aliases and levels"
    return Problem(file, 1, f"the file holds more than {MOST_VALUES} values or {DEEPEST} levels", remedy)


@dataclass(slots=True)
class _Builder:
    """Turns nodes into plain values, noting lines and problems on the way."""

    file: str
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    values: int = 0

    def value(self, node: Node, path: Path) -> Any:
        """The plain value of a node at that path."""
        self.values += 1
        if self.values > MOST_VALUES or len(path) > DEEPEST:
            raise _TooMuchError
        self.lines.setdefault(path, _line(node))
        if not _KNOWN_TAG.fullmatch(str(node.tag)):
            self._problem(node, f"the tag {node.tag} is not known here", "write the plain value")
        if isinstance(node, MappingNode):
            return {key: self.value(child, (*path, key)) for key, child in self._entries(node, path)}
        if isinstance(node, SequenceNode):
            return [self.value(child, (*path, index)) for index, child in enumerate(node.value)]
        assert isinstance(node, ScalarNode)
        return self._scalar(node)

    def _entries(self, node: MappingNode, path: Path) -> Iterator[tuple[str, Node]]:
        """The entries of a mapping, then those merged in by `<<` that it does not have itself."""
        seen: dict[str, int] = {}
        for key_node, child in node.value:
            key = self._key(key_node)
            if key in seen:
                what = f"{key} is here twice, first in line {seen[key]}"
                self._problem(key_node, what, "keep one of them")
            elif not str(key_node.tag).endswith(":merge"):
                seen[key] = self.lines[(*path, key)] = _line(key_node)
                yield key, child
        for key, child in self._merged(node):
            if key not in seen:
                seen[key] = self.lines[(*path, key)] = _line(child)
                yield key, child

    def _merged(self, node: MappingNode) -> Iterator[tuple[str, Node]]:
        for key_node, source in node.value:
            if str(key_node.tag).endswith(":merge"):
                for mapping in source.value if isinstance(source, SequenceNode) else [source]:
                    yield from self._mergeable(mapping)

    def _mergeable(self, node: Node) -> Iterator[tuple[str, Node]]:
        """What one merged mapping gives; merges inside it would let a short text grow without end."""
        entries = node.value if isinstance(node, MappingNode) else ()
        if not entries or any(str(key.tag).endswith(":merge") for key, _ in entries):
            self._problem(node, "<< merges plain mappings only", "write << and an alias of a mapping without <<")
        else:
            yield from ((self._key(key), child) for key, child in entries)

    def _key(self, node: Node) -> str:
        if not isinstance(node, ScalarNode):
            self._problem(node, "a list or mapping cannot be a key", "write a text")
            return "?"
        if not str(node.tag).endswith((":str", ":merge")):
            self._problem(node, f"the key {node.value} is not text", f'write "{node.value}"')
        return str(node.value)

    def _scalar(self, node: ScalarNode) -> Any:
        text, plain = str(node.value), node.style is None
        if plain and _BASE_60.fullmatch(text):
            what = f"{text} is not quoted: older YAML readers take it for the number {_base_60(text)}"
            self._problem(node, what, f'write "{text}"', Severity.WARNING)
        return _plain_value(str(node.tag).rpartition(":")[2], text)

    def _problem(self, node: Node, what: str, remedy: str, severity: Severity = Severity.ERROR) -> None:
        self.problems.append(Problem(self.file, _line(node), what, remedy, severity))


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1


def _line_at(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def _base_60(text: str) -> int:
    number = 0
    for part in text.lstrip("+-").replace("_", "").split(":"):
        number = number * 60 + int(part)
    return -number if text.startswith("-") else number


def _plain_value(kind: str, text: str) -> Any:
    """The value of a scalar; a date stays text, and so does what does not fit its tag."""
    try:
        if kind == "int":
            return WrittenInt(int(text, 0) if text[:2] in ("0o", "0x") else int(text), text)
        if kind == "float":
            return Decimal(text)
    except (ValueError, InvalidOperation):
        return text
    return {"null": None, "bool": text.lower() == "true"}.get(kind, text)
