"""The report of an import: what was written, what could not be said, and where a year differs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from chalicelib.core.durations import format_instant
from chalicelib.entrypoints.cli.answers import CommandError, View
from chalicelib.entrypoints.cli.screen import table

if TYPE_CHECKING:
    from chalicelib.entrypoints.importing.agreement import Difference
    from chalicelib.entrypoints.importing.drafts import Draft
    from chalicelib.entrypoints.importing.rule import NotImported


def write(drafts: Sequence[Draft], directory: Path) -> None:
    """Every file is in the directory. Raises CommandError, before any is written, if one is there already."""
    there = [directory / draft.file for draft in drafts if (directory / draft.file).exists()]
    if there:
        names = ", ".join(map(str, there))
        raise CommandError(f"{names} is there already; move it away, or say another --out", "already-there")
    directory.mkdir(parents=True, exist_ok=True)
    for draft in drafts:
        (directory / draft.file).write_text(draft.text, encoding="utf-8")


def view(
    source: str, drafts: Iterable[Draft], refused: Iterable[NotImported], begins: datetime, out: Path | None
) -> View:
    """What --json prints."""
    from chalicelib.entrypoints.importing.agreement import YEAR

    return {
        "source": source,
        "checked": {"from": format_instant(begins), "to": format_instant(begins + YEAR)},
        "files": [_file(draft, out) for draft in drafts],
        "not_imported": [{"rule": each.rule, "what": each.what, "remedy": each.remedy} for each in refused],
    }


def _file(draft: Draft, out: Path | None) -> View:
    return {
        "environment": draft.environment,
        "file": str(out / draft.file) if out else None,
        "source": draft.source,
        "text": draft.text,
        "unsaid": [{"what": each.what, "remedy": each.remedy} for each in draft.unsaid],
        "differences": [_difference(each) for each in draft.differences],
    }


def _difference(difference: Difference) -> View:
    first = [{"from": format_instant(each.begins), "to": format_instant(each.ends)} for each in difference.first]
    return {
        "original": difference.original,
        "curfew": difference.curfew,
        "because": difference.because,
        "times": difference.times,
        "hours": round(difference.length / timedelta(hours=1), 2),
        "first": first,
    }


def show(console: Console, document: View) -> None:
    """The files unless they were written, then the report."""
    for file in document["files"]:
        console.print(f"{file['file']}: written" if file["file"] else file["text"], soft_wrap=True)
    unsaid = table(console, "Rule", "Not said", "Instead", folds="Instead")
    for rule, each in _all_unsaid(document):
        unsaid.add_row(rule, each["what"], each["remedy"])
    if unsaid.row_count:
        console.print(unsaid)
    for file in document["files"]:
        _show_differences(console, file, document["checked"])


def _all_unsaid(document: View) -> list[tuple[str, View]]:
    inside = [(file["environment"], each) for file in document["files"] for each in file["unsaid"]]
    return [
        *inside,
        *((each["rule"], {**each, "what": f"not imported: {each['what']}"}) for each in document["not_imported"]),
    ]


def _show_differences(console: Console, file: View, checked: View) -> None:
    year = f"{checked['from'][:10]} to {checked['to'][:10]}"
    if not file["differences"]:
        console.print(f"{file['environment']}: means the same as the original at every instant, {year}")
        return
    console.print(f"{file['environment']}: differs from the original, {year}:")
    for each in file["differences"]:
        how = f"was {each['original']}, is {each['curfew']}: {each['times']} times, {each['hours']} h in all"
        first = ", ".join(f"{one['from']} to {one['to']}" for one in each["first"])
        console.print(f"  {how}; {each['because']} (first: {first})", soft_wrap=True)
