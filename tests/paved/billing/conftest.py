"""Bills to read: one of the sample organisation, and small ones that a test writes line by line."""

import csv
import json
from datetime import date, timedelta

import pytest

from benchmarks.billing import COLUMNS, write_bill
from paved.billing.budget_owners import read_budget_owners
from paved.billing.month import Month
from stacks.checks.folder import Folder
from tests.conftest import STACKS

AS_OF = date(2026, 11, 21)
NOVEMBER = Month.read("2026-11")


@pytest.fixture(scope="session")
def sample_bill(tmp_path_factory):
    """The generated bill of September to 20 November 2026."""
    path = tmp_path_factory.mktemp("bill") / "focus.csv"
    write_bill(path, date(2026, 9, 1), date(2026, 11, 20))
    return path


@pytest.fixture(scope="session")
def owners():
    """The sample organisation."""
    return read_budget_owners(Folder.read(STACKS, as_of=AS_OF))


def _line(**given):
    """One FOCUS line: a dollar of compute of the vision team on 2 November, unless told otherwise."""
    day = given.pop("day", date(2026, 11, 2))
    team, stack = given.pop("team", "vision"), given.pop("stack", "vision-prod")
    cost = given.pop("cost", "1.00")
    tags = {key: value for key, value in {"user:team": team, "user:service": stack}.items() if value}
    first = day.replace(day=1)
    return {
        **dict.fromkeys(("BilledCost", "EffectiveCost", "ListCost", "ContractedCost"), cost),
        "BillingAccountId": "999900001111",
        "BillingCurrency": "USD",
        "BillingPeriodStart": f"{first}T00:00:00Z",
        "BillingPeriodEnd": f"{(first + timedelta(days=32)).replace(day=1)}T00:00:00Z",
        "ChargeCategory": "Usage",
        "ChargePeriodStart": f"{day}T00:00:00Z",
        "ChargePeriodEnd": f"{day + timedelta(days=1)}T00:00:00Z",
        "ServiceName": "Amazon Elastic Compute Cloud - Compute",
        "ServiceCategory": "Compute",
        "SkuMeter": "BoxUsage:p5.48xlarge",
        "Tags": json.dumps(tags) if tags else "",
        **given,
    }


@pytest.fixture
def write(tmp_path):
    """Write lines as a FOCUS CSV file and return its path."""

    def written(*lines, name="bill.csv", columns=COLUMNS, encoding="utf-8", newline="\n"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding=encoding, newline="") as file:
            writer = csv.DictWriter(file, columns, restval="", extrasaction="ignore", lineterminator=newline)
            writer.writeheader()
            writer.writerows(lines)
        return path

    return written


@pytest.fixture(scope="session")
def line():
    """Make one FOCUS line."""
    return _line
