"""What the guide of the security levels says is so."""

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from paved.policy.security_view import security_view
from policies.evaluation import Finding, PolicyReport
from policies.registry import BY_ID, RULES
from policies.security_level import security_result
from reference.security_level import LEVELS
from stacks.schema import Foundation, Platform, Team
from stacks.schema.security_level import (
    detection_options,
    has_private_mlflow,
    scanning_of,
    signatures_required,
)

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "guides" / "security.md").read_text(encoding="utf-8")


def finding(rule, resource):
    return Finding(rule=rule, urn=f"urn::{resource}", resource=resource, message="is wrong")


def test_the_plan_reads_as_in_the_guide():
    admins = [finding("SE-03", f"AccessPolicyAssociation prod-{role}") for role in ("paved-deploy", "oncall")]
    report = PolicyReport(
        stack="prod",
        security="hardened",
        findings=(),
        undetermined=(finding("K8-06", "Deployment server"),),
        excepted=(),
        passed=1,
        pending=(),
        above=(*admins, finding("SE-05", "Vpc prod")),
    )
    assert f"```text\n{security_view(security_result(report, RULES))}\n```" in GUIDE


def test_the_keys_of_the_json_are_all_named():
    report = PolicyReport(
        stack="a", security="standard", findings=(), undetermined=(), excepted=(), passed=0, pending=()
    )
    rows = re.findall(r"^\| (`[^|]+`) \|", GUIDE.split("## How the plan tells")[1], re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert named == set(security_result(report, RULES).as_json())


def test_every_level_has_a_row():
    assert re.findall(r"^\| `(\w+)` \| ", GUIDE.split("## What follows")[0], re.MULTILINE) == list(LEVELS)


OF_FOUNDATIONS = {
    "detection.trail": lambda stack: detection_options(stack).trail,
    "detection.trail_lock": lambda stack: detection_options(stack).lock,
    "detection.data_events": lambda stack: detection_options(stack).data_events,
    "detection.guardduty": lambda stack: detection_options(stack).guardduty,
    "detection.access_analyzer": lambda stack: detection_options(stack).access_analyzer,
    "detection.config": lambda stack: detection_options(stack).config,
    "detection.watch_changes": lambda stack: detection_options(stack).watch_changes,
    "images.scanning": scanning_of,
    "network.private_mlflow": has_private_mlflow,
}
OF_PLATFORMS = {"signatures.required": signatures_required}


def options_that_follow(model, *outer):
    """The options of a model that say of themselves that the level decides where they are left out."""
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from options_that_follow(field.annotation, *outer, name)
        elif re.search(r"left out\b.*(level|security)", field.description or ""):
            yield ".".join((*outer, name))


def without(stack, option, level):
    """A stack that promises a level and says nothing of an option."""
    section, name = option.split(".")
    silent = getattr(stack, section).model_copy(update={name: None})
    return stack.model_copy(update={"security": level, section: silent})


def shown(value):
    return {None: "off", True: "true", False: "false"}.get(value, value)


def rows():
    table = GUIDE.split("## What follows the level")[1].split("\n##")[0]
    return {
        cells[0].strip("`"): [cell.strip("`") for cell in cells[1:]]
        for line in re.findall(r"^\| (`.+) \|$", table, re.MULTILINE)
        if (cells := [cell.strip() for cell in line.split("|")])
    }


def test_every_option_that_follows_the_level_has_a_row():
    found = [*options_that_follow(Foundation), *options_that_follow(Platform), *options_that_follow(Team)]
    assert sorted(rows()) == sorted(found)


@pytest.mark.parametrize("option", [*OF_FOUNDATIONS, *OF_PLATFORMS])
def test_an_option_that_is_left_out_is_as_the_table_says(option, planner):
    resolve = (OF_FOUNDATIONS | OF_PLATFORMS)[option]
    kind = "foundation" if option in OF_FOUNDATIONS else "platform"
    stack = planner.config(f"{kind}-dev").stack
    wanted = [shown(resolve(without(stack, option, level))) for level in LEVELS]
    assert rows()[option][:-1] == [kind, *wanted]
    assert all(rule in BY_ID for rule in rows()[option][-1].split(", "))


def test_the_rules_of_levels_that_the_guide_names_are_above_the_standard():
    for rule in set(re.findall(r"\b(?:SE|PX)-\d\d\b", GUIDE)):
        assert BY_ID[rule].security != "standard"
