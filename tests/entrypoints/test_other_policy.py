"""A capacity policy in a line: the words of a schedule file."""

from __future__ import annotations

import re

import pytest

from chalicelib.core.capacity import Capacity
from chalicelib.core.prefer import Prefer
from chalicelib.core.what_if import OtherPolicy
from chalicelib.entrypoints.other_policy import EXAMPLE, other_policy, share, written


@pytest.mark.parametrize(
    ("text", "policy"),
    [
        (EXAMPLE, OtherPolicy(2, (0.0, 1.0), Prefer.STEADY)),
        ("spot_share=80%", OtherPolicy(shares=(0.8, 0.8))),
        ("  prefer=cheapest ", OtherPolicy(prefer=Prefer.CHEAPEST)),
        ("on_demand_base=0", OtherPolicy(on_demand_base=0)),
    ],
)
def test_a_line_says_what_a_file_would(text: str, policy: OtherPolicy) -> None:
    assert other_policy(text) == policy


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", f"a policy says something; write e.g. {EXAMPLE}"),
        ("steady", f'"steady" is no part of a policy; write e.g. {EXAMPLE}'),
        ("prefer=", f'"prefer=" is no part of a policy; write e.g. {EXAMPLE}'),
        ("spot_shares=10%", '"spot_shares" is nothing that can be tried; write spot_share'),
        ("zones=a", '"zones" is nothing that can be tried; write one of on_demand_base, prefer, spot_share'),
        ("spot_share=80", '"80" is not a share; write a percentage or a range, e.g. 80% or 0..80%'),
        ("spot_share=90..80%", '"90..80%" is not a share; write a percentage or a range, e.g. 80% or 0..80%'),
        ("prefer=fast", "prefer cannot be fast; write cheapest, balanced or steady"),
        (
            "on_demand_base=two",
            "on_demand_base must be a whole number, at least 0, not two; write e.g. on_demand_base=2",
        ),
        ("on_demand_base=-1", "on_demand_base must be a whole number, at least 0, not -1; write e.g. on_demand_base=2"),
        ("prefer=steady prefer=cheapest", "prefer is said twice; write it once"),
    ],
)
def test_a_line_that_cannot_be_read_says_what_to_write(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
        other_policy(text)


def test_a_policy_is_written_as_it_is_read() -> None:
    capacity = Capacity("nodes", 2, (0.0, 0.29), Prefer.STEADY)
    assert written(capacity) == {"on_demand_base": 2, "spot_share": "0..29%", "prefer": "steady"}
    assert share((0.8, 0.8)) == "80%"
