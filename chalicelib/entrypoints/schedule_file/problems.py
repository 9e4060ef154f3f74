"""What is wrong in a file, where, and what to write instead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum


class Severity(StrEnum):
    """An error keeps the file from being used; a warning or a note does not."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. `line` counts from 1; `remedy` may be empty in a note."""

    file: str
    line: int
    what: str
    remedy: str = ""
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        """`file:line: what is wrong; what to write instead`, with the severity unless it is an error."""
        label = "" if self.severity is Severity.ERROR else f"{self.severity}: "
        remedy = f"; {self.remedy}" if self.remedy else ""
        return f"{self.file}:{self.line}: {label}{self.what}{remedy}"


def said(file: str, line: int, message: str) -> Problem:
    """The error that a message `what is wrong; what to write instead` tells."""
    what, _, remedy = message.partition("; ")
    return Problem(file, line, what, remedy)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like this one, or None when none is near."""
    by_lower = {option.lower(): option for option in known}
    near = get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[near[0]] if near else None


def choose(word: str, known: Iterable[str]) -> str:
    """A remedy: the nearest known word, else all of them."""
    options = sorted(known)
    near = nearest(word, options)
    return f"write {near}" if near else f"write one of {', '.join(options)}"
