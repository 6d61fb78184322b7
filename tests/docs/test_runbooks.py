"""Every alert that somebody can get has a runbook by the template, whose commands its reader may run."""

import re
from pathlib import Path

import pytest

from components.detection import break_glass, finding_alerts, tampering
from components.model_health.alerts import rule_group
from components.monitoring import heartbeat, node_costs
from components.monitoring.alerts import alert_group
from components.monitoring.deadlines import (
    DRAINED_BEFORE_END,
    ENDED_BEFORE_END,
    Deadline,
    deadline_alerts,
)
from components.monitoring.endpoint_rules import endpoint_groups
from components.monitoring.platform_alerts import node_lacks_level
from components.recovery import failed_backups
from components.registry.findings import RUNBOOK
from components.retraining import events
from tests.components.model_health.test_model_health import ALL_KINDS, ARGS
from tests.components.monitoring import test_node_costs
from tests.components.monitoring.objectives import detector, fresh, groups_of, latency, probed, quality
from tests.docs.runbook_commands import Command, commands, refusal

RUNBOOKS = Path(__file__).parents[2] / "docs" / "runbooks"
PAGES = sorted(RUNBOOKS.glob("*.md"))
PARTS = (
    "Impact",
    "Severity and owner",
    "Access",
    "Diagnose",
    "Decide",
    "Roll back",
    "Verify",
    "Escalate",
)
"""The template of CONTRIBUTING's recipe."""
MAILED = {
    Path(each).stem
    for each in (
        RUNBOOK,
        break_glass.RUNBOOK,
        events.RUNBOOK,
        failed_backups.RUNBOOK,
        heartbeat.RUNBOOK,
        tampering.RUNBOOK,
        tampering.ROOT_RUNBOOK,
        *finding_alerts.RUNBOOKS.values(),
    )
}
"""What AWS itself finds, and no alert of Prometheus's."""
RULE = "kubernetes:monitoring.coreos.com/v1:PrometheusRule"


@pytest.fixture
def alerts(plan_stack):
    """The alerts of a platform, of what it reserves and grants, and of teams with endpoints and a log, by name."""
    rules = [
        rule
        for stack in ("platform-prod", "vision-prod", "ranking-dev")
        for resource in plan_stack(stack).of(RULE)
        for group in resource.inputs["spec"]["groups"]
        for rule in group["rules"]
        if "alert" in rule
    ]
    ends = [Deadline(pool="block", at=0)]
    promised = endpoint_groups(
        detector(runtime="mlserver", others=[latency, quality("data-quality"), probed])
    )
    promised += groups_of(fresh())
    rules += [rule for group in promised for rule in group["rules"] if "alert" in rule]
    rules += alert_group("nodes", [node_lacks_level("platform-research", ["rack"])], team="platform")["rules"]
    rules += alert_group("deadlines", deadline_alerts(ends, ends, ends), team="platform")["rules"]
    rules += rule_group(ARGS, "ranking-dev", ALL_KINDS)["rules"]  # no sample has monitors
    rules += [rule for rule in node_costs.rule_group(test_node_costs.ARGS)["rules"] if "alert" in rule]
    return {rule["alert"]: rule for rule in rules}


def test_each_alert_has_a_runbook_and_each_runbook_an_alert(alerts):
    assert {path.stem for path in RUNBOOKS.glob("*.md")} == set(alerts) | MAILED


def test_an_alert_names_its_runbook(alerts):
    for name, rule in alerts.items():
        assert rule["annotations"]["runbook"] == f"docs/runbooks/{name}.md"
        assert f"/{name}.md" in rule["annotations"]["runbook_url"]


def test_a_runbook_has_the_parts_of_the_template_in_its_order():
    for path in PAGES:
        title, *parts = re.findall(r"^#+ (.+)$", _without_blocks(path), re.MULTILINE)
        assert (title, tuple(parts)) == (path.stem, PARTS), path
        assert all(text.strip() for text in _parts(path).values()), path


def test_a_runbook_names_the_severity_that_its_alert_has(alerts):
    for name, rule in alerts.items():
        said = _parts(RUNBOOKS / f"{name}.md")["Severity and owner"]
        assert f"`{rule['labels']['severity']}`" in said, name


def test_the_owner_of_a_runbook_is_one_of_the_three_levels():
    for path in PAGES:
        assert re.search(r"^L[123], ", _parts(path)["Severity and owner"], re.MULTILINE), path


def test_a_runbook_has_commands_or_queries_to_diagnose_with():
    for path in PAGES:
        assert re.search(r"^```(sh|promql)$", _parts(path)["Diagnose"], re.MULTILINE), path


def test_a_runbook_says_after_how_long_to_call_whom():
    for path in PAGES:
        said = _parts(path)["Escalate"]
        assert re.search(r"\d+ minutes|end of the next working day", said), path
        assert re.search(r"\bL[13]\b", said), path


def test_a_member_can_run_what_a_runbook_asks_of_members():
    """By the very rules that the team's Roles are made of."""
    for path in PAGES:
        for command in commands(path):
            if command.needs in ("view", "operate", "develop"):
                assert refusal(command, command.needs) is None, (command, refusal(command, command.needs))


@pytest.mark.parametrize(
    ("line", "rights"),
    [
        ("kubectl get nodepools,nodeclaims", "operate"),
        ("kubectl -n NS get podmonitor EP -o yaml", "view"),
        ("kubectl -n NS delete pod POD", "view"),
        ("kubectl -n NS patch workload NAME --type merge", "develop"),
        ("kubectl -n NS exec POD -- sh", "operate"),
        ("kubectl -n NS-notebooks get pods", "view"),
        ("kubectl -n NS logs deploy/inference-log --tail=100", "submit"),
        ("kubectl -n NS describe resourcequota", "submit"),
        ("kubectl -n NS top pods", "view"),
        ("aws sqs start-message-move-task --source-arn QUEUE_ARN", "operate"),
    ],
)
def test_what_a_member_is_forbidden_would_be_found(line, rights):
    assert refusal(Command(page="x", needs=rights, line=line), rights) is not None


def test_events_are_listed_in_the_order_in_which_they_were_last_seen():
    """`kubectl events`: `get` sorts by `lastTimestamp` at best, which those of the scheduler and of Kueue have not."""
    for path in PAGES:
        for command in commands(path):
            assert "get events" not in command.line or command.needs == "platform", command


def test_logs_of_several_pods_say_which_pod_says_what():
    """A label leads to each pod of an endpoint, and a Deployment to one of its pods, whichever that is."""
    for path in PAGES:
        for command in commands(path):
            if " logs -l " in command.line and command.needs != "platform":
                assert "--prefix" in command.line, command


def test_no_runbook_rolls_back_to_a_release():
    """`paved validate --against` refuses a row that leads back, and the first has none before it."""
    for path in PAGES:
        said = " ".join(_parts(path)["Roll back"].split())
        told = "A `release` never goes back" in said
        assert told or "release" not in said.replace("released", ""), path
        assert "release before" not in path.read_text(encoding="utf-8"), path


def test_the_minutes_of_a_capacity_block_are_those_of_the_rules():
    text = " ".join((RUNBOOKS / "CapacityBlockEnds.md").read_text(encoding="utf-8").split())
    assert f"{DRAINED_BEFORE_END // 60} minutes before the block's end" in text
    assert f"{ENDED_BEFORE_END // 60} minutes before its end" in text
    assert f"a job has {(DRAINED_BEFORE_END - ENDED_BEFORE_END) // 60} minutes" in text


def test_every_link_of_a_runbook_leads_somewhere():
    for path in PAGES:
        for link in re.findall(r"\]\(([^)#]+)[^)]*\)", path.read_text(encoding="utf-8")):
            assert (path.parent / link).exists(), (path, link)


def _parts(path):
    """The text of each part by its heading."""
    _, *parts = re.split(r"^## (.+)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


def _without_blocks(path):
    return re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
