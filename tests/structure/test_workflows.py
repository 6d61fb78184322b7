"""Pipelines run code of this repository alone, and what a stranger writes is never part of a command."""

import re

import pytest
import yaml

from tests.conftest import STACKS

WORKFLOWS = sorted((STACKS.parent / ".github" / "workflows").glob("*.yml"))
OF_STRANGERS = re.compile(r"github\.(event|head_ref|ref_name)")
"""Expressions whose value the author of a pull request may choose."""


def read(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def steps(workflow):
    found = []
    for job in workflow["jobs"].values():
        found += job["steps"]
    return found


def triggers(workflow):
    # YAML 1.1 reads the key `on` as true.
    return workflow.get("on", workflow.get(True))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_no_action_of_anybody_else_runs(path):
    assert [step["uses"] for step in steps(read(path)) if "uses" in step] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_no_command_holds_text_of_a_stranger(path):
    for step in steps(read(path)):
        assert not OF_STRANGERS.search(re.sub(r"\$\{\{.*?github\.token.*?\}\}", "", step["run"]))
        assert "${{" not in step["run"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_pipeline_may_read_and_only_the_review_may_comment(path):
    writes = {"pull-requests": "write"} if path.stem == "review" else {}
    assert read(path)["permissions"] == {"contents": "read", **writes}


def test_where_a_pipeline_may_write_it_runs_nothing_of_the_change():
    for path in WORKFLOWS:
        workflow = read(path)
        if "pull_request_target" not in triggers(workflow):
            continue
        commands = "\n".join(step["run"] for step in steps(workflow))
        assert re.findall(r"git checkout \S+ (\S+)", commands) == ['"refs/paved/change^1"']
        assert "--at refs/paved/change" in commands
