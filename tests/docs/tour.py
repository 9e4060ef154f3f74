"""The README's tour, taken: what its commands answer now.

`python -m tests.docs.tour` writes the answers into the README; read the difference before you keep it.
"""

from __future__ import annotations

import io
import re
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from rich.console import Console

from chalicelib.entrypoints.cli.program import run
from chalicelib.local.demo import driver, play, sample_house, verdict
from chalicelib.local.people import Stage
from chalicelib.local.serve import serve_until_interrupted
from tests.docs.pages import CONSOLE, PROJECT, Command, abridged, as_shown, console, filled

WIDTH = 100
ALONE = ("curfew validate", "curfew explain", "curfew calendar", "curfew plan")
UNSET = ("CURFEW_URL", "CURFEW_TOKEN", "CURFEW_TABLE", "CURFEW_DEBUG", "FORCE_COLOR", "HTTP_PROXY", "ALL_PROXY")


class Interrupted:
    """Stands where time would pass: Ctrl-C is pressed at once."""

    def run_for(self, length: timedelta) -> None:
        raise KeyboardInterrupt


@contextmanager
def terminal(home: Path) -> Iterator[pytest.MonkeyPatch]:
    """Within it this process is a terminal as wide as the README's, in UTC, beside a copy of the sample schedules."""
    shutil.copytree(PROJECT / "schedules", home / "schedules")
    try:
        with pytest.MonkeyPatch.context() as patch:
            for name in UNSET:
                patch.delenv(name, raising=False)
            for name, value in {"TZ": "UTC", "COLUMNS": str(WIDTH), "XDG_CONFIG_HOME": str(home / "config")}.items():
                patch.setenv(name, value)
            patch.chdir(home)
            time.tzset()
            yield patch
    finally:
        time.tzset()


def typed(command: Command) -> str:
    """What `curfew` shows on the screen."""
    screen = io.StringIO()
    with redirect_stdout(screen), redirect_stderr(screen):
        run(command.words[1:], lambda days, serve: 0)
    return as_shown(screen.getvalue())


def served(commands: Sequence[Command], patch: pytest.MonkeyPatch) -> Iterator[str]:
    """What the demo shows, then the answers of the commands typed against it."""
    shown = io.StringIO()
    paper = Console(file=shown, width=WIDTH)
    with sample_house(partial(paper.print, soft_wrap=True)) as stage:
        play(stage, 1, lambda day, at: None)
        verdict(paper, stage.inspector)
        aws = stage.house.cloud.endpoint_url
        serve_until_interrupted(paper, stage.api, stage.tokens, aws, Interrupted())  # type: ignore[arg-type]
        yield _without_secrets(as_shown(shown.getvalue().removesuffix("ended\n")))
        patch.setenv("CURFEW_URL", stage.api)
        for command in commands:
            yield _typed_later(command, stage, patch)


def _typed_later(command: Command, stage: Stage, patch: pytest.MonkeyPatch) -> str:
    """What the developer (or who else is named) sees, who types it so much later."""
    driver(stage, []).run_for(command.later)
    people = {person.upper(): token for person, token in stage.tokens.items()}
    token = filled({"CURFEW_TOKEN": "$DEVELOPER"} | dict(command.set), people)["CURFEW_TOKEN"]
    patch.setenv("CURFEW_TOKEN", token)
    return typed(command)


def _without_secrets(text: str) -> str:
    """Tokens become dots, the ports 8000 and 5000: they are others each time."""
    text = re.sub(r"AWS_ENDPOINT_URL=http://127\.0\.0\.1:\d+", "AWS_ENDPOINT_URL=http://localhost:5000", text)
    return re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:8000", re.sub(r"CURFEW_TOKEN=\S+", "CURFEW_TOKEN=...", text))


def taken(commands: Sequence[Command]) -> list[Command]:
    """The commands with their answers as they are now; what is not `curfew` keeps the answer it has."""
    against_demo = [each for each in commands if each.words[0] == "curfew" and each.verb not in (*ALONE, "curfew demo")]
    with tempfile.TemporaryDirectory() as home, terminal(Path(home)) as patch:
        answers = served(against_demo, patch)
        return [replace(each, answer=_answer(each, answers)) for each in commands]


def _answer(command: Command, demo: Iterator[str]) -> str:
    if command.words[0] != "curfew":
        return command.answer
    return abridged(typed(command) if command.verb in ALONE else next(demo), command.answer)


def retold(text: str) -> str:
    """The page with the answers as they are now."""
    now = iter(taken([command for found in CONSOLE.finditer(text) for command in console(found)]))

    def rewritten(found: re.Match[str]) -> str:
        lines = "".join(as_shown(f"$ {each.line}\n{next(now).answer}") + "\n" for each in console(found))
        return found.group().replace(found.group(2), lines)

    return CONSOLE.sub(rewritten, text)


if __name__ == "__main__":
    README = PROJECT / "README.md"
    README.write_text(retold(README.read_text(encoding="utf-8")), encoding="utf-8")
