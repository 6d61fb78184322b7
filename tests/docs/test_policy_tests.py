"""docs/reference/policy-tests.md has the figures of what the rules catch."""

import json
import os
from collections import Counter, defaultdict
from pathlib import Path

import yaml

from policies.registry import GROUPS, RULES
from tests.policies.widenings import NOBODY

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "policy-tests.md"
MUTATIONS = json.loads((ROOT / "tests/golden/policies/mutations.json").read_text(encoding="utf-8"))
UNRAISED = yaml.safe_load((ROOT / "tests/policies/unraised.yaml").read_text(encoding="utf-8"))
WIDENINGS = json.loads((ROOT / "tests/golden/policies/widenings.json").read_text(encoding="utf-8"))
BEFORE = json.loads((ROOT / "tests/golden/policies/widenings-before.json").read_text(encoding="utf-8"))
SILENT = yaml.safe_load((ROOT / "tests/policies/silent.yaml").read_text(encoding="utf-8")) or []
JUDGES = yaml.safe_load((ROOT / "tests/policies/judges.yaml").read_text(encoding="utf-8"))
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

WIDENINGS_HEAD = """
## One thing wider at a time

A deletion is seen because something is missing. Whoever opens a plan by mistake or on purpose adds something instead: a
principal of another account, a wildcard that is spelt otherwise, a condition that never bites, the same pod in another
kind, a threshold that nothing reaches. A [grammar](../../tests/policies/widening) makes such changes of six sample
stacks, one at a time, and says of each which rule forbids it by its own text. `python -m tests.policies.widenings
--silent` lists those that nobody finds.

- found: a rule finds something that it did not find before, the rule that claims it or another
- undetermined: no rule finds anything, and one says that it cannot tell before `up`
- silent: no rule says anything
- before: the same with the rules of 2026-11-30, which this was written for

| rule | claimed | found | undetermined | silent | ratio | found or undetermined before |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |
"""

SILENT_HEAD = """
### Claimed and silent

| rule | widening | why |
| --- | --- | --- |
"""

CHECKOV_HEAD = """
## Compared with Checkov

An independent judge reads the same plans: Checkov 3.3.30 over the AWS resources in the shape of Terraform's JSON and
over the rendered Kubernetes manifests of every sample stack. What it finds and our rules do not stands here with the
reason; the test fails for a finding that is not here, and for a line here that Checkov no longer finds.

| check | on | in | why our rules do not ask it |
| --- | --- | --- | --- |
"""

JUDGES_HEAD = """
## Compared with Prowler and cdk-nag

Prowler reads an account and cdk-nag a template, so neither can read a plan of ours. Their controls of the types of
resources that the samples make stand here beside what our rules ask: the same, something stricter, nothing because it
is not needed, or nothing though it might be asked. They were read at Prowler 3e000fa (2026-08-21) and cdk-nag ca6d1b5
(2026-06-29); that an answer holds is shown by the cases and the changes of the rule that it names.
"""


def page():
    lines = [HEAD, *figures(), UNRAISED_HEAD.rstrip("\n")]
    lines += [f"| {rule} | {why} |" for rule, why in sorted(UNRAISED.items())]
    lines += [WIDENINGS_HEAD.rstrip("\n"), *ratios(), *silent()]
    lines += [CHECKOV_HEAD.rstrip("\n")]
    lines += [
        f"| {each['check']} | {each['resources']} | {', '.join(each.get('only', ['every stack']))} | {each['why']} |"
        for each in CHECKOV
    ]
    lines += [JUDGES_HEAD.rstrip("\n"), *judges()]
    return "\n".join(lines) + "\n"


def judges():
    """The figures of the answers, and a table for each subject that has controls."""
    answers = Counter(answer for subject in JUDGES for _, answer, _ in compared(subject))
    yield ""
    yield "| answer | controls |"
    yield "| --- | ---: |"
    yield from (f"| {answer} | {answers[answer]} |" for answer in ("same", "stricter", "unneeded", "missing"))
    for subject in JUDGES:
        yield ""
        yield f"### {subject['about']}"
        yield ""
        if "why" in subject:
            yield subject["why"]
        else:
            yield "| control | answer | rule, or why |"
            yield "| --- | --- | --- |"
            yield from (f"| {' | '.join(each)} |" for each in compared(subject))


def compared(subject):
    """Each control of a subject, the answer, and the rules or the reason."""
    for judge in ("prowler", "cdk-nag"):
        for control, said in subject[judge].items():
            answer, what = next(iter(said.items()))
            text = what if isinstance(what, str) else ", ".join(what)
            yield control, answer, f"{text}: {said['how']}" if "how" in said else text


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


def ratios():
    """A line for each rule that claims a widening, one for all of them, and a sentence on those that nobody claims."""
    before = before_by_rule()
    for rule, now in WIDENINGS.items():
        if rule != NOBODY:
            yield ratio(rule, now, before.get(rule, Counter()))
    claimed = sum((Counter(now) for rule, now in WIDENINGS.items() if rule != NOBODY), Counter())
    yield ratio("all", claimed, sum((before[rule] for rule in WIDENINGS if rule != NOBODY), Counter()))
    unclaimed = WIDENINGS.get(NOBODY, {})
    yield ""
    yield (
        f"{sum(unclaimed.values())} more changes are claimed by no rule: some harm nobody, others wait for a rule; "
        f"{unclaimed.get('by another', 0)} of them are found all the same."
    )


def before_by_rule():
    """The figures of before, under the rules that answer for them today."""
    found = defaultdict(Counter)
    ids = {rule.id for rule in RULES if rule.check}
    for claims, counts in BEFORE.items():
        found[next((rule for rule in claims.split() if rule in ids), NOBODY)].update(counts)
    return found


def ratio(rule, now, before):
    total, silent = sum(now.values()), now.get("silent", 0)
    found = now.get("killed", 0) + now.get("by another", 0)
    cells = (rule, total, found, now.get("undetermined", 0), silent, share(total, silent))
    return f"| {' | '.join(map(str, cells))} | {share(sum(before.values()), before['silent'])} |"


def share(total, silent):
    return f"{100 * (total - silent) / total:.0f} %" if total else "-"


def silent():
    if SILENT:
        yield SILENT_HEAD.rstrip("\n")
        yield from (f"| {each['rule']} | {each['widening']} | {each['why']} |" for each in SILENT)


def test_the_page_has_the_figures_of_the_tests():
    if os.environ.get("UPDATE_GOLDEN"):
        PAGE.write_text(page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "write it anew with `UPDATE_GOLDEN=1 pytest tests/docs/test_policy_tests.py`"
    )
