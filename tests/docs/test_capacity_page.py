"""The page on capacity tells the truth: its commands are run, its file is read, its figures are those of the code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from chalicelib.core.diversity import ENOUGH
from chalicelib.core.durations import format_duration
from chalicelib.core.group_memory import MOST_FILLS
from chalicelib.core.pools import FIRST_REFUSAL, HALF_LIFE, LONGEST_REFUSAL
from chalicelib.core.prefer import LOST_MINUTE, Prefer, break_even
from chalicelib.core.spot import STEP
from chalicelib.core.tries import FIRST_WAIT, LONGEST_WAIT
from chalicelib.entrypoints.schedule_file.environment_shape import CapacityShape
from chalicelib.entrypoints.schedule_file.yaml_reading import read_yaml
from chalicelib.flows.spot_types import MOST_TYPES
from chalicelib.flows.what_if import LOOKS_BACK
from tests.docs.capacity_page import PAGE, answered, shell
from tests.docs.pages import Command, commands
from tests.flows.mixed_stage import POLICY

SHARES = {1.0: "all", 0.5: "half of the group", 0.25: "a quarter of the group"}


@pytest.fixture(scope="module")
def _shell() -> Iterator[None]:
    with shell():
        yield


@pytest.mark.parametrize("command", commands(PAGE), ids=lambda command: command.line)
@pytest.mark.usefixtures("_shell")
def test_a_command_of_the_page_answers_as_shown(command: Command) -> None:
    assert answered(command) == command.answer


def test_its_file_is_what_the_group_has() -> None:
    (block,) = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    document, problems = read_yaml("orders-qa.yaml", block)
    assert problems == ()
    assert document is not None
    shape = CapacityShape.model_validate(document.at("capacity", "nodes"))
    read = (shape.on_demand_base, shape.spot_share, shape.prefer, shape.pools.types)
    assert read == (POLICY.on_demand_base, (0, round(POLICY.shares[1] * 100)), POLICY.prefer, POLICY.types)


def test_its_figures_are_those_of_the_code() -> None:
    text = " ".join(PAGE.read_text(encoding="utf-8").split())
    for figure in (
        f"at most {MOST_FILLS} times within any 24 hours",
        f"{format_duration(FIRST_REFUSAL)}, then twice as long each time, {format_duration(LONGEST_REFUSAL)} at most",
        f"{format_duration(FIRST_WAIT)}, after each further try in vain twice as long",
        f"{format_duration(LONGEST_WAIT)} at most; a spot member that runs ends that",
        f"evidence counts half after {format_duration(HALF_LIFE)}",
        f"the last {LOOKS_BACK.days} days",
        f"few (below {ENOUGH})",
        f"At most {MOST_TYPES} types",
    ):
        assert figure in text


@pytest.mark.parametrize("prefer", Prefer)
def test_its_table_of_preferences_is_that_of_the_code(prefer: Prefer) -> None:
    lasts = round(break_even(prefer, 0.35) / timedelta(minutes=1))
    row = f"| `{prefer.value}` | {LOST_MINUTE[prefer]:g} | {lasts} min | {SHARES[STEP[prefer]]} |"
    assert row in PAGE.read_text(encoding="utf-8")
