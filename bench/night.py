"""What one night of a large environment costs: `python -m bench.night`.

1,000 servers and 100 databases found by tags and 10 groups found by name go down in the evening and come back
in the morning, through the real handlers and boto3 over HTTP, on the embedded cloud. The handlers run in a worker
process, and so does each other measurement, so that its peak memory is its own.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from bench.alone import alone
from bench.large import Journey, Size, Usage, one_night, one_night_in_memory
from bench.metering import OWN, Operations, Pass, mutating
from bench.tables import Row, say, show

MOST_PASSES, MOST_OWN_CALLS, MOST_OVER_FEWEST = 12, 5, 1.05
LONGEST_PASS, MOST_MEMORY = 60.0, 256.0
"""The seconds that the function has (chalicelib/local/packaging/functions.py), and the MiB that the issue gives it."""
SLOW = timedelta(seconds=5)
PEERS = (
    ("Cloud Custodian", 131, "no order, no waiting"),
    ("Instance Scheduler", 1_503, ""),
    ("diodonfrost", 2_198, ""),
)
"""API calls for the stop of the same environment, as measured by whoever wrote the issue; not repeated here."""


def passes(journey: Journey) -> list[Pass]:
    """Those that looked, from the first recorded action to the last arrival."""
    return [one for one in journey.metered.passes if journey.began <= one.at <= journey.ended]


def count(calls: Operations, operations: frozenset[str]) -> int:
    """How many of the calls were one of these operations."""
    return sum(number for (_, operation), number in calls.items() if operation in operations)


def calls_by_operation(down: Journey, up: Journey) -> Iterator[Row]:
    """A row for each operation, the looks first, then mutations, store and queue."""
    operations = down.metered.calls | up.metered.calls
    for purpose, service, operation in sorted((_purpose(*each), *each) for each in operations):
        key = service, operation
        yield f"{purpose[2:]}: {service} {operation}", down.metered.calls[key], up.metered.calls[key]


def _purpose(service: str, operation: str) -> str:
    if service in OWN:
        return "3 store" if service == "dynamodb" else "4 queue"
    return "2 mutation" if operation in mutating() else "1 look"


def figures(size: Size, down: Journey, up: Journey) -> Iterator[Row]:
    """Each figure for the stop and the return, with its limit."""
    ways = (down, up)
    mutations = [count(way.metered.calls, mutating()) for way in ways]
    looked = [passes(way) for way in ways]
    yield "mutations", *mutations, None
    yield "least possible", size.fewest_calls, size.fewest_calls, None
    yield "mutations / least possible", *(each / size.fewest_calls for each in mutations), MOST_OVER_FEWEST
    yield "passes that looked", *map(len, looked), MOST_PASSES
    yield "describes a pass, most", *(max(one.looks for one in each) for each in looked), None
    yield "store and queue calls a pass, most", *(max(one.own for one in each) for each in looked), MOST_OWN_CALLS
    yield "store and queue calls a pass, mean", *(sum(one.own for one in each) / len(each) for each in looked), None
    yield "looks in the half hour after it", *(len(way.metered.passes) - len(passes(way)) for way in ways), None
    yield "AWS events heard", *(way.metered.heard for way in ways), None
    yield "pokes they led to", *(way.metered.hurried for way in ways), None
    yield "pokes that found nothing due", *(way.metered.in_vain for way in ways), None
    yield "from first action to last arrival", *(str(way.ended - way.began).split(".")[0] for way in ways), None


def beside_others(down: Journey) -> Iterator[Row]:
    """API calls for the stop alone, beside the peers'."""
    looks = sum(one.looks for one in passes(down))
    mutations = count(down.metered.calls, mutating())
    own = sum(number for (service, _), number in down.metered.calls.items() if service in OWN)
    yield "Curfew: looks and mutations", looks + mutations, "in order, waiting for each database"
    yield "Curfew: its own store and queue besides", own, "for each resource heard of: owner read, reading written"
    yield from PEERS


def usage(embedded: Usage, slow: Usage, memory: Usage) -> Iterator[Row]:
    """CPU, memory and longest pass of each process."""
    slowly = f"the same, AWS taking {SLOW.total_seconds():.0f} s a call"
    for title, used in (("worker: real handlers and boto3", embedded), (slowly, slow), ("in-memory fakes", memory)):
        yield title, used.cpu, used.passes, used.longest, used.peak_mib, used.imported_mib
    yield "limit", None, None, LONGEST_PASS, MOST_MEMORY, None


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, usual in (("servers", 1_000), ("databases", 100), ("groups", 10)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    size = Size(**vars(parser.parse_args()))
    say(f"night: {size} on the embedded cloud (about a minute)")
    down, up, embedded = alone(one_night, size)
    say("night: the same with an AWS so slow that not all fits into one pass")
    _, _, slow = alone(partial(one_night, latency=SLOW), size)
    say("night: the same on the in-memory cloud")
    memory = alone(one_night_in_memory, size)
    show(f"One night of {size}: calls by operation", ("call", "stop", "return"), _all_calls(down, up), CALLS)
    show(f"One night of {size}", ("figure", "stop", "return", "limit"), list(figures(size, down, up)), FIGURES)
    show("API calls for the stop alone", ("tool", "calls", "note"), list(beside_others(down)), OTHERS)
    columns = ("process", "CPU s", "passes", "longest pass s", "peak MiB", "after imports")
    show("CPU, memory and time", columns, list(usage(embedded, slow, memory)), USAGE)


def _all_calls(down: Journey, up: Journey) -> list[Row]:
    totals = [sum(way.metered.calls.values()) for way in (down, up)]
    return [*calls_by_operation(down, up), ("all", *totals)]


CALLS = (
    "Counted where requests reach the embedded cloud, from one second before closing (stop) or 20 minutes before "
    "opening (return), for 30 minutes; Lambda's own SQS receives and deletes are not ours and left out."
)
FIGURES = (
    "A pass that looked lies between the first recorded action and the last arrival. Describes a pass: one a page, "
    "and on the return one of the EC2 status checks."
)
OTHERS = "Peers' figures are those of the issue, not measured here."
USAGE = (
    "One night from 19:30 to 08:10, each row in a new process. The worker runs app.py's functions and nothing else: "
    "the embedded cloud is in another process, so CPU (threads included), peak memory and the seconds of a pass are "
    "those of a Lambda function, with an AWS that answers in milliseconds. The second row's worker has a clock that "
    "counts what a slow AWS would take; what does not fit into a pass is done by the next. The fakes' CPU is that of "
    "reconcile alone; their process imports moto."
)

if __name__ == "__main__":
    main()
