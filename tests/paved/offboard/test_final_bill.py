"""The final bill is the stack's row of the month's showback, to the cent, and says what it does not know."""

from datetime import date
from decimal import Decimal

import pytest

from paved.billing.focus import read_focus
from paved.billing.month import Month
from paved.billing.report import month_report
from paved.offboard.bill_view import bill_data, bill_page, bill_view, parts
from paved.offboard.final_bill import UNTOLD, final_bill, to_come
from paved.offboard.holdings import BucketContents, Holdings
from paved.offboard.leftovers import Leftovers
from pricing.money import ZERO
from pricing.rates import Rates
from reference.prices import packaged_prices
from tests.conftest import AS_OF
from tests.paved.billing.conftest import _line, owners, sample_bill, write

__all__ = ["owners", "sample_bill", "write"]

OCTOBER, NOVEMBER = Month.read("2026-10"), Month.read("2026-11")
BUCKET = BucketContents(
    name="b",
    objects=1,
    bytes=2**40,
    old_versions=1,
    old_bytes=2**40,
    versioning="Enabled",
    lock=None,
    sha256="",
    listing="",
)
HELD = Holdings(
    buckets=(BUCKET,),
    images=({"repository": "vision-prod/a", "digest": "sha256:1", "tags": [], "bytes": 10 * 2**30},),
    models=(),
    backups=3,
    unread=(),
    not_simulated=(),
)
LEFT = Leftovers(
    standing=("arn:aws:kms:us-east-1:1:key/k", "arn:aws:s3:::b", "arn:aws:sns:us-east-1:1:topic"),
    runtime=("arn:aws:ec2:us-east-1:1:volume/vol-1",),
    deleting=(),
    unread=(),
)


def rates(region="us-east-1"):
    return Rates(book=packaged_prices(), region=region, as_of=AS_OF)


@pytest.fixture
def report(sample_bill, owners):
    def made(month=OCTOBER, path=sample_bill):
        return month_report(month, AS_OF, read_focus(path, month, AS_OF), owners)

    return made


@pytest.mark.parametrize("month", [OCTOBER, NOVEMBER])
@pytest.mark.parametrize("stack", ["vision-prod", "ranking-dev", "risk-prod"])
def test_it_is_the_row_of_the_showback_to_the_cent(month, stack, report):
    found = report(month)
    bill = final_bill(found, stack, month.first.replace(day=12), ())
    [share] = [each for each in found.showback.teams if each.owner.stack == stack]
    assert bill.owed == share.total == sum((amount for _, amount in parts(bill)), ZERO)
    own = share.used + (share.idle or ZERO)
    assert sum((each.until_last_day + each.after for each in bill.areas), ZERO) == own
    assert own > 0


def test_what_was_used_after_the_last_day_stands_apart(report, write):
    lines = [_line(day=date(2026, 10, day), cost="1.00") for day in (1, 9, 10, 11, 31)]
    bill = final_bill(report(OCTOBER, write(*lines)), "vision-prod", date(2026, 10, 10), ())
    [area] = bill.areas
    assert (area.until_last_day, area.after) == (Decimal("3.00"), Decimal("2.00"))


def test_a_whole_month_that_is_over_is_final_and_another_is_not(report):
    assert final_bill(report(OCTOBER), "risk-prod", date(2026, 10, 31), ()).open_because == ()
    [reason] = final_bill(report(NOVEMBER), "risk-prod", date(2026, 11, 19), ()).open_because
    assert reason.startswith("November 2026 is not over")


def test_a_bill_with_a_gap_is_not_final(report, write):
    bill = final_bill(report(OCTOBER, write(_line(day=date(2026, 10, 1)))), "vision-prod", AS_OF, ())
    assert any("No use is billed for" in reason for reason in bill.open_because)


def test_what_is_to_come_is_priced_by_what_is_there():
    found = {each.what: each for each in to_come(LEFT, HELD, rates())}
    storage = rates().service("s3-standard-storage").usd
    assert found["bucket b"].monthly == (2048 * storage).quantize(Decimal("0.01"))
    assert found["images vision-prod/a"].monthly == Decimal("1.00")
    assert found["key k"].monthly == Decimal("1.00")
    assert found["backups of the buckets"].monthly is None
    assert found["1 resource"].monthly is None
    assert found["1 other resource of the stack"].monthly is None


def test_without_a_price_there_is_no_figure():
    [images] = [each for each in to_come(LEFT, HELD, rates("us-east-2")) if each.what.startswith("images")]
    assert images.monthly is None
    assert "no price of ecr-storage was read for us-east-2" in images.note


def test_without_an_account_nothing_is_zero():
    [unknown] = to_come(None, None, rates())
    assert (unknown.monthly, unknown.note) == (None, UNTOLD)


def test_text_data_and_page_say_the_same(report):
    bill = final_bill(report(), "vision-prod", date(2026, 10, 31), to_come(LEFT, HELD, rates()))
    text, data, page = bill_view(bill), bill_data(bill), bill_page(bill)
    assert data["final"]
    owed = f"${Decimal(data['owed_usd']):,.2f}"
    assert owed in text
    assert owed in page
    for each in bill.to_come:
        assert each.what in text
        assert each.what in page
    assert "<script" not in page
    assert page == bill_page(bill)
