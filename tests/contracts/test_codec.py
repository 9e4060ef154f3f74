"""Values come back from their text as they were, whatever they hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.adapters.chunks import MOST_BYTES, MOST_STATES, ChunkMemory, fingerprints, pack, unpack
from chalicelib.adapters.codec import Codec
from chalicelib.core.accrual import Spend
from chalicelib.core.budget import Budget, Over
from chalicelib.core.closures import parse_closure
from chalicelib.core.mix_memory import MixMemory
from chalicelib.core.model import Definition, Desired, Observed, ResourceState, RestorePoint
from chalicelib.core.shortage import Shortage
from chalicelib.core.twin_memory import Split, begun
from chalicelib.core.uptime import Uptime, parse_exception
from chalicelib.core.windows import parse_window
from chalicelib.core.wishes import Hold, Lease, Pause, Wishes
from chalicelib.flows.stored import Notes
from tests.contracts.samples import NOW, PLACE, states, stored

INSTANTS = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30))]))
MAYBE = st.none() | INSTANTS
SIZES = st.dictionaries(st.text(max_size=5), st.integers(0, 10**6), max_size=3)
RESTORE = st.builds(RestorePoint, opened_at=INSTANTS, sizes=SIZES, left=SIZES)
STATES = st.builds(
    ResourceState,
    location=st.just(PLACE),
    seen=st.sampled_from(Observed),
    seen_since=INSTANTS,
    intent=st.none() | st.sampled_from(Desired),
    intent_at=MAYBE,
    tried_at=MAYBE,
    rested_at=MAYBE,
    restore=st.none() | RESTORE,
    kept=st.lists(RESTORE, max_size=2).map(tuple),
)
WISHES = st.builds(
    Wishes,
    leases=st.lists(st.builds(Lease, until=INSTANTS, granted_at=INSTANTS), max_size=3).map(tuple),
    hold=st.none() | st.builds(Hold, since=INSTANTS, until=MAYBE),
    pause=st.none() | st.builds(Pause, since=INSTANTS),
)

WINDOWS = (
    "mon-thu 08:00-20:00",
    "sun-thu 22:00-06:00",
    "24/7",
    "1st mon 09:00-17:00",
    "last day 08:00-12:00",
    "fri from 08:00",
    "to 20:00",
)
CLOSURES = ({"country": "AE"}, {"dates": "2026-12-24..2027-01-01", "reason": "code freeze"})
EXCEPTION = {"dates": "2027-02-08..2027-03-09", "windows": ["mon-fri 09:00-16:00"], "reason": "Ramadan hours"}


def test_what_is_remembered_of_twins_comes_back() -> None:
    (state,) = [*states(1).values()][:1]
    twins = replace(begun("arn", Split(10, 0)), aim=Split(4, 6)).asked(Split(4, 0), NOW)
    shifted = replace(state, share=6, mix=MixMemory(twins=twins))
    assert unpack(pack({state.arn: shifted})) == {state.arn: shifted}


@given(STATES)
def test_a_resource_state_comes_back(state: ResourceState) -> None:
    assert unpack(pack({state.arn: state})) == {state.arn: state}


@given(WISHES)
def test_wishes_come_back(wishes: Wishes) -> None:
    codec = Codec(Wishes)
    assert codec.decode(codec.encode(wishes)) == wishes


@pytest.mark.parametrize(
    "uptime",
    [
        *(Uptime("Asia/Dubai", windows=(parse_window(text),)) for text in WINDOWS),
        *(Uptime("Asia/Dubai", closures=(parse_closure(form),)) for form in CLOSURES),
        Uptime("Asia/Dubai", exceptions=(parse_exception(EXCEPTION),), start="on-demand", stop="manual"),
    ],
    ids=[*WINDOWS, *map(str, CLOSURES), "exception"],
)
def test_a_definition_comes_back_with_its_timetable(uptime: Uptime) -> None:
    codec = Codec(Definition)
    definition = replace(stored().definition, uptime=(uptime,))
    assert codec.decode(codec.encode(definition)) == definition


@pytest.mark.parametrize(
    "notes",
    [Notes(), Notes(burn=Decimal("1.30"), pulled=True, spend=Spend(NOW, NOW, Decimal("12.345678"), ("database",)))],
)
def test_notes_come_back_with_what_burns(notes: Notes) -> None:
    assert Codec(Notes).decode(Codec(Notes).encode(notes)) == notes


def test_notes_and_mixes_of_before_know_of_no_burn_and_no_shortage() -> None:
    notes = Codec(Notes).decode('{"desired":"up","told":["stop-warning"]}')
    assert (notes.burn, notes.pulled, notes.spend) == (None, False, None)
    memory = Codec(MixMemory).decode('{"own":"{}","told":{"size":10,"on_demand":4,"because":"x"}}')
    assert (memory.shortage, memory.launched) == (Shortage(), None)


def test_a_mix_comes_back_with_its_shortage() -> None:
    memory = MixMemory(launched=3, shortage=Shortage(2, NOW, NOW + timedelta(minutes=10), NOW - timedelta(hours=1)))
    assert Codec(MixMemory).decode(Codec(MixMemory).encode(memory)) == memory


@pytest.mark.parametrize("budget", [None, Budget(Decimal("1200.50"), "EUR", Over.REFUSE)])
def test_a_definition_comes_back_with_its_budget(budget: Budget | None) -> None:
    definition = replace(stored().definition, budget=budget)
    assert Codec(Definition).decode(Codec(Definition).encode(definition)) == definition


def test_text_is_short_and_says_nothing_of_defaults() -> None:
    codec = Codec(Wishes)
    assert codec.encode(Wishes()) == "{}"
    pause = Wishes(pause=Pause("qa1", "audit", NOW))
    assert codec.encode(pause) == '{"pause":{"author":"qa1","reason":"audit","since":"2026-03-02T08:00:00.001500Z"}}'


def test_text_that_cannot_be_read_names_the_field() -> None:
    with pytest.raises(ValueError, match="until"):
        Codec(Lease).decode('{"person": "dev1", "granted_at": "2026-03-02T08:00:00Z"}')


@pytest.mark.parametrize(("count", "chunks"), [(0, 0), (1, 1), (MOST_STATES, 1), (MOST_STATES + 1, 2), (1110, 8)])
def test_states_are_packed_by_number(count: int, chunks: int) -> None:
    assert len(pack(states(count))) == chunks


def test_states_with_long_notes_are_packed_by_size() -> None:
    long = {arn: replace(state, note="\u00e9" * 20_000) for arn, state in states(20).items()}
    packed = pack(long)
    assert len(packed) == 3
    assert all(len(chunk.encode()) <= MOST_BYTES + len("[]") for chunk in packed)
    assert unpack(packed) == long


def test_what_was_written_under_a_claim_counts_more_than_what_was_read() -> None:
    memory = ChunkMemory()
    memory.wrote("orders-qa", 1, ["new"])
    memory.read("orders-qa", 1, ["old"])
    assert memory.known("orders-qa", 1) == fingerprints(["new"])


def test_only_the_newest_claims_are_remembered() -> None:
    memory = ChunkMemory()
    for fence in range(200):
        memory.read("orders-qa", fence, ["text"])
    assert memory.known("orders-qa", 0) == ()
    assert memory.known("orders-qa", 199) == fingerprints(["text"])
