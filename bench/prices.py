"""What AWS bills Curfew for, in us-east-1: US dollars before free tiers, as infracost's tests print the price list.

DynamoDB of November 2024, Lambda of July 2024. https://aws.amazon.com/dynamodb/pricing/on-demand/,
https://aws.amazon.com/lambda/pricing/
"""

from __future__ import annotations

from decimal import Decimal

MILLION = 1_000_000
READ_UNIT = Decimal("0.125") / MILLION
WRITE_UNIT = Decimal("0.625") / MILLION
STORED = Decimal("0.25") + Decimal("0.20")
"""A GB for a month, and its point-in-time recovery."""
GB_SECOND = Decimal("0.0000166667")
REQUEST = Decimal("0.20") / MILLION
"""One run of a Lambda function."""
