"""How long a Lambda function would take for what took so many seconds of CPU here."""

from __future__ import annotations

from chalicelib.local.packaging.functions import Function

OF_ONE_CPU = 1_769
"""MB with which a function has one CPU; with less its share is in proportion.
https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html"""


def in_lambda(cpu: float, function: Function) -> float:
    """Seconds, with a CPU as fast as this machine's and no more than one of it."""
    return cpu * OF_ONE_CPU / min(OF_ONE_CPU, function.memory)
