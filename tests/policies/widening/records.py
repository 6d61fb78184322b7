"""Records, alarms, backups and budgets that see, keep or say less."""

from tests.policies.widening.model import (
    DROP,
    FOREIGN,
    Widening,
    addition,
    firsts,
    lookup,
    made,
    put,
    rows,
)

TRAIL = "aws:cloudtrail/trail:Trail"
OBJECTS = "advancedEventSelectors>1>fieldSelectors"
FIELD = [
    {"field": "eventCategory", "equals": ["Data"]},
    {"field": "resources.type", "equals": ["AWS::S3::Object"]},
]
GROUP = "aws:cloudwatch/logGroup:LogGroup"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
DETECTOR = "aws:guardduty/detector:Detector"
FEATURE = "aws:guardduty/detectorFeature:DetectorFeature"
RECORDER = "aws:cfg/recorder:Recorder"
FLOW = "aws:ec2/flowLog:FlowLog"
PLAN = "aws:backup/plan:Plan"
SELECTION = "aws:backup/selection:Selection"
LOCK = "aws:backup/vaultLockConfiguration:VaultLockConfiguration"
BUDGET = "aws:budgets/budget:Budget"
ACTION = "aws:budgets/budgetAction:BudgetAction"
RULE = "aws:cloudwatch/eventRule:EventRule"
TARGET = "aws:cloudwatch/eventTarget:EventTarget"
ANALYZER = "aws:accessanalyzer/analyzer:Analyzer"
FILTER = "aws:cloudwatch/logMetricFilter:LogMetricFilter"
SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription"
SELECTORS = (
    (
        [*FIELD, {"field": "resources.ARN", "startsWiths": ["arn:aws:s3:::none"]}],
        "records one bucket that is not ours",
    ),
    ([*FIELD, {"field": "resources.ARN", "equals": ["arn:aws:s3:::a/b"]}], "records one object"),
    ([*FIELD, {"field": "resources.ARN", "notStartsWiths": ["arn:aws:s3:::paved-"]}], "records all but ours"),
    ([*FIELD, {"field": "resources.ARN", "notStartsWiths": ["arn:"]}], "records nothing"),
    ([*FIELD, {"field": "resources.ARN", "endsWiths": [".none"]}], "records objects of an ending"),
    ([*FIELD, {"field": "eventName", "equals": ["PutObjectAcl"]}], "records one call"),
    (
        [*FIELD, {"field": "eventName", "notEquals": ["PutObject", "DeleteObject", "GetObject"]}],
        "records all but reads and writes",
    ),
    (
        [*FIELD, {"field": "userIdentity.arn", "notStartsWiths": ["arn:aws:sts::"]}],
        "records nobody with a role",
    ),
    ([*FIELD, {"field": "sessionCredentialFromConsole", "equals": ["true"]}], "records the console"),
    ([FIELD[0], {"field": "resources.type", "notEquals": ["AWS::S3::Object"]}], "records other things"),
    ([FIELD[0], {"field": "resources.type", "equals": ["AWS::Lambda::Function"]}], "records functions"),
    ([{"field": "eventCategory", "notEquals": ["Management"]}, FIELD[1]], "records by what it does not"),
    ([*FIELD, {"field": "readOnly", "equals": ["true"]}], "records reads alone"),
)
ROWS = (
    *((TRAIL, OBJECTS, fields, "DE-04", what) for fields, what in SELECTORS),
    (TRAIL, OBJECTS, [*FIELD, {"field": "readOnly", "equals": ["false"]}], "DE-05", "records writes alone"),
    (
        TRAIL,
        OBJECTS,
        [
            *FIELD,
            {"field": "resources.ARN", "startsWiths": ["arn:aws:s3:::none"]},
            {"field": "eventVersion", "equals": ["1"]},
        ],
        "DE-05",
        "records reads of none",
    ),
    (
        TRAIL,
        "advancedEventSelectors>0>fieldSelectors",
        [
            {"field": "eventCategory", "equals": ["Management"]},
            {"field": "eventSource", "notEquals": ["kms.amazonaws.com"]},
        ],
        "DR-08",
        "leaves out keys",
    ),
    (
        TRAIL,
        "advancedEventSelectors>0>fieldSelectors",
        [{"field": "eventCategory", "equals": ["Management"]}, {"field": "readOnly", "equals": ["true"]}],
        "DR-08",
        "records reading alone",
    ),
    (
        TRAIL,
        "advancedEventSelectors>0>fieldSelectors",
        [{"field": "eventCategory", "equals": ["NetworkActivity"]}],
        "DR-08",
        "records the network",
    ),
    (TRAIL, "enableLogging", False, "DR-08", "is switched off"),
    (TRAIL, "enableLogging", "false", "DR-08", "is switched off, as text"),
    (TRAIL, "isMultiRegionTrail", False, "DR-08", "sees one region"),
    (TRAIL, "enableLogFileValidation", False, "DR-08", "can be rewritten"),
    (TRAIL, "includeGlobalServiceEvents", False, "DR-08", "does not see IAM"),
    (TRAIL, "kmsKeyId", "alias/aws/cloudtrail", "DR-08", "encrypts with AWS's key"),
    (
        TRAIL,
        "kmsKeyId",
        f"arn:aws:kms:us-east-1:{FOREIGN}:key/a",
        "DR-08",
        "encrypts with another account's key",
    ),
    (TRAIL, "s3BucketName", "theirs", "DR-02", "writes to a bucket of others"),
    (TRAIL, "snsTopicName", f"arn:aws:sns:us-east-1:{FOREIGN}:a", None, "tells others"),
    (GROUP, "retentionInDays", 1, "DR-08", "keeps a day"),
    (GROUP, "retentionInDays", "1", "DR-08", "keeps a day, as text"),
    (GROUP, "retentionInDays", 0, "DR-08", "keeps for ever"),
    (GROUP, "logGroupClass", "DELIVERY", ("DR-08",), "is of a class that keeps two days"),
    (GROUP, "logGroupClass", "INFREQUENT_ACCESS", None, "is of a class without filters"),
    (GROUP, "skipDestroy", False, None, "is deleted with its stack"),
    ("aws:eks/cluster:Cluster", "enabledClusterLogTypes", ["api"], "DR-08", "writes one log"),
    (
        "aws:eks/cluster:Cluster",
        "enabledClusterLogTypes",
        ["api", "AUDIT", "authenticator", "controllerManager", "scheduler"],
        "DR-08",
        "writes a log in capitals",
    ),
    (FLOW, "trafficType", "ACCEPT", "NW-05", "records what was let through"),
    (FLOW, "trafficType", "all", "NW-05", "records in small letters"),
    (FLOW, "logFormat", "${start}", "NW-05", "records no addresses"),
    (FLOW, "maxAggregationInterval", 600, None, "records every ten minutes"),
    (FLOW, "logDestination", f"arn:aws:s3:::theirs-{FOREIGN}", "NW-05", "writes to others"),
    (FLOW, "vpcId", "vpc-00000000", "NW-05", "is of another VPC"),
    (DETECTOR, "enable", False, "DE-01", "is switched off"),
    (DETECTOR, "enable", "false", "DE-01", "is switched off, as text"),
    (DETECTOR, "findingPublishingFrequency", "SIX_HOURS", None, "tells every six hours"),
    (
        RECORDER,
        "recordingGroup",
        {"allSupported": False, "resourceTypes": ["AWS::EC2::Instance"]},
        "DE-03",
        "records one type",
    ),
    (
        RECORDER,
        "recordingGroup",
        {"allSupported": True, "includeGlobalResourceTypes": False},
        "DE-03",
        "does not record IAM",
    ),
    (
        RECORDER,
        "recordingGroup",
        {
            "allSupported": False,
            "exclusionByResourceTypes": [{"resourceTypes": ["AWS::S3::Bucket"]}],
            "recordingStrategies": [{"useOnly": "EXCLUSION_BY_RESOURCE_TYPES"}],
        },
        "DE-03",
        "records all but buckets",
    ),
    (RECORDER, "recordingMode", {"recordingFrequency": "DAILY"}, "DE-03", "records once a day"),
    (
        RECORDER,
        "recordingMode>recordingModeOverride",
        {"resourceTypes": ["AWS::S3::Bucket"], "recordingFrequency": "DAILY"},
        "DE-03",
        "records buckets once a day",
    ),
    ("aws:cfg/recorderStatus:RecorderStatus", "isEnabled", False, "DE-03", "is switched off"),
    ("aws:cfg/recorderStatus:RecorderStatus", "isEnabled", "false", "DE-03", "is switched off, as text"),
    ("aws:cfg/deliveryChannel:DeliveryChannel", "s3BucketName", "theirs", ("DE-03",), "delivers to others"),
    (ANALYZER, "type", "ACCOUNT_UNUSED_ACCESS", "DE-02", "looks for something else"),
    (
        ANALYZER,
        "configuration",
        {"unusedAccess": {"unusedAccessAge": 365}},
        None,
        "has another configuration",
    ),
    (PLAN, "rules>0>schedule", "cron(0 2 ? * 1 *)", "DR-06", "runs once a week"),
    (PLAN, "rules>0>schedule", "cron(0 2 1 * ? *)", "DR-06", "runs once a month"),
    (PLAN, "rules>0>schedule", "cron(0 2 * * ? 2020)", "DR-06", "ran in 2020"),
    (PLAN, "rules>0>lifecycle", {"deleteAfter": 1}, "DR-06", "keeps a day"),
    (PLAN, "rules>0>lifecycle", {"deleteAfter": "7"}, "DR-06", "keeps a week, as text"),
    (PLAN, "rules>0>targetVaultName", "Default", "DR-06", "goes to the vault that is not locked"),
    (
        PLAN,
        "rules>0>targetVaultName",
        f"arn:aws:backup:us-east-1:{FOREIGN}:backup-vault:v",
        "DR-06",
        "goes to another account",
    ),
    (
        PLAN,
        "rules>0>copyActions",
        [{"destinationVaultArn": f"arn:aws:backup:us-east-1:{FOREIGN}:backup-vault:v"}],
        ("ID-12",),
        "copies to another account",
    ),
    (
        SELECTION,
        "conditions",
        [{"stringEquals": [{"key": "aws:ResourceTag/data-class", "value": "none"}]}],
        "DR-06",
        "takes what has a tag of nobody",
    ),
    (
        SELECTION,
        "conditions",
        [{"stringEquals": [{"key": "aws:ResourceTag/a", "value": "b"}]}],
        "DR-06",
        "takes what has another tag",
    ),
    (
        SELECTION,
        "conditions",
        lambda old: [*old, {"stringNotLikes": [{"key": "aws:ResourceTag/data-class", "value": "*"}]}],
        "DR-06",
        "takes what has the tag and has none",
    ),
    (SELECTION, "notResources", ["*"], "DR-06", "takes all but everything"),
    (SELECTION, "notResources", ["arn:aws:s3:::*"], "DR-06", "takes all but buckets"),
    (SELECTION, "resources", ["arn:aws:ec2:*:*:volume/*"], "DR-06", "takes volumes"),
    (SELECTION, "resources", [], "DR-06", "takes nothing"),
    (SELECTION, "resources", ["arn:aws:s3:::none"], "DR-06", "takes one bucket"),
    (SELECTION, "iamRoleArn", f"arn:aws:iam::{FOREIGN}:role/a", ("DR-06",), "runs as a role of others"),
    (LOCK, "minRetentionDays", 1, "DR-06", "locks for a day"),
    (LOCK, "minRetentionDays", "1", "DR-06", "locks for a day, as text"),
    (LOCK, "backupVaultName", "other", "DR-06", "locks another vault"),
    (LOCK, "changeableForDays", 36500, ("DR-06",), "can be lifted for a century"),
    (LOCK, "maxRetentionDays", 2, None, "keeps no longer than two days"),
    (BUDGET, "limitAmount", "99999999999", ("CO-09", "CO-03"), "is of all the money in the world"),
    (BUDGET, "limitUnit", "JPY", ("CO-09",), "is in another money"),
    (BUDGET, "timeUnit", "ANNUALLY", "CO-02", "is of a year"),
    (BUDGET, "budgetType", "USAGE", "CO-02", "counts hours"),
    (BUDGET, "timePeriodEnd", "2020-01-01_00:00", ("CO-09", "CO-02"), "ended in 2020"),
    (BUDGET, "timePeriodStart", "2087-01-01_00:00", ("CO-09", "CO-02"), "begins in 2087"),
    (
        BUDGET,
        "costFilters",
        [{"name": "TagKeyValue", "values": ["user:team$other"]}],
        "CO-02",
        "counts another team",
    ),
    (
        BUDGET,
        "costFilters",
        [{"name": "TagKeyValue", "values": ["user:cost-center$CC-1"]}],
        "CO-02",
        "counts another cost center",
    ),
    (BUDGET, "costFilters", [{"name": "Service", "values": ["AWS Budgets"]}], "CO-02", "counts one service"),
    (BUDGET, "costFilters", [], "CO-02", "counts everybody"),
    (
        BUDGET,
        "filterExpression",
        {"not": {"tags": {"key": "team", "values": ["vision"]}}},
        "CO-02",
        "counts all but the team",
    ),
    (BUDGET, "costTypes>includeCredit", True, ("CO-09",), "takes off credits"),
    (BUDGET, "costTypes>useBlended", True, None, "counts blended costs"),
    (BUDGET, "notifications>0>threshold", 100000, ("CO-09", "CO-02"), "tells at a thousand times"),
    (
        BUDGET,
        "notifications",
        lambda old: [{**each, "threshold": 100000} for each in old],
        ("CO-09", "CO-02"),
        "tells at a thousand times alone",
    ),
    (
        BUDGET,
        "notifications",
        lambda old: [{**each, "comparisonOperator": "LESS_THAN"} for each in old],
        ("CO-09", "CO-02"),
        "tells of little money",
    ),
    (
        BUDGET,
        "notifications",
        lambda old: [{**each, "subscriberEmailAddresses": [], "subscriberSnsTopicArns": []} for each in old],
        "CO-02",
        "tells nobody",
    ),
    (
        BUDGET,
        "notifications",
        lambda old: [
            {**each, "subscriberEmailAddresses": [""], "subscriberSnsTopicArns": []} for each in old
        ],
        "CO-02",
        "tells an empty address",
    ),
    (
        BUDGET,
        "notifications",
        lambda old: [
            {**each, "subscriberEmailAddresses": ["eve@evil.example.org"], "subscriberSnsTopicArns": []}
            for each in old
        ],
        ("CO-09",),
        "tells somebody else",
    ),
    (
        BUDGET,
        "notifications",
        lambda old: [{**each, "thresholdType": "ABSOLUTE_VALUE", "threshold": 10**9} for each in old],
        ("CO-09", "CO-02"),
        "tells at a billion",
    ),
    (ACTION, "actionThreshold>actionThresholdValue", 100000, "CO-08", "waits for a thousand times"),
    (
        ACTION,
        "actionThreshold",
        {"actionThresholdType": "ABSOLUTE_VALUE", "actionThresholdValue": 10**9},
        "CO-08",
        "waits for a billion",
    ),
    (ACTION, "notificationType", "FORECASTED", None, "acts on what is foreseen"),
    (ACTION, "definition>iamActionDefinition>roles", ["other"], ("CO-10",), "freezes another role"),
    (
        ACTION,
        "definition>iamActionDefinition>policyArn",
        "arn:aws:iam::aws:policy/AdministratorAccess",
        ("CO-10", "ID-02"),
        "gives the rights of administrators",
    ),
    (ACTION, "budgetName", "other", ("CO-10",), "is of another budget"),
    (
        "aws:costexplorer/anomalySubscription:AnomalySubscription",
        "thresholdExpression",
        {
            "dimension": {
                "key": "ANOMALY_TOTAL_IMPACT_ABSOLUTE",
                "matchOptions": ["GREATER_THAN_OR_EQUAL"],
                "values": ["99999999"],
            }
        },
        ("CO-10",),
        "tells of what never happens",
    ),
    (
        "aws:costexplorer/anomalySubscription:AnomalySubscription",
        "subscribers",
        [],
        ("CO-10",),
        "tells nobody",
    ),
    (RULE, "state", "DISABLED", ("RE-10",), "is switched off"),
    (RULE, "eventPattern", '{"source": ["none"]}', ("RE-13",), "waits for nothing"),
    (RULE, "eventBusName", "other", ("RE-13",), "listens elsewhere"),
    (TARGET, "arn", f"arn:aws:sns:us-east-1:{FOREIGN}:a", ("RE-10",), "sends to another account"),
    (TARGET, "rule", "other", ("RE-10",), "is of another rule"),
    (SUBSCRIPTION, "filterPolicy", '{"none": ["none"]}', ("RE-13",), "passes nothing on"),
    (SUBSCRIPTION, "endpoint", "eve@evil.example.org", ("RE-13",), "tells somebody else"),
    (FILTER, "pattern", "{ $.none = 1 }", "DE-06", "counts nothing"),
    (FILTER, "metricTransformation>value", "0", "DE-06", "counts nothing of what it finds"),
    (FILTER, "metricTransformation>name", "other", "DE-06", "counts under another name"),
    (FILTER, "logGroupName", "/other", "DE-06", "reads another log"),
)
ALARMS = (
    ("threshold", 10**9, "rings at a billion"),
    ("threshold", "1000000", "rings at a million, as text"),
    ("comparisonOperator", "LessThanThreshold", "rings when all is well"),
    ("comparisonOperator", "GreaterThanOrEqualToThreshold", "rings always"),
    ("actionsEnabled", False, "rings nowhere"),
    ("actionsEnabled", "false", "rings nowhere, as text"),
    ("alarmActions", [], "rings nobody"),
    ("alarmActions", [f"arn:aws:sns:us-east-1:{FOREIGN}:a"], "rings somebody else"),
    ("evaluationPeriods", 1000, "rings after days"),
    ("period", 86400, "looks once a day"),
    ("metricName", "Other", "looks at something else"),
    ("namespace", "Other", "looks elsewhere"),
    ("statistic", "Minimum", "looks at the least"),
    ("dimensions", {"RuleName": "other"}, "looks at another rule"),
)

UNCLAIMED = ("rings always", "looks once a day")


def widenings(stack):
    yield from rows(stack, ROWS)
    yield from features(stack)
    for path, value, what in ALARMS:
        yield from alarms(stack, path, value, what)
    yield from suppressed(stack)
    yield from dropped(stack)
    yield from alerts(stack)


CLAIMED_FEATURES = ("S3_DATA_EVENTS", "EKS_AUDIT_LOGS", "EKS_RUNTIME_MONITORING", "RUNTIME_MONITORING")
"""By DE-01 GuardDuty "looks at an account's calls, objects, clusters and nodes"."""


def features(stack):
    for each in stack.of(FEATURE):
        claims = ("DE-01",) if each.properties["name"] in CLAIMED_FEATURES else ()
        yield put(each, "status", "DISABLED", "is switched off", claims)
        yield put(each, "status", "disabled", "is switched off in small letters", claims)
        yield put(each, "name", "LAMBDA_NETWORK_LOGS", "looks at something else", claims)
        if "additionalConfigurations" in each.properties:
            yield put(each, "additionalConfigurations", [], "puts no agent on nodes", claims)


def alarms(stack, path, value, what):
    """An alarm that rings later, elsewhere or never: of events that are lost, and of break-glass access."""
    found = {}
    for each in stack.of(ALARM):
        lost = each.properties.get("metricName") == "FailedInvocations"
        found.setdefault("RE-10" if lost else "DE-06" if "break-glass" in each.name else None, each)
    for claim, each in found.items():
        if path != "dimensions" or "dimensions" in each.properties:
            claims = (claim,) if claim and what not in UNCLAIMED else ()
            yield put(each, path, value, what, claims)


def suppressed(stack):
    """What keeps findings from being told."""
    kinds = {
        "aws:guardduty/filter:Filter": ({"action": "ARCHIVE", "name": "all", "rank": 1}, ("DE-01",)),
        "aws:guardduty/iPSet:IPSet": (
            {"activate": True, "location": "s3://theirs/trusted", "name": "a"},
            ("DE-01",),
        ),
        "aws:guardduty/publishingDestination:PublishingDestination": (
            {"destinationArn": "arn:aws:s3:::theirs"},
            ("DE-08",),
        ),
        "aws:accessanalyzer/archiveRule:ArchiveRule": ({"ruleName": "all", "filters": []}, ("DE-02",)),
        "aws:cloudwatch/compositeAlarm:CompositeAlarm": (
            {"alarmName": "a", "actionsSuppressor": {"alarm": "b"}},
            ("RE-13",),
        ),
        "aws:securityhub/automationRule:AutomationRule": ({"ruleName": "a"}, ()),
        "aws:cloudtrail/trail:Trail": ({"name": "second", "s3BucketName": "theirs"}, ("DR-08",)),
        "aws:cloudtrail/eventDataStore:EventDataStore": (
            {"name": "a", "terminationProtectionEnabled": False},
            (),
        ),
    }
    if stack.of(TRAIL):
        for kind, (properties, claims) in kinds.items():
            short = kind.removeprefix("aws:").partition(":")[0]
            yield addition(
                f"{short} hides or sends away what was found", claims, made(stack, kind, properties)
            )


DROPPED = {
    FEATURE: ("DE-01",),
    FLOW: ("NW-05",),
    LOCK: ("DR-06",),
    SELECTION: ("DR-06",),
    ALARM: ("RE-10",),
    ACTION: ("CO-10",),
    "aws:cfg/recorderStatus:RecorderStatus": ("DE-03",),
    "aws:cfg/deliveryChannel:DeliveryChannel": ("DE-03",),
    FILTER: ("DE-06",),
    SUBSCRIPTION: ("RE-13",),
}


def dropped(stack):
    """Every one of a kind deleted but its first, or all of them."""
    for kind, claims in DROPPED.items():
        found = stack.of(kind)
        if found:
            gone = dict.fromkeys((each.urn for each in found), None)
            yield Widening(name=f"no {kind.rsplit(':', 1)[-1]} at all", claims=claims, changed=gone)


RULES = "kubernetes:monitoring.coreos.com/v1:PrometheusRule"
ROUTES = "kubernetes:monitoring.coreos.com/v1alpha1:AlertmanagerConfig"


def alerts(stack):
    """Alerts of an endpoint that never fire, and routes that lead nowhere."""
    endpoint = stack.context.endpoints[0] if stack.context.endpoints else None
    for each in stack.of(RULES):
        if endpoint and each.properties["metadata"]["name"] == endpoint:
            yield from silenced(each)
    nowhere = [{"name": "null"}]
    always = [{"name": "all", "timeIntervals": [{"times": [{"startTime": "00:00", "endTime": "24:00"}]}]}]
    mute = [
        {
            "sourceMatch": [{"name": "severity", "matchType": "=~", "value": ".*"}],
            "targetMatch": [{"name": "severity", "matchType": "=~", "value": ".*"}],
        }
    ]
    routes = (
        ("spec>route>receiver", "null", "routes to a receiver that is not there"),
        (
            "spec>receivers",
            lambda old: [{"name": each["name"]} for each in old],
            "has receivers that tell nobody",
        ),
        (
            "spec>receivers",
            lambda old: [
                {"name": each["name"], "webhookConfigs": [{"url": "https://evil.example.com"}]}
                for each in old
            ],
            "tells others",
        ),
        ("spec>receivers", nowhere, "has one receiver that tells nobody"),
        (
            "spec>route>matchers",
            [{"name": "severity", "matchType": "=", "value": "none"}],
            "routes what nobody sends",
        ),
        ("spec>route>routes", [], "routes pages as tickets"),
        ("spec>route>groupWait", "720h", "waits for a month"),
        ("spec>inhibitRules", mute, "mutes everything"),
        ("spec>muteTimeIntervals", always, "defines a time that is always"),
        ("spec>route>muteTimeIntervals", ["all"], "is mute at a time"),
        ("spec>route>activeTimeIntervals", ["never"], "is active at a time"),
        ("metadata>namespace", "other", "routes alerts of another namespace"),
    )
    for each in firsts(stack, ROUTES):
        for path, value, what in routes:
            yield put(each, path, value, what, ("RE-04",) if endpoint else ("RE-13",))


def silenced(rule):
    ways = {
        "waits for thirty days": {"for": "720h"},
        "asks for what is never": {"expr": "vector(0) > 1"},
        "compares with what a ratio never is": {"expr": "slo:sli_error:ratio_rate5m > 2"},
        "is unless everything": {"expr": "(x > 0) unless vector(1)"},
        "has another severity": {"labels": {"severity": "none"}},
        "has no endpoint": {"labels": {"severity": "page"}},
        "has a runbook that is none": {"annotations": {"runbook": ""}},
    }
    groups = lookup(rule.properties, "spec>groups")
    for what, other in ways.items():
        changed = [{**group, "rules": [loud(each, other) for each in group["rules"]]} for group in groups]
        yield put(rule, "spec>groups", changed, f"{what} in every alert", ("RE-04",))
    gone = [{**group, "rules": [each for each in group["rules"] if "alert" not in each]} for group in groups]
    yield put(rule, "spec>groups", gone, "has no alert", ("RE-04",))
    first = [
        {**group, "rules": [each for each in group["rules"] if "Slowly" not in each.get("alert", "")]}
        for group in groups
    ]
    yield put(rule, "spec>groups", first, "has no slow alert", ("RE-04",))
    yield put(rule, "metadata>namespace", "other", "is in another namespace", ("RE-04",))
    yield put(
        rule,
        "metadata>labels>release",
        DROP if "release" in rule.properties["metadata"]["labels"] else "none",
        "is read by nobody",
        (),
    )


def loud(rule, other):
    if "alert" not in rule:
        return rule
    labels = {**rule.get("labels", {}), **other.get("labels", {})}
    if other.get("labels") == {"severity": "page"}:
        labels.pop("endpoint", None)
    return {**rule, **other, "labels": labels}
