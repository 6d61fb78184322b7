"""docs/reference/policy-tests.md has the figures of what the rules catch."""

import json
import os
from collections import Counter
from pathlib import Path

import yaml

from policies.registry import GROUPS, RULES

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "policy-tests.md"
MUTATIONS = json.loads((ROOT / "tests/golden/policies/mutations.json").read_text(encoding="utf-8"))
UNRAISED = yaml.safe_load((ROOT / "tests/policies/unraised.yaml").read_text(encoding="utf-8"))
CHECKOV = yaml.safe_load((ROOT / "tests/policies/checkov.yaml").read_text(encoding="utf-8"))["differences"]

HEAD = """# What the rules catch

<!-- Written by `UPDATE_GOLDEN=1 pytest tests/docs/test_policy_tests.py`, of what the tests of the rules record. -->

For a security engineer who asks whether the rules of [policies](policies.md) do what they say.

## One thing weaker at a time

A test takes one resource of each kind in three sample stacks and changes one thing of it: it deletes a property, a
statement of a policy document, the protection or the resource itself, turns a switch the other way, or lets a statement
allow everything. Each change raises exactly the rules that
[mutations.json](../../tests/golden/policies/mutations.json) names; most raise none, because most properties protect
nothing.
"""

UNRAISED_HEAD = """
### Rules that no change raises

A sample has nothing to weaken for them. [Cases](../../tests/policies/cases) of their own break each of them.

| rule | why |
| --- | --- |
"""

CHECKOV_HEAD = """
## Compared with Checkov

An independent judge reads the same plans: Checkov 3.3.30 over the AWS resources in the shape of Terraform's JSON and
over the rendered Kubernetes manifests of every sample stack. What it finds and our rules do not stands here with the
reason; the test fails for a finding that is not here, and for a line here that Checkov no longer finds.

| check | on | in | why our rules do not ask it |
| --- | --- | --- | --- |
"""


def page():
    lines = [HEAD, *figures(), UNRAISED_HEAD.rstrip("\n")]
    lines += [f"| {rule} | {why} |" for rule, why in sorted(UNRAISED.items())]
    lines += [CHECKOV_HEAD.rstrip("\n")]
    lines += [
        f"| {each['check']} | {each['resources']} | {', '.join(each.get('only', ['every stack']))} | {each['why']} |"
        for each in CHECKOV
    ]
    return "\n".join(lines) + "\n"


def figures():
    yield "| stack | changes | raise a finding | rules raised |"
    yield "| --- | ---: | ---: | ---: |"
    raised = Counter()
    for stack, changes in MUTATIONS.items():
        caught = [rules for rules in changes.values() if rules]
        in_stack = Counter()
        for rules in caught:
            in_stack.update(rules)
        yield f"| {stack} | {len(changes)} | {len(caught)} | {len(in_stack)} |"
        raised += in_stack
    checked = [rule for rule in RULES if rule.check]
    yield ""
    yield (
        f"{sum(map(len, MUTATIONS.values()))} changes raise {len(raised)} of the {len(checked)} rules that have a "
        f"check ({len(RULES) - len(checked)} more are pending). Changes by rule:"
    )
    yield ""
    for group, title in GROUPS.items():
        found = [f"{rule} {count}" for rule, count in sorted(raised.items()) if rule[:2] == group]
        if found:
            yield f"- {title}: {', '.join(found)}"


def test_the_page_has_the_figures_of_the_tests():
    if os.environ.get("UPDATE_GOLDEN"):
        PAGE.write_text(page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "write it anew with `UPDATE_GOLDEN=1 pytest tests/docs/test_policy_tests.py`"
    )
