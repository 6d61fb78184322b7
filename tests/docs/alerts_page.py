"""The page of all alerts: how urgent each is, who is called, and what it is silent behind."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from components.model_health.alerts import FAILED
from components.monitoring.endpoint_rules import endpoint_groups
from components.monitoring.objective import SEVERITIES
from components.monitoring.routing import SEVERITY_PATTERNS, inhibitions
from components.monitoring.time_intervals import REPEAT_INTERVALS
from tests.components.monitoring.objectives import detector, fresh, groups_of, latency, probed, quality

HEAD = """\
# Alerts

<!-- Written by `UPDATE_GOLDEN=1 pytest tests/docs/test_alerts_page.py`, of the rules and routes themselves. -->

For whoever asks what can ring, whom it calls and what it is silent behind. [On call](../guides/on-call.md) says how
receivers are named; `paved plan STACK` prints who is told of one stack's alerts.

"""
LEVEL = re.compile(r"^(L[123]), ([^:(]+?)(?::| \()", re.MULTILINE)


def page(alerts: Mapping[str, Mapping[str, Any]], runbooks: Path) -> str:
    """The whole page. `alerts` are rules by name; a page of `runbooks` that no rule has is mailed by AWS."""
    lines = [*_routes(), "", "## Every alert", "", *_alerts(alerts, runbooks), "", *_mailed(alerts, runbooks)]
    return HEAD + "\n".join(lines) + "\n"


def _routes() -> Iterator[str]:
    yield "## Routes"
    yield ""
    yield "| severity | rules that bear it | goes to | when | again after |"
    yield "| --- | --- | --- | --- | --- |"
    for severity, again in REPEAT_INTERVALS.items():
        pattern = SEVERITY_PATTERNS.get(severity, "")
        borne = "`" + "`, `".join(pattern.split("|")) + "`" if pattern else "every other, but `none`"
        when = "at any hour" if severity == "page" else "within `hours`; mail at any hour"
        yield f"| `{severity}` | {borne} | mail, and each receiver that takes `{severity}` | {when} | {again} |"
    yield ""
    yield (
        "Alerts of a team's namespace go to the team's receivers, all others to the platform's. `none` is that of "
        "alerts which always fire, or only silence others."
    )


def _alerts(alerts: Mapping[str, Mapping[str, Any]], runbooks: Path) -> Iterator[str]:
    tiers = _by_tier()
    yield "| alert | severity | calls first | holds for | is silent while one of these fires |"
    yield "| --- | --- | --- | --- | --- |"
    for name, rule in sorted(alerts.items()):
        cells = (
            f"[{name}](../runbooks/{name}.md)",
            _severity(name, rule["labels"]["severity"], tiers.get(name, {})),
            _level(runbooks / f"{name}.md"),
            rule.get("for", "0m"),
            ", ".join(_causes(name)),
        )
        yield f"| {' | '.join(cells)} |"


def _severity(name: str, severity: str, tiers: Mapping[int, str]) -> str:
    if name in FAILED.values():
        return "that of the monitor"
    if len(set(tiers.values())) < 2:
        return f"`{severity}`"
    return ", ".join(f"tier {tier} `{found}`" for tier, found in tiers.items())


def _level(runbook: Path) -> str:
    found = LEVEL.search(runbook.read_text(encoding="utf-8"))
    return f"{found[1]}, {found[2]}" if found else ""


def _causes(name: str) -> list[str]:
    """The alerts that silence one, in the order of the rules, and by which labels."""
    found = []
    for rule in inhibitions():
        if re.fullmatch(rule["targetMatch"][0]["value"], name):
            found.append(
                f"{rule['sourceMatch'][0]['value']} (same {', '.join(f'`{each}`' for each in rule['equal'])})"
            )
    return found


def _by_tier() -> dict[str, dict[int, str]]:
    """The severity of each alert of an endpoint or of data, by tier."""
    found: dict[str, dict[int, str]] = {}
    for tier in SEVERITIES:
        slo = detector(tier=tier, runtime="mlserver", others=[latency, quality("data-quality"), probed])
        for group in [*endpoint_groups(slo), *groups_of(fresh(tier=tier))]:
            for rule in group["rules"]:
                if "alert" in rule:
                    found.setdefault(rule["alert"], {})[tier] = rule["labels"]["severity"]
    return found


def _mailed(alerts: Mapping[str, Mapping[str, Any]], runbooks: Path) -> Iterator[str]:
    yield "## What AWS finds"
    yield ""
    yield "Mailed by EventBridge and SNS; no rule of Prometheus has it, and no receiver is told of it."
    yield ""
    yield "| mail | calls first |"
    yield "| --- | --- |"
    for path in sorted(runbooks.glob("*.md")):
        if path.stem not in alerts:
            yield f"| [{path.stem}](../runbooks/{path.name}) | {_level(path)} |"
