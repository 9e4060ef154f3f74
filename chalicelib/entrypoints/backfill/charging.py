"""What a bill charges, line by line: for what ran, and for commitments, used or not.

FOCUS says of each line whether it used a commitment or is what was left unused of one. CUR has lines for what was
covered, and one a Savings Plan and hour (a reservation and month) for the fee, with what of it was used.
https://docs.aws.amazon.com/cur/latest/userguide/table-dictionary-cur2-savings-plan.html
https://docs.aws.amazon.com/cur/latest/userguide/table-dictionary-cur2-reservation.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path

from chalicelib.core.money.bill import CommitmentUse
from chalicelib.core.money.billed import Usage
from chalicelib.entrypoints.backfill.columns import NAMES
from chalicelib.entrypoints.backfill.reading import BillError, Line, amount, instant, lines, readable, usage

CORRECTION = "Correction"
"""The class of charges that correct a bill of an earlier month. https://focus.finops.org/focus-specification/v1-2/"""

USED: Mapping[str, str] = {
    "Used": "effective",
    "SavingsPlanCoveredUsage": "plan_cost",
    "DiscountedUsage": "reserved_cost",
}
"""Of what a commitment paid for: the column that holds what the commitment cost for it."""

NOTHING = Decimal(0)


def charges(paths: Iterable[Path]) -> Iterator[Usage | CommitmentUse]:
    """Each line that charges for something that ran, and what each says of a commitment. Raises BillError, OSError."""
    for path in paths:
        for line in lines(path):
            if _part(line, "class") != CORRECTION:
                yield from _charges(line)


def _charges(line: Line) -> Iterator[Usage | CommitmentUse]:
    use = _commitment_use(line)
    if use is not None:
        yield use
    if _part(line, "status") == "Unused":
        return
    found = usage(line)
    if found is not None and found.service is not None:
        _checked(line, found)
        yield found


def _checked(line: Line, found: Usage) -> None:
    currency = _part(line, "currency")
    if currency not in ("", "USD"):
        raise BillError(f"{line.place}: the bill is in {currency}; what is compared is in USD, so export it in USD")
    if found.cost is None:
        name = "billed" if found.is_spot else "listed"
        raise BillError(f"{line.place}: the line has no {' or '.join(NAMES[name])}; export it with this column")


def _commitment_use(line: Line) -> CommitmentUse | None:
    used, unused = NOTHING, NOTHING
    match _part(line, "status") or _part(line, "sort"):
        case ("Used" | "SavingsPlanCoveredUsage" | "DiscountedUsage") as sort:
            used = _amount(line, USED[sort])
        case "Unused":
            unused = _amount(line, "effective")
        case "SavingsPlanRecurringFee":
            unused = max(_amount(line, "plan_total") - _amount(line, "plan_used"), NOTHING)
        case "RIFee":
            unused = _amount(line, "reserved_upfront") + _amount(line, "reserved_recurring")
        case _:
            return None
    with readable(line):
        return CommitmentUse(instant(_part(line, "begins")), instant(_part(line, "ends")), used, unused)


def _amount(line: Line, name: str) -> Decimal:
    if name not in line.columns.places:
        what = f"{line.place}: a commitment paid for the line, and there is no column {' or '.join(NAMES[name])}"
        raise BillError(f"{what}; export it with this column")
    with readable(line):
        return amount(_part(line, name) or "0")


def _part(line: Line, name: str) -> str:
    with readable(line):
        return line.columns.part(line.cells, name)
