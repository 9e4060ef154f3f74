"""What the pages of the project claim: consoles with their commands and answers, links, tests named in them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from string import Template

PROJECT = Path(__file__).parents[2]
PAGES = sorted([*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md")])
CONSOLE = re.compile(r"(?:<!-- (\d+) minutes later -->\n+)?```console\n(.*?)```", re.DOTALL)
LEFT_OUT = "..."
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
TEST = re.compile(r"`(tests/[\w/.]+\.py)::(test_\w+)`")


@dataclass(frozen=True)
class Command:
    """One line behind `$`: the variables set for it alone, its words, and the answer that the page shows."""

    line: str
    set: Mapping[str, str]
    words: tuple[str, ...]
    answer: str
    later: timedelta = timedelta()

    @property
    def verb(self) -> str:
        """`curfew wake` or `make test`."""
        return " ".join(self.words[:2])


def commands(page: Path) -> list[Command]:
    """Every command of the consoles of a page, in their order."""
    text = page.read_text(encoding="utf-8")
    return [command for found in CONSOLE.finditer(text) for command in console(found)]


def console(found: re.Match[str]) -> Iterator[Command]:
    """The commands of one console; the first is typed so many minutes later than what is above it."""
    later = timedelta(minutes=int(found.group(1) or 0))
    for each in re.split(r"^\$ ", found.group(2), flags=re.MULTILINE)[1:]:
        line, _, answer = each.partition("\n")
        words = shlex.split(line)
        begins = next(place for place, word in enumerate(words) if "=" not in word)
        variables = dict(word.split("=", 1) for word in words[:begins])
        yield Command(line, variables, tuple(words[begins:]), as_shown(answer), later)
        later = timedelta()


def as_shown(text: str) -> str:
    """What a screen shows, without blanks at the ends of lines and empty lines around it."""
    return "\n".join(line.rstrip() for line in text.splitlines()).strip("\n")


def abridged(text: str, shown: str) -> str:
    """The text with its middle left out where the page leaves it out, by a line `...`."""
    lines, kept = text.splitlines(), shown.splitlines()
    if LEFT_OUT not in kept:
        return text
    head = kept.index(LEFT_OUT)
    tail = len(kept) - head - 1
    return "\n".join([*lines[:head], LEFT_OUT, *lines[len(lines) - tail :]])


def filled(variables: Mapping[str, str], known: Mapping[str, str]) -> dict[str, str]:
    """The variables with `$NAME` in their values replaced, as a shell would."""
    return {name: Template(value).substitute(known) for name, value in variables.items()}


def links(page: Path) -> list[str]:
    """The relative links of a page."""
    return LINK.findall(page.read_text(encoding="utf-8"))


def named_tests(page: Path) -> list[tuple[str, str]]:
    """File and name of every test that a page names."""
    return TEST.findall(page.read_text(encoding="utf-8"))


def cases() -> dict[str, str]:
    """Each case of docs/cases.md by its title, with all that is said of it."""
    text = (PROJECT / "docs" / "cases.md").read_text(encoding="utf-8")
    found = re.findall(r"^- \*\*(.+?)\*\*(.*?)(?=^- |^#|\Z)", text, re.DOTALL | re.MULTILINE)
    return {title: f"{title}{said}" for title, said in found}
