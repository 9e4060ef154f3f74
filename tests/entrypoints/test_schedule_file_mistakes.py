"""Mistakes in names, resources and values, with exactly what people are told: `file:line: what is wrong; what to write instead`."""

# ruff: noqa: E501 (messages are easier to judge in one piece)

import pytest

from tests.entrypoints.schedule_texts import GOOD, ORGANISATION, told

MISTAKES = [
    ("stage: dev", "stge: dev", ["3: unknown key stge; write stage"]),
    (
        "stage: dev",
        'locations: [{account: "111122223333", region: eu-central-1, place: x}]',
        ["3: unknown key place; remove it, or write one of account, region"],
    ),
    ("    ids: [orders-db]", "    ids: [orders-db]\n    tag: {A: b}", ["8: unknown key tag; write tags"]),
    (
        "    ids: [orders-db]",
        "    ids: [orders-db]\n    needs: [nodes]",
        [
            "8: needs go round in a circle: database -> nodes -> database; take one step out, e.g. nodes from the needs of database"
        ],
    ),
    (
        "needs: [database]",
        "needs: [databse]",
        ["11: nodes needs databse, which is not under resources; write database"],
    ),
    ("needs: [database]", "needs: database", ["11: database is not a list; write [database]"]),
    (
        "needs: [database]",
        "needs: [nodes]",
        ["11: needs go round in a circle: nodes -> nodes; take one step out, e.g. nodes from the needs of nodes"],
    ),
    (
        "stage: dev",
        "stage: prod",
        ["3: stage prod is production, which Curfew never stops; remove this file, or write the right stage, e.g. qa"],
    ),
    (
        "stage: dev",
        "stage: Live",
        ["3: stage Live is production, which Curfew never stops; remove this file, or write the right stage, e.g. qa"],
    ),
    (
        "stage: dev",
        "locations: [{account: 111122223333, region: eu-central-1}]",
        ['3: account 111122223333 is read as a number, not as text; write "111122223333"'],
    ),
    (
        "stage: dev",
        "locations: [{account: 012345678901, region: eu-central-1}]",
        ['3: account 012345678901 is read as a number, not as text; write "012345678901"'],
    ),
    (
        "stage: dev",
        'locations: [{account: "11112222333", region: eu-central-1}]',
        ['3: "11112222333" is not an account; write its 12 digits in quotes, e.g. "111122223333"'],
    ),
    (
        "stage: dev",
        'locations: [{account: "999999999999", region: eu-central-1}]',
        ["3: account 999999999999 is not in organisation.yaml; add it, or write one of 111122223333, 444455556666"],
    ),
    (
        "stage: dev",
        'locations: [{account: "444455556666", region: Frankfurt}]',
        ['3: "Frankfurt" is not a Region; write its code, e.g. eu-central-1'],
    ),
    ("stage: dev", 'locations: [{account: "444455556666"}]', ["3: region is missing; write region: eu-central-1"]),
    ("kind: rds-instance", "kind: rds-instnace", ["6: there is no kind called rds-instnace; write rds-instance"]),
    (
        "owner: orders-team",
        "owner: order-team",
        ["2: there is no team in organisation.yaml called order-team; write orders-team"],
    ),
    (
        "owner: orders-team",
        "owner: nobody-here",
        ["2: there is no team in organisation.yaml called nobody-here; write one of data-team, orders-team"],
    ),
    ("owner: orders-team\n", "", ["1: owner is missing; write owner: orders-team"]),
    ("owner: orders-team", "owner:", ["2: owner is empty; write owner: orders-team"]),
    ("owner: orders-team", "owner: [a]", ["2: owner must be text, not [a]; write owner: orders-team"]),
    ("    ids: [orders-db]\n", "", ["5: database selects nothing; write ids: [...], tags: {...} or names: [...]"]),
    (
        "    ids: [orders-db]",
        "    ids: [orders-db]\n    tags: {A: b}",
        ["5: database has both ids and tags; keep one of them"],
    ),
    ("    ids: [orders-db]", "    tags: {Tier: 1}", ['7: Tier: 1 is a number here, not text; write "1"']),
    (
        "    ids: [orders-db]",
        "    tags: {Environment: prod}",
        ["7: database selects by Environment=prod, which means production; select what is not production"],
    ),
    (
        "    ids: [orders-db]",
        "    tags: {Billing: live-customers}",
        ["7: database selects by Billing=live-customers, which means production; select what is not production"],
    ),
    ("    ids: [orders-db]", "    ids: orders-db", ["7: orders-db is not a list; write [orders-db]"]),
    ("    ids: [orders-db]", "    ids: [12]", ['7: ids: 12 is a number here, not text; write "12"']),
    (
        "  nodes:\n    kind: auto-scaling-group\n    ids: [orders-nodes]",
        "  nodes:\n    kind: rds-instance\n    ids: [other, orders-db]",
        ["8: database and nodes both select orders-db; keep it in one of them"],
    ),
    (
        "    ids: [orders-db]",
        "    names: [orders-*]\n    hibernate: true",
        ["8: database is of kind rds-instance, which knows no hibernate; take it out; it is for ec2-instance"],
    ),
    (
        "    ids: [orders-db]",
        "    ids: [orders-db]\n    names: [orders-*]",
        ["5: database has both ids and names; keep one of them"],
    ),
    (
        "    kind: rds-instance\n    ids: [orders-db]",
        "    kind: any\n    ids: [orders-db]",
        ["5: database is of any kind, and ids belong to one; write its kind, or tags"],
    ),
    (
        "    ids: [orders-db]",
        "    ids: [orders-db]\n    start: on-request",
        [
            "8: database would start on request only, and others may count on it; "
            "write importance: supplementary, or take start out"
        ],
    ),
    ("stage: dev", "mode: atc", ["3: mode cannot be atc; write act"]),
    ("stage: dev", "mode: watch", ["3: mode cannot be watch; write one of act, observe"]),
    ("stage: dev", "stop_order: backwards", ["3: stop_order cannot be backwards; write one of reverse, same"]),
    ("stage: dev", "cost_center: 210", ['3: cost_center: 210 is a number here, not text; write "210"']),
    (
        "stage: dev",
        "previously: Orders Dev",
        ['3: "Orders Dev" is not a name: lowercase letters, digits and hyphens, at most 63; write orders-dev'],
    ),
    (
        "environment: orders-dev",
        "environment: Orders_Dev",
        ['1: "Orders_Dev" is not a name: lowercase letters, digits and hyphens, at most 63; write orders-dev'],
    ),
    (
        "environment: orders-dev",
        "environment: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        [
            '1: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" is not a name: lowercase letters, digits and hyphens, at most 63; write aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'
        ],
    ),
    (
        "stage: dev",
        "capacity: {node: {spot_share: 80%}}",
        [
            "3: capacity is for node, which is not under resources; write nodes",
        ],
    ),
    (
        "stage: dev",
        "capacity: {nodes: {spot_share: 80, on_demand_base: -1}}",
        [
            "3: on_demand_base must be at least 0, not -1; write on_demand_base: 2",
            "3: 80 has no percent sign; write 80%",
        ],
    ),
    (
        "stage: dev",
        "capacity: {database: {spot_share: 80%}}",
        [
            "3: database is of kind rds-instance, which keeps data or is one of its kind: it is never moved to spot; "
            "take it out; capacity is for auto-scaling-group, ecs-service",
        ],
    ),
    (
        "stage: dev",
        "capacity: {nodes: {pools: {types: [m5.large], requirements: {vcpus: 8..4, memory_gib: 16}}}}",
        [
            '3: "8..4" is not a span; write from and to, e.g. 4..8',
            "3: capacity of nodes has types and requirements; keep one of them",
            "3: warning: capacity of nodes has 3 pools of type and zone, fewer than 10; "
            "add types, e.g. m5a.large, m5n.large, m5d.large",
        ],
    ),
    (
        "    kind: auto-scaling-group\n    ids: [orders-nodes]\n    needs: [database]\n",
        "    kind: ecs-service\n    ids: [shop/web]\ncapacity: {nodes: {spot_share: 0..50%, pools: {zones: all}}}\n",
        [
            "11: capacity of nodes has pools, and Fargate Spot has neither types nor zones to choose from; "
            "take pools out; on_demand_base and spot_share say all there is to say"
        ],
    ),
    (
        "stage: dev",
        "budget: {monthly: lots}",
        [
            "3: monthly must be a number, not lots; write monthly: 1200",
            "3: note: budget is accepted, not yet effective",
        ],
    ),
    (
        "stage: dev",
        "budget: {monthly: 0, currency: usd}",
        [
            "3: monthly must be more than 0, not 0; write monthly: 1200",
            '3: "usd" is not a currency; write its three capital letters, e.g. USD',
            "3: note: budget is accepted, not yet effective",
        ],
    ),
    (
        "    needs: [database]",
        '    ready: {members: 0%, http: "orders.example"}',
        [
            '11: "0%" is not a percentage; write 1% to 100%, e.g. 90%',
            '11: "orders.example" is not an address; write http://... or https://...',
        ],
    ),
    (
        "  timezone: Europe/Berlin",
        "  calendar: ofice-hours",
        ["13: there is no calendar in organisation.yaml called ofice-hours; write office-hours"],
    ),
    ("stage: dev", "budget: {monthly: 1200}", ["3: note: budget is accepted, not yet effective"]),
    (
        "stage: dev",
        "resources: {}",
        [
            "3: resources is empty; write resources: {database: {ids: [orders-db], kind: rds-instance}}",
            "4: resources is here twice, first in line 3; keep one of them",
        ],
    ),
    ("uptime:", "environment: x\nuptime:", ["12: environment is here twice, first in line 1; keep one of them"]),
]


@pytest.mark.parametrize(("right", "wrong", "problems"), MISTAKES)
def test_a_mistake_is_told_with_its_line_and_its_remedy(right: str, wrong: str, problems: list[str]) -> None:
    assert right in GOOD
    assert told(GOOD.replace(right, wrong)) == [f"1.yaml:{problem}" for problem in problems]


def test_a_good_file_has_no_problems() -> None:
    assert told(GOOD) == []


def test_a_service_may_have_a_mix() -> None:
    group = "    kind: auto-scaling-group\n    ids: [orders-nodes]\n    needs: [database]\n"
    service = "    kind: ecs-service\n    ids: [shop/web]\ncapacity: {nodes: {spot_share: 0..50%, prefer: steady}}\n"
    assert told(GOOD.replace(group, service)) == []


def test_all_mistakes_of_all_files_are_told_at_once() -> None:
    first = GOOD.replace("Europe/Berlin", "Europe/Berln").replace("08:00-20:00", "08:00-25:00")
    first = first.replace("ids: [orders-db]", "ids: [orders-db]\n    needs: [nodes]").replace("stage", "stge")
    second = GOOD.replace("orders-dev", "orders-qa").replace("stage: dev", "stage: prod")
    organisation = ORGANISATION.replace("data@example.com", "nobody")
    assert told(first, second, organisation=organisation) == [
        'organisation.yaml:6: "nobody" is not an e-mail address; write e.g. orders@example.com',
        "1.yaml:3: unknown key stge; write stage",
        "1.yaml:8: needs go round in a circle: database -> nodes -> database; take one step out, e.g. nodes from the needs of database",
        '1.yaml:14: "Europe/Berln" is not a time zone; did you mean Europe/Berlin?',
        '1.yaml:15: "25:00" is not a time of day; write 00:00 to 24:00, e.g. "mon-fri 08:00-20:00"',
        "2.yaml:3: stage prod is production, which Curfew never stops; remove this file, or write the right stage, e.g. qa",
    ]


def test_an_environment_has_one_file() -> None:
    problems = told(GOOD, GOOD.replace("stage: dev", "stage: qa"))
    assert problems == ["2.yaml:1: environment orders-dev is already in 1.yaml; give it another name"]


def test_resources_with_the_same_tags_are_told() -> None:
    tags = "kind: ec2-instance\n    tags: {Tier: web}"
    text = GOOD.replace("kind: rds-instance\n    ids: [orders-db]", tags)
    text = text.replace("kind: auto-scaling-group\n    ids: [orders-nodes]", tags)
    assert told(text) == [
        "1.yaml:8: database and nodes select by the same tags; keep one of them, or add a tag that tells them apart"
    ]


ORGANISATION_MISTAKES = [
    ('"444455556666"', "444455556666", ['3: the key 444455556666 is not text; write "444455556666"']),
    (
        '"444455556666"',
        '"4444"',
        ['3: "4444" is not an account; write its 12 digits in quotes, e.g. "111122223333"'],
    ),
    (
        '"444455556666": {name: staging}',
        '"444455556666": {rol: x}',
        ["3: unknown key rol; write role"],
    ),
    ("https://chat", "http://chat", ['5: "http://chat.example/orders" is not an https address; write https://...']),
    (
        '"arn:aws:iam::111122223333:role/curfew"',
        "curfew",
        ['2: "curfew" is not an ARN; write e.g. arn:aws:iam::111122223333:role/curfew'],
    ),
    ("longest: 10h", "longest: 1h", ["10: wake: default 3h is over longest 1h; shorten default, or raise longest"]),
    (
        'windows: ["mon-fri 08:00-20:00"]',
        "windows: [mondays]",
        ['14: "mondays" has no times of day; write dates and times, e.g. "mon-fri 08:00-20:00"'],
    ),
    ("production:\n", "prodution:\n", ["16: unknown key prodution; write production"]),
    (
        "region: eu-central-1",
        "region: eu-central-1, place: x",
        ["9: unknown key place; remove it, or write one of account, region"],
    ),
]


@pytest.mark.parametrize(("right", "wrong", "problems"), ORGANISATION_MISTAKES)
def test_a_mistake_in_the_organisation_is_told(right: str, wrong: str, problems: list[str]) -> None:
    assert right in ORGANISATION
    assert told(organisation=ORGANISATION.replace(right, wrong)) == [f"organisation.yaml:{each}" for each in problems]
