"""What detection costs, where a list price was read, and that nothing else passes for free."""

from decimal import Decimal

import pytest

from components.detection.detectors import features
from pricing.cost_components import CostKind
from pricing.detection import FEATURES
from pricing.usage import Usage

TRAIL = "aws:cloudtrail/trail:Trail"
FEATURE = "aws:guardduty/detectorFeature:DetectorFeature"
DATA = {"fieldSelectors": [{"field": "eventCategory", "equals": ["Data"]}]}
MANAGEMENT = {"fieldSelectors": [{"field": "eventCategory", "equals": ["Management"]}]}


def test_the_first_copy_of_management_events_is_free(charged, fake):
    found = charged(fake(type=TRAIL, inputs={"advancedEventSelectors": [MANAGEMENT]}))
    assert [each.kind for each in found.values()] == [CostKind.FREE]


def test_data_events_are_paid_by_the_hundred_thousand(charged, fake, figures):
    trail = fake(type=TRAIL, inputs={"advancedEventSelectors": [MANAGEMENT, DATA]})
    assumed = charged(trail)["data events"]
    assert figures(assumed) == ("0.00", "10.00", "10.00", "10.00")  # 10 million at 0.10 each 100,000
    assert assumed.starred
    declared = charged(trail, usage=Usage(amounts={"data_events_million": Decimal(40)}))["data events"]
    assert (figures(declared)[1], declared.starred) == ("40.00", False)


def test_recorded_items_are_paid_one_by_one_and_daily_ones_have_no_price(charged, fake, figures):
    def recorder(frequency):
        mode = {"recordingMode": {"recordingFrequency": frequency}}
        return charged(fake(type="aws:cfg/recorder:Recorder", inputs=mode))

    items = recorder("CONTINUOUS")["items recorded"]
    assert figures(items) == ("0.00", "60.00", "60.00", "60.00")  # 20,000 at 0.003
    assert [each.kind for each in recorder("DAILY").values()] == [CostKind.UNPRICED]


@pytest.mark.parametrize(
    ("name", "item"),
    [
        ("EBS_MALWARE_PROTECTION", "guardduty-malware-scans"),
        ("EKS_AUDIT_LOGS", "guardduty-kubernetes-audit"),
        ("RUNTIME_MONITORING", "guardduty-runtime"),
        ("S3_DATA_EVENTS", "guardduty-s3-events"),
    ],
)
def test_a_feature_of_guardduty_has_a_rate_by_use(charged, book, fake, name, item):
    def feature(status, **prices):
        inputs = {"name": name, "status": status}
        [charge] = charged(fake(type=FEATURE, inputs=inputs), book=book(**prices)).values()
        return charge

    on = feature("ENABLED", **{item.replace("-", "_"): "4.00"})
    assert (on.kind, on.note) == (CostKind.USAGE, "4 USD each unit")
    assert feature("ENABLED").kind is CostKind.UNPRICED
    assert feature("DISABLED").kind is CostKind.FREE


def test_a_feature_that_nobody_priced_is_not_free(charged, fake):
    [charge] = charged(fake(type=FEATURE, inputs={"name": "AI_PROTECTION", "status": "ENABLED"})).values()
    assert (charge.kind, charge.note) == (CostKind.UNPRICED, "nobody has priced AI_PROTECTION")


def test_every_feature_that_a_detector_sets_has_a_price_or_is_off():
    on = {name for name, is_on in features(runtime=True).items() if is_on}
    assert on == set(FEATURES)


def test_a_detector_is_paid_by_events_and_by_the_gigabyte_of_logs(charged, book, fake):
    found = charged(
        fake(type="aws:guardduty/detector:Detector"), book=book(guardduty_events="4.00", guardduty_logs=None)
    )
    assert [each.kind for each in found.values()] == [CostKind.USAGE, CostKind.UNPRICED]


def test_unused_access_is_not_free(charged, fake):
    def analyzer(type):
        [charge] = charged(fake(type="aws:accessanalyzer/analyzer:Analyzer", inputs={"type": type})).values()
        return charge.kind

    assert analyzer("ACCOUNT") is CostKind.FREE
    assert analyzer("ACCOUNT_UNUSED_ACCESS") is CostKind.UNPRICED
