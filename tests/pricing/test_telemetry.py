"""The cost of kept metrics and logs, by hand."""

from decimal import Decimal

from pricing.cost_components import CostKind
from pricing.money import DAYS_A_MONTH
from pricing.usage import Usage

DESTINATION = "aws:xray/traceSegmentDestination:TraceSegmentDestination"
WORKSPACE, LIMITS = "aws:amp/workspace:Workspace", "aws:amp/workspaceConfiguration:WorkspaceConfiguration"


def kept(charged, fake, *, most=100_000, days=150, usage=None):
    entry = {"labelSet": {"cluster": "a"}, "limits": {"maxSeries": most}}
    limits = {"retentionPeriodInDays": days, "limitsPerLabelSets": [entry]}
    return charged(
        fake(type=WORKSPACE, parent="component"),
        fake(type=LIMITS, name="limits", parent="component", inputs=limits),
        usage=usage,
    )


def test_samples_are_paid_by_the_series_that_are_expected(charged, fake):
    found = kept(charged, fake)
    taken = found["samples taken in"]
    # 20,000 series, 2,880 samples a day each, by the ten million at 0.90.
    by_hand = Decimal(20_000) * 2880 * DAYS_A_MONTH / 10_000_000 * Decimal("0.90")
    assert round(taken.amount.expected, 6) == round(by_hand, 6)
    assert taken.starred


def test_the_ceiling_is_the_limit_of_series(charged, fake):
    taken = kept(charged, fake)["samples taken in"].amount
    assert round(taken.ceiling / taken.expected, 6) == 5
    fewer = kept(charged, fake, most=1000)["samples taken in"].amount
    assert fewer.expected == fewer.ceiling


def test_samples_are_gathered_until_the_end_of_their_days(charged, fake):
    half = kept(charged, fake, days=150)["samples kept"].amount.expected
    assert kept(charged, fake, days=300)["samples kept"].amount.expected == 2 * half


def test_what_is_declared_is_not_marked(charged, fake):
    usage = Usage(amounts={"kept_series_thousand": Decimal(5)})
    assert not kept(charged, fake, usage=usage)["samples taken in"].starred


def test_a_workspace_without_known_limits_is_not_free(charged, fake):
    [charge] = charged(fake(type=WORKSPACE)).values()
    assert charge.kind is CostKind.UNPRICED


def test_logs_of_pods_are_paid_by_what_is_expected(charged, fake):
    component = fake(type="paved:telemetry:PodLogs", name="logs", custom=False)
    group = fake(
        type="aws:cloudwatch/logGroup:LogGroup", parent=component.urn, inputs={"retentionInDays": 365}
    )
    written = charged(group, component)["logs written"]
    assert written.amount.expected == Decimal(60) * Decimal("0.50")


def test_spans_are_paid_by_what_is_expected(charged, fake):
    destination = fake(type=DESTINATION, inputs={"destination": "CloudWatchLogs"})
    found = charged(destination)
    assert found["spans written"].amount.expected == Decimal(20) * Decimal("0.50")
    assert found["spans kept"].kind is CostKind.USAGE


def test_traces_of_x_rays_own_are_not_free(charged, fake):
    [charge] = charged(fake(type=DESTINATION, inputs={"destination": "XRay"})).values()
    assert charge.kind is CostKind.UNPRICED
