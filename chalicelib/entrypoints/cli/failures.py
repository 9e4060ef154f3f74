"""Every exception as a cause, a message for people and an exit code."""

from __future__ import annotations

from typer import Abort
from typer.exceptions import TyperException

from chalicelib.core.durations import DurationError, InstantError
from chalicelib.entrypoints.cli.answers import CommandError, Exit
from chalicelib.flows.errors import BusyError, ForbiddenError, RefusedError, UnknownError

CAUSES: tuple[tuple[type[BaseException], str, Exit], ...] = (
    (TyperException, "usage", Exit.BAD_INPUT),
    (DurationError, "bad-input", Exit.BAD_INPUT),
    (InstantError, "bad-input", Exit.BAD_INPUT),
    (UnknownError, "unknown-name", Exit.BAD_INPUT),
    (ForbiddenError, "forbidden", Exit.REFUSED),
    (RefusedError, "refused", Exit.REFUSED),
    (BusyError, "busy", Exit.FAILED),
    (Abort, "declined", Exit.REFUSED),
    (OSError, "bad-input", Exit.BAD_INPUT),  # files only: the network's are told apart where it is used
)


def failure_of(error: Exception) -> CommandError:
    """The error in words for people; what nobody foresaw asks to be reported."""
    if isinstance(error, CommandError):
        return error
    for kind, code, exit in CAUSES:
        if isinstance(error, kind):
            return CommandError(_words(error), code, exit)
    if type(error).__module__.startswith("botocore"):
        return CommandError(f"AWS said no: {error}", "aws", Exit.FAILED)
    what = f"{type(error).__name__}: {error}"
    return CommandError(
        f"this is a mistake in curfew itself ({what}); report it, with CURFEW_DEBUG=1 set", "internal", Exit.FAILED
    )


def foreseen(failure: CommandError) -> bool:
    """False for a mistake in curfew itself."""
    return failure.code != "internal"


def _help(error: Exception) -> str:
    """Where to read on for who left something out: what is wrong otherwise says itself what to write."""
    command = getattr(getattr(error, "ctx", None), "command_path", None)
    missing = type(error).__name__ == "MissingParameter"
    return f" See {command} --help." if missing and command else ""


def _words(error: Exception) -> str:
    formatted = getattr(error, "format_message", None)
    if formatted is not None:
        return str(formatted()).replace("Value error, ", "") + _help(error)
    if isinstance(error, Abort):
        return "nothing was done: no answer was given"
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename} cannot be read: {error.strerror}"
    return str(error)
