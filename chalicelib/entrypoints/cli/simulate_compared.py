"""Two versions of schedule files side by side: what a change makes of a month, in hours and in money."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from rich.console import Console

from chalicelib.core.months import in_words
from chalicelib.entrypoints.cli.answers import View
from chalicelib.entrypoints.cli.screen import amount, table
from chalicelib.entrypoints.cli.simulate_shown import FIGURES, avoided, figure

MONEY = {
    "would_have": "Would cost, USD",
    "will": "Will cost, USD",
    "avoided_high": "Avoided, USD",
    "covered_by_commitments": "Committed, USD",
    "keeps_billing": "Keeps billing, USD",
}


def compared(before: Sequence[View], after: Sequence[View], month: str) -> list[View]:
    """One document for each environment, those of before first; null where there was or will be none."""
    old = {row["environment"]: row for row in before}
    new = {row["environment"]: row for row in after}
    names = [*old, *(name for name in new if name not in old)]
    return [_both(name, old.get(name), new.get(name), month) for name in names]


def show_compared(console: Console, month: str, both: Sequence[View]) -> None:
    """Before, after and the difference of each figure came out."""
    console.print(f"{in_words(month)}, in hours; nothing is applied")
    shown = table(console, "Environment", "Figure", "Before", "After", "Difference")
    for column in shown.columns[2:]:
        column.justify = "right"
    for each in both:
        for number, (words, *cells) in enumerate([*_hours(each), *_money(each)]):
            shown.add_row(each["environment"] if not number else "", words, *cells)
    console.print(shown)


def _both(name: str, before: View | None, after: View | None, month: str) -> View:
    return {
        "environment": name,
        "month": month,
        "before": before,
        "after": after,
        "difference": _difference(before, after) if before and after else None,
    }


def _difference(before: View, after: View) -> View:
    hours: View = {key: round(after[key] - before[key], 2) for key in FIGURES}
    if "money" not in before:
        return hours
    old, new = before["money"] or {}, after["money"] or {}
    return hours | {"money": {key: _less(new.get(key), old.get(key)) for key in MONEY}}


def _less(one: str | None, other: str | None) -> str | None:
    """What the one amount has more than the other; not known where one of them is not."""
    return None if one is None or other is None else str(Decimal(one) - Decimal(other))


def _hours(both: View) -> Iterator[tuple[str, ...]]:
    before, after, difference = both["before"] or {}, both["after"] or {}, both["difference"] or {}
    for key, words in FIGURES.items():
        yield words, figure(before.get(key)), figure(after.get(key)), figure(difference.get(key), "+")


def _money(both: View) -> Iterator[tuple[str, ...]]:
    before, after = ((both[side] or {}).get("money") for side in ("before", "after"))
    difference = (both["difference"] or {}).get("money") or {}
    for key, words in MONEY.items() if before or after else ():
        yield words, _amount(before, key), _amount(after, key), _signed(difference.get(key))


def _amount(money: View | None, key: str) -> str:
    if money is None:
        return "-"
    if key == "avoided_high":
        return avoided(money)
    return "?" if money[key] is None else amount(money[key])


def _signed(less: str | None) -> str:
    if less is None or not Decimal(less):
        return "-"
    return f"{Decimal(less):+,.2f}"
