"""`curfew simulate`: hours, starts and, where asked, money of a month, before anything is applied."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from chalicelib.entrypoints.cli.answers import Answer, Exit, View
from chalicelib.entrypoints.cli.options import Month, Url, month_of
from chalicelib.entrypoints.cli.simulate_compared import compared, show_compared
from chalicelib.entrypoints.cli.simulate_shown import show

Subjects = Annotated[
    list[str],
    typer.Argument(
        metavar="NAME|PATH...",
        help="Schedule files or directories (two that define one name are compared), or environments.",
        show_default=False,
    ),
]
Bills = Annotated[
    list[Path] | None,
    typer.Option("--from-bill", metavar="FILE", help="Money, too: from an hourly FOCUS or CUR export; repeatable."),
]
Live = Annotated[bool, typer.Option("--live", help="Money, too: the server looks at what there is in AWS.")]
Direct = Annotated[
    bool, typer.Option("--direct", help="Money, too: look at AWS with this shell's keys, not the server.")
]
Profile = Annotated[str | None, typer.Option(help="Look with the keys of this AWS profile.")]


def simulate(
    subjects: Subjects,
    month: Month = None,
    from_bill: Bills = None,
    live: Live = False,
    direct: Direct = False,
    profile: Profile = None,
    url: Url = None,
) -> Answer:
    """Show how many hours a month's schedules are up and asleep, what that avoids, or what a change makes of it.

    Example: curfew simulate schedules --month 2027-02 --live
    """
    from chalicelib.entrypoints.cli.simulate_sources import source

    first = month_of(month)
    chosen = source(first, from_bill or [], live, direct or profile is not None, profile, url)
    paths, names = _found(subjects)
    named = [chosen.of_name(name) for name in names]
    if not names and (shared := _in_both(paths)):
        sides = [[row for row in chosen.of_files([path]) if row["environment"] in shared] for path in paths]
        return _answer_compared(first, sides)
    rows = [*(chosen.of_files(paths) if paths else ()), *named]
    return Answer(rows, lambda console: show(console, first, rows), _exit(rows))


def _found(subjects: Sequence[str]) -> tuple[list[Path], list[str]]:
    """The files and directories meant, and the names that only the server may know. Raises CommandError."""
    from chalicelib.entrypoints.cli.schedules import path_here

    paths = {subject: path_here(subject) for subject in subjects}
    return [path for path in paths.values() if path], [name for name, path in paths.items() if not path]


def _in_both(paths: Sequence[Path]) -> set[str]:
    """The names of what is compared: two paths that define an environment of the same name are before and after.

    Where one of them is a file, only what both define is compared.
    """
    from chalicelib.entrypoints.cli.schedules import definitions

    if len(paths) != 2 or paths[0].resolve() == paths[1].resolve():
        return set()
    before, after = ({each.environment for each in definitions([path])} for path in paths)
    if not before & after:
        return set()
    return before | after if all(path.is_dir() for path in paths) else before & after


def _answer_compared(month: str, sides: Sequence[list[View]]) -> Answer:
    before, after = sides
    both = compared(before, after, month)
    return Answer(
        both, lambda console: show_compared(console, month, both), _exit([row for side in sides for row in side])
    )


def _exit(rows: Sequence[View]) -> Exit:
    """Not all done where AWS or a bill did not show something; failed where nothing at all could be computed."""
    looked = [row for row in rows if "money" in row]
    if not any(row.get("unseen") or row["money"] is None for row in looked):
        return Exit.DONE
    return Exit.REFUSED if any(row["money"] and row["money"]["would_have"] for row in looked) else Exit.FAILED
