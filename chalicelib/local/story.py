"""Tells what happens as a timeline: who slept and woke when, in what order and how long it took; who asked what."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from chalicelib.core.model import Team
from chalicelib.flows.events import Event, What

Say = Callable[[str], object]
"""Takes one line of the story, in rich's markup."""

BEGINNING = 44
"""Where the words begin, after the times and the environment: long lines go on there."""

COLOURS = {What.ASLEEP: "blue", What.READY: "green", What.WISHED: "cyan", What.APPLIED: "cyan"}
USUAL = ("outside its windows", "starting", "window")
"""What the reasons begin with that nobody needs to be told every day."""
TOLD = {
    What.ADOPTED,
    What.APPLIED,
    What.KEPT,
    What.NOT_READY,
    What.OWNED_ELSEWHERE,
    What.RETIRED,
    What.STILL_UP,
    What.STUCK,
    What.BROKEN_FILE,
    What.OLD_CALENDAR,
    What.ESTIMATED_HOLIDAY,
    What.REPORTED,
}


@dataclass(slots=True)
class Way:
    """One descent or return under way: when each key set out and when its last member arrived."""

    began: datetime
    set_out: dict[str, datetime] = field(default_factory=dict)
    arrived: dict[str, datetime] = field(default_factory=dict)

    def told(self) -> str:
        """The keys in the order in which they set out, with how long each took."""
        waves: dict[datetime, list[str]] = {}
        for key, at in self.set_out.items():
            took = self.arrived.get(key, at) - at
            waves.setdefault(at, []).append(f"{key} {_minutes(took)}")
        return ", then ".join(" + ".join(sorted(keys)) for _, keys in sorted(waves.items()))


class Story:
    """Listens to the journal and says each thing once, with the local time of its environment."""

    def __init__(self, say: Say, zones: Mapping[str, str]) -> None:
        self._say, self._zones = say, zones
        self._ways: dict[str, Way] = {}
        self._day = ""

    def hear(self, owner: Team, events: Sequence[Event]) -> None:
        """Each event was taken into the story."""
        for event in events:
            self._take(event)

    def tell(self, at: datetime, environment: str, text: str, colour: str = "white") -> None:
        """One line of the timeline."""
        day = f"{at:%A %d %B}"
        if day != self._day:
            self._day = day
            self._say(f"\n[bold]{day}[/bold]")
        zone = self._zones.get(environment, "UTC")
        local = f"{at.astimezone(ZoneInfo(zone)):%H:%M} {zone.rpartition('/')[2]}"
        self._say(f"  {at:%H:%M}Z  {local:<15}  [{colour}]{environment:<15}[/{colour}]  {escape(text)}")

    def _take(self, event: Event) -> None:
        name = event.environment
        if event.what in (What.FALLING, What.RISING):
            self._ways[name] = Way(event.at)
        elif event.what is What.INTENDED and name in self._ways and event.resource:
            self._ways[name].set_out.setdefault(event.resource, event.at)
        elif event.what is What.SEEN and name in self._ways and event.resource:
            self._ways[name].arrived[event.resource] = event.at
        elif event.what in (What.ASLEEP, What.READY):
            self._arrived(event)
        else:
            self._other(event)

    def _arrived(self, event: Event) -> None:
        way = self._ways.pop(event.environment, Way(event.at))
        state = "asleep" if event.what is What.ASLEEP else "ready"
        took = f" in {_minutes(event.at - way.began)}: {way.told()}" if way.set_out else ""
        because = "" if event.text.startswith(USUAL) else f"  [{event.text}]"
        text = f"{state}{took}{because}"
        self.tell(event.at, event.environment, text, COLOURS[event.what])

    def _other(self, event: Event) -> None:
        subject = f"{event.resource}: " if event.resource else ""
        if event.what is What.WISHED:
            self.tell(event.at, event.environment, f"{event.actor} asks: {event.text}", COLOURS[event.what])
        elif event.what is What.APPLIED:
            self.tell(event.at, event.environment, f"{event.actor} applied its file: {event.text}", COLOURS[event.what])
        elif event.what is What.REMIXED:
            self.tell(event.at, event.environment, f"{subject}{_switch(event.data)}: {event.text}", "magenta")
        elif event.what in TOLD:
            self.tell(event.at, event.environment, f"{subject}{event.text}", "yellow")


def _switch(data: Mapping[str, str]) -> str:
    """ "15 on-demand + 15 spot instead of 30 + 0, -2.01 USD an hour"; "in other pools" where the numbers stay."""
    mixes = f"{data['on_demand']} on-demand + {data['spot']} spot"
    now, former = f"{data['on_demand']} + {data['spot']}", f"{data['on_demand_before']} + {data['spot_before']}"
    before = "in other pools" if now == former else f"instead of {former}"
    price = data["price_difference"]
    return f"{mixes} {before}" + (f", {float(price):+.2f} USD an hour" if price else "")


def _minutes(span: timedelta) -> str:
    seconds = round(span.total_seconds())
    return f"{seconds // 60}m{seconds % 60:02}s" if seconds >= 60 else f"{seconds}s"


def on_screen(console: Console) -> Say:
    """Prints the story; on a terminal long lines go on below their own words, elsewhere they stay whole."""

    def say(line: str) -> None:
        text = Text.from_markup(line)
        if not console.is_terminal or text.cell_len <= console.width:
            console.print(text, soft_wrap=True)
            return
        beginning, words = text.divide([BEGINNING])
        for row in words.wrap(console, max(20, console.width - BEGINNING)):
            row.rstrip()
            console.print(beginning + row, soft_wrap=True)
            beginning = Text(" " * BEGINNING)

    return say
