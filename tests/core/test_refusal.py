from __future__ import annotations

import pytest

from chalicelib.core.refusal import AT_FIRST, CODES, Remedy, remedy


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("RequestLimitExceeded: Request limit exceeded.", Remedy.SLOWER),
        ("InsufficientInstanceCapacity: no m5.large in this zone", Remedy.CAPACITY),
        ("InvalidDBInstanceState: Instance orders-db is backing-up", Remedy.WAIT),
        ("OperationNotPermitted: the stop protection is on", Remedy.NEVER),
        ("UnauthorizedOperation: not allowed", Remedy.RIGHTS),
        ("InternalError: try again", Remedy.RETRY),
        (f"ModifyInstanceAttribute{AT_FIRST}InsufficientInstanceCapacity: none", Remedy.CAPACITY),
        ("never heard of", Remedy.RETRY),
        (None, Remedy.RETRY),
    ],
)
def test_each_no_of_aws_asks_for_its_own_remedy(said: str | None, expected: Remedy) -> None:
    assert remedy(said) is expected


def test_no_code_asks_for_two_remedies() -> None:
    codes = [code for each in CODES.values() for code in each]
    assert len(codes) == len(set(codes))
