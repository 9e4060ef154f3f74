"""What commitments make of what several environments would avoid together: they are shared, so it is found over all.

Only these environments are looked at. What else the organisation runs may use what they free, or need it no less: the
one is the high end of the range, the other the low one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from chalicelib.core.money.burden import Borne, Burden
from chalicelib.core.money.commitments import Commitment
from chalicelib.core.money.foreseeing import Foreseen, Outlook, foreseen, rolled
from chalicelib.core.money.lines import MICRO
from chalicelib.core.money.prices import Prices
from chalicelib.core.money.rates import Book


def foreseen_together(
    outlooks: Sequence[Outlook], month: str, book: Book, commitments: Iterable[Commitment] | None
) -> tuple[Foreseen, ...]:
    """What each of them, whose names differ, is foreseen to avoid in the month; commitments None: nobody asked."""
    found = [rolled(each, month, book) for each in outlooks]
    if commitments is None:
        return tuple(foreseen(each, made, None) for each, made in zip(outlooks, found, strict=True))
    burden = Burden(tuple(commitments), Prices(book), month)
    for made in found:
        burden.read(made.environment, made.hourly)
    borne = burden.borne()
    return tuple(
        foreseen(each, made, _paid(borne[made.environment])) for each, made in zip(outlooks, found, strict=True)
    )


def _paid(borne: Borne) -> Decimal:
    """What commitments had paid for anyway. That they pay for more than would have run, too, is no gain: they might
    have been used elsewhere."""
    return sum(each for each in borne.lost if each > 0) * MICRO
