"""The policy pack inside the real engine: `pulumi preview --policy-pack policies`."""

import re

import pytest
import yaml
from pulumi.automation import CommandError

from tests.engine.project import EngineStack, copied_project, environment

STACK = "foundation-prod"


@pytest.fixture(scope="module")
def foundation(servers, tmp_path_factory):
    """A foundation, the one kind of stack that refers to no other, in a project of its own."""
    home = tmp_path_factory.mktemp("policy-pack")
    folder = copied_project(home / "project")
    env = {**environment(home, servers.ports), "PAVED_AS_OF": "2026-11-21"}
    return EngineStack(folder, STACK, env)


def test_the_engine_runs_the_rules_and_finds_a_sample_stack_clean(foundation):
    printed = foundation.judged()
    assert "paved@v1.0.0" in printed
    assert "[mandatory]" not in printed
    assert "can't run policy" not in printed


def test_the_engine_refuses_what_a_mandatory_rule_forbids(foundation):
    component = foundation.file.parents[1] / "components" / "security" / "encryption_key.py"
    text = component.read_text(encoding="utf-8")
    component.write_text(
        text.replace("enable_key_rotation=True", "enable_key_rotation=False"), encoding="utf-8"
    )
    try:
        with pytest.raises(CommandError) as refused:
            foundation.judged()
    finally:
        component.write_text(text, encoding="utf-8")
    told = set(re.findall(r"\[mandatory\].*?\b([a-z0-9]{2}-\d\d-[a-z0-9-]+)", str(refused.value)))
    assert told == {"en-03-kms-rotation"}


def test_the_pack_reads_settings_and_environment_beside_the_stack_file(foundation):
    """The engine does not tell a pack the stack's config: it reads the file that the program reads."""
    settings = foundation.file.parent / "policy.yaml"
    text = settings.read_text(encoding="utf-8")
    longer = yaml.safe_load(text)
    longer["settings"]["log_days"]["prod"] = 3000
    settings.write_text(yaml.safe_dump(longer), encoding="utf-8")
    try:
        with pytest.raises(CommandError, match=r"retentionInDays.* less than 3000"):
            foundation.judged()
    finally:
        settings.write_text(text, encoding="utf-8")
