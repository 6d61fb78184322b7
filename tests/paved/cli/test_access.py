"""`paved access` prints rights, and data of them."""

import json

from paved.cli import run


def test_a_team_sees_its_members_pods_and_nodes(paved, golden, sample_plans):
    golden("cli/access-vision-prod.txt", paved("access", "vision-prod"))


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


def test_an_unknown_stack_gets_a_suggestion(paved, golden):
    golden("cli/access-unknown-stack.txt", paved("access", "vision-prd"))
