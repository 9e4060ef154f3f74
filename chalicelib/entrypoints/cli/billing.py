"""How people see what keeps billing while an environment rests: one line for each type, and what all of it costs."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from rich.console import Console

from chalicelib.entrypoints.cli.answers import View
from chalicelib.entrypoints.cli.screen import table

NOT_COMPUTABLE = "not computable"


def show_billing(console: Console, held: Sequence[View] | None) -> None:
    """A table with a total came out; nothing where there is none, or where nobody asked."""
    if not held:
        return
    shown = table(console, "  Keeps billing", "Count", "USD a month", "Because", folds="Because")
    for (title, because), same in _by_type(held).items():
        shown.add_row(f"  {title}", str(len(same)), cost_of(same), because)
    console.print(shown)
    console.print(f"  {total_line(held)}")


def total_line(held: Sequence[View]) -> str:
    """What all of them cost: "keeps billing while it rests: 45.60 USD a month, 1 not computable"."""
    known, comma, unknown = cost_of(held).partition(",")
    unit = "" if known == NOT_COMPUTABLE else " USD a month"
    return f"keeps billing while it rests: {known}{unit}{comma}{unknown}"


def cost_of(held: Sequence[View]) -> str:
    """The sum of those that are computable, and how many are not."""
    known = [Decimal(each["monthly"]) for each in held if each["monthly"] is not None]
    unknown = len(held) - len(known)
    if not known:
        return NOT_COMPUTABLE
    return f"{sum(known):.2f}" + (f", {unknown} {NOT_COMPUTABLE}" if unknown else "")


def _by_type(held: Sequence[View]) -> dict[tuple[str, str], list[View]]:
    found: dict[tuple[str, str], list[View]] = {}
    for each in sorted(held, key=lambda each: each["title"]):
        found.setdefault((each["title"], each["because"]), []).append(each)
    return found
