"""How fast a month's budget burns, and how that pulls spot: within the policy, before anybody is refused a wake.

A burn rate of 1 spends the budget exactly by the end of the month, of 2 in half of it, as for error budgets.
https://sre.google/workbook/alerting-on-slos/
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from chalicelib.core.mix import SpotPolicy
from chalicelib.core.weighed import ON_DEMAND, Weighed

PULLS_ABOVE, PULLS_UNTIL_BELOW = Decimal("1.1"), Decimal("1.0")
"""Ours, not AWS's: a tenth over is worth acting on, and it is let go only once spend is within the budget again."""
AT_LEAST = timedelta(days=7)
"""Ours: so much of the month counts as elapsed from its first day on, as weekdays cost more than weekends do.

Else each month that begins with a Monday would begin as one that burns too fast.
"""
HUNDREDTH = Decimal("0.01")


def month_of(now: datetime) -> tuple[datetime, datetime]:
    """When the month began and when it ends, in UTC, as for AWS's own budgets.

    https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_TimePeriod.html
    """
    began = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return began, (began + timedelta(days=32)).replace(day=1)


def burn_rate(spent: Decimal, monthly: Decimal, since: datetime, now: datetime) -> Decimal:
    """What was spent since that instant of this month, as a multiple of what the budget allows for that time."""
    began, ends = month_of(now)
    elapsed = max(now - max(since, began), AT_LEAST)
    allowed = monthly * _seconds(elapsed) / _seconds(ends - began)
    return (spent / allowed).quantize(HUNDREDTH)


def pulls(rate: Decimal | None, pulled: bool) -> bool:
    """Whether spend pulls spot at this burn rate, given whether it did before; never when it is not known."""
    return rate is not None and (rate > PULLS_ABOVE or (pulled and rate >= PULLS_UNTIL_BELOW))


def pulled(policy: SpotPolicy) -> SpotPolicy:
    """The policy under the pull: as much spot as it allows, as long as any pool may be asked; its bounds stay."""
    return replace(policy, lowest_share=policy.highest_share)


def pulled_at(weighed: Weighed, rate: Decimal | None) -> tuple[Weighed, str]:
    """The same under the pull of the budget, and why; as it is where no spot is allowed, or spot saves nothing.

    `rate` is the burn rate while that pulls, None while it does not.
    """
    policy, askable = weighed.policy, weighed.askable
    dear = bool(askable) and weighed.present.prices[askable[0]] >= ON_DEMAND
    if rate is None or not policy.highest_share or dear:
        return weighed, ""
    return replace(weighed, policy=pulled(policy)), because(rate, policy)


def because(rate: Decimal, policy: SpotPolicy) -> str:
    """Why there is as much spot as the policy allows."""
    return f"spend burns {rate.normalize():f} times as fast as the budget allows: spot up to {policy.highest_share:.0%}"


def _seconds(span: timedelta) -> Decimal:
    return Decimal(span // timedelta(seconds=1))
