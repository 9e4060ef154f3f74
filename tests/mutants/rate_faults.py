"""The planted faults of rates: what is not exactly one price must be none, and no price stands in for another."""

from __future__ import annotations

from tests.mutants.faults import Fault

LIST = "tests/core/money/test_price_list.py"
KEPT = "tests/core/money/test_listed.py"
MONTHS = "tests/core/money/test_monthly_rates.py"
SPOT = "tests/contracts/test_spot_rates.py"
RATE_FAULTS = (
    Fault(
        "of two products the first counts",
        (),
        "chalicelib/core/money/listed.py",
        "    if len(meant) > 1:\n",
        "    if len(meant) > 99:\n",
        (f"{LIST}::test_what_is_not_one_price_in_dollars_an_hour_is_none",),
    ),
    Fault(
        "a price of nothing is taken",
        (),
        "chalicelib/core/money/listed.py",
        '    if (usd := Decimal(amounts["USD"])) <= 0:\n',
        '    if (usd := Decimal(amounts["USD"])) < 0:\n',
        (f"{LIST}::test_what_is_not_one_price_in_dollars_an_hour_is_none",),
    ),
    Fault(
        "a price of whatever currency is taken for dollars",
        (),
        "chalicelib/core/money/listed.py",
        '    amounts = prices[0]["pricePerUnit"]\n',
        '    amounts = {"USD": usd for usd in prices[0]["pricePerUnit"].values()}\n',
        (f"{LIST}::test_what_is_not_one_price_in_dollars_an_hour_is_none",),
    ),
    Fault(
        "a standby costs what one instance does",
        (),
        "chalicelib/core/money/price_list.py",
        '    "multi-az": (("Multi-AZ", "Multi-AZ (SQL Server Mirror)"), ""),\n',
        '    "multi-az": (("Single-AZ",), ""),\n',
        (f"{LIST}::test_a_key_means_one_product",),
    ),
    Fault(
        "I/O-Optimized members cost what others do",
        (),
        "chalicelib/core/money/price_list.py",
        '    "member-io": (("Single-AZ",), "InstanceUsageIOOptimized"),\n',
        '    "member-io": (("Single-AZ",), "InstanceUsage"),\n',
        (f"{LIST}::test_a_key_means_one_product",),
    ),
    Fault(
        "whatever ends like a usage type is that usage",
        (),
        "chalicelib/core/money/question.py",
        '_REGION_BEFORE_USAGE = r"(?:(?:EU|[A-Z]{3}[0-9])-)?"\n',
        '_REGION_BEFORE_USAGE = r"(?:[A-Z0-9]+-)?"\n',
        (f"{LIST}::test_a_usage_type_that_only_ends_alike_is_another_product",),
    ),
    Fault(
        "storage of any engine is taken before that of its own",
        (),
        "chalicelib/core/money/question.py",
        "        for engine in self.engines:\n",
        "        for engine in self.engines[::-1]:\n",
        (f"{LIST}::test_what_keeps_billing_is_one_product_by_the_hour_or_the_month",),
    ),
    Fault(
        "a GiB a second costs what a MiB does",
        (),
        "chalicelib/core/money/listed.py",
        '{"gibps-mo": (A_MONTH, 1024)}',
        '{"gibps-mo": (A_MONTH, 1)}',
        (f"{LIST}::test_what_keeps_billing_is_one_product_by_the_hour_or_the_month",),
    ),
    Fault(
        "the storage of a standby is free",
        (),
        "chalicelib/core/money/keep_list.py",
        '"multi-az": mirrored}',
        '"multi-az": ""}',
        (f"{LIST}::test_what_keeps_billing_is_one_product_by_the_hour_or_the_month",),
    ),
    Fault(
        "each month has 730 hours",
        (),
        "chalicelib/core/money/monthly_rates.py",
        "hours=(following - starts) // HOUR)",
        "hours=rate.hours)",
        (
            f"{MONTHS}::test_a_whole_month_costs_what_the_month_costs",
            "tests/flows/test_kept_money.py::test_a_month_of_storage_costs_the_price_of_a_month_to_the_cent",
            "tests/contracts/test_rates.py::test_what_costs_so_much_a_month_costs_that_in_each_month",
        ),
    ),
    Fault(
        "a month has other rates where it begins earlier",
        (),
        "chalicelib/core/money/monthly_rates.py",
        "    first = _start(begins + DAY)\n",
        "    first = _start(begins)\n",
        (f"{MONTHS}::test_a_month_has_the_same_rates_in_every_time_zone_however_much_of_it_is_over",),
    ),
    Fault(
        "a list that gives no rate takes the last good one",
        (),
        "chalicelib/core/money/listed.py",
        "    return Kept(now, known, said) if isinstance(said, str) else Kept(now, _after(known, said))\n",
        "    return Kept(now, (), said) if isinstance(said, str) else Kept(now, _after(known, said))\n",
        (f"{KEPT}::test_the_last_good_rate_stays_with_its_date_when_the_list_gives_none",),
    ),
    Fault(
        "another price holds on days that had the former",
        (),
        "chalicelib/core/money/listed.py",
        "    begins = said.effective if said.effective.date() > last.dated else _start_of(said.rate.dated)\n",
        "    begins = said.effective\n",
        (f"{KEPT}::test_another_price_never_holds_on_a_day_when_the_former_was_still_read",),
    ),
    Fault(
        "an hour costs what was in force at its end",
        (),
        "chalicelib/core/money/spot_hours.py",
        "    return hour if hour == at else hour + HOUR\n",
        "    return hour\n",
        ("tests/core/money/test_spot_hours.py::test_an_hour_costs_what_was_in_force_when_it_began",),
    ),
    Fault(
        "an old spot price stands in for one that AWS no longer tells",
        (),
        "chalicelib/adapters/spot_rates.py",
        "        if before.prices and (not each.prices or each.prices[0][0] > before.until):\n",
        "        if before.prices and False:\n",
        (f"{SPOT}::test_a_price_never_stands_in_for_a_time_that_aws_no_longer_tells",),
    ),
    Fault(
        "a zone is the same in every account",
        (),
        "chalicelib/adapters/spot_rates.py",
        "            location = Location(month.pool.account or self._account, month.pool.region)\n",
        "            location = Location(self._account, month.pool.region)\n",
        (f"{SPOT}::test_the_same_zone_of_another_account_is_another_pool",),
    ),
)
