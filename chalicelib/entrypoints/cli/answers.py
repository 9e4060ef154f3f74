"""What a command comes back with: a document for programs, the same shown to people, and an exit code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from rich.console import Console

View = dict[str, Any]
Show = Callable[[Console], None]


class Exit(IntEnum):
    """The exit codes that scripts rely on."""

    DONE = 0
    REFUSED = 1  # by a rule, or not all done
    BAD_INPUT = 2  # or an unknown name
    FAILED = 3  # the service or AWS


@dataclass(frozen=True, slots=True)
class Answer:
    """`data` is what --json prints; `show` draws the same for people."""

    data: Any
    show: Show
    exit: Exit = Exit.DONE


class CommandError(Exception):
    """A command cannot be done; the message tells people why, and what to do instead.

    `code` names the cause for programs.
    """

    def __init__(self, message: str, code: str = "bad-input", exit: Exit = Exit.BAD_INPUT) -> None:
        super().__init__(message)
        self.code = code
        self.exit = exit


def said(data: Any, sentence: str, exit: Exit = Exit.DONE) -> Answer:
    """An answer that people read as one sentence."""
    return Answer(data, lambda console: console.print(sentence, soft_wrap=True), exit)
