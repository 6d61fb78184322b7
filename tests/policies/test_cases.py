"""Each rule over a small stack that satisfies it, and over the same stack broken in one way at a time.

`cases/*.yaml` hold the stacks and the ways to break them; tests/golden/policies/cases.json what is then found, word
for word. `$unknown` is a value that is known only after `up`.
"""

import copy
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from policies.context import Context
from policies.datasets import DatasetLocation
from policies.evaluation import evaluate_rule
from policies.exceptions import EXCEPTION_RULES, FAILED
from policies.registry import BY_ID, RULES
from policies.resources import JudgedStack, Resource
from policies.settings import Settings
from pricing.guard import AccountBudget, Estimated, Limits
from reference.vocabulary import UNKNOWN

AS_OF = date(2026, 11, 21)
FILES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))
CASES = {
    rule: case
    for path in FILES
    for rule, case in yaml.safe_load(path.read_text(encoding="utf-8")).items()
    if rule != "base"
}
BROKEN = [
    (rule, kind, name)
    for rule, case in CASES.items()
    for kind in ("fails", "unknown")
    for name in case.get(kind, {})
]
FOUND_AFTER_THE_OTHERS = {*EXCEPTION_RULES, FAILED}


def keys(path):
    return [key.replace("~1", "/") for key in path.split("/")]


def step(node, key):
    return node[int(key)] if isinstance(node, list) else node[key]


def assign(resources, path, value):
    name, *parts = keys(path)
    node = resources[name]["properties"]
    for key in parts[:-1]:
        node = node.setdefault(key, {}) if isinstance(node, dict) else node[int(key)]
    if isinstance(node, list):
        node[int(parts[-1]) :] = [value, *node[int(parts[-1]) + 1 :]]
    else:
        node[parts[-1]] = value


def drop(resources, path):
    name, *parts = keys(path)
    if not parts:
        del resources[name]
        return
    node = resources[name]["properties"]
    for key in parts[:-1]:
        node = step(node, key)
    del node[int(parts[-1]) if isinstance(node, list) else parts[-1]]


def known(value):
    if value == "$unknown":
        return UNKNOWN
    if isinstance(value, dict):
        return {key: known(item) for key, item in value.items()}
    return [known(item) for item in value] if isinstance(value, list) else value


def broken(case, change):
    """The resources of a case after one change."""
    resources = {each["name"]: copy.deepcopy(each) for each in case["resources"]}
    for each in change.get("add", ()):
        resources[each["name"]] = copy.deepcopy(each)
    for path in change.get("drop", ()):
        drop(resources, path)
    for path, value in {**change.get("set", {}), **change.get("also", {})}.items():
        if path == "also":
            for other, second in value.items():
                assign(resources, other, second)
        else:
            assign(resources, path, value)
    for name, refs in change.get("refs", {}).items():
        resources[name]["refs"] = refs
    for name in change.get("unprotect", ()):
        resources[name]["protect"] = False
    return resources


def stack_of(case, change):
    resources = broken(case, change)
    urns = {name: f"urn:pulumi:a-prod::paved::{each['type']}::{name}" for name, each in resources.items()}
    listed = [
        Resource(
            urn=urns[name],
            type=each["type"],
            name=name,
            properties=known(each["properties"]),
            provider=urns.get(each.get("provider")),
            protect=each.get("protect", False),
            property_dependencies={
                key: tuple(urns[to] for to in targets if to in urns)
                for key, targets in each.get("refs", {}).items()
            },
        )
        for name, each in resources.items()
    ]
    about = {**case.get("context", {}), **change.get("context", {})}
    about["dataset_locations"] = {
        name: DatasetLocation(**each) for name, each in about.get("dataset_locations", {}).items()
    }
    if about.get("estimated"):
        about["estimated"] = estimated(about["estimated"], urns)
    context = Context(stack="a-prod", as_of=change.get("as_of", AS_OF), **about)
    return JudgedStack(listed, context, Settings(**change.get("settings", {})))


def estimated(about, urns):
    """What a stack costs: amounts are text, what has no price is named by its resource."""
    limits = {key: Decimal(amount) for key, amount in about.get("limits", {}).items()}
    account = {key: Decimal(amount) for key, amount in about.get("account", {}).items()}
    return Estimated(
        expected_usd=Decimal(about["expected_usd"]),
        ceiling_usd=Decimal(about["ceiling_usd"]),
        limits=Limits(**limits) if limits else None,
        account=AccountBudget(**account) if account else None,
        unpriced={urns[name]: why for name, why in about.get("unpriced", {}).items()},
    )


def verdict(rule, change):
    """What a rule finds and cannot tell of a case, and on how many resources it passes."""
    stack = stack_of(CASES[rule], change)
    verdicts = [evaluate_rule(BY_ID[rule], each, stack) for each in stack.of(*BY_ID[rule].kinds)]
    found = [
        f"{each.level.value}: {each.resource}: {each.message}" for one in verdicts for each in one.broken
    ]
    unsure = [f"{each.resource}: {each.message}" for one in verdicts for each in one.unsure]
    return sorted(found), sorted(unsure), sum(one.is_pass for one in verdicts)


def test_every_rule_has_a_stack_that_passes_ways_to_fail_and_an_unknown():
    assert set(CASES) == {rule.id for rule in RULES if rule.check} - FOUND_AFTER_THE_OTHERS
    for case in CASES.values():
        assert case["fails"]
        assert case.get("unknown") or case["nothing_unknown"]


@pytest.mark.parametrize("rule", CASES)
def test_a_stack_with_all_that_a_rule_asks_passes(rule):
    found, unsure, passed = verdict(rule, {})
    assert (found, unsure) == ([], [])
    assert passed or rule == "ID-01"


@pytest.mark.parametrize(("rule", "kind", "name"), BROKEN)
def test_a_stack_that_is_broken_in_one_way_does_not_pass_for_it(rule, kind, name):
    found, unsure, _ = verdict(rule, CASES[rule][kind][name])
    assert found if kind == "fails" else unsure and not found
    if name.endswith("is advice"):
        assert all(each.startswith("advisory") for each in found)


def test_what_is_found_is_said_as_reviewed(golden):
    results = {}
    for rule, kind, name in BROKEN:
        found, unsure, _ = verdict(rule, CASES[rule][kind][name])
        results.setdefault(rule, {})[name] = {"found": found, "undetermined": unsure}
    golden("policies/cases.json", results)


@pytest.mark.parametrize(
    ("rule", "kind", "name"), [each for each in BROKEN if BY_ID[each[0]].scope == "resource"]
)
def test_a_rule_of_one_resource_needs_no_other(rule, kind, name):
    """The engine asks such a rule before it makes the resource, and hands it nothing but the provider."""
    stack = stack_of(CASES[rule], CASES[rule][kind][name])
    for subject in stack.of(*BY_ID[rule].kinds):
        provider = stack.provider_of(subject)
        alone = JudgedStack([subject, *([provider] if provider else [])], stack.context, stack.settings)
        assert evaluate_rule(BY_ID[rule], subject, alone) == evaluate_rule(BY_ID[rule], subject, stack)
