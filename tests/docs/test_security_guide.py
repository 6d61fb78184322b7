"""What the guide of the security levels says is so."""

import re
from pathlib import Path

import pytest

from paved.policy.security_view import security_view
from paved.reference.security import LEVELS
from policies.evaluation import Finding, Report
from policies.ladder import standing
from policies.registry import BY_ID, RULES

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "guides" / "security.md").read_text(encoding="utf-8")


def finding(rule, resource):
    return Finding(rule=rule, urn=f"urn::{resource}", resource=resource, message="is wrong")


def test_the_plan_reads_as_in_the_guide():
    admins = [finding("SE-03", f"AccessPolicyAssociation prod-{role}") for role in ("paved-deploy", "oncall")]
    report = Report(
        stack="prod",
        security="hardened",
        findings=(),
        undetermined=(finding("K8-06", "Deployment server"),),
        excepted=(),
        passed=1,
        pending=(),
        above=(*admins, finding("SE-05", "Vpc prod")),
    )
    assert f"```text\n{security_view(standing(report, RULES))}\n```" in GUIDE


def test_the_keys_of_the_json_are_all_named():
    report = Report(
        stack="a", security="standard", findings=(), undetermined=(), excepted=(), passed=0, pending=()
    )
    rows = re.findall(r"^\| (`[^|]+`) \|", GUIDE.split("## How the plan tells")[1], re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert named == set(standing(report, RULES).as_json())


def test_every_level_has_a_row():
    assert re.findall(r"^\| `(\w+)` \| ", GUIDE.split("## What follows")[0], re.MULTILINE) == list(LEVELS)


def options_that_follow():
    """The options that builders resolve by the level."""
    calls = [
        found
        for path in (ROOT / "stacks").rglob("*.py")
        for found in re.findall(r"\bis_on\(\s*([\w.]+)\s*,", path.read_text(encoding="utf-8"))
    ]
    return sorted({call.partition(".")[2] for call in calls})


@pytest.mark.parametrize("option", options_that_follow())
def test_an_option_that_follows_the_level_is_in_the_table(option):
    table = GUIDE.split("## What follows the level")[1].split("##")[0]
    assert f"\n| `{option}` | " in table


def test_the_rules_that_the_guide_names_are_of_the_level_it_says():
    assert "network.private_mlflow" in options_that_follow()
    for rule in set(re.findall(r"\b(?:SE|PX)-\d\d\b", GUIDE)):
        assert BY_ID[rule].security == "regulated"
