"""Schedule files on disk: which of them belong to the paths that somebody named, and which calendars to those."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from chalicelib.entrypoints.schedule_file.calendars import beside, named_in
from chalicelib.entrypoints.schedule_file.reading import ORGANISATION_NAMES, SourceFile
from chalicelib.entrypoints.schedule_file.yaml_reading import MOST_BYTES, read_yaml

SUFFIXES = (".yaml", ".yml")


def load_paths(paths: Sequence[Path]) -> tuple[SourceFile, ...]:
    """The files named, those of the directories named, the organisation's beside or above them, and the
    calendars (.ics) that all of these name and that are there.

    Each once, the organisation's first, the others in the order of `paths`, calendars last. Raises
    FileNotFoundError, with a message for people, for a path that does not exist and for a directory without
    schedule files.
    """
    named = [file for path in paths for file in _files_of(path)]
    shared = [file for path in named for file in _organisation_near(path)]
    schedules = [_read(file) for file in _once([*shared, *named])]
    calendars = [Path(name) for file in schedules for name in _calendars_of(file)]
    return (*schedules, *(_read(file) for file in _once(calendars) if file.is_file()))


def _calendars_of(file: SourceFile) -> Iterator[str]:
    # Reading a file twice is dear: most have no such word in them.
    document = read_yaml(file.name, file.text)[0] if "ical" in file.text else None
    for _, closure in named_in(document) if document else ():
        if not closure.remote:
            yield beside(file.name, closure.source)


def _files_of(path: Path) -> list[Path]:
    if not path.exists():
        raise FileNotFoundError(f"{path} does not exist; name a schedule file or a directory of them")
    if path.is_file():
        return [path]
    files = sorted(file for file in path.iterdir() if file.suffix in SUFFIXES and file.is_file())
    if not files:
        raise FileNotFoundError(f"{path} holds no .yaml or .yml file; name a schedule file")
    return files


def _organisation_near(file: Path) -> Iterator[Path]:
    """The nearest organisation's file, in the directory of `file` or one above it."""
    for directory in (file.parent, *_above(file)):
        for name in ORGANISATION_NAMES:
            if (directory / name).is_file():
                yield directory / name
                return


def _above(file: Path) -> Iterator[Path]:
    """The directories above, relative as long as that reads better."""
    here = Path.cwd()
    for directory in file.parent.resolve().parents:
        yield directory.relative_to(here) if directory.is_relative_to(here) else directory


def _once(files: Iterable[Path]) -> Iterator[Path]:
    seen: set[Path] = set()
    for file in files:
        if file.resolve() not in seen:
            seen.add(file.resolve())
            yield file


def _read(file: Path) -> SourceFile:
    # One byte over the limit is enough to tell that a file is too large.
    with file.open("rb") as stream:
        content = stream.read(MOST_BYTES + 1)
    return SourceFile(str(file), content.decode("utf-8", "surrogateescape"))
