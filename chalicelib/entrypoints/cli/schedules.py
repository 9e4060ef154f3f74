"""Schedule files on this machine, found by path or by the name of an environment."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from chalicelib.core.model import Definition
from chalicelib.entrypoints.cli import times
from chalicelib.entrypoints.cli.answers import CommandError
from chalicelib.entrypoints.schedule_file.paths import SUFFIXES, load_paths
from chalicelib.entrypoints.schedule_file.problems import Problem, nearest
from chalicelib.entrypoints.schedule_file.reading import ReadDefinition, Reading, SourceFile, read_schedules

USUAL = Path("schedules")
"""Where files are looked for when only a name is given."""


def read(paths: list[Path]) -> tuple[tuple[SourceFile, ...], Reading]:
    """The files and what they say. Raises FileNotFoundError."""
    files = load_paths(paths)
    return files, read_schedules(files, times.now().date())


def sound(reading: Reading) -> Reading:
    """The reading, if no file has an error. Raises CommandError with all of them."""
    if reading.errors:
        raise CommandError("\n".join(map(str, reading.errors)), "broken-file")
    return reading


def definitions(paths: Sequence[Path]) -> list[Definition]:
    """What the files and directories define. Raises CommandError with every mistake in them."""
    return [each.definition for each in sound_in(paths).definitions]


def sound_in(paths: Sequence[Path]) -> Reading:
    """What the files and directories say. Raises CommandError with every mistake in them."""
    return sound(read(list(paths))[1])


def definition_of(subject: str) -> Definition:
    """The definition in that file, or of that name in ./schedules. Raises CommandError."""
    found = definition_here(subject)
    if found is None:
        raise nowhere(subject)
    return found


def definition_here(subject: str) -> Definition | None:
    """The same; None for a name that no file here has. Raises CommandError."""
    path = Path(subject)
    if path.is_file() or path.suffix in SUFFIXES or "/" in subject:
        return _in_file(path)
    found = _named(subject)
    return found.definition if found else None


def path_here(subject: str) -> Path | None:
    """The file or directory that is meant: by its path, or by the name of an environment in ./schedules.

    None for a name that no file here has. Raises CommandError.
    """
    path = Path(subject)
    if path.exists() or path.suffix in SUFFIXES or "/" in subject:
        return path
    found = _named(subject)
    return Path(found.file) if found else None


def nowhere(name: str) -> CommandError:
    """What to say of a name that no file here has, where only files are asked."""
    if not USUAL.is_dir():
        return CommandError(f"{name} is no file, and there is no directory ./{USUAL} to find it in; name a file")
    known = [each.definition.environment for each in read([USUAL])[1].definitions]
    near = nearest(name, known)
    hint = f"did you mean {near}?" if near else f"./{USUAL} has {', '.join(sorted(known)) or 'none'}"
    return CommandError(f"there is no environment {name!r} in ./{USUAL}; {hint}", "unknown-name")


def _in_file(path: Path) -> Definition:
    definitions = sound(read([path])[1]).definitions
    own = [each.definition for each in definitions if Path(each.file).resolve() == path.resolve()]
    if not own:
        raise CommandError(f"{path} is not the file of one environment; name such a file, or an environment")
    return own[0]


def _named(name: str) -> ReadDefinition | None:
    """The environment of that name in ./schedules. Raises CommandError where errors keep it from being read."""
    if not USUAL.is_dir():
        return None
    files, reading = read([USUAL])
    found = next((each for each in reading.definitions if each.definition.environment == name), None)
    if found is None and (broken := _broken(name, files, reading)):
        raise CommandError("\n".join(map(str, broken)), "broken-file")
    return found


def _broken(name: str, files: tuple[SourceFile, ...], reading: Reading) -> list[Problem]:
    """The errors that keep the environment of that name from being read: in its file, or in the shared one."""
    own = {file.name for file in files if f"environment: {name}" in file.text.splitlines() or _stem(file) == name}
    read_well = {each.file for each in reading.definitions}
    return [problem for problem in reading.errors if own and (problem.file in own or not read_well)]


def _stem(file: SourceFile) -> str:
    return Path(file.name).stem
