"""The program around the commands: help, version, what importing costs, the way in."""

from __future__ import annotations

import subprocess
import sys
from typing import get_args, get_type_hints

import pytest
from rich.markup import render

from chalicelib.entrypoints.cli.program import IMPORTS, PANELS, TOKENS
from tests.entrypoints.cli.terminal import Terminal

HEAVY = ("boto3", "botocore", "httpx", "holidays", "pydantic", "ruamel.yaml", "moto", "chalice", "chalicelib.local")
COMMANDS = {name: function for panel in PANELS.values() for name, function in panel.items()}


def test_help_imports_nothing_heavy() -> None:
    script = (
        "import sys; from chalicelib.entrypoints.cli.program import run; run(['--help'], lambda days, serve: 0);"
        f"sys.exit(' '.join(name for name in {HEAVY!r} if name in sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert ran.stderr.strip() == ""


def test_the_package_is_the_program() -> None:
    ran = subprocess.run([sys.executable, "-m", "chalicelib", "--version"], capture_output=True, text=True, check=True)
    assert ran.stdout.startswith("curfew ")


@pytest.mark.parametrize("name", [*COMMANDS, *TOKENS, *IMPORTS])
def test_every_command_is_one_sentence_with_an_example(name: str) -> None:
    sentence, example = str((COMMANDS | TOKENS | IMPORTS)[name].__doc__).strip().split("\n\n")
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert example.strip().startswith("Example: curfew ")


def test_help_names_every_command(curfew: Terminal) -> None:
    ran = curfew("--help")
    assert ran.code == 0
    assert all(f" {name} " in ran.out for name in [*COMMANDS, "token", "import"])


def test_help_shows_all_that_is_written_of_an_option() -> None:
    """The help is read as markup, which takes words in square brackets for a style, and drops them."""
    for name, function in (COMMANDS | TOKENS | IMPORTS).items():
        hints = get_type_hints(function, include_extras=True).values()
        options = [option for hint in hints for option in get_args(hint)]
        helps = [option.help for option in options if getattr(option, "help", None)]
        assert [text for text in helps if render(text).plain != text] == [], name


def test_nothing_said_shows_the_help(curfew: Terminal) -> None:
    assert curfew() == curfew("--help")


@pytest.mark.parametrize(
    ("line", "played"),
    [("demo", (14, False)), ("demo --days 5 --serve", (5, True))],
)
def test_the_demo_is_played_as_asked(curfew: Terminal, line: str, played: tuple[int, bool]) -> None:
    assert curfew(*line.split()).out == "a timeline\n"
    assert curfew.played == [played]


def test_a_demo_that_found_something_wrong_ends_with_1(curfew: Terminal) -> None:
    curfew.demo_code = 1
    assert curfew("demo").code == 1


def test_a_demo_for_programs_tells_its_story_aside(curfew: Terminal) -> None:
    ran = curfew("demo", "--json")
    assert (ran.json, ran.err) == ({"passed": True}, "a timeline\n")


def test_a_demo_without_the_embedded_cloud_says_what_to_install(
    curfew: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(self: Terminal, days: int, serve: bool) -> int:
        raise ModuleNotFoundError("No module named 'moto'", name="moto")

    monkeypatch.setattr(Terminal, "_play", missing)
    ran = curfew("demo")
    assert ran.code == 2
    assert "pip install 'curfew[demo]'" in ran.err
