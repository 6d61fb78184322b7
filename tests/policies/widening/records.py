"""Records, alarms, backups and budgets that see, keep or say less."""

from tests.policies.widening.model import (
    Widening,
    addition,
    claims_of,
    firsts,
    lookup,
    made,
    put,
    rows,
    tables,
)

TABLES = tables("records")
TRAIL = "aws:cloudtrail/trail:Trail"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
FILTER = "aws:cloudwatch/logMetricFilter:LogMetricFilter"
FEATURE = "aws:guardduty/detectorFeature:DetectorFeature"
PROMETHEUS_RULE = "kubernetes:monitoring.coreos.com/v1:PrometheusRule"
ROUTES = "kubernetes:monitoring.coreos.com/v1alpha1:AlertmanagerConfig"
CLAIMED_FEATURES = ("S3_DATA_EVENTS", "EKS_AUDIT_LOGS", "RUNTIME_MONITORING")
"""By DE-01 GuardDuty "looks at an account's calls, objects, clusters and nodes"."""
UNCLAIMED_ALARMS = ("rings always", "looks once a day")
DROPPED = {
    FEATURE: ("DE-01",),
    FILTER: ("DE-06",),
    ALARM: ("RE-10",),
    "aws:ec2/flowLog:FlowLog": ("NW-05",),
    "aws:backup/vaultLockConfiguration:VaultLockConfiguration": ("DR-06",),
    "aws:backup/selection:Selection": ("DR-06",),
    "aws:budgets/budgetAction:BudgetAction": ("CO-09",),
    "aws:cfg/recorderStatus:RecorderStatus": ("DE-03",),
    "aws:cfg/deliveryChannel:DeliveryChannel": ("DE-03",),
    "aws:sns/topicSubscription:TopicSubscription": ("RE-13",),
}
"""Kinds that are deleted as a whole, and who asks for them."""


def widenings(stack):
    yield from rows(stack, TABLES["rows"])
    yield from features(stack)
    yield from alarms(stack)
    yield from break_glass(stack)
    yield from hidden(stack)
    yield from dropped(stack)
    yield from routes(stack)
    yield from alerts(stack)


def features(stack):
    for each in stack.of(FEATURE):
        claims = ("DE-01",) if each.properties["name"] in CLAIMED_FEATURES else ()
        yield put(each, "status", "DISABLED", "is switched off", claims)
        yield put(each, "status", "disabled", "is switched off in small letters", claims)
        yield put(each, "name", "LAMBDA_NETWORK_LOGS", "looks at something else", claims)


def alarms(stack):
    """An alarm that rings later, elsewhere or never: of events that are lost, and of break-glass access."""
    for each, claim in alarms_by_claim(stack):
        for row in TABLES["alarms"]:
            claims = () if row["says"] in UNCLAIMED_ALARMS else (claim,)
            if row["at"] != "dimensions" or "dimensions" in each.properties:
                yield put(each, row["at"], row["put"], row["says"], claims)


def alarms_by_claim(stack):
    found = {}
    for each in stack.of(ALARM):
        lost = each.properties.get("metricName") == "FailedInvocations"
        used = "break-glass" in each.name and each.name.endswith("-used")
        found.setdefault("RE-10" if lost else "DE-06" if used else "RE-13", each)
    return [(each, claim) for claim, each in found.items()]


def break_glass(stack):
    """Break-glass access that rings when its role is taken on and used, but for something."""
    for each in stack.of(FILTER):
        claims = ("DE-06",) if each.name.endswith("-used") else ()
        for row in TABLES["filters"]:
            yield put(each, row["at"], row["put"], row["says"], claims)
    for each in stack.of("aws:cloudwatch/eventRule:EventRule"):
        if "break-glass" in each.name:
            yield from rows(stack, TABLES["assumed"], each)


def hidden(stack):
    """What keeps findings from being told, or sends records elsewhere."""
    if stack.of(TRAIL):
        for row in TABLES["hidden"]:
            short = row["kind"].removeprefix("aws:").partition(":")[0]
            found = made(stack, row["kind"], row["properties"])
            yield addition(f"{short} hides or sends away what was found", claims_of(row, stack), found)


def dropped(stack):
    """All of a kind deleted."""
    for kind, claims in DROPPED.items():
        gone = dict.fromkeys((each.urn for each in stack.of(kind)), None)
        if gone:
            yield Widening(name=f"no {kind.rsplit(':', 1)[-1]} at all", claims=claims, changed=gone)


def routes(stack):
    """Routes of alerts that lead nowhere: of an endpoint, RE-04 asks that they lead somewhere."""
    for each in firsts(stack, ROUTES):
        for row in rows(stack, TABLES["routes"], each):
            claims = ("RE-13", "RE-04") if stack.context.endpoints else ("RE-13",)
            yield Widening(name=row.name, claims=claims, changed=row.changed)


def alerts(stack):
    """Alerts of an endpoint that never fire."""
    for each in stack.of(PROMETHEUS_RULE):
        if each.properties["metadata"]["name"] in stack.context.endpoints:
            for what, other in TABLES["ways"].items():
                yield silenced(each, f"{what} in every alert", lambda rule, other=other: {**rule, **other})
            yield silenced(each, "has no alert", lambda rule: None)
            yield silenced(each, "has no slow alert", without_slow)
            yield silenced(each, "names no endpoint", without_endpoint)
            yield put(each, "metadata>namespace", "other", "is in another namespace", ("RE-04",))


def silenced(subject, what, become):
    """A widening that changes each alert of a rule of Prometheus; an alert that becomes None goes."""
    changed = []
    for group in lookup(subject.properties, "spec>groups"):
        rules = [become(each) if "alert" in each else each for each in group["rules"]]
        changed.append({**group, "rules": [each for each in rules if each is not None]})
    return put(subject, "spec>groups", changed, what, ("RE-04",))


def without_slow(rule):
    return None if rule["alert"].endswith("Slowly") else rule


def without_endpoint(rule):
    labels = {key: text for key, text in rule["labels"].items() if key != "endpoint"}
    return {**rule, "labels": labels}
