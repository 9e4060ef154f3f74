"""The spend of a month, estimated from pass to pass, so that a budget pulls spot; a ledger may know it better."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from chalicelib.core.accrual import accrued as added
from chalicelib.core.accrual import hourly
from chalicelib.core.burn import burn_rate, pulls
from chalicelib.core.model import Definition
from chalicelib.flows.seen import States
from chalicelib.flows.stored import Notes


def accrued(definition: Definition, before: States, notes: Notes, now: datetime) -> Notes:
    """The notes with what was spent this month, how fast that burns the budget, and whether it pulls spot.

    `before` are the states as the last pass left them: what ran since then.
    """
    budget = definition.budget
    if budget is None or budget.unpriced:
        return replace(notes, spend=None, burn=None, pulled=False)
    spend = added(notes.spend, hourly(before), now)
    rate = burn_rate(spend.usd, budget.monthly, spend.since, now)
    return replace(notes, spend=spend, burn=rate, pulled=pulls(rate, notes.pulled))
