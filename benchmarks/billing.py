"""A sample bill, which nobody got: FOCUS 1.2 lines of the sample organisation, the same for the same seed.

Run as `python -m benchmarks.billing FILE --until 2026-11-20`.
"""

import argparse
import csv
import json
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from benchmarks.meters import IN_PROD, METERS, PAYER, RANKING, VISION, Meter

COLUMNS = (
    "AvailabilityZone",
    "BilledCost",
    "BillingAccountId",
    "BillingAccountName",
    "BillingAccountType",
    "BillingCurrency",
    "BillingPeriodEnd",
    "BillingPeriodStart",
    "CapacityReservationId",
    "CapacityReservationStatus",
    "ChargeCategory",
    "ChargeClass",
    "ChargeDescription",
    "ChargeFrequency",
    "ChargePeriodEnd",
    "ChargePeriodStart",
    "CommitmentDiscountCategory",
    "CommitmentDiscountId",
    "CommitmentDiscountName",
    "CommitmentDiscountQuantity",
    "CommitmentDiscountStatus",
    "CommitmentDiscountType",
    "CommitmentDiscountUnit",
    "ConsumedQuantity",
    "ConsumedUnit",
    "ContractedCost",
    "ContractedUnitPrice",
    "EffectiveCost",
    "InvoiceId",
    "InvoiceIssuerName",
    "ListCost",
    "ListUnitPrice",
    "PricingCategory",
    "PricingCurrency",
    "PricingCurrencyContractedUnitPrice",
    "PricingCurrencyEffectiveCost",
    "PricingCurrencyListUnitPrice",
    "PricingQuantity",
    "PricingUnit",
    "ProviderName",
    "PublisherName",
    "RegionId",
    "RegionName",
    "ResourceId",
    "ResourceName",
    "ResourceType",
    "ServiceCategory",
    "ServiceName",
    "ServiceSubcategory",
    "SkuId",
    "SkuMeter",
    "SkuPriceDetails",
    "SkuPriceId",
    "SubAccountId",
    "SubAccountName",
    "SubAccountType",
    "Tags",
    "x_Discounts",
    "x_Operation",
    "x_ServiceCode",
)
"""FOCUS 1.2 in full, with the three columns that AWS adds."""

RESOLUTION = Decimal("0.0000000001")
SPIKE = date(2026, 11, 12)
"""On this day an evaluation was left running on four nodes."""

SPRINT = date(2026, 11, 9)
"""From this day ranking tries out twice as much as its budget was made for."""


def lines(first: date, until: date, *, seed: int = 7, copies: int = 1) -> Iterator[dict[str, str]]:
    """The charges of every day from `first` to `until`. `copies` splits each into so many resources."""
    day = first
    while day <= until:
        random = Random(f"{seed}/{day}")
        for meter in METERS:
            yield from _split(meter, day, _quantity(meter, day, random), copies)
        yield from _fees(day)
        day += timedelta(days=1)


def write_bill(path: Path, first: date, until: date, *, seed: int = 7, copies: int = 1) -> int:
    """Write the charges as CSV and return how many there are."""
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\n")
        writer.writeheader()
        for line in lines(first, until, seed=seed, copies=copies):
            writer.writerow(line)
            count += 1
    return count


def _quantity(meter: Meter, day: date, random: Random) -> Decimal:
    usual = meter.weekend if day.weekday() >= 5 else meter.workday
    if meter.tags == VISION and meter.instance_type:
        usual *= _of_week(day)
    if meter.tags == RANKING and meter.instance_type and day >= SPRINT:
        usual *= Decimal("3.2")
    factor = 1 + meter.noise * Decimal(str(round(random.uniform(-1, 1), 6)))
    if day == SPIKE and meter.instance_type == "g6e.12xlarge":
        factor *= 5
    return usual * factor


def _of_week(day: date) -> Decimal:
    """Training comes in waves: no week is like the other."""
    week = Random(f"week/{day.isocalendar()[:2]}")
    return Decimal(str(round(week.uniform(0.84, 1.14), 4)))


def _split(meter: Meter, day: date, quantity: Decimal, copies: int) -> Iterator[dict[str, str]]:
    part = (quantity / copies).quantize(RESOLUTION)
    for number in range(copies):
        resource = f"{meter.resource_type.lower().replace(' ', '-')}/{meter.meter}/{number}"
        cost = (part * meter.price).quantize(RESOLUTION)
        line = _usage(meter, day) | _costs(cost)
        line["ResourceId"] = f"arn:aws:sample:{meter.region}:{meter.account}:{resource}"
        line["PricingQuantity"] = line["ConsumedQuantity"] = f"{part:f}"
        yield line


def _usage(meter: Meter, day: date) -> dict[str, str]:
    details = {"InstanceType": meter.instance_type} if meter.instance_type else {}
    return _frame(day, day + timedelta(days=1), meter.account) | {
        "ChargeCategory": "Usage",
        "ChargeFrequency": "Usage-Based",
        "ChargeDescription": f"${meter.price:f} per {meter.unit} of {meter.meter}",
        "PricingCategory": "Dynamic" if meter.spot else "Standard",
        "PricingUnit": meter.unit,
        "ConsumedUnit": meter.unit,
        "ListUnitPrice": f"{meter.price:f}",
        "ContractedUnitPrice": f"{meter.price:f}",
        "RegionId": meter.region,
        "RegionName": meter.region,
        "ResourceType": meter.resource_type,
        "ServiceCategory": meter.category,
        "ServiceSubcategory": meter.subcategory,
        "ServiceName": meter.service,
        "SkuId": meter.meter.replace(":", "-").upper(),
        "SkuPriceId": f"{meter.meter.replace(':', '-').upper()}.ONDEMAND",
        "SkuMeter": meter.meter,
        "SkuPriceDetails": json.dumps(details) if details else "",
        "Tags": json.dumps(meter.tags, sort_keys=True) if meter.tags else "",
    }


def _frame(start: date, end: date, account: str) -> dict[str, str]:
    first = start.replace(day=1)
    return {
        "BillingAccountId": PAYER,
        "BillingAccountName": "Example Corp",
        "BillingAccountType": "Payer",
        "BillingCurrency": "USD",
        "BillingPeriodStart": _midnight(first),
        "BillingPeriodEnd": _midnight(_next_month(first)),
        "ChargePeriodStart": _midnight(start),
        "ChargePeriodEnd": _midnight(end),
        "InvoiceIssuerName": "Amazon Web Services, Inc.",
        "ProviderName": "AWS",
        "PublisherName": "Amazon Web Services, Inc.",
        "SubAccountId": account,
        "SubAccountName": f"ml-{account[:4]}",
        "SubAccountType": "Linked",
    }


def _next_month(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


def _midnight(day: date) -> str:
    return f"{day}T00:00:00Z"


def _costs(cost: Decimal) -> dict[str, str]:
    return dict.fromkeys(("BilledCost", "EffectiveCost", "ContractedCost", "ListCost"), f"{cost:f}")


def _fees(day: date) -> Iterator[dict[str, str]]:
    """Charges made once: support on the first of a month, a credit, and a correction of the month before."""
    whole_month = _frame(day, _next_month(day.replace(day=1)), PAYER) | {"ServiceCategory": "Other"}
    if day.day == 1:
        fee = {
            "ServiceName": "AWS Support (Business)",
            "ChargeCategory": "Purchase",
            "ChargeFrequency": "Recurring",
            "ChargeDescription": "Support",
        }
        yield whole_month | fee | _costs(Decimal("4870.00"))
    if day.day == 3:
        credit = {
            "ServiceName": "AWS Credits",
            "ChargeCategory": "Credit",
            "ChargeFrequency": "One-Time",
            "ChargeDescription": "Credit",
        }
        yield whole_month | credit | _costs(Decimal(-1200))
    if day.day == 5:
        yield _correction(day)


def _correction(day: date) -> dict[str, str]:
    """A line of this month's bill for a day of the month before."""
    meter = next(each for each in METERS if each.tags == VISION and (each.account, each.region) == IN_PROD)
    first = day.replace(day=1)
    line = _usage(meter, first - timedelta(days=3)) | _costs(Decimal("-183.2200000000"))
    return line | {
        "BillingPeriodStart": _midnight(first),
        "BillingPeriodEnd": _midnight(_next_month(first)),
        "ChargeClass": "Correction",
        "ChargeDescription": "Hours of a node that never became ready",
        "PricingQuantity": "",
        "ConsumedQuantity": "",
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Write a bill to a file."""
    parser = argparse.ArgumentParser(description="Write a sample bill in FOCUS 1.2.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--first", type=date.fromisoformat, default=date(2026, 9, 1))
    parser.add_argument("--until", type=date.fromisoformat, default=date(2026, 11, 20))
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--copies", type=int, default=1, help="resources that each charge is split into")
    given = parser.parse_args(arguments)
    write_bill(given.file, given.first, given.until, seed=given.seed, copies=given.copies)


if __name__ == "__main__":
    main()
