"""`paved plan` prints what a stack would create, the same bytes every time."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from paved.cli import run
from tests.conftest import PROJECT

PAVED = Path(sys.executable).parent / "paved"


@pytest.mark.parametrize(
    "stack", ["foundation-dev", "platform-dev", "ranking-dev", "risk-prod", "vision-prod"]
)
def test_the_plan_of_a_sample_stack_reads_as_reviewed(stack, paved, golden):
    golden(f"cli/plan-{stack}.txt", paved("plan", stack))


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("nothing-named", ["plan"]),
        ("both-named", ["plan", "vision-prod", "--all"]),
        ("unknown-stack", ["plan", "vison-prod"]),
        ("outside-the-folder", ["plan", "../../etc/passwd"]),
        ("no-such-folder", ["plan", "vision-prod", "--stacks", "nowhere"]),
        ("outputs-without-a-file", ["plan", "vision-prod", "--outputs", "platform-prod"]),
        ("outputs-that-are-missing", ["plan", "vision-prod", "--outputs", "platform-prod=nowhere.json"]),
        ("unknown-option", ["plan", "--colour"]),
    ],
)
def test_a_mistyped_command_line_gets_one_clear_answer(name, arguments, paved, golden):
    golden(f"cli/plan-{name}.txt", paved(*arguments))


def test_json_has_the_documented_keys(paved, capsys):
    assert run(["plan", "ranking-dev", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert sorted(data) == [
        "outputs",
        "policies",
        "resources",
        "schema_version",
        "security",
        "stack",
        "warnings",
    ]
    assert {tuple(sorted(resource)) for resource in data["resources"]} == {
        (
            "custom",
            "depends_on",
            "id",
            "inputs",
            "name",
            "outputs",
            "parent",
            "property_dependencies",
            "protect",
            "provider",
            "type",
            "urn",
        )
    }
    assert [r["urn"] for r in data["resources"]] == sorted(r["urn"] for r in data["resources"])


def test_json_is_the_same_bytes_whatever_the_machine(capsys):
    elsewhere = {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "C", "COLUMNS": "40"}
    there = subprocess.run(
        [PAVED, "plan", "ranking-dev", "--json", "--no-cache"],
        cwd=PROJECT,
        env={**os.environ, **elsewhere},
        check=True,
        capture_output=True,
        text=True,
    )
    assert run(["plan", "ranking-dev", "--json"]) == 0
    assert there.stdout == capsys.readouterr().out


def test_outputs_that_are_deployed_stand_for_a_plan_of_the_stack(tmp_path, planner, capsys):
    cluster = {"server": "https://deployed.gr7.us-east-1.eks.amazonaws.com"}
    kubeconfig = json.dumps({"clusters": [{"name": "deployed", "cluster": cluster}]})
    outputs = {**planner.plan("platform-dev").as_json()["outputs"], "kubeconfig": kubeconfig}
    outputs["cluster"] = {**outputs["cluster"], "name": "deployed-cluster"}
    outputs["network"] = {**outputs["network"], "private_subnets": {"use1-az4": "subnet-0f6e"}}
    outputs["storage"] = {"drivers": [], "lustre_security_group_id": "sg-0f6e"}
    file = tmp_path / "platform.json"
    file.write_text(json.dumps(outputs))
    assert run(["plan", "ranking-dev", "--json", "--outputs", f"platform-dev={file}"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["outputs"]["kubeconfig"] == kubeconfig


@pytest.mark.parametrize("stack", ["platform-dv", "foundation-prod", "ranking-dev"])
def test_outputs_that_no_stack_reads_are_refused(tmp_path, stack, capsys):
    file = tmp_path / "outputs.json"
    file.write_text("{}")
    assert run(["plan", "ranking-dev", "--outputs", f"{stack}={file}"]) == 2
    assert f"ranking-dev refers to no `{stack}`" in capsys.readouterr().err


def test_outputs_of_another_contract_are_refused(tmp_path, capsys):
    file = tmp_path / "platform.json"
    file.write_text(json.dumps({"contract": {"kind": "platform", "version": "0"}}))
    assert run(["plan", "ranking-dev", "--outputs", f"platform-dev={file}"]) == 2
    said = capsys.readouterr().err
    assert "the contract of a platform, version 0" in said
    assert "Traceback" not in said
