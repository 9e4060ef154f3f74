from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.model import Desired, Resource, StopOrder
from chalicelib.core.order import arrivals, cycle, needs, towards, waves, with_needs

DATABASES = ("rds-instance", "rds-cluster")
DIAMOND = {"db": (), "api": ("db",), "jobs": ("db",), "web": ("api", "jobs")}


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, tuple[str, ...]]:
    """Acyclic graphs: each key needs only keys before it."""
    keys = [f"r{number}" for number in range(draw(st.integers(1, 12)))]
    return {
        key: tuple(sorted(draw(st.sets(st.sampled_from(keys[:number]), max_size=4)) if number else ()))
        for number, key in enumerate(keys)
    }


def test_what_the_file_says_it_needs_is_what_it_needs() -> None:
    resources = [
        Resource("db", "rds-instance"),
        Resource("web", "ec2-instance"),
        Resource("api", "ec2-instance", needs=("web",)),
    ]
    assert needs(resources, DATABASES) == {"db": (), "web": (), "api": ("web",)}


def test_when_nothing_says_what_it_needs_all_that_computes_needs_all_databases() -> None:
    resources = [Resource("web", "ec2-instance"), Resource("db", "rds-instance"), Resource("logs", "rds-cluster")]
    assert needs(resources, DATABASES) == {"web": ("db", "logs"), "db": (), "logs": ()}


@pytest.mark.parametrize("alarms", [(), ("web",)])
def test_nothing_needs_what_only_watches_and_the_databases_still_come_first(alarms: tuple[str, ...]) -> None:
    web = Resource("web", "ec2-instance", needs=("alarms",))
    watching = Resource("alarms", "cloudwatch-alarm", needs=alarms)
    found = needs([Resource("db", "rds-instance"), web, watching], DATABASES, ["cloudwatch-alarm"])
    assert (found["web"], cycle(found)) == (("db",), None)


@pytest.mark.parametrize(
    ("direction", "order", "before_web", "before_db"),
    [
        (Desired.UP, StopOrder.SAME, ("api", "jobs"), ()),
        (Desired.UP, StopOrder.REVERSE, ("api", "jobs"), ()),
        (Desired.DOWN, StopOrder.SAME, ("api", "jobs"), ()),
        (Desired.DOWN, StopOrder.REVERSE, (), ("api", "jobs")),
    ],
)
def test_direction_and_order_are_parameters_of_one_algorithm(
    direction: Desired, order: StopOrder, before_web: tuple[str, ...], before_db: tuple[str, ...]
) -> None:
    before = towards(direction, DIAMOND, order)
    assert (before["web"], before["db"]) == (before_web, before_db)


def test_waves_are_as_few_as_the_graph_allows() -> None:
    assert waves(DIAMOND) == (("db",), ("api", "jobs"), ("web",))


@given(graphs())
def test_every_key_is_in_one_wave_after_all_it_needs(graph: dict[str, tuple[str, ...]]) -> None:
    wave_of = {key: number for number, wave in enumerate(waves(graph)) for key in wave}
    assert sorted(wave_of) == sorted(graph)
    assert all(wave_of[key] > wave_of[other] for key, others in graph.items() for other in others)


@given(graphs())
def test_the_reverse_of_the_reverse_is_the_graph(graph: dict[str, tuple[str, ...]]) -> None:
    twice = towards(Desired.DOWN, towards(Desired.DOWN, graph, StopOrder.REVERSE), StopOrder.REVERSE)
    assert {key: set(others) for key, others in twice.items()} == {key: set(others) for key, others in graph.items()}


def test_a_cycle_is_a_path_in_the_direction_of_need() -> None:
    path = cycle({"a": ("b",), "b": ("c",), "c": ("a",), "d": ("a",)})
    assert path is not None
    assert path[0] == path[-1]
    assert set(path) == {"a", "b", "c"}
    graph = {"a": "b", "b": "c", "c": "a"}
    assert all(graph[one] == other for one, other in pairwise(path))


def test_without_a_cycle_there_is_no_path() -> None:
    assert cycle(DIAMOND) is None


@given(graphs())
def test_with_needs_is_closed(graph: dict[str, tuple[str, ...]]) -> None:
    found = with_needs([list(graph)[-1]], graph)
    assert all(other in found for key in found for other in graph[key])


@pytest.mark.parametrize(
    ("keys", "closed"),
    [((), set()), (("db",), {"db"}), (("api",), {"api", "db"}), (("web",), {"web", "api", "jobs", "db"})],
)
def test_what_is_needed_through_others_counts_too(keys: tuple[str, ...], closed: set[str]) -> None:
    assert with_needs(keys, DIAMOND) == closed


def test_the_longest_path_decides_when_all_have_arrived() -> None:
    takes = {"db": 7, "api": 2, "jobs": 5, "web": 1}
    done = arrivals(DIAMOND, lambda key: timedelta(minutes=takes[key]))
    assert {key: at // timedelta(minutes=1) for key, at in done.items()} == {"db": 7, "api": 9, "jobs": 12, "web": 13}
