"""Resources that carry an old tag become environments."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.adapters.tag_reader import GROUP_OF_INSTANCE, Tagged
from chalicelib.entrypoints.importing.assembly import one_a_group
from chalicelib.entrypoints.importing.custodian import UNTAGGED, translate_all
from chalicelib.entrypoints.importing.drafts import drafted
from tests.entrypoints.importing.checking import NEW_YEAR

TAG = UNTAGGED.tag
WEST = "eu-west-1"


def tagged(kind: str, id: str, tags: Mapping[str, str], region: str = WEST) -> Tagged:
    return Tagged(kind, id, "111122223333", region, tags)


SERVER = tagged("ec2-instance", "i-1", {TAG: "on", "Environment": "orders-qa"})
DATABASE = tagged("rds-instance", "orders-db", {TAG: "on", "Environment": "orders-qa"}, "eu-central-1")
SHOP = tagged("auto-scaling-group", "shop-nodes", {TAG: "off=(M-F,21)", "Environment": "shop-qa"})
LONER = tagged("ec2-instance", "i-9", {TAG: "on"})
MEMBER = tagged("ec2-instance", "i-7", {TAG: "on", GROUP_OF_INSTANCE: "shop-nodes"})


def files(*found: Tagged, group_by: str | None = None) -> dict[str, str]:
    translation = translate_all(sorted({each.tags[TAG] for each in found}), UNTAGGED)
    wanted, refused = one_a_group(translation, found, TAG, group_by, "platform-team")
    drafts, unusable = drafted(wanted, NEW_YEAR)
    assert not (*refused, *unusable)
    return {draft.environment: draft.text for draft in drafts}


def resources(text: str) -> list[str]:
    return [line.strip() for line in text.partition("resources:\n")[2].partition("uptime:")[0].splitlines()]


def test_one_value_is_one_environment_with_an_entry_a_kind() -> None:
    found = files(SERVER, DATABASE)
    assert found.keys() == {"offhours"}
    assert resources(found["offhours"]) == [
        'instances: {kind: ec2-instance, tags: {maid_offhours: "on"}}',
        'databases: {kind: rds-instance, tags: {maid_offhours: "on"}}',
    ]
    assert "owner: platform-team\n" in found["offhours"]


def test_locations_are_those_where_resources_were_found() -> None:
    places = (
        'locations: [{account: "111122223333", region: eu-central-1}, {account: "111122223333", region: eu-west-1}]'
    )
    assert places in files(SERVER, DATABASE)["offhours"]


def test_two_values_without_another_tag_are_told_apart_by_number() -> None:
    assert files(SERVER, SHOP).keys() == {"offhours", "offhours-2"}


def test_another_tag_names_the_environments() -> None:
    found = files(SERVER, DATABASE, SHOP, group_by="Environment")
    assert found.keys() == {"orders-qa", "shop-qa"}
    assert resources(found["shop-qa"]) == [
        'groups: {kind: auto-scaling-group, tags: {maid_offhours: "off=(M-F,21)", Environment: shop-qa}}'
    ]


def test_what_lacks_the_other_tag_is_selected_by_ids_so_that_nobody_elses_is() -> None:
    assert resources(files(SERVER, LONER, group_by="Environment")["offhours"]) == [
        "instances: {kind: ec2-instance, ids: [i-9]}"
    ]


def test_two_schedules_in_one_group_are_two_environments() -> None:
    night = tagged("ec2-instance", "i-2", {TAG: "off=(M-F,21)", "Environment": "orders-qa"})
    assert files(SERVER, night, group_by="Environment").keys() == {"orders-qa-offhours", "orders-qa-offhours-2"}


def test_members_of_a_group_are_left_to_their_group() -> None:
    assert resources(files(SERVER, MEMBER)["offhours"]) == [
        'instances: {kind: ec2-instance, tags: {maid_offhours: "on"}}'
    ]


def test_production_is_never_imported() -> None:
    live = tagged("ec2-instance", "i-3", {TAG: "on", "Environment": "prod"})
    translation = translate_all(["on"], UNTAGGED)
    wanted, _ = one_a_group(translation, [live], TAG, "Environment", None)
    drafts, (refused,) = drafted(wanted, NEW_YEAR)
    assert drafts == ()
    assert "which means production" in refused.what


def test_a_tag_that_names_no_rule_is_told_with_its_resources() -> None:
    stray = [tagged("ec2-instance", f"i-{number}", {TAG: "sleepy"}) for number in range(5)]
    _, (refused,) = one_a_group(translate_all(["on"], UNTAGGED), stray, TAG, None, None)
    assert refused.what == "maid_offhours=sleepy on i-0, i-1, i-2 and 2 more names no rule"
