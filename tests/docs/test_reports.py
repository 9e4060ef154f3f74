"""The pages on reports: the worked example is run; figures, columns and headings are those that there are."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from chalicelib.core.money.covers import patterns
from chalicelib.core.money.statement import Label
from chalicelib.entrypoints.cli.report_output import Shape
from chalicelib.entrypoints.reporting.asked import By
from chalicelib.entrypoints.reporting.facts import MEANS
from chalicelib.entrypoints.reporting.figures import FIGURES, Figure
from chalicelib.entrypoints.reporting.inputs_files import FILES, Column, File
from chalicelib.entrypoints.schedule_file.reading import SourceFile, read_schedules
from tests.docs.pages import PROJECT, Command, commands
from tests.docs.tour import terminal, typed

DOCS = PROJECT / "docs"
PAGES = [DOCS / name for name in ("reports.md", "audit.md", "ledger.md")]
TEXT = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
EXAMPLES = [command for page in PAGES for command in commands(page) if command.verb == "curfew recompute"]


@pytest.mark.parametrize("command", EXAMPLES, ids=lambda command: command.line)
def test_the_worked_example_answers_as_shown(command: Command, tmp_path: Path) -> None:
    with terminal(tmp_path) as patch:
        patch.delenv("COLUMNS")
        patch.chdir(PROJECT)
        assert typed(command) == command.answer


def test_there_is_a_worked_example() -> None:
    assert len(EXAMPLES) == 3


@pytest.mark.parametrize("page", [*DOCS.rglob("*.md"), *PROJECT.glob("*.md")], ids=lambda page: page.name)
def test_every_link_of_a_page_leads_to_a_heading(page: Path) -> None:
    for file, heading in re.findall(r"\]\(([\w./-]*\.md)?#([\w-]+)\)", page.read_text(encoding="utf-8")):
        assert heading in headings(page.parent / file if file else page), f"{file}#{heading}"


def headings(page: Path) -> set[str]:
    """What links call the headings of a page."""
    found = re.findall(r"(?m)^#+ (.*)$", page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in found}


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.key)
def test_every_figure_is_explained(figure: Figure) -> None:
    assert f"| {figure.title} | `{figure.key}` | {figure.means} |\n" in TEXT


@pytest.mark.parametrize(
    ("file", "column"),
    [pytest.param(file, column, id=f"{file.name}-{column.name}") for file in FILES for column in file.columns],
)
def test_every_column_of_an_export_is_explained(file: File, column: Column) -> None:
    section = TEXT[TEXT.index(f"\n`{file.name}`: ") :]
    assert f"| `{column.name}` | {column.means} |\n" in section.split("\n\n")[1] + "\n"


@pytest.mark.parametrize("word", [*Label, *By, *Shape])
def test_every_word_that_can_be_asked_for_or_met_is_on_a_page(word: str) -> None:
    assert f"`{word}`" in TEXT


@pytest.mark.parametrize("label", Label)
def test_every_status_is_explained(label: Label) -> None:
    assert f"| `{label.value}` | {MEANS[label]}" in TEXT


COVERED = TEXT[TEXT.index("| It covers |") :].partition("\n\n")[0]
WORDS = re.findall(r"`([^`]+)`", COVERED)


@pytest.mark.parametrize("words", WORDS)
def test_the_words_for_what_is_covered_are_understood(words: str) -> None:
    assert patterns(words)


def test_the_example_of_commitments_is_good() -> None:
    example = TEXT[TEXT.index("commitments:\n") :].partition("```")[0]
    reading = read_schedules([SourceFile("organisation.yaml", example)], date(2026, 11, 1))
    assert reading.problems == ()
    assert len(reading.organisation.commitments) == 2
