"""What is deployed: a CloudFormation template and one zip, in build/STAGE.

Chalice zips all of chalicelib, so it is given a copy of the sources without what never runs in a Lambda
function. Its zip carries no bytecode; compiling once here spares every cold start the same work.
"""

from __future__ import annotations

import argparse
import compileall
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from py_compile import PycInvalidationMode
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from chalice.package import YAMLTemplateSerializer

from chalicelib.local.packaging.functions import settings
from chalicelib.local.packaging.generate import as_json

NOT_DEPLOYED = shutil.ignore_patterns("__pycache__", "local", "__main__.py")
IN_LAMBDA = "/var/task"
"""Where Lambda unpacks the zip. https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html"""

ANY_REGION = {"AWS_DEFAULT_REGION": "eu-west-1"}
"""Chalice asks for a Region only to learn the partition: set AWS_DEFAULT_REGION yourself for China or GovCloud."""

COMMAND = "python -m chalicelib.local.packaging.bundle"


class BundleError(Exception):
    """Chalice could not package the sources."""


def package(project: Path, stage: str, out: Path) -> None:
    """`out` holds template.json, deployment.zip and bundle/, which is the same unpacked; nothing older.

    Raises BundleError, and ValueError for a stage that fits no AWS name.
    """
    config = as_json(settings(stage))
    shutil.rmtree(out, ignore_errors=True)
    sources = out / "sources"
    copy_sources(project, sources, config)
    _chalice(sources, out, stage)
    _unpack(out / "deployment.zip", out / "bundle")
    compile_all(out / "bundle")
    zip_again(out / "bundle", out / "deployment.zip")
    template = _template(out / "sam.yaml", stage)
    (out / "template.json").write_text(as_json(template), encoding="utf-8")  # JSON has no aliases to stumble over


def copy_sources(project: Path, target: Path, config: str) -> None:
    """What Chalice packages is in `target`, with these settings of its own, and nothing else."""
    target.mkdir(parents=True)
    for name in ("app.py", "requirements.txt"):
        shutil.copy2(project / name, target / name)
    shutil.copytree(project / "chalicelib", target / "chalicelib", ignore=NOT_DEPLOYED)
    shutil.copytree(project / ".chalice" / "policies", target / ".chalice" / "policies")
    (target / ".chalice" / "config.json").write_text(config, encoding="utf-8")
    shutil.copy2(project / ".chalice" / "resources.yaml", target / ".chalice" / "resources.yaml")


def compile_all(bundle: Path) -> None:
    """Every module has bytecode that Python trusts without looking at times or at the source.

    Chalice names the Lambda runtime after the Python it runs in, so the bytecode fits that runtime.
    """
    compileall.compile_dir(
        bundle,
        stripdir=str(bundle),
        prependdir=IN_LAMBDA,
        quiet=2,
        workers=0,
        invalidation_mode=PycInvalidationMode.UNCHECKED_HASH,
    )


def zip_again(bundle: Path, archive: Path) -> None:
    """The archive holds the files of the bundle; the same files always make the same bytes."""
    with ZipFile(archive, "w", ZIP_DEFLATED) as zipped:
        for path in sorted(path for path in bundle.rglob("*") if path.is_file()):
            entry = ZipInfo(path.relative_to(bundle).as_posix())
            entry.compress_type = ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            zipped.writestr(entry, path.read_bytes())


def sizes(out: Path) -> Mapping[str, int]:
    """Bytes of the zip, and of what it unpacks to."""
    files = (path for path in (out / "bundle").rglob("*") if path.is_file())
    return {"zip": (out / "deployment.zip").stat().st_size, "unzipped": sum(path.stat().st_size for path in files)}


def _chalice(sources: Path, out: Path, stage: str) -> None:
    merged = sources / ".chalice" / "resources.yaml"
    arguments = ["package", "--stage", stage, "--merge-template", str(merged), str(out)]
    command = [str(Path(sys.executable).with_name("chalice")), "--project-dir", str(sources), *arguments]
    done = subprocess.run(command, env=ANY_REGION | os.environ, capture_output=True, text=True, check=False)
    if done.returncode or "Could not install dependencies" in done.stdout:
        raise BundleError(f"chalice could not package:\n{done.stdout}{done.stderr}")


def _unpack(archive: Path, bundle: Path) -> None:
    with ZipFile(archive) as zipped:
        zipped.extractall(bundle)


def _template(chalices: Path, stage: str) -> dict[str, Any]:
    """Chalice's template, which can now be deployed as this stage only."""
    template: dict[str, Any] = YAMLTemplateSerializer().load_template(chalices.read_text(encoding="utf-8"))
    template["Parameters"]["Stage"] |= {"Default": stage, "AllowedValues": [stage]}
    return template


def main(arguments: list[str]) -> int:
    """0 when the package is in build/STAGE, 2 when it could not be made."""
    parser = argparse.ArgumentParser(prog=COMMAND, description="Package Curfew for one stage into build/STAGE.")
    parser.add_argument("stage", help="for example dev")
    stage = parser.parse_args(arguments).stage
    out = Path("build") / stage
    try:
        package(Path.cwd(), stage, out.absolute())
    except (BundleError, OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    told = ", ".join(f"{name} {size / 1e6:.1f} MB" for name, size in sizes(out).items())
    sys.stdout.write(f"{out}: {told}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
