"""`paved access` prints rights, and data of them."""

import json
import shutil
from pathlib import Path

import pytest

from paved.cli import run
from tests.conftest import STACKS


@pytest.fixture
def copy(tmp_path):
    """The sample stack files in a folder that git does not know, so that no commit shows in what is printed."""
    folder = tmp_path / "stacks"
    folder.mkdir()
    for path in STACKS.glob("Pulumi.*.yaml"):
        shutil.copy(path, folder)
    return str(folder)


def test_a_team_sees_its_members_pods_and_nodes(paved, golden, sample_plans, copy):
    said = paved("access", "vision-prod", "--stacks", copy).replace(copy, "stacks")
    golden("cli/access-vision-prod.txt", said)


def test_a_review_is_a_page_to_sign(paved, golden, copy):
    golden("cli/access-all.txt", paved("access", "--all", "--stacks", copy).replace(copy, "stacks"))


def test_a_review_of_some_has_those_below_them(capsys):
    assert run(["access", "vision-prod", "ranking-dev", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert {grant["stack"] for grant in data["grants"]} == {
        "foundation-dev",
        "foundation-prod",
        "vision-prod",
    }
    [oncall] = [grant for grant in data["grants"] if grant["name"] == "vision-oncall"]
    assert (oncall["form"], oncall["rights"]) == ("group", "operate")
    assert set(oncall["since"]) == {"day", "commit", "author", "note"}


@pytest.mark.parametrize("arguments", [(), ("vision-prod", "--all")])
def test_which_stacks_must_be_plain(paved, arguments):
    assert "name a STACK, several for a review, or all with `--all`" in paved("access", *arguments)


def test_json_has_every_holder(capsys, sample_plans):
    assert run(["access", "vision-prod", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert {holder["kind"] for holder in data["holders"]} == {
        "groups",
        "nodes",
        "people",
        "pods",
        "services",
    }
    named = {holder["name"]: holder["since"] for holder in data["holders"] if holder["since"]}
    assert {"vision-engineers", "group oidc:vision-oncall", "paved-vision-prod-ci", "paved-deploy"} <= set(
        named
    )


def test_an_unknown_stack_gets_a_suggestion(paved, golden):
    golden("cli/access-unknown-stack.txt", paved("access", "vision-prd"))


@pytest.mark.parametrize("what", ["folder", "link to nothing", "no YAML", "no text"])
def test_a_review_without_a_file_that_cannot_be_read_is_refused(what, paved, copy):
    path = Path(copy) / "Pulumi.odd-prod.yaml"
    match what:
        case "folder":
            path.mkdir()
        case "link to nothing":
            path.symlink_to("nowhere")
        case "no YAML":
            path.write_text("config: [", encoding="utf-8")
        case "no text":
            path.write_bytes(b"\xff")
    said = paved("access", "--all", "--stacks", copy)
    assert "Pulumi.odd-prod.yaml" in said and "Reviewed by" not in said
    assert "exit 2" in said
