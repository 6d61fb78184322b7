"""Every alert that somebody can get has a runbook, and every runbook is that of an alert."""

from pathlib import Path

import pytest

from components.detection import break_glass, finding_alerts
from components.model_health.alerts import rule_group
from components.monitoring.alerts import alert_group
from components.monitoring.deadlines import Deadline, deadline_alerts
from components.monitoring.platform_alerts import node_lacks_level
from components.registry.findings import RUNBOOK
from tests.components.model_health.test_model_health import ALL_KINDS, ARGS

RUNBOOKS = Path(__file__).parents[2] / "docs" / "runbooks"
MAILED = {Path(each).stem for each in (RUNBOOK, break_glass.RUNBOOK, *finding_alerts.RUNBOOKS.values())}
"""What AWS itself finds, and no alert of Prometheus's."""
RULE = "kubernetes:monitoring.coreos.com/v1:PrometheusRule"


@pytest.fixture
def alerts(plan_stack):
    """The alerts of a platform, of what it reserves and grants, and of a team with an endpoint, by name."""
    rules = [
        rule
        for stack in ("platform-prod", "vision-prod")
        for resource in plan_stack(stack).of(RULE)
        for group in resource.inputs["spec"]["groups"]
        for rule in group["rules"]
        if "alert" in rule
    ]
    ends = [Deadline(pool="block", at=0)]
    rules += alert_group("nodes", [node_lacks_level("platform-research", ["rack"])], team="platform")["rules"]
    rules += alert_group("deadlines", deadline_alerts(ends, ends, ends), team="platform")["rules"]
    rules += rule_group(ARGS, "ranking-dev", ALL_KINDS)["rules"]  # no sample has monitors
    return {rule["alert"]: rule for rule in rules}


def test_each_alert_has_a_runbook_and_each_runbook_an_alert(alerts):
    assert {path.stem for path in RUNBOOKS.glob("*.md")} == set(alerts) | MAILED


def test_an_alert_names_its_runbook(alerts):
    for name, rule in alerts.items():
        assert rule["annotations"]["runbook"] == f"docs/runbooks/{name}.md"


def test_a_runbook_says_what_it_means_where_to_look_and_what_to_do():
    for path in RUNBOOKS.glob("*.md"):
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"# {path.stem}\n"), path
        for part in ("**Means.**", "**Look.**", "**Act.**"):
            assert part in text, (path, part)
