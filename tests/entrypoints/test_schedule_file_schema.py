"""What editors and newcomers read agrees with what is accepted: JSON Schemas, samples, the reference."""

import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from chalicelib.entrypoints.schedule_file.paths import load_paths
from chalicelib.entrypoints.schedule_file.problems import Severity
from chalicelib.entrypoints.schedule_file.reading import is_organisation, read_schedules
from chalicelib.entrypoints.schedule_file.schema import (
    environment_schema,
    organisation_schema,
    stale_schemas,
    write_schemas,
)
from chalicelib.entrypoints.schedule_file.yaml_reading import read_yaml
from tests.entrypoints.schedule_texts import GOOD, TODAY, read, told

ROOT = Path(__file__).parents[2]
SAMPLES = load_paths([ROOT / "schedules"])
REFERENCE = (ROOT / "docs" / "schedule-file.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", REFERENCE, re.DOTALL)
COMMON = REFERENCE.partition("## Common mistakes")[2]
MISTAKES = re.findall(r"^\| `(.+?)` \| (.+) \|$", COMMON, re.MULTILINE)
TIMETABLES = [example for example in EXAMPLES if example.startswith("uptime:")]


def schema_errors(schema: dict[str, Any], text: str) -> list[str]:
    document, _ = read_yaml("a.yaml", text)
    assert document is not None
    return [error.message for error in Draft202012Validator(schema).iter_errors(document.data)]


def schema_of(name: str) -> dict[str, Any]:
    return organisation_schema() if is_organisation(name) else environment_schema()


def test_the_generated_schemas_are_up_to_date() -> None:
    assert stale_schemas(ROOT / "docs") == ()


def test_a_changed_schema_is_found_stale_until_it_is_written(tmp_path: Path) -> None:
    write_schemas(tmp_path)
    (tmp_path / "schedule.schema.json").write_text("{}")
    assert stale_schemas(tmp_path) == ("schedule.schema.json",)
    write_schemas(tmp_path)
    assert stale_schemas(tmp_path) == ()


@pytest.mark.parametrize("schema", [environment_schema(), organisation_schema()])
def test_a_schema_is_one(schema: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(schema)


def test_the_sample_organisation_has_no_errors_and_no_warnings() -> None:
    reading = read_schedules(SAMPLES, TODAY)
    assert {problem.severity for problem in reading.problems} <= {Severity.NOTE}
    assert len(reading.definitions) == len(SAMPLES) - 1


@pytest.mark.parametrize("file", SAMPLES, ids=lambda file: Path(file.name).name)
def test_a_sample_passes_the_schema_it_names(file: Any) -> None:
    directory = Path(file.name).parent
    named = re.match(r"# yaml-language-server: \$schema=(\S+)", file.text)
    assert named
    assert (directory / named[1]).is_file()
    assert schema_errors(schema_of(file.name), file.text) == []


@pytest.mark.parametrize(
    "wrong",
    [
        GOOD.replace("stage", "stge"),
        GOOD.replace("rds-instance", "mainframe"),
        GOOD.replace("owner: orders-team\n", ""),
        GOOD.replace("[orders-db]", "orders-db"),
        GOOD.replace("stage: dev", "locations: [{account: 111122223333, region: eu-central-1}]"),
        GOOD.replace("stage: dev", "wake: {default: 3 hours}"),
        GOOD.replace("stage: dev", "mode: atc"),
    ],
)
def test_an_editor_sees_the_commonest_mistakes_too(wrong: str) -> None:
    assert schema_errors(environment_schema(), GOOD) == []
    assert schema_errors(environment_schema(), wrong) != []


def test_the_reference_names_every_key() -> None:
    shapes = [
        schema for top in (environment_schema(), organisation_schema()) for schema in (top, *top["$defs"].values())
    ]
    keys = {key for shape in shapes for key in shape.get("properties", ())}
    assert [key for key in sorted(keys) if f"`{key}`" not in REFERENCE] == []


@pytest.mark.parametrize("environment", [example for example in EXAMPLES if example.startswith("environment:")])
def test_the_whole_examples_of_the_reference_are_good(environment: str) -> None:
    problems = read(environment, organisation=EXAMPLES[1]).problems
    assert [problem for problem in problems if problem.severity is not Severity.NOTE] == []


@pytest.mark.parametrize("example", TIMETABLES)
def test_a_timetable_of_the_reference_is_good(example: str) -> None:
    text = GOOD[: GOOD.index("uptime:")] + example
    assert read(text, organisation=EXAMPLES[1].replace("shop-team", "orders-team")).errors == ()


@pytest.mark.parametrize("example", [each for each in EXAMPLES if each.startswith("calendars:")])
def test_the_calendars_of_the_reference_are_good(example: str) -> None:
    assert read(organisation=example).errors == ()


@pytest.mark.parametrize(("written", "answer"), MISTAKES)
def test_a_mistake_of_the_reference_is_answered_so(written: str, answer: str) -> None:
    key = written.partition(":")[0]
    lines = [line for line in GOOD.splitlines() if not re.match(rf" *{key}:", line)]
    indent = "  " if key in ("timezone", "windows", "closures", "exceptions") else ""
    text = "\n".join([*lines, f"{indent}{written}"] if indent else [written, *lines])
    assert any(answer in problem for problem in told(text))
