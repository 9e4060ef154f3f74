"""Schedule files against the account: what AWS shows of what they select, as findings with file and line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from chalicelib.entrypoints.cli.answers import View
from chalicelib.entrypoints.cli.billing import total_line
from chalicelib.entrypoints.cli.server import server
from chalicelib.entrypoints.schedule_file.known import entries_by_key
from chalicelib.entrypoints.schedule_file.problems import Problem, Severity
from chalicelib.entrypoints.schedule_file.reading import Reading, SourceFile
from chalicelib.entrypoints.schedule_file.yaml_reading import read_yaml

REMEDY = "take it out of the selection, or leave it there: it is never touched"
CORRECT = "correct it"


def live_problems(files: Sequence[SourceFile], reading: Reading, url: str | None) -> tuple[Problem, ...]:
    """What would not be touched, because, and what to know before a stop; nothing is stored.

    Raises CommandError when the server cannot be asked or refuses.
    """
    body = {"files": [{"name": file.name, "text": file.text} for file in files], "dry_run": True}
    with server(url) as asked:
        shown = asked.send("POST", "/apply", body)
    sources = {each.definition.environment: each for each in reading.definitions}
    return tuple(
        found
        for change in shown["changes"]
        if change["environment"] in sources
        for found in _found(sources[change["environment"]].file, sources[change["environment"]].text, change)
    )


def _found(file: str, text: str, change: View) -> Iterator[Problem]:
    lines = _lines(file, text, change)
    for each in change["unmatched"]:
        what = f"{each['resource']} matches nothing: {each['because']}"
        yield Problem(file, lines[each["resource"]], what, CORRECT, Severity.WARNING)
    for each in change["resources"]:
        who, line = f"{each['resource']} {each['id']}", lines[each["resource"]]
        if each["observed"] == "missing":
            what, _, remedy = each["problem"].partition("; ")
            what = f"{each['resource']} matches nothing: {what}"
            yield Problem(file, line, what, remedy or CORRECT, Severity.WARNING)
        elif each["problem"]:
            yield Problem(file, line, f"{who} is not touched: {each['problem']}", REMEDY, Severity.WARNING)
        for warning in each["warnings"]:
            yield Problem(file, line, f"{who}: {warning}", severity=Severity.NOTE)
    held = change["keeps_billing"]
    for note in (*([total_line(held)] if held else []), *change["notes"]):
        yield Problem(file, 1, note, severity=Severity.NOTE)


def _lines(file: str, text: str, change: View) -> Mapping[str, int]:
    """The line under `resources:` of the entry that each resource comes from."""
    document = read_yaml(file, text)[0]
    entries = entries_by_key(document) if document else {}
    keys = {each["resource"] for each in (*change["resources"], *change["unmatched"])}
    return {key: document.line(("resources", entries.get(key, key))) if document else 1 for key in keys}
