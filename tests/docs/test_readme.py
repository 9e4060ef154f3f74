"""The pages tell the truth: the README's commands are run and answer what it shows, links and named tests exist.

What moves is compared by its form only: times of day of the served demo (readers type at their own pace), and every
number of the demo's own story (its seconds differ with the ids of instances). A line `...` leaves out what is long.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.entrypoints.cli.program import PANELS
from tests.docs.pages import PAGES, PROJECT, TEST, Command, abridged, cases, commands, links, named_tests
from tests.docs.tour import ALONE, served, terminal, typed
from tests.mutants.run import EVERY

README = commands(PROJECT / "README.md")
MAKE = [command for command in README if command.words[0] == "make"]
OFFLINE = [command for command in README if command.verb in ALONE]
DEMO = [command for command in README if command.verb == "curfew demo"]
SERVED = [command for command in README if command not in (*MAKE, *OFFLINE, *DEMO)]


@pytest.fixture
def patch(tmp_path: Path) -> Iterator[pytest.MonkeyPatch]:
    with terminal(tmp_path) as patch:
        yield patch


@pytest.mark.parametrize("command", OFFLINE, ids=lambda command: command.line)
@pytest.mark.usefixtures("patch")
def test_what_needs_no_server_answers_as_shown(command: Command) -> None:
    assert typed(command) == command.answer


def test_the_demo_and_what_is_tried_against_it_answer_as_shown(patch: pytest.MonkeyPatch) -> None:
    told, *answers = served(SERVED, patch)
    story = DEMO[0].answer
    assert form_of_the_story(abridged(told, story)) == form_of_the_story(story)
    expected = [(command.line, form(command.answer)) for command in SERVED]
    assert [(command.line, form(answer)) for command, answer in zip(SERVED, answers, strict=True)] == expected


def form(text: str) -> str:
    """Times of day become HH:MM."""
    return re.sub(r"(?<!\d)\d\d:\d\d(?!\d)", "HH:MM", text)


def form_of_the_story(text: str) -> str:
    """Numbers become N."""
    return re.sub(r"\d+", "N", text)


@pytest.mark.parametrize("command", MAKE, ids=lambda command: command.line)
def test_a_verb_of_make_is_one(command: Command) -> None:
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{command.words[1]}:", makefile, re.MULTILINE)


def test_every_command_of_the_readme_is_tried_somewhere() -> None:
    known = {name for panel in PANELS.values() for name in panel}
    assert [command.line for command in SERVED if command.words[0] != "curfew" or command.words[1] not in known] == []
    assert {command.words[1] for command in SERVED} >= {"status", "wake", "sleep", "release"}
    assert {command.verb for command in OFFLINE} == set(ALONE)
    assert len(DEMO) == 1


def test_the_figures_beside_other_tools_are_those_of_the_benchmarks() -> None:
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    table = readme[readme.index("| | The stop |") : readme.index("Curfew's figures are")]
    measured = (PROJECT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    figures = re.findall(r"\d[\d,]*(?<!,)", table)
    assert len(figures) == 8
    assert [figure for figure in figures if f" {figure} " not in measured] == []


def test_the_faults_of_each_invariant_are_the_planted_ones() -> None:
    page = (PROJECT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| .* \| (.*) \|$", page, re.MULTILINE)
    planted = {number: {fault.name for fault in EVERY if number in fault.invariants} for number in range(1, 14)}
    told = {int(number): set(names.split("; ")) - {"none yet"} for number, names in rows}
    assert told == planted


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    assert [link for link in links(page) if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_test_that_a_page_names_exists(page: Path) -> None:
    named = [(name, PROJECT / file) for file, name in named_tests(page)]
    assert [name for name, file in named if f"def {name}(" not in file.read_text(encoding="utf-8")] == []


def test_every_case_names_a_test_that_shows_it() -> None:
    assert [title for title, said in cases().items() if not TEST.search(said)] == []
    assert len(cases()) > 90
