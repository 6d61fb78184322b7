"""Rules of what is recorded and rung: records stay in the account and whole, alarms and events reach somebody."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from policies.alarms import alarm_claims
from policies.expressions import compares, is_sampled
from policies.pods import namespace
from policies.resources import BUCKETS, JudgedStack, Resource
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim
from policies.silence import PAGES, silences
from policies.values import Truth, Value, all_of, any_of
from reference.durations import duration
from reference.vocabulary import (
    ALERTMANAGER_CONFIG,
    DELIVERY_CHANNEL,
    EVENT_RULE,
    FLOW_LOG,
    METRIC_ALARM,
    METRIC_FILTER,
    NAMESPACE,
    PROMETHEUS_RULE,
    SNS_SUBSCRIPTION,
    TRAIL,
)

ON = ("ENABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS")
PARTS = frozenset({"detail", "detail-type", "source"})
"""The parts of an event by which our rules choose; each other one, such as `account`, takes some out."""
LONGEST_PAGE_HOURS = 1
LONGEST_HOURS = 7 * 24
RAREST_LOOK = timedelta(hours=1)


def _kept(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if subject.kind == FLOW_LOG:
        yield claim(subject.at("trafficType").equals("ALL"), "`trafficType` is not `ALL`")
        yield claim(
            subject.at("logFormat").is_absent,
            "`logFormat` is another than AWS's own, which may leave fields out",
        )
        yield claim(
            _stays(subject, subject.at("logDestination"), stack), "`logDestination` is of another account"
        )
        return
    yield claim(
        _is_of_stack(subject, stack), "`s3BucketName` is no bucket of the stack: others keep its records"
    )
    key = "snsTopicName" if subject.kind == TRAIL else "snsTopicArn"
    yield claim(_stays(subject, subject.at(key), stack), f"`{key}` is a topic of another account")
    if subject.kind == TRAIL:
        yield claim(
            _stays(subject, subject.at("cloudWatchLogsGroupArn"), stack),
            "its log group is of another account",
        )


def _is_of_stack(subject: Resource, stack: JudgedStack) -> Truth:
    value = subject.at("s3BucketName")
    if any(target.kind in BUCKETS for target in stack.targets(subject, "s3BucketName")):
        return Truth.YES
    names = [bucket.properties.get("bucket") for bucket in stack.of(*BUCKETS)]
    return value.test(lambda raw: raw in names)


def _stays(subject: Resource, arn: Value, stack: JudgedStack) -> Truth:
    """Whether an ARN of a resource is of the stack's account; a name alone is, and so is what the stack makes."""
    account = stack.context.account
    if not arn.is_known:
        return Truth.YES if stack.targets(subject, arn.root) else Truth.UNSURE
    if account is None:
        return Truth.YES
    buckets = [bucket.properties.get("bucket") for bucket in stack.of(*BUCKETS)]
    return arn.test(lambda raw: _is_of(raw, account, buckets), missing=True)


def _is_of(arn: str, account: str, buckets: Sequence[Any]) -> bool:
    parts = arn.split(":")
    if not arn.startswith("arn:"):
        return True
    # An ARN of a bucket names no account.
    return parts[4] == account or (parts[2] == "s3" and parts[5].partition("/")[0] in buckets)


def _rings(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if subject.kind == METRIC_ALARM:
        yield from alarm_claims(subject, stack)
    elif subject.kind == SNS_SUBSCRIPTION:
        yield claim(
            subject.at("filterPolicy").is_absent, "`filterPolicy` keeps messages from whoever reads the topic"
        )
        secret = subject.at("protocol").test(lambda raw: raw != "http")
        yield claim(secret, "`protocol` is `http`, which everybody on the way reads")
        yield claim(_stays(subject, subject.at("endpoint"), stack), "`endpoint` is of another account")
    elif subject.kind == EVENT_RULE:
        yield claim(subject.at("state").one_of(*ON, missing=True), "`state` switches it off")
        yield claim(subject.at("isEnabled").equals(True, missing=True), "`isEnabled` is false")
        pattern = subject.at("eventPattern")
        chooses = pattern.test(_takes_some, missing=True)
        yield claim(chooses, "`eventPattern` matches nothing, or less than events of its kind")
        bus = subject.at("eventBusName").equals("default", missing=True)
        yield claim(bus, "`eventBusName` is not `default`, where AWS puts its events")
    elif subject.kind == METRIC_FILTER:
        value = subject.at("metricTransformation.value")
        yield claim(
            value.test(lambda raw: str(raw) not in ("0", "0.0", "-0"), missing=True),
            "it counts by nothing: `value` is 0",
        )
        counted = any_of(_is_about(alarm, subject) for alarm in stack.of(METRIC_ALARM))
        yield claim(counted, "no alarm is about what it counts")
    elif subject.kind == ALERTMANAGER_CONFIG:
        yield from _routes(subject, stack)
    else:
        yield from _alerts(subject)


def _is_about(alarm: Resource, counted: Resource) -> Truth:
    metric = counted.at("metricTransformation")
    same = [
        alarm.at(key).equals(metric.at(own).raw)
        for key, own in (("metricName", "name"), ("namespace", "namespace"))
    ]
    return all_of(same) if metric.is_known and metric.at("name").is_known else Truth.UNSURE


def _takes_some(text: str) -> bool:
    pattern = json.loads(text)
    named = all(pattern.get(key) for key in pattern) and set(pattern) <= PARTS
    sources = pattern.get("source", ["aws."])
    by_aws = all(not isinstance(each, str) or each.startswith("aws.") for each in sources)
    return bool(pattern) and named and by_aws and not _never_matches(pattern)


def _never_matches(node: Any) -> bool:
    """Whether some field of a pattern has no value that it could match."""
    if isinstance(node, Mapping):
        branches = node.get("$or")
        rest = any(_never_matches(each) for key, each in node.items() if key != "$or")
        return rest or (branches is not None and all(map(_never_matches, branches)))
    return not node or all(isinstance(each, Mapping) and each.get("exists") is False for each in node)


def _routes(routes: Resource, stack: JudgedStack) -> Iterator[Claim]:
    spec = routes.at("spec")
    receivers = {each.at("name").text(): each for each in spec.at("receivers").items()}
    yield from silences(spec)
    places = any_of(each.at("metadata.name").equals(namespace(routes)) for each in stack.of(NAMESPACE))
    yield claim(places, "its namespace is none of the stack: it routes alerts of others, or of nobody")
    used = [each.at("receiver") for each in _all_routes(spec.at("route"))]
    for name, receiver in receivers.items():
        yield claim(any_of(each.equals(name) for each in used), f"`{receiver.path}` is of no route")
    for route in _all_routes(spec.at("route")):
        yield from _route(route, receivers)
    for receiver in receivers.values():
        yield from _receiver(receiver, routes, stack)
    for rule in spec.at("inhibitRules").items():
        yield from _inhibition(rule)


def _route(route: Value, receivers: Mapping[str, Value]) -> Iterator[Claim]:
    taken = route.at("receiver")
    heard = taken.test(lambda raw: raw in receivers, missing=route.path != "spec.route")
    yield claim(heard, f"`{taken.path}` is no receiver of it")
    wait = route.at("groupWait").test(
        lambda raw: duration(raw) <= timedelta(hours=LONGEST_PAGE_HOURS), missing=True
    )
    yield claim(wait, f"`{route.path}.groupWait` is more than {LONGEST_PAGE_HOURS} hours")
    for matcher in route.at("matchers").items():
        equals = matcher.at("matchType").one_of("=", "=~", missing=True)
        nothing = matcher.at("value").equals("none") & equals
        yield claim(~nothing, f"`{matcher.path}` matches what nobody sends")


def _receiver(receiver: Value, routes: Resource, stack: JudgedStack) -> Iterator[Claim]:
    configs = [value for key, value in receiver.entries() if key.endswith("Configs")]
    yield claim(any_of(each.is_given for each in configs), f"`{receiver.path}` tells nobody")
    for each in receiver.at("snsConfigs").items():
        # Below what is not known, nothing says that it is a topic of the stack.
        ours = _stays(routes, each.at("topicARN"), stack) if each.is_known else Truth.UNSURE
        yield claim(ours, f"`{each.path}.topicARN` is of another account")
    for each in receiver.at("webhookConfigs").items():
        inside = each.at("url").test(
            lambda raw: ".svc" in raw.partition("://")[2].partition("/")[0], missing=True
        )
        yield claim(inside, f"`{each.path}.url` is outside of the cluster")


def _inhibition(rule: Value) -> Iterator[Claim]:
    pairs = all_of(~rule.at(key).is_absent for key in ("equal", "sourceMatch", "targetMatch"))
    named = all_of(_names_alert(each) for each in rule.at("targetMatch").items())
    # A label that neither alert has is the same of both; a source that every alert is silences always.
    parts = [*rule.at("equal").items(), *(each.at("name") for each in rule.at("sourceMatch").items())]
    whole = pairs & named & all_of(~each.is_absent for each in parts)
    yield claim(whole, f"`{rule.path}` silences alerts of others, or all")


def _all_routes(route: Value) -> Iterator[Value]:
    yield route
    for each in route.at("routes").items():
        yield from _all_routes(each)


def _names_alert(matcher: Value) -> Truth:
    """Whether a matcher names alerts, one by one: `.*` is every one of them."""
    by_name = matcher.at("name").equals("alertname") & matcher.at("matchType").one_of("=", "=~")
    return by_name & matcher.at("value").test(
        lambda raw: raw[:1].isalpha() and ".*" not in raw and ".+" not in raw
    )


def _alerts(rules: Resource) -> Iterator[Claim]:
    for group in rules.at("spec.groups").items():
        often = group.at("interval").test(lambda raw: duration(str(raw)) <= RAREST_LOOK, missing=True)
        yield claim(often, f"`{group.path}.interval` is more than an hour: nothing rings before")
        for rule in group.at("rules").items():
            if rule.at("alert").raw is not None and rule.at("alert").is_given:
                yield from _alert(rule)


def _alert(rule: Value) -> Iterator[Claim]:
    name, expression = rule.at("alert").text(), rule.at("expr")
    alive = expression.test(is_sampled) & expression.test(compares)
    yield claim(alive, f"alert {name} can never be true")
    routed = ~rule.at("labels.severity").equals("none")
    yield claim(routed, f"alert {name} has the severity `none`, which no route takes")
    hours = LONGEST_PAGE_HOURS if rule.at("labels.severity").one_of(*PAGES) else LONGEST_HOURS
    waits = rule.at("for").test(lambda raw: duration(str(raw)) <= timedelta(hours=hours), missing=True)
    yield claim(waits, f"alert {name} waits for more than {hours} hours")


RULES = (
    Rule(
        id="DE-08",
        name="records-stay",
        title="Records of calls, of traffic and of configuration are whole and stay in the account",
        why="Records that go to a bucket of others are theirs to read, and to lose.",
        fix="Let the foundation make the bucket; where the organisation keeps records, leave that to it and say so.",
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="security",
        scope="stack",
        controls=("AU-9", "FSBP EC2.6"),
        kinds=(TRAIL, DELIVERY_CHANNEL, FLOW_LOG),
        check=_kept,
    ),
    Rule(
        id="RE-13",
        name="alarms-heard",
        title="An alarm can ring, and what rings reaches somebody",
        why="A threshold that is never reached, a rule that is off and a receiver of nobody are silence with a name.",
        fix="Leave alarms, rules and routes to the components; give what you add a topic of the stack and a reader.",
        cluster="only the plan: rules and routes of alerts come of stack files alone",
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="platform",
        scope="stack",
        kinds=(
            METRIC_ALARM,
            METRIC_FILTER,
            SNS_SUBSCRIPTION,
            EVENT_RULE,
            ALERTMANAGER_CONFIG,
            PROMETHEUS_RULE,
        ),
        check=_rings,
        note="Whether an expression of Prometheus can be true is judged by its form: constants, and waits of more "
        "than an hour before somebody is paged, or than a week. Planned work on dates, at most three days at a "
        "stretch, may silence alerts; hours that come each week may hold back what is no page.",
    ),
)
