"""The report of what was found, heading by heading, each with what to do next: for a terminal and for a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from chalicelib.core.names import some
from chalicelib.entrypoints.discovering.remedies import AGAIN, GRANT, next_steps
from chalicelib.entrypoints.discovering.view import NEXT, View
from chalicelib.flows.discover import Heading

NOT_COMPUTABLE = "not computable"


@dataclass(frozen=True, slots=True)
class Section:
    """One heading with its rows; the last column is the one that may be long. `then` is what to do next."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    then: str


def summary(document: View) -> str:
    """How much was found where, and by which tag it is grouped."""
    environments = document["environments"]
    listed = sum(len(entry["ids"]) for each in environments for entry in each["resources"])
    spared = sum(len(each["ids"]) for each in document["left_out"])
    where = f"{', '.join(document['accounts'])}, {', '.join(document['regions'])}"
    files = f"{_counted(len(environments), 'environment')} with {_counted(listed, 'resource')}"
    return f"{where}: {files}; {_counted(spared, 'resource')} left out. Grouped by tag: {document['because']}."


def sections(document: View) -> tuple[Section, ...]:
    """The headings under which there is something, in the order in which they matter."""
    every = (
        _environments(document),
        _needs(document),
        *(_heading(document, heading) for heading in Heading),
        _refused(document),
        _not_seen(document),
        _billing(document),
        _terraform(document),
    )
    return tuple(section for section in every if section.rows)


def markdown(document: View) -> str:
    """The text of `discovered.md`."""
    return "\n".join(_lines(document)) + "\n"


def _lines(document: View) -> Iterator[str]:
    yield "# What curfew discover found"
    yield ""
    yield summary(document)
    for section in sections(document):
        yield from ("", f"## {section.title}", "", _row(section.columns), _row(["---"] * len(section.columns)))
        yield from map(_row, section.rows)
        yield from ("", f"Next: {section.then}.")


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _environments(document: View) -> Section:
    rows = [
        (each["environment"], entry["key"], entry["kind"], entry["selected_by"], some(entry["ids"]))
        for each in document["environments"]
        for entry in each["resources"]
    ]
    columns = ("Environment", "Resource", "Kind", "By", "Now")
    out = document["out"]
    checked = f"check each file in {out}, write its owner, then curfew validate {out}"
    return Section(
        "Environments", columns, tuple(rows), checked if out else "write the files with --out DIR, check each"
    )


def _needs(document: View) -> Section:
    rows = [
        (each["environment"], entry["key"], need["key"], need["because"])
        for each in document["environments"]
        for entry in each["resources"]
        for need in entry["needs"]
    ]
    columns = ("Environment", "Resource", "Needs", "Because")
    return Section(
        "Guessed needs", columns, tuple(rows), "correct what is wrong; curfew plan FILE --target up shows the order"
    )


def _heading(document: View, heading: Heading) -> Section:
    rows = [
        (each["kind"], each["region"], some(each["ids"]), each["because"])
        for each in document["left_out"]
        if each["heading"] == heading.value
    ]
    title = f"Not listed: {heading.value}"
    return Section(title, ("Kind", "Region", "Which", "Because"), tuple(rows), NEXT[heading])


def _refused(document: View) -> Section:
    rows = [(each["environment"], each["what"]) for each in document["refused"]]
    return Section("No good file can be made", ("Environment", "Because"), tuple(rows), "write that file by hand")


def _not_seen(document: View) -> Section:
    """One row for each refused right; one for all in a Region that failed alike for another reason."""
    alike: dict[tuple[str, str, str], list[View]] = {}
    for each in document["not_seen"]:
        apart = each["what"] if each["next"] in (GRANT, AGAIN) else ""
        alike.setdefault((each["region"], each["next"], apart), []).append(each)
    rows = [(some([each["what"] for each in same]), same[0]["region"], _no(same)) for same in alike.values()]
    then = next_steps(each["next"] for each in document["not_seen"])
    return Section("Could not be looked at", ("What", "Region", "AWS says"), tuple(rows), then)


def _no(same: Sequence[View]) -> str:
    first = same[0]
    return f"{first['operation']}: {first['refusal']}" if len(same) == 1 else str(first["refusal"])


def _billing(document: View) -> Section:
    """One row for each type in each environment; a sum stands only where all of it is computable."""
    costs: dict[tuple[str, str, str], list[float | None]] = {}
    for each in document["keeps_billing"]["resources"]:
        costs.setdefault((each["environment"] or "-", each["what"], each["why"]), []).append(each["usd_per_month"])
    rows = [
        (environment, what, str(len(of)), _dollars(of), why) for (environment, what, why), of in sorted(costs.items())
    ]
    columns = ("Environment", "What", "Count", "USD a month", "Why")
    then = "count none of it as saved; delete what nobody needs"
    if any(cost is None for of in costs.values() for cost in of):
        then += f". {NOT_COMPUTABLE}: the prices known are nearly all of us-east-1, and not of every type"
    return Section("Keeps billing while all sleeps", columns, tuple(rows), then)


def _dollars(costs: Sequence[float | None]) -> str:
    known = [Decimal(str(cost)) for cost in costs if cost is not None]
    unknown = len(costs) - len(known)
    if not known:
        return NOT_COMPUTABLE
    return f"{sum(known):.2f}" + (f", {unknown} {NOT_COMPUTABLE}" if unknown else "")


def _terraform(document: View) -> Section:
    rows = [
        (
            each["type"],
            str(len(each["ids"])),
            ", ".join(each["ignore_changes"]) + (f" ({each['when']})" if each["when"] else ""),
        )
        for each in document["terraform"]
    ]
    columns = ("Terraform type", "Count", "ignore_changes")
    out = document["out"]
    written = f"add the lines of {out}/terraform-ignore.md before mode: act"
    unwritten = "with --out DIR, terraform-ignore.md has the lines to add before mode: act"
    return Section("Terraform would put back", columns, tuple(rows), written if out else unwritten)


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
