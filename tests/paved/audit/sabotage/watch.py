"""Alarms, trails, detectors, budgets: what would tell somebody."""

from tests.paved.audit.sabotage.hand import FOREIGN, PROD, Hand, Seen, changed, extra, sabotage

THREATS = "guardduty Detector foundation-prod-threats"
TRAIL = "cloudtrail Trail foundation-prod-trail"
RISK_TRAIL = "cloudtrail Trail foundation-risk-trail"
MONTHLY = "paved-vision-prod-monthly"
BUDGET = "budgets Budget vision-prod"


@sabotage(
    "an alarm deleted",
    Seen("missing", "medium", "logging", "cloudwatch MetricAlarm foundation-prod-findings-threats-lost"),
)
def alarm(hand: Hand) -> None:
    hand("cloudwatch").delete_alarms(AlarmNames=["paved-foundation-prod-found-threats"])


@sabotage(
    "an alarm that rings nowhere",
    changed(
        "cloudwatch MetricAlarm foundation-prod-findings-access-lost", "actionsEnabled", "logging", "medium"
    ),
)
def silent(hand: Hand) -> None:
    hand("cloudwatch").disable_alarm_actions(AlarmNames=["paved-foundation-prod-found-access"])


@sabotage("the audit trail stopped", changed(TRAIL, "enableLogging", "logging", "medium"))
def stopped(hand: Hand) -> None:
    hand("cloudtrail").stop_logging(Name="paved-foundation-prod")


@sabotage(
    "an audit trail that records no reading of data",
    changed(RISK_TRAIL, "advancedEventSelectors*", "logging", "medium"),
    stack="foundation-risk",
)
def narrowed(hand: Hand) -> None:
    fields = [{"Field": "eventCategory", "Equals": ["Management"]}]
    hand("cloudtrail").put_event_selectors(
        TrailName="paved-foundation-risk",
        AdvancedEventSelectors=[{"Name": "less", "FieldSelectors": fields}],
    )


@sabotage("the detector of threats suspended", changed(THREATS, "enable", "logging", "medium"))
def suspended(hand: Hand) -> None:
    [id] = hand("guardduty").list_detectors()["DetectorIds"]
    hand("guardduty").update_detector(DetectorId=id, Enable=False)


@sabotage(
    "a feature of the detector off",
    changed("guardduty DetectorFeature foundation-prod-threats-*", "status", "logging", "medium"),
)
def feature(hand: Hand) -> None:
    hand.patch("guardduty.GetDetector", lambda answer, _: answer["Features"][0].update(Status="DISABLED"))


@sabotage("findings that a filter puts away unread", extra(THREATS, "filter", "logging", "medium"))
def findings(hand: Hand) -> None:
    hand.answers["guardduty.ListFilters"] = lambda *_: {"FilterNames": ["theirs"]}


@sabotage("addresses that the detector trusts", extra(THREATS, "trusted addresses", "logging", "medium"))
def trusted(hand: Hand) -> None:
    hand.answers["guardduty.ListIPSets"] = lambda *_: {"IpSetIds": ["0123456789"]}


@sabotage(
    "addresses that the detector takes for threats",
    extra(THREATS, "addresses of threats", "logging", "medium"),
)
def threats(hand: Hand) -> None:
    hand.answers["guardduty.ListThreatIntelSets"] = lambda *_: {"ThreatIntelSetIds": ["0123456789"]}


@sabotage("a copy of the findings elsewhere", extra(THREATS, "copy of findings", "logging", "medium"))
def copied(hand: Hand) -> None:
    more = {"DestinationId": "theirs", "DestinationType": "S3", "Status": "PUBLISHING"}
    hand.answers["guardduty.ListPublishingDestinations"] = lambda *_: {"Destinations": [more]}


@sabotage("a member of the detector", extra(THREATS, "member", "logging", "medium"))
def member(hand: Hand) -> None:
    more = {
        "AccountId": FOREIGN,
        "MasterId": PROD,
        "Email": "a@example.net",
        "RelationshipStatus": "Enabled",
        "UpdatedAt": "2026-11-21T00:00:00Z",
    }
    hand.answers["guardduty.ListMembers"] = lambda *_: {"Members": [more]}


@sabotage(
    "another account that administers the detector", extra(THREATS, "administrator", "logging", "medium")
)
def administrator(hand: Hand) -> None:
    other = {"AccountId": FOREIGN, "RelationshipStatus": "Enabled"}
    hand.answers["guardduty.GetAdministratorAccount"] = lambda *_: {"Administrator": other}


@sabotage(
    "findings of access from outside that a rule archives",
    extra("accessanalyzer Analyzer foundation-prod-access", "archive rule", "logging", "medium"),
)
def archived(hand: Hand) -> None:
    rule = {
        "ruleName": "theirs",
        "filter": {},
        "createdAt": "2026-11-21T00:00:00Z",
        "updatedAt": "2026-11-21T00:00:00Z",
    }

    def listed(_, request):
        return {"archiveRules": [] if "unused" in request["analyzerName"] else [rule]}

    hand.answers["accessanalyzer.ListArchiveRules"] = listed


@sabotage(
    "the recorder of the configuration stopped",
    changed("cfg RecorderStatus foundation-risk-config", "isEnabled", "logging", "medium"),
    stack="foundation-risk",
)
def recorder(hand: Hand) -> None:
    hand("config").stop_configuration_recorder(ConfigurationRecorderName="paved-foundation-risk")


@sabotage(
    "a budget raised, with a notification less",
    changed(BUDGET, "limitAmount", "budget", "medium"),
    changed(BUDGET, "notifications*", "budget", "medium"),
    stack="vision-prod",
)
def budget(hand: Hand) -> None:
    hand.patch(
        "budgets.DescribeBudget",
        lambda answer, request: (
            answer["Budget"].update(BudgetLimit={"Amount": "999999", "Unit": "USD"})
            if request["BudgetName"] == MONTHLY
            else None
        ),
    )
    hand.patch(
        "budgets.DescribeNotificationsForBudget",
        lambda answer, request: answer["Notifications"].pop() if request["BudgetName"] == MONTHLY else None,
    )


@sabotage(
    "a notification of the budget that one reader less gets",
    changed(BUDGET, "notifications*subscriberEmailAddresses", "budget", "medium"),
    stack="vision-prod",
)
def readers(hand: Hand) -> None:
    hand.patch("budgets.DescribeSubscribersForNotification", lambda answer, _: answer["Subscribers"].pop())


@sabotage(
    "the action of a budget gone",
    Seen("missing", "medium", "budget", "budgets BudgetAction vision-prod"),
    stack="vision-prod",
)
def action(hand: Hand) -> None:
    hand.patch("budgets.DescribeBudgetActionsForBudget", lambda answer, _: answer["Actions"].clear())


@sabotage(
    "the budget of the foundation deleted",
    Seen("missing", "medium", "budget", "budgets Budget foundation-prod"),
)
def no_budget(hand: Hand) -> None:
    hand("budgets").delete_budget(AccountId=PROD, BudgetName="paved-foundation-prod-monthly")


@sabotage(
    "the subscription to cost anomalies dropped",
    unseen="Cost Explorer answers for a cent a page, and an audit is free",
)
def anomalies(hand: Hand) -> None:
    """The simulator lacks it as well."""
