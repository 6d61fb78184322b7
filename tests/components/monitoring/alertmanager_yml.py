"""The file that Alertmanager reads, made of AlertmanagerConfigs in the way of the operator.

The operator's own generator is Go, in its internal packages. What is followed here is its documentation: each
configuration is a route below the root that goes on to the next, its names get the prefix of its namespace and name,
and, but for Alertmanager's own namespace, its routes and inhibitions match their namespace alone. Secrets are made up.
"""

from collections.abc import Mapping, Sequence
from typing import Any

ALERTMANAGER_NAMESPACE = "monitoring"
SECRETS = {
    "routingKey": ("routing_key", "0" * 32),
    "apiKey": ("api_key", "key"),
    "apiURL": ("api_url", "https://chat.example.com/hook"),
    "webhookURL": ("url", "https://chat.example.com/hook"),
    "urlSecret": ("url", "https://tracker.example.com/hook"),
}
"""Fields that name a Secret: the field of the file, and a value of its kind."""
SECTIONS = {
    "pagerdutyConfigs": "pagerduty_configs",
    "opsgenieConfigs": "opsgenie_configs",
    "slackConfigs": "slack_configs",
    "snsConfigs": "sns_configs",
    # Debian's Alertmanager 0.25 is older than its receiver for Teams, which is a webhook with a text.
    "msteamsv2Configs": "webhook_configs",
    "webhookConfigs": "webhook_configs",
}
FIELDS = {"sendResolved": "send_resolved", "topicARN": "topic_arn"}


def alertmanager_yml(configs: Sequence[Mapping[str, Any]], webhook: str | None = None) -> dict[str, Any]:
    """The file of several AlertmanagerConfigs, as objects. With `webhook`, every receiver posts there instead."""
    whole: dict[str, Any] = {
        "route": {"receiver": "null", "routes": []},
        "receivers": [{"name": "null"}],
        "inhibit_rules": [],
        "time_intervals": [],
    }
    for config in configs:
        metadata, spec = config["metadata"], config["spec"]
        prefix = f"{metadata['namespace']}/{metadata['name']}/"
        own = (
            []
            if metadata["namespace"] == ALERTMANAGER_NAMESPACE
            else [f'namespace="{metadata["namespace"]}"']
        )
        top = route(spec["route"], prefix)
        top["matchers"], top["continue"] = [*own, *top.get("matchers", [])], True
        whole["route"]["routes"].append(top)
        whole["receivers"] += [receiver(each, prefix, webhook) for each in spec["receivers"]]
        whole["inhibit_rules"] += [inhibition(each, own) for each in spec.get("inhibitRules", [])]
        whole["time_intervals"] += [interval(each, prefix) for each in spec.get("muteTimeIntervals", [])]
    return whole


def route(spec: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """One route and those below it."""
    found: dict[str, Any] = {"receiver": prefix + spec["receiver"]}
    if "matchers" in spec:
        found["matchers"] = [matcher(each) for each in spec["matchers"]]
    for key, field in (
        ("groupBy", "group_by"),
        ("groupWait", "group_wait"),
        ("groupInterval", "group_interval"),
        ("repeatInterval", "repeat_interval"),
        ("continue", "continue"),
    ):
        if key in spec:
            found[field] = spec[key]
    for key, field in (
        ("muteTimeIntervals", "mute_time_intervals"),
        ("activeTimeIntervals", "active_time_intervals"),
    ):
        if key in spec:
            found[field] = [prefix + name for name in spec[key]]
    found["routes"] = [route(each, prefix) for each in spec.get("routes", [])]
    return found


def receiver(spec: Mapping[str, Any], prefix: str, webhook: str | None) -> dict[str, Any]:
    """One receiver, its secrets made up."""
    found: dict[str, Any] = {"name": prefix + spec["name"]}
    for section, name in SECTIONS.items():
        for each in spec.get(section, []):
            if webhook:
                posted = {"url": f"{webhook}/{prefix}{spec['name']}", "send_resolved": True}
                found.setdefault("webhook_configs", []).append(posted)
            else:
                found.setdefault(name, []).append(_fields(each, section))
    return found


def _fields(spec: Mapping[str, Any], section: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in spec.items():
        if key in SECRETS:
            assert set(value) == {"name", "key"}, value
            found[SECRETS[key][0]] = SECRETS[key][1]
        elif key == "details":
            found[key] = {each["key"]: each["value"] for each in value}
        elif not (section == "msteamsv2Configs" and key in ("title", "text")):
            found[FIELDS.get(key, key)] = value
    return found


def inhibition(spec: Mapping[str, Any], own: Sequence[str]) -> dict[str, Any]:
    """One inhibition, within the namespace."""
    return {
        "source_matchers": [*own, *map(matcher, spec["sourceMatch"])],
        "target_matchers": [*own, *map(matcher, spec["targetMatch"])],
        "equal": list(spec["equal"]),
    }


def interval(spec: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """One named interval."""
    return {
        "name": prefix + spec["name"],
        "time_intervals": [_times(each) for each in spec["timeIntervals"]],
    }


def _times(spec: Mapping[str, Any]) -> dict[str, Any]:
    found = {key: value for key, value in spec.items() if key in ("weekdays", "months", "years")}
    if "daysOfMonth" in spec:
        found["days_of_month"] = [f"{each['start']}:{each['end']}" for each in spec["daysOfMonth"]]
    found["times"] = [
        {"start_time": each["startTime"], "end_time": each["endTime"]} for each in spec["times"]
    ]
    return found


def matcher(spec: Mapping[str, str]) -> str:
    """One matcher as text."""
    return f'{spec["name"]}{spec["matchType"]}"{spec["value"]}"'
