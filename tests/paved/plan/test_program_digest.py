"""The digest of a program changes with each thing that a plan may depend on, and with nothing else."""

import os
import re
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from paved.plan.program_digest import CODE, ENVIRONMENT, ROOT, program_state
from tests.structure.test_dependencies import LEAVES, MAY_IMPORT


@pytest.fixture
def program(tmp_path):
    """A program of a few files in the layout of the project."""
    for path in (
        "components/network/network.py",
        "components/retraining/collect.sh",
        "paved/plan/model.py",
        "reference/data/instance_types.csv",
        "stacks/program/team.py",
        "stacks/Pulumi.vision-prod.yaml",
        "policies/rules/network.py",
    ):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("1\n")
    return tmp_path


@pytest.mark.parametrize(
    "path",
    [
        "components/network/network.py",
        "components/retraining/collect.sh",
        "paved/plan/model.py",
        "reference/data/instance_types.csv",
        "stacks/program/team.py",
    ],
)
def test_a_file_that_changes_changes_the_digest(path, program):
    before = program_state(program)
    (program / path).write_text("2\n")
    changed = program_state(program)
    (program / path).unlink()
    assert len({before.digest, changed.digest, program_state(program).digest}) == 3


def test_a_new_file_changes_the_digest(program):
    before = program_state(program).digest
    (program / "reference" / "data" / "new.csv").write_text("")
    assert program_state(program).digest != before


def test_a_file_under_another_name_changes_the_digest(program):
    before = program_state(program).digest
    network = program / "components" / "network"
    (network / "network.py").rename(network / "vpc.py")
    assert program_state(program).digest != before


@pytest.mark.parametrize("path", ["stacks/Pulumi.vision-prod.yaml", "policies/rules/network.py"])
def test_what_no_program_reads_leaves_the_digest(path, program):
    before = program_state(program).digest
    (program / path).write_text("2\n")
    cached = program / "components" / "__pycache__"
    cached.mkdir()
    (cached / "network.pyc").write_text("")
    assert program_state(program).digest == before


def test_a_copy_of_a_program_has_its_digest(program, tmp_path_factory):
    copy = shutil.copytree(program, tmp_path_factory.mktemp("copy") / "program")
    assert program_state(copy).digest == program_state(program).digest


def test_another_release_of_an_sdk_changes_the_digest(program, monkeypatch, tmp_path):
    packages = tmp_path / "site-packages"
    (packages / "pulumi_aws-7.51.0.dist-info").mkdir(parents=True)
    monkeypatch.setattr(sys, "path", [str(packages)])
    before = program_state(program).digest
    (packages / "pulumi_aws-7.51.0.dist-info").rename(packages / "pulumi_aws-7.52.0.dist-info")
    assert program_state(program).digest != before


def test_another_python_changes_the_digest(program, monkeypatch):
    before = program_state(program).digest
    monkeypatch.setattr(sys, "version", "3.14.0")
    assert program_state(program).digest != before


@pytest.mark.parametrize("variable", ["AWS_REGION", "KUBECONFIG", "PULUMI_K8S_ENABLE_PATCH_FORCE"])
def test_a_variable_that_an_sdk_reads_changes_the_digest(variable, program, monkeypatch):
    before = program_state(program).digest
    monkeypatch.setenv(variable, "other")
    assert program_state(program).digest != before


@pytest.mark.parametrize("sdk", ["pulumi_aws", "pulumi_kubernetes"])
def test_every_variable_that_a_provider_reads_is_digested(sdk):
    spec = find_spec(sdk)
    assert spec and spec.origin
    source = (Path(spec.origin).parent / "provider.py").read_text(encoding="utf-8")
    read = set(re.findall(r"'([A-Z][A-Z0-9_]+)'", " ".join(re.findall(r"get_env\w*\(([^)]*)\)", source))))
    assert read
    assert {name for name in read if not name.startswith("PULUMI_")} <= set(ENVIRONMENT)


def test_a_time_that_a_tool_sets_back_is_not_the_time_of_a_change(program):
    before = program_state(program).changed_at
    file = program / "components" / "network" / "network.py"
    os.utime(file, (0, 0))
    assert program_state(program).changed_at >= before


def test_the_digest_covers_every_layer_that_the_program_imports():
    imported = {*MAY_IMPORT["__main__"]}
    for layer in MAY_IMPORT["__main__"]:
        imported |= {name for name in MAY_IMPORT[layer] if name != "paved"}
    assert {name.removesuffix(".py").split("/")[0] for name in CODE} == {*imported, *LEAVES, "paved"}
    assert all((ROOT / name).exists() for name in CODE)
