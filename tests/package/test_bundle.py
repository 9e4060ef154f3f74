"""What is in the zip, and what is not."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from zipfile import ZipFile

import pytest
from cfnlint.api import lint_all

from chalicelib.local.packaging.bundle import BundleError, main, package, sizes, zip_again
from tests.package.conftest import PROJECT, Packaged

ABSENT = ("boto3", "botocore", "moto", "werkzeug", "typer", "rich", "httpx", "cfnlint", "pytest", "pip")
UNCHECKED_HASH = (1).to_bytes(4, "little")  # PEP 552: hash-based, source not looked at


def test_the_zip_holds_the_app_and_its_requirements(packaged: Packaged) -> None:
    names = set(ZipFile(packaged.out / "deployment.zip").namelist())
    assert {
        "app.py",
        "chalicelib/wiring.py",
        "chalicelib/adapters/price_book.csv",
        "chalice/app.py",
        "pydantic/__init__.py",
    } <= names


@pytest.mark.parametrize("package_name", ABSENT)
def test_the_zip_leaves_out(packaged: Packaged, package_name: str) -> None:
    names = ZipFile(packaged.out / "deployment.zip").namelist()
    assert not [name for name in names if name.startswith((f"{package_name}/", f"{package_name}.py"))]


def test_the_embedded_cloud_and_what_is_only_for_laptops_stay_home(packaged: Packaged) -> None:
    names = ZipFile(packaged.out / "deployment.zip").namelist()
    ours = {Path(name).parts[1] for name in names if name.startswith("chalicelib/")}
    assert {"core", "kinds", "flows", "adapters", "entrypoints"} <= ours
    assert ours & {"local", "__main__.py"} == set()
    assert not [name for name in names if name.startswith(("schedules/", "tests/", ".chalice/", "docs/"))]


def test_it_is_far_below_what_lambda_takes(packaged: Packaged) -> None:
    found = sizes(packaged.out)
    assert 1e6 < found["zip"] < 50e6
    assert found["zip"] < found["unzipped"] < 250e6


def test_it_starts_with_nothing_but_itself_and_without_boto3(packaged: Packaged) -> None:
    code = "import sys; sys.path.insert(0, sys.argv[1]); import app; print('boto3' in sys.modules, app.app.app_name)"
    command = [sys.executable, "-I", "-S", "-c", code, str(packaged.out / "bundle")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={"PATH": os.defpath})
    assert (done.stdout, done.stderr) == ("False curfew\n", "")


def test_every_module_comes_with_bytecode_that_is_used_without_a_look_at_its_source(packaged: Packaged) -> None:
    zipped = ZipFile(packaged.out / "deployment.zip")
    names = set(zipped.namelist())
    tag = sys.implementation.cache_tag
    for source in ("app.py", "chalicelib/flows/reconcile.py", "pydantic/main.py", "chalice/app.py"):
        head, _, tail = source.removesuffix(".py").rpartition("/")
        compiled = f"{head}/__pycache__/{tail}.{tag}.pyc".lstrip("/")
        assert compiled in names
        content = zipped.read(compiled)
        assert (content[:4], content[4:8]) == (MAGIC_NUMBER, UNCHECKED_HASH)
        assert f"/var/task/{source}".encode() in content


def test_the_runtime_is_the_python_that_the_bytecode_is_for(packaged: Packaged) -> None:
    runtimes = {one["Runtime"] for one in packaged.of_type("AWS::Serverless::Function").values()}
    assert runtimes == {f"python{sys.version_info.major}.{sys.version_info.minor}"}


def test_the_zip_is_what_the_template_deploys(packaged: Packaged) -> None:
    uris = {one["CodeUri"] for one in packaged.of_type("AWS::Serverless::Function").values()}
    assert uris == {"./deployment.zip"}


def test_the_same_files_make_the_same_zip(tmp_path: Path) -> None:
    made: list[bytes] = []
    for name in ("one", "two"):
        bundle = tmp_path / name
        (bundle / "inner").mkdir(parents=True)
        (bundle / "inner" / "module.py").write_text("x = 1\n")
        os.utime(bundle / "inner" / "module.py", (len(made) * 1e9, len(made) * 1e9))
        zip_again(bundle, tmp_path / f"{name}.zip")
        made.append((tmp_path / f"{name}.zip").read_bytes())
    assert made[0] == made[1]


@pytest.mark.parametrize("name", ["template.json", ".chalice/member-account.json", ".chalice/member-region.json"])
def test_cloudformation_would_take(packaged: Packaged, name: str) -> None:
    path = packaged.out / name if name == "template.json" else PROJECT / name
    mistakes = [match for match in lint_all(path.read_text()) if not match.rule.id.startswith("I")]
    assert [f"{match.rule.id} {match.message}" for match in mistakes] == []


def test_a_stage_that_fits_no_name_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "build" / "QA_1").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    assert main(["QA_1"]) == 2
    assert "write up to 16" in capsys.readouterr().err
    assert (tmp_path / "build" / "QA_1").is_dir()


def test_what_chalice_cannot_package_is_said_in_its_words(tmp_path: Path) -> None:
    for name in ("chalicelib", ".chalice/policies"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "app.py").write_text("raise RuntimeError('planted')\n")
    (tmp_path / "requirements.txt").write_text("")
    (tmp_path / ".chalice" / "resources.yaml").write_text("")
    with pytest.raises(BundleError, match="planted"):
        package(tmp_path, "dev", tmp_path / "build")
