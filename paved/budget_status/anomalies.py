"""The anomaly monitor of a foundation and its subscription, compared with the plan. Each read costs a cent."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from paved.audit.comparison import Leaf, compared
from paved.audit.expectation import address
from paved.aws.reading.facts import Fact, Reference
from paved.aws.reading.lookup import camel_case
from paved.budget_status.guards import ANOMALIES, AnomalyFacts, GuardDifference
from paved.plan.model import Plan, PlannedResource
from reference.vocabulary import ANOMALY_SUBSCRIPTION, CLOUD_CONTROL_RESOURCE

MONITOR_FACTS = ("MonitorType", "MonitorDimension", "MonitorSpecification")
_NESTED = {"And": "ands", "Or": "ors"}
_LEAVES = {"Dimensions": "dimension", "Tags": "tags", "CostCategories": "costCategory"}


@dataclass(frozen=True, kw_only=True)
class _Nobody:
    """Names of nothing: what is compared here is plain text."""

    def names_of(self, value: Reference | str) -> frozenset[str] | None:
        return None


def read_anomalies(plan: Plan, explorer: Any) -> AnomalyFacts | None:
    """Read what Cost Explorer has of the plan's monitor; None for a plan without one."""
    subscription = next(iter(plan.of(ANOMALY_SUBSCRIPTION)), None)
    if subscription is None:
        return None
    monitor = plan.one(CLOUD_CONTROL_RESOURCE)
    state = json.loads(monitor.inputs["desiredState"])
    try:
        monitors = _pages(explorer.get_anomaly_monitors, "AnomalyMonitors")
        subscriptions = _pages(explorer.get_anomaly_subscriptions, "AnomalySubscriptions")
    except ClientError as error:
        code, call = error.response["Error"]["Code"], error.operation_name
        return AnomalyFacts(differences=(), unanswered=f"AWS answered {code} to ce.{call}")
    found = _named(monitors, "MonitorName", state["MonitorName"])
    heard = _named(subscriptions, "SubscriptionName", subscription.inputs["name"])
    differences = [*_of_monitor(monitor, state, found), *_of_subscription(subscription, heard, found)]
    declined = [each["Address"] for each in (heard or {}).get("Subscribers", ()) if _is_declined(each)]
    return AnomalyFacts(
        differences=tuple(differences),
        watched=(found or {}).get("DimensionalValueCount"),
        declined=tuple(sorted(declined)),
    )


def _pages(call: Any, key: str) -> list[Mapping[str, Any]]:
    # botocore has no paginator for either.
    answer = call()
    found = list(answer[key])
    while token := answer.get("NextPageToken"):
        answer = call(NextPageToken=token)
        found += answer[key]
    return found


def _named(found: Sequence[Mapping[str, Any]], key: str, name: str) -> Mapping[str, Any] | None:
    return next((each for each in found if each[key] == name), None)


def _is_declined(subscriber: Mapping[str, Any]) -> bool:
    return bool(subscriber.get("Status") == "DECLINED")


def _of_monitor(
    planned: PlannedResource, state: Mapping[str, Any], found: Mapping[str, Any] | None
) -> Iterator[GuardDifference]:
    if found is None:
        yield _difference(planned, None)
        return
    values = {**state, "MonitorSpecification": json.loads(state["MonitorSpecification"])}
    for name in MONITOR_FACTS:
        yield from _differences(planned, name, values[name], found.get(name))


def _of_subscription(
    planned: PlannedResource, found: Mapping[str, Any] | None, monitor: Mapping[str, Any] | None
) -> Iterator[GuardDifference]:
    if found is None:
        yield _difference(planned, None)
        return
    inputs = planned.inputs
    yield from _differences(planned, "frequency", inputs["frequency"], found["Frequency"])
    subscribers = [camel_case(each) for each in found["Subscribers"]]
    yield from _differences(planned, "subscribers", inputs["subscribers"], subscribers)
    expression = _expression(found.get("ThresholdExpression", {}))
    yield from _differences(planned, "thresholdExpression", inputs["thresholdExpression"], expression)
    # A member that the plan does not have narrows what is reported.
    for key in sorted(expression.keys() - inputs["thresholdExpression"].keys()):
        leaf = Leaf(path=f"thresholdExpression.{key}", verdict="extra", found=json.dumps(expression[key]))
        yield _difference(planned, leaf)
    if monitor:
        wanted = [monitor["MonitorArn"]]
        yield from _differences(planned, "monitorArnLists", wanted, found["MonitorArnList"])


def _expression(found: Mapping[str, Any]) -> dict[str, Any]:
    """An expression of Cost Explorer as the provider spells it."""
    said: dict[str, Any] = {}
    for key, value in found.items():
        if key in _NESTED:
            said[_NESTED[key]] = [_expression(each) for each in value]
        elif key == "Not":
            said["not"] = _expression(value)
        else:
            said[_LEAVES[key]] = camel_case(value)
    return said


def _differences(planned: PlannedResource, path: str, expected: Any, found: Any) -> Iterator[GuardDifference]:
    fact = Fact(concern="budget", property=path, value=expected)
    for leaf in compared(fact, found, _Nobody()):
        if leaf.verdict in ("changed", "extra"):
            yield _difference(planned, leaf)


def _difference(planned: PlannedResource, leaf: Leaf | None) -> GuardDifference:
    """A difference, or a resource that is missing."""
    return GuardDifference(
        guard=ANOMALIES,
        kind="missing" if leaf is None else "extra" if leaf.verdict == "extra" else "changed",
        address=address(planned),
        property=leaf.path if leaf else None,
        expected=leaf.planned if leaf else None,
        found=leaf.found if leaf else None,
    )
