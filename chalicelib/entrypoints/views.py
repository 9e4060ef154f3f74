"""What programs are shown: plain values ready for JSON, with the keys of DESIGN.md section 5.

Instants are RFC 3339 in UTC with `Z`, lengths of time whole seconds, amounts of money decimal texts (so that
no cent is lost on the way); what is not known is None.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from chalicelib.core.decide import Decision, Says
from chalicelib.core.durations import format_instant
from chalicelib.core.keeps_billing import Held, monthly
from chalicelib.core.nights import Tally
from chalicelib.core.plan import Member
from chalicelib.core.wishes import Hold, Lease
from chalicelib.entrypoints.schedule_file.problems import Problem
from chalicelib.flows.agreement import fingerprint
from chalicelib.flows.apply import Change, Touched
from chalicelib.flows.doctor import Review
from chalicelib.flows.events import Event
from chalicelib.flows.plans import Planned
from chalicelib.flows.review import Check
from chalicelib.flows.status import Shown, Size, Status
from chalicelib.flows.wake import Granted

View = dict[str, Any]


def status_view(status: Status) -> View:
    """One environment; without a readable definition there is no decision, and `because` says what is wrong."""
    decision = status.decision
    return {
        "environment": status.environment,
        "owner": status.owner,
        "phase": status.phase and status.phase.value,
        "desired": decision and decision.desired.value,
        "because": decision.because if decision else status.problem,
        "until": _instant(decision.until if decision else None),
        "usable": status.usable,
        "ready": status.ready,
        "usable_at": _instant(status.usable_at),
        "ready_at": _instant(status.ready_at),
        "observed_nights": status.observed and nights_view(status.observed),
        "resources": [_shown(shown) for shown in status.resources],
        "leases": [lease_view(lease) for lease in status.leases],
        "next_change": calendar_row(*status.next_change) if status.next_change else None,
    }


def nights_view(tally: Tally) -> View:
    """The nights in observe mode, counted."""
    return {
        "nights": tally.nights,
        "would_have_stopped": tally.would_have_stopped,
        "in_use": tally.in_use,
    }


def review_view(review: Review) -> View:
    """A readiness review; `ok` is true, false or "unknown"."""
    return {
        "environment": review.environment,
        "mode": review.mode.value,
        "ready": review.ready,
        "checks": [_check(check) for check in review.checks],
    }


def lease_view(lease: Lease) -> View:
    """One lease; `only` empty means everything, and what is not in `sizes` comes at its full size."""
    return {
        "person": lease.person,
        "until": format_instant(lease.until),
        "granted_at": format_instant(lease.granted_at),
        "desired": lease.desired.value,
        "reason": lease.reason,
        "only": list(lease.only),
        "sizes": dict(lease.sizes),
    }


def decision_view(environment: str, at: datetime, decision: Decision) -> View:
    """The decision for one instant, with every rule that spoke."""
    return {
        "environment": environment,
        "at": format_instant(at),
        "desired": decision.desired.value,
        "because": decision.because,
        "until": _instant(decision.until),
        "rules": _rules(decision),
    }


def calendar_row(at: datetime, decision: Decision) -> View:
    """From `at` on something else is desired."""
    return {"at": format_instant(at), "desired": decision.desired.value, "because": decision.because}


def plan_view(planned: Planned) -> View:
    """Waves of resource keys, what is blocked by what, and how long it takes."""
    return {
        "waves": [list(wave) for wave in planned.waves],
        "blocked": [{"resource": key, "by": list(by)} for key, by in planned.blocked],
        "estimated_seconds": round(planned.estimated.total_seconds()),
        "cost_per_hour": None if planned.cost_per_hour is None else str(planned.cost_per_hour),
        "without_database_seconds": round(planned.without_database.total_seconds()),
        "ineligible": [{"resource": one.key, "id": one.id, "because": one.because} for one in planned.ineligible],
        "on_request": list(planned.on_request),
        "warnings": [{"resource": one.key, "id": one.id, "warning": one.warning} for one in planned.warnings],
        "keeps_billing": _billing(planned.keeps_billing),
        "notes": list(planned.notes),
    }


def granted_view(granted: Granted) -> View:
    """What a wake or an extension promised; `sizes` are of what was asked for light, costs are not known yet."""
    return {
        "environment": granted.environment,
        "person": granted.person,
        "ready_at": format_instant(granted.ready_at),
        "until": format_instant(granted.until),
        "sizes": {each.key: {"size": each.size, "full": each.full} for each in granted.sizes},
        "cost_per_hour": None,
        "full_cost_per_hour": None,
    }


def hold_view(environment: str, hold: Hold) -> View:
    """An operator's pin."""
    return {
        "environment": environment,
        "desired": hold.desired.value,
        "author": hold.author,
        "reason": hold.reason,
        "since": format_instant(hold.since),
        "until": _instant(hold.until),
    }


def problem_view(problem: Problem) -> View:
    """One finding in a schedule file."""
    return {
        "file": problem.file,
        "line": problem.line,
        "severity": problem.severity.value,
        "what": problem.what,
        "remedy": problem.remedy,
    }


def change_view(change: Change) -> View:
    """What applying one file changes, in rules and in live resources."""
    return {
        "environment": change.environment,
        "mode": change.mode.value,
        "new": change.new,
        "acts_first": change.acts_first,
        "differences": list(change.differences),
        "first_stop": _instant(change.first_stop),
        "resources": [_touched(touched) for touched in change.resources],
        "unmatched": [{"resource": each.entry, "because": each.because} for each in change.unmatched],
        "keeps_billing": _billing(change.keeps_billing),
        "notes": list(change.notes),
    }


def applied_view(
    problems: Iterable[Problem], changes: Sequence[Change], of_reports: Sequence[str] = (), *, applied: bool
) -> View:
    """What came of a set of schedule files; `preview` goes back with a yes to what was shown.

    `of_reports` is what the organisation's file changes of reports.
    """
    return {
        "problems": [problem_view(problem) for problem in problems],
        "changes": [change_view(change) for change in changes],
        "reports": list(of_reports),
        "applied": applied,
        "preview": fingerprint(changes),
    }


def event_view(event: Event) -> View:
    """One line of the journal."""
    return {
        "at": format_instant(event.at),
        "what": event.what.value,
        "text": event.text,
        "resource": event.resource,
        "id": event.id,
        "actor": event.actor,
        "data": dict(event.data),
    }


def _instant(at: datetime | None) -> str | None:
    return None if at is None else format_instant(at)


def _shown(shown: Shown) -> View:
    return {
        "resource": shown.member.key,
        "id": shown.member.id,
        "observed": shown.member.observed.value,
        "desired": shown.member.desired.value,
        "size": shown.size and _size(shown.size),
        "blocked_by": list(shown.blocked_by),
        "note": shown.note,
        "importance": _importance(shown.member),
        "warnings": list(shown.warnings),
    }


def _size(size: Size) -> View:
    return {"now": size.now, "wanted": size.wanted, "full": size.full}


def _check(check: Check) -> View:
    return {
        "check": check.check,
        "ok": "unknown" if check.ok is None else check.ok,
        "found": check.found,
        "mend": check.mend,
    }


def _importance(member: Member) -> str:
    return "core" if member.core else "normal" if member.essential else "supplementary"


def _rules(decision: Decision) -> list[View]:
    """Every rule that says something; the first of those that compete has won."""
    spoke = [says for says in decision.rules if says.desired is not None]
    winner = next((says for says in spoke if says.competes), None)
    return [_rule(says, says is winner) for says in spoke]


def _rule(says: Says, wins: bool) -> View:
    words = f"{says.desired}: {says.because}" if says.because else str(says.desired)
    return {"rule": says.rule, "says": words, "wins": wins}


def _billing(held: Iterable[Held] | None) -> list[View] | None:
    """What keeps billing; `monthly` is None where it is not computable, the whole None where nobody asked."""
    return None if held is None else [_held(each) for each in held]


def _held(held: Held) -> View:
    cost = monthly(held)
    return {
        "id": held.id,
        "title": held.meter.title,
        "monthly": None if cost is None else str(cost),
        "currency": "USD",
        "because": held.meter.why,
    }


def _touched(touched: Touched) -> View:
    return {
        "resource": touched.key,
        "id": touched.id,
        "kind": touched.kind,
        "observed": touched.observed.value,
        "problem": touched.problem or touched.spared,
        "warnings": list(touched.warnings),
    }
