"""Generated files say what the sources say."""

from __future__ import annotations

from pathlib import Path

import pytest

from chalicelib.kinds import kinds, mixings
from chalicelib.local.packaging.functions import settings
from chalicelib.local.packaging.generate import generated, main, stale, write
from chalicelib.local.packaging.kinds_page import kinds_page
from tests.package.conftest import PROJECT

SOME = {".chalice/policies/tick.json": "{}\n", "docs/a.json": "[]\n"}


def test_the_committed_files_are_up_to_date() -> None:
    assert stale(PROJECT, generated()) == ()


def test_what_was_written_is_up_to_date(tmp_path: Path) -> None:
    write(tmp_path, SOME)
    assert stale(tmp_path, SOME) == ()


def test_a_missing_a_changed_and_a_left_over_file_are_told(tmp_path: Path) -> None:
    write(tmp_path, SOME | {".chalice/policies/gone.json": "{}\n"})
    (tmp_path / "docs/a.json").unlink()
    (tmp_path / ".chalice/policies/tick.json").write_text("{ }\n")
    told = stale(tmp_path, SOME)
    assert set(told) == {".chalice/policies/tick.json", "docs/a.json", ".chalice/policies/gone.json"}


def test_writing_removes_the_policy_of_a_function_that_is_gone(tmp_path: Path) -> None:
    write(tmp_path, SOME | {".chalice/policies/gone.json": "{}\n"})
    write(tmp_path, SOME)
    assert not (tmp_path / ".chalice/policies/gone.json").exists()


def test_a_check_names_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["--check"]) == 1
    assert "run make generate" in capsys.readouterr().err
    assert main([]) == 0
    assert main(["--check"]) == 0


@pytest.mark.parametrize("name", kinds())
def test_a_kind_has_its_row_in_each_table_of_the_page(name: str) -> None:
    rows = [line.count(" | ") for line in kinds_page().splitlines() if line.startswith(f"| `{name}` |")]
    heads = [
        line.count(" | ")
        for line in kinds_page().splitlines()
        if line.startswith("| Kind |") and (name in mixings() or not line.startswith("| Kind | Pools |"))
    ]
    assert rows == heads


@pytest.mark.parametrize("stage", ["", "Dev", "qa_1", "1st", "a-stage-name-too-long", "dev\n"])
def test_a_stage_that_fits_no_name_of_aws_is_refused(stage: str) -> None:
    with pytest.raises(ValueError, match="cannot be a stage"):
        settings(stage)
