from __future__ import annotations

import pytest

from chalicelib.core.other_schedulers import scheduled_by


@pytest.mark.parametrize(
    ("tags", "who"),
    [
        ({"Schedule": "office"}, "Instance Scheduler on AWS has it: Schedule=office"),
        ({"maid_offhours": ""}, "Cloud Custodian has it: maid_offhours="),
        ({"AutoStop": "true"}, "a stop-and-start function has it: AutoStop=true"),
        ({"custodian_uptime": "on"}, "Cloud Custodian has it: custodian_uptime=on"),
        ({"AutoStop": "no"}, None),
        ({"maid_offhours": "off"}, None),
        ({"Scheduled": "office"}, None),
    ],
)
def test_a_tag_tells_which_scheduler_has_it(tags: dict[str, str], who: str | None) -> None:
    assert scheduled_by(tags) == who
