"""What a team or finance does with `pulumi` itself: edit a stack's config, read its outputs."""

import json

import pytest
from pulumi.automation import CommandError

from stacks.checks.folder import checked_file
from tests.engine.project import EngineStack, copied_project, environment

NODE_POOL = "kubernetes:karpenter.sh/v1:NodePool"


@pytest.fixture
def risk(deployed):
    """A deployed team stack whose file is as it was before the test."""
    stack = deployed["risk-prod"].stack
    before = stack.file.read_bytes()
    yield stack
    stack.file.write_bytes(before)


def gpu_limits(asked):
    return sorted(
        pool["inputs"]["spec"]["limits"]["nvidia.com/gpu"]
        for pool in asked.values()
        if pool["type"] == NODE_POOL
    )


def test_config_set_reaches_into_a_list(risk, deployed):
    assert gpu_limits(deployed["risk-prod"].previewed) == ["8", "8"]
    risk.set_config("paved:training.pools[0].max_gpus", "16")
    assert gpu_limits(risk.preview()) == ["16"]


def test_a_file_that_the_engine_wrote_is_still_a_valid_stack_file(risk):
    risk.set_config("paved:training.pools[0].max_gpus", "16")
    text = risk.file.read_text()
    assert "encryptionsalt" in text
    assert text.startswith("# yaml-language-server: $schema=schema.json\n")
    assert checked_file(risk.file).stack.training.pools[0].max_gpus == 16


def test_a_mistake_in_the_config_stops_the_engine_with_one_message(risk):
    risk.set_config("paved:training.pools[0].max_gpus", "lots")
    with pytest.raises(CommandError) as refusal:
        risk.preview()
    assert "`training.pools[0].max_gpus`" in str(refusal.value)
    assert "Traceback" not in str(refusal.value)


def test_finance_reads_the_budget_with_stack_output(risk, deployed):
    budget = json.loads(risk.printed_output("budget"))
    assert budget == deployed["risk-prod"].outputs["budget"]
    assert budget["cost_tag"] == {"key": "team", "value": "risk"}


def test_a_platform_is_refused_before_its_foundation_is_deployed(servers, tmp_path):
    project = copied_project(tmp_path / "project")
    env = environment(tmp_path / "home", servers.ports)
    EngineStack(project, "foundation-dev", env)
    with pytest.raises(CommandError) as refusal:
        EngineStack(project, "platform-dev", env).preview()
    assert "deploy `foundation-dev` from this revision first" in str(refusal.value)
    assert "Traceback" not in str(refusal.value)
