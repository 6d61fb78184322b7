"""docs/reference/prices.md counts the prices that there are, and the guides name regions that have the rates."""

from pathlib import Path

from paved.cost.price_coverage import coverage_markdown, coverage_of
from reference.prices import packaged_prices

DOCS = Path(__file__).parents[2] / "docs"


def test_the_reference_of_prices_is_that_of_the_data():
    page = (DOCS / "reference" / "prices.md").read_text(encoding="utf-8")
    assert page == coverage_markdown(coverage_of(packaged_prices())), (
        "write it anew with `paved prices coverage --markdown > docs/reference/prices.md`"
    )


def test_the_detection_guide_names_the_regions_with_a_rate_of_guardduty():
    guide = (DOCS / "guides" / "detection.md").read_text(encoding="utf-8")
    rates: dict[str, set[str]] = {}
    for price in packaged_prices().prices:
        if price.item.startswith("guardduty-") and price.usd:
            rates.setdefault(price.region, set()).add(price.item.removeprefix("guardduty-"))
    assert "Of GuardDuty's six rates us-east-2 has all, ap-northeast-1 three (management events," in guide
    assert "flow logs and DNS, runtime monitoring) and us-east-1 the first two." in guide
    assert rates == {
        "us-east-2": {"events", "logs", "runtime", "kubernetes-audit", "malware-scans", "s3-events"},
        "ap-northeast-1": {"events", "logs", "runtime"},
        "us-east-1": {"events", "logs"},
    }
