"""Which files belong to the paths that somebody named."""

from pathlib import Path

import pytest

from chalicelib.entrypoints.schedule_file.paths import load_paths
from chalicelib.entrypoints.schedule_file.reading import read_schedules
from chalicelib.entrypoints.schedule_file.yaml_reading import MOST_BYTES
from tests.entrypoints.schedule_texts import GOOD, ORGANISATION, TODAY


@pytest.fixture
def schedules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory of schedules in the current one."""
    monkeypatch.chdir(tmp_path)
    directory = tmp_path / "schedules"
    (directory / "team").mkdir(parents=True)
    (directory / "organisation.yaml").write_text(ORGANISATION)
    (directory / "b.yml").write_text(GOOD.replace("orders-dev", "b"))
    (directory / "a.yaml").write_text(GOOD)
    (directory / "team" / "c.yaml").write_text(GOOD)
    (directory / "notes.txt").write_text("not a schedule")
    return Path("schedules")


def names(*paths: Path) -> list[str]:
    return [file.name for file in load_paths(paths)]


def test_a_directory_means_all_schedules_in_it(schedules: Path) -> None:
    assert names(schedules) == ["schedules/organisation.yaml", "schedules/a.yaml", "schedules/b.yml"]


def test_the_organisation_is_found_beside_a_file_and_above_it(schedules: Path) -> None:
    assert names(schedules / "a.yaml") == ["schedules/organisation.yaml", "schedules/a.yaml"]
    assert names(schedules / "team") == ["schedules/organisation.yaml", "schedules/team/c.yaml"]


def test_a_file_named_twice_is_read_once(schedules: Path) -> None:
    assert names(schedules, schedules / "a.yaml") == names(schedules)


def test_a_file_without_an_organisation_stands_alone(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD)
    assert names(tmp_path / "a.yaml") == [str(tmp_path / "a.yaml")]


def test_a_path_that_does_not_exist_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="does not exist; name a schedule file"):
        load_paths([tmp_path / "none.yaml"])


def test_a_directory_without_schedules_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"holds no \.yaml or \.yml file"):
        load_paths([tmp_path])


@pytest.mark.parametrize(
    ("content", "what"),
    [(b"a: caf\xe9", "the file is not UTF-8"), (b"#" * (MOST_BYTES + 2), "the file is larger than 1 MB")],
)
def test_bytes_that_are_no_schedule_are_told_and_not_raised(tmp_path: Path, content: bytes, what: str) -> None:
    (tmp_path / "a.yaml").write_bytes(content)
    reading = read_schedules(load_paths([tmp_path]), TODAY)
    assert [problem.what for problem in reading.problems] == [what]


def test_the_calendars_that_the_files_name_come_along_once_each(schedules: Path) -> None:
    names_one = "  closures: [{ical: team/days.ics}, {ical: gone.ics}, {ical: 'https://example.com/x.ics'}]\n"
    for name in ("a.yaml", "b.yml"):
        (schedules / name).write_text(GOOD.replace("orders-dev", name[0]) + names_one)
    (schedules / "team" / "days.ics").write_text("BEGIN:VCALENDAR\nEND:VCALENDAR\n")
    (schedules / "team" / "unnamed.ics").write_text("")
    assert names(schedules) == [
        "schedules/organisation.yaml",
        "schedules/a.yaml",
        "schedules/b.yml",
        "schedules/team/days.ics",
    ]


@pytest.mark.parametrize("source", ["../secret.ics", "/etc/secret.ics", "notes.txt"])
def test_nothing_outside_the_directory_and_nothing_but_calendars_is_read(schedules: Path, source: str) -> None:
    (schedules / "a.yaml").write_text(f"{GOOD}  closures: [{{ical: {source}}}]\n")
    (schedules.parent / "secret.ics").write_text("secret")
    assert names(schedules / "a.yaml") == ["schedules/organisation.yaml", "schedules/a.yaml"]
