"""The maker of the embedded price book takes figures as they are, and derives none."""

from __future__ import annotations

from chalicelib.local.packaging.price_book import ec2, lines, main, rds, units


def instance(**changed: str) -> dict[str, str]:
    row = {"region": "us-east-1", "instance_type": "m5.large", "os": "Linux", "usd_per_hour": "0.0960"}
    return row | {"spot_mean_usd_per_hour": "0.04", "source_date": "2026-07-05"} | changed


def database(**changed: str) -> dict[str, str]:
    row = {"region": "us-east-1", "instance_class": "db.t3.large", "engine": "mysql", "license": ""}
    return row | {"deployment": "Single-AZ", "usd_per_hour": "0.136", "source_date": "2026-05-03"} | changed


def test_systems_of_one_type_share_a_line_and_spot_means_are_left_out() -> None:
    rows = [instance(), instance(os="Windows", usd_per_hour="0.188")]
    assert list(lines(ec2(rows))) == [
        ("ec2:us-east-1:m5.large:{}:shared:on-demand", "2026-07-05", "mirror", "linux=0.096 windows=0.188")
    ]


def test_other_regions_and_types_are_left_out() -> None:
    assert list(ec2([instance(region="sa-east-1"), instance(instance_type="p3.2xlarge"), instance(os="BeOS")])) == []


def test_old_and_new_names_of_an_engine_are_one_and_the_later_price_stays() -> None:
    old = database(engine="MySQL", license="none", usd_per_hour="0.14", source_date="2021-03-30")
    assert list(lines(rds([database(), old]))) == [
        ("rds:us-east-1:db.t3.large:{}:single-az", "2026-05-03", "infracost", "mysql:none=0.136")
    ]


def test_members_of_aurora_and_standbys_keep_apart() -> None:
    rows = [database(engine="aurora-mysql"), database(deployment="Multi-AZ", usd_per_hour="0.272")]
    assert [line[0].rpartition(":")[2] for line in lines(rds(rows))] == ["member", "multi-az"]


def test_a_licence_that_is_not_said_is_not_guessed() -> None:
    unsaid = [database(engine="oracle-se2"), database(engine="aurora (engine not stated in fixture)")]
    assert list(rds(unsaid)) == []
    assert [each.name for each in rds([database(engine="oracle-se2", license="BYOL")])] == ["oracle-se2:byol"]


def test_a_price_from_a_rounded_sum_is_given_in_the_steps_of_aws() -> None:
    row = {"region": "us-east-1", "service": "ecs_service", "item": "Per vCPU per hour", "source_date": "2025-07-07"}
    assert list(lines(units([row | {"usd_per_unit": "0.040479"}]))) == [
        ("fargate:us-east-1:{}:linux:on-demand", "2025-07-07", "infracost", "vcpu=0.04048")
    ]


def test_it_must_be_said_what_it_is_made_from() -> None:
    assert main([]) == 2
