"""The timetable: what an environment should be at an instant, because of which rule, and until when.

The algorithm, in four steps:

1. *Lay* (stretches.py): every rule of every entry lays its stretches on the timeline.
2. *Sweep*: the timeline is cut wherever a stretch begins or ends. In each piece the strongest stretch in
   force wins: up before as-is before down, then exception before closure before window before default.
3. *Bridge*: a rest too short to be worth it is not taken.
4. *Page*: pieces are kept by pages of a fortnight, so that a question is one bisection. The next change is
   the next piece that wants something else.

No step looks at minutes, and nothing depends on when a question is asked.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import groupby, pairwise

from chalicelib.core.localtime import zone
from chalicelib.core.stretches import RuleName, Stretch, Wanted, lay
from chalicelib.core.uptime import DateException, Uptime

__all__ = ["Change", "DateException", "Opinion", "Timetable", "Uptime", "Verdict", "changes", "verdict"]

RULES: tuple[RuleName, ...] = ("exception", "closure", "window", "default")
STRENGTH: dict[Wanted, int] = {"up": 2, "as-is": 1, "down": 0}
NO_REST_TOO_SHORT = timedelta()
PAGE_DAYS = 14
HORIZON = timedelta(days=400)
PAGES_AHEAD = HORIZON // timedelta(days=PAGE_DAYS) + 1
WEEKDAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one rule says at an instant; None when it is silent. Exactly one of the four wins."""

    rule: RuleName
    says: Wanted | None
    because: str
    wins: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wanted, by which rule, because of what, and until the instant (UTC) at which that changes.

    `until` is None when nothing changes within HORIZON. `rules` holds all four opinions, in their order.
    """

    desired: Wanted
    rule: RuleName
    because: str
    until: datetime | None
    rules: tuple[Opinion, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """From this instant on something else is wanted."""

    at: datetime
    desired: Wanted
    because: str


@dataclass(frozen=True, slots=True)
class _Piece:
    """A piece of the timeline in which no rule changes its mind."""

    begins: datetime
    ends: datetime
    winner: Opinion
    rules: tuple[Opinion, ...]


class Timetable:
    """Answers for any instant what the entries want: up when any says so. Pages are computed when needed.

    A rest shorter than `shortest_rest` (time to stop + time to start + what the owner asks) is not taken.
    """

    def __init__(self, uptimes: Iterable[Uptime], shortest_rest: timedelta = NO_REST_TOO_SHORT) -> None:
        self._uptimes = tuple(uptimes)
        self._shortest_rest = shortest_rest
        self._home = zone(self._uptimes[0].timezone if self._uptimes else "UTC")
        self._opens = any(uptime.opens for uptime in self._uptimes)
        self._pages: dict[int, tuple[_Piece, ...]] = {}
        self._starts: dict[int, list[datetime]] = {}
        self._verdicts: dict[datetime, Verdict] = {}

    def verdict(self, at: datetime) -> Verdict:
        """What is wanted at an aware instant. Raises ValueError for a naive one."""
        at = _in_utc(at)
        number = at.toordinal() // PAGE_DAYS
        starts = self._starts.get(number) or self._open_page(number)
        index = bisect_right(starts, at) - 1
        return self._verdicts.get(starts[index]) or self._judge(number, index)

    def changes(self, start: datetime, end: datetime) -> Iterator[Change]:
        """A row at `start`, then one for each change of what is wanted before `end`."""
        at, shown = _in_utc(start), None
        while at < end:
            now = self.verdict(at)
            if now.desired != shown:
                yield Change(at, now.desired, now.because)
                shown = now.desired
            at = now.until or at + HORIZON

    def next_time(self, wanted: Wanted, at: datetime) -> datetime | None:
        """The first instant from `at` on at which that is wanted; None when it is beyond HORIZON."""
        rows = self.changes(at, at + HORIZON)
        return next((row.at for row in rows if row.desired == wanted), None)

    def _open_page(self, number: int) -> list[datetime]:
        self._starts[number] = [piece.begins for piece in self._page(number)]
        return self._starts[number]

    def _page(self, number: int) -> tuple[_Piece, ...]:
        if number not in self._pages:
            begins, ends = _page_bounds(number)
            self._pages[number] = tuple(_pieces(self._uptimes, self._shortest_rest, begins, ends))
        return self._pages[number]

    def _judge(self, number: int, index: int) -> Verdict:
        piece = self._page(number)[index]
        until = self._next_change(number, index)
        winner, rules = piece.winner, piece.rules
        if winner.rule == "default" and winner.says == "down" and self._opens:
            winner = replace(winner, because=f"{winner.because}, {self._next_opening(piece.begins, until)}")
            rules = (*rules[:-1], winner)
        assert winner.says is not None
        verdict = Verdict(winner.says, winner.rule, winner.because, until, rules)
        self._verdicts[piece.begins] = verdict
        return verdict

    def _next_change(self, number: int, index: int) -> datetime | None:
        wanted = self._page(number)[index].winner.says
        for ahead in range(number, number + PAGES_AHEAD + 1):
            following = self._page(ahead)[index + 1 :] if ahead == number else self._page(ahead)
            for piece in following:
                if piece.winner.says != wanted:
                    return piece.begins
        return None

    def _next_opening(self, since: datetime, until: datetime | None) -> str:
        if until is None:
            return f"which do not open within {HORIZON.days} days"
        local = until.astimezone(self._home)
        date_too = f" {local:%Y-%m-%d}" if until - since >= timedelta(days=6) else ""
        opens = "next opens" if self.verdict(until).desired == "up" else "may run from"
        return f"{opens} {WEEKDAY_NAMES[local.weekday()]}{date_too} {local:%H:%M} ({self._home.key})"


def verdict(uptimes: tuple[Uptime, ...], at: datetime, shortest_rest: timedelta = NO_REST_TOO_SHORT) -> Verdict:
    """What those entries want at an aware instant; whoever asks often holds a Timetable instead."""
    return _timetable(uptimes, shortest_rest).verdict(at)


def changes(
    uptimes: tuple[Uptime, ...],
    start: datetime,
    end: datetime,
    shortest_rest: timedelta = NO_REST_TOO_SHORT,
) -> Iterator[Change]:
    """A row at `start`, then one for each change of what those entries want before `end`."""
    return _timetable(uptimes, shortest_rest).changes(start, end)


@lru_cache(maxsize=512)
def _timetable(uptimes: tuple[Uptime, ...], shortest_rest: timedelta) -> Timetable:
    return Timetable(uptimes, shortest_rest)


def _in_utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"{at.isoformat()} has no offset; give an aware instant")
    return at.astimezone(UTC)


def _page_bounds(number: int) -> tuple[datetime, datetime]:
    begins = datetime.fromordinal(number * PAGE_DAYS).replace(tzinfo=UTC)
    return begins, begins + timedelta(days=PAGE_DAYS)


def _pieces(
    uptimes: tuple[Uptime, ...], shortest_rest: timedelta, begins: datetime, ends: datetime
) -> Iterator[_Piece]:
    """The pieces of one page, swept with a margin: a short rest across its edge is seen whole."""
    early, late = begins - shortest_rest, ends + shortest_rest
    nothing = Stretch(early, late, "down", "default", "it has no windows")
    laid = [stretch for uptime in uptimes for stretch in lay(uptime, early, late)] or [nothing]
    for piece in _bridge(_sweep(laid, early, late), shortest_rest):
        if piece.begins < ends and piece.ends > begins:
            yield replace(piece, begins=max(begins, piece.begins), ends=min(ends, piece.ends))


def _sweep(laid: list[Stretch], begins: datetime, ends: datetime) -> Iterator[_Piece]:
    """Cuts the timeline where any stretch begins or ends, and joins neighbours that say the same."""
    laid.sort(key=lambda stretch: stretch.begins, reverse=True)
    instants = {instant for stretch in laid for instant in (stretch.begins, stretch.ends)}
    cuts = sorted(instant for instant in instants if begins <= instant <= ends)
    active: list[Stretch] = []
    pending: _Piece | None = None
    for start, end in pairwise(cuts):
        while laid and laid[-1].begins <= start:
            active.append(laid.pop())
        active = [stretch for stretch in active if stretch.ends > start]
        piece = _judged(active, start, end)
        if pending and pending.rules == piece.rules:
            piece = replace(piece, begins=pending.begins)
        elif pending:
            yield pending
        pending = piece
    if pending:
        yield pending


def _judged(active: list[Stretch], begins: datetime, ends: datetime) -> _Piece:
    winner = max((stretch for stretch in active if stretch.in_force), key=_rank)
    rules = tuple(_opinion(rule, active, winner) for rule in RULES)
    return _Piece(begins, ends, rules[RULES.index(winner.rule)], rules)


def _opinion(rule: RuleName, active: list[Stretch], winner: Stretch) -> Opinion:
    if rule == winner.rule:
        return Opinion(rule, winner.says, winner.because, wins=True)
    own = [stretch for stretch in active if stretch.rule == rule]
    if not own:
        return Opinion(rule, None, "", wins=False)
    strongest = max(own, key=_rank)
    return Opinion(rule, strongest.says, strongest.because, wins=False)


def _rank(stretch: Stretch) -> tuple[int, int]:
    return STRENGTH[stretch.says], -RULES.index(stretch.rule)


def _bridge(pieces: Iterable[_Piece], shortest_rest: timedelta) -> Iterator[_Piece]:
    """The pieces with each short rest counted as up, or as-is where one of its neighbours is only as-is."""
    runs = [list(run) for _, run in groupby(pieces, key=lambda piece: piece.winner.says == "down")]
    for place, run in enumerate(runs):
        length = run[-1].ends - run[0].begins
        inner = 0 < place < len(runs) - 1
        if inner and run[0].winner.says == "down" and length < shortest_rest:
            yield _not_taken(run, runs[place - 1][-1], runs[place + 1][0], shortest_rest)
        else:
            yield from run


def _not_taken(rest: list[_Piece], before: _Piece, after: _Piece, shortest_rest: timedelta) -> _Piece:
    both_up = before.winner.says == after.winner.says == "up"
    length = rest[-1].ends - rest[0].begins
    because = f"rest of {_span(length)} is shorter than {_span(shortest_rest)} (stop + start + shortest rest)"
    winner = Opinion("window", "up" if both_up else "as-is", because, wins=True)
    rules = tuple(winner if opinion.rule == "window" else replace(opinion, wins=False) for opinion in rest[0].rules)
    return _Piece(rest[0].begins, rest[-1].ends, winner, rules)


def _span(length: timedelta) -> str:
    hours, seconds = divmod(round(length.total_seconds()), 3600)
    words = (f"{hours} h" * bool(hours), f"{-(-seconds // 60)} min" * bool(seconds))
    return " ".join(word for word in words if word)
