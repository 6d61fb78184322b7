"""What detection costs, where a list price was read, and that nothing else passes for free."""

from decimal import Decimal

from pricing.cost_components import CostKind
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


def test_guardduty_is_unpriced_and_a_feature_that_is_off_is_free(charged, fake):
    def feature(status):
        [charge] = charged(fake(type=FEATURE, inputs={"name": "EKS_AUDIT_LOGS", "status": status})).values()
        return charge.kind

    assert feature("ENABLED") is CostKind.UNPRICED
    assert feature("DISABLED") is CostKind.FREE
    [detector] = charged(fake(type="aws:guardduty/detector:Detector")).values()
    assert detector.kind is CostKind.UNPRICED


def test_unused_access_is_not_free(charged, fake):
    def analyzer(type):
        [charge] = charged(fake(type="aws:accessanalyzer/analyzer:Analyzer", inputs={"type": type})).values()
        return charge.kind

    assert analyzer("ACCOUNT") is CostKind.FREE
    assert analyzer("ACCOUNT_UNUSED_ACCESS") is CostKind.UNPRICED
