"""Schedule files on this machine, found by path or by the name of an environment."""

from __future__ import annotations

from pathlib import Path

from chalicelib.core.model import Definition
from chalicelib.entrypoints.cli import times
from chalicelib.entrypoints.cli.answers import CommandError
from chalicelib.entrypoints.schedule_file.paths import SUFFIXES, load_paths
from chalicelib.entrypoints.schedule_file.problems import Problem, nearest
from chalicelib.entrypoints.schedule_file.reading import Reading, SourceFile, read_schedules

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


def all_definitions() -> list[Definition]:
    """Every definition in ./schedules. Raises CommandError when a file has an error."""
    return [each.definition for each in sound(read([USUAL])[1]).definitions]


def definition_of(subject: str, elsewhere: bool) -> Definition | None:
    """The definition in that file, or of that name in ./schedules.

    None for an unknown name that may be known `elsewhere`. Raises CommandError.
    """
    path = Path(subject)
    if path.is_file() or path.suffix in SUFFIXES or "/" in subject:
        return _in_file(path)
    return _by_name(subject, elsewhere)


def path_of(subject: str, elsewhere: bool) -> Path | None:
    """The file or directory that is meant: by its path, or by the name of an environment in ./schedules.

    None for an unknown name that may be known `elsewhere`. Raises CommandError.
    """
    path = Path(subject)
    if path.exists() or path.suffix in SUFFIXES or "/" in subject:
        return path
    if _by_name(subject, elsewhere) is None:
        return None
    return next(Path(each.file) for each in read([USUAL])[1].definitions if each.definition.environment == subject)


def _in_file(path: Path) -> Definition:
    definitions = sound(read([path])[1]).definitions
    own = [each.definition for each in definitions if Path(each.file).resolve() == path.resolve()]
    if not own:
        raise CommandError(f"{path} is not the file of one environment; name such a file, or an environment")
    return own[0]


def _by_name(name: str, elsewhere: bool) -> Definition | None:
    if not USUAL.is_dir():
        if elsewhere:
            return None
        raise CommandError(f"{name} is no file, and there is no directory ./{USUAL} to find it in; name a file")
    files, reading = read([USUAL])
    found = {each.definition.environment: each.definition for each in reading.definitions}
    if name in found:
        return found[name]
    broken = _broken(name, files, reading)
    if broken:
        raise CommandError("\n".join(map(str, broken)), "broken-file")
    if elsewhere:
        return None
    near = nearest(name, found)
    hint = f"did you mean {near}?" if near else f"./{USUAL} has {', '.join(sorted(found)) or 'none'}"
    raise CommandError(f"there is no environment {name!r} in ./{USUAL}; {hint}", "unknown-name")


def _broken(name: str, files: tuple[SourceFile, ...], reading: Reading) -> list[Problem]:
    """The errors that keep the environment of that name from being read: in its file, or in the shared one."""
    own = {file.name for file in files if f"environment: {name}" in file.text.splitlines() or _stem(file) == name}
    read_well = {each.file for each in reading.definitions}
    return [problem for problem in reading.errors if own and (problem.file in own or not read_well)]


def _stem(file: SourceFile) -> str:
    return Path(file.name).stem
