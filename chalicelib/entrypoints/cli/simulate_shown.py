"""A simulated month as people see it: hours, and money where it was asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console

from chalicelib.core.months import in_words
from chalicelib.entrypoints.cli.answers import View
from chalicelib.entrypoints.cli.screen import amount
from chalicelib.entrypoints.cli.stacked import Figures, show_stacked

HOURS = {"hours": "Hours", "hours_up": "Up", "hours_asleep": "Asleep (avoided)", "hours_as_is": "As-is"}
COUNTS = {
    "starts": "Starts",
    "mornings": "Mornings",
    "longest_rest_hours": "Longest rest",
    "closed_hours": "Closed",
    "exception_hours": "Exceptions",
}
FIGURES = {**HOURS, **COUNTS}
"""The figures of a month, in the order and the words of the table."""
NOT_KNOWN = "?"


def show(console: Console, month: str, rows: Sequence[View]) -> None:
    """The hours of each environment came out; then its money, and all there is to say about that."""
    console.print(f"{in_words(month)}, in hours; nothing is applied")
    names = Figures("Environment", [row["environment"] for row in rows])
    show_stacked(console, names, [_columns(rows, HOURS), _columns(rows, COUNTS)])
    priced = [row for row in rows if "money" in row]
    if priced:
        _show_money(console, priced)
    else:
        console.print("Money, too: --live asks the server, --direct AWS with your keys, --from-bill FILE a bill.")


def figure(value: float | None, sign: str = "") -> str:
    """A figure with as few decimals as it has; a difference of nothing is a dash."""
    if value is None or (sign and not value):
        return "-"
    return f"{value:{sign}.2f}".rstrip("0").rstrip(".")


def avoided(money: View) -> str:
    """From low to high; where nobody knows the least there is only a high end."""
    low, high = money["avoided_low"], money["avoided_high"]
    if high is None:
        return NOT_KNOWN
    if low is None:
        return f"at most {amount(high)}"
    return amount(high) if low == high else f"{amount(low)} to {amount(high)}"


def _columns(rows: Sequence[View], titles: dict[str, str]) -> list[Figures]:
    return [Figures(title, [figure(row[key]) for row in rows], right=True) for key, title in titles.items()]


def _show_money(console: Console, rows: Sequence[View]) -> None:
    console.print()
    console.print("In USD at list prices, as if the rules were acted on")
    names = Figures("Environment", [f"{row['environment']}{'*' if _partly(row['money']) else ''}" for row in rows])
    show_stacked(console, names, _money_columns([row["money"] for row in rows]), folds="Rests on")
    for line in _said(rows):
        console.print(line, soft_wrap=True)


def _money_columns(rows: Sequence[View | None]) -> list[list[Figures]]:
    def column(title: str, key: str) -> Figures:
        return Figures(title, [_amount(row[key]) if row else "-" for row in rows], right=True)

    ranges = Figures("Avoided", [avoided(row) if row else "-" for row in rows], right=True)
    bases = Figures("Rests on", [_rests_on(row) if row else "-" for row in rows])
    first = [column("Would cost", "would_have"), column("Will cost", "will"), ranges]
    return [first, [column("Committed", "covered_by_commitments"), column("Keeps billing", "keeps_billing"), bases]]


def _amount(text: str | None) -> str:
    return NOT_KNOWN if text is None else amount(text)


def _rests_on(money: View) -> str:
    return ", ".join([*money["bases"], *(["provisional"] if money["provisional"] else [])]) or "-"


def _partly(money: View | None) -> bool:
    return bool(money and (money["not_computable"] or money["keeps_billing_not_computable"]))


def _said(rows: Sequence[View]) -> Iterator[str]:
    found = [row["money"] for row in rows if row["money"]]
    if any(money["covered_by_commitments"] not in (None, "0.00") for money in found):
        yield "Committed: avoided only if what Savings Plans and reservations paid for is used elsewhere."
    if any("24x7" in money["bases"] for money in found):
        yield "24x7: nobody declared what would have run (baseline:), so no more than that can be avoided."
    if any(map(_partly, found)):
        yield "* Not all of it is computable; what is not is in no figure."
    for row in rows:
        yield from _of_one(row)
    yield from _notes(rows)


def _of_one(row: View) -> Iterator[str]:
    name, money = row["environment"], row["money"]
    for text in row.get("unseen", ()):
        yield f"{name}: not seen: {text}"
    for gap in money["not_computable"] if money else ():
        yield f"{name}: {gap['resource']} is not computable: {gap['lacks']}"
    if kept := [f"{gap['resource']} ({gap['lacks']})" for gap in (money or {}).get("keeps_billing_not_computable", ())]:
        yield f"{name}: keeps billing and is not computable: {', '.join(kept)}"


def _notes(rows: Sequence[View]) -> Iterator[str]:
    """Each note once, with the environments that it is about unless it is about all of them."""
    about: dict[str, list[str]] = {}
    for row in rows:
        for note in row.get("notes", ()):
            about.setdefault(note, []).append(row["environment"])
    for note, names in about.items():
        yield f"Note: {note}" if len(names) == len(rows) else f"Note on {', '.join(names)}: {note}"
