"""`paved policy` lists and shows the rules."""

import json

import pytest

from paved.cli import run
from policies.registry import RULES


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("list", ["policy", "list"]),
        ("show", ["policy", "show", "en-01"]),
        ("show-by-name", ["policy", "show", "no-world-ingress"]),
        ("show-pending", ["policy", "show", "ML-05"]),
        ("misspelt", ["policy", "show", "EN-1"]),
    ],
)
def test_the_rules_read_as_reviewed(name, arguments, paved, golden):
    golden(f"cli/policy-{name}.txt", paved(*arguments))


def test_json_holds_every_rule(capsys):
    assert run(["policy", "list", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert [rule["id"] for rule in data["rules"]] == [rule.id for rule in RULES]
    assert run(["policy", "show", "EN-01", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["controls"] == ["CKV_AWS_19", "CKV_AWS_145", "FSBP S3.17"]
