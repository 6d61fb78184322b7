"""No rule appears, disappears or changes its name unseen."""

import pytest

from policies.registry import BY_ID, GROUPS, RULES
from policies.rule import Level

OURS = {
    "CO-08",
    "CO-09",
    "CO-10",
    "DE-08",
    "DR-10",
    "ID-11",
    "ID-12",
    "ID-13",
    "ID-15",
    "ID-16",
    "ID-17",
    "ID-18",
    "K8-10",
    "K8-11",
    "K8-12",
    "K8-13",
    "K8-14",
    "K8-15",
    "K8-16",
    "K8-17",
    "K8-18",
    "K8-19",
    "K8-20",
    "NW-10",
    "NW-11",
    "NW-12",
    "NW-13",
    "NW-14",
    "NW-15",
    "NW-16",
    "RE-13",
}
"""Rules that are not of the catalogue."""


def test_the_list_of_rules_is_the_reviewed_one(golden):
    lines = [f"{rule.id} {rule.name}{' (pending)' if rule.pending else ''}" for rule in RULES]
    golden("policies/rules.txt", "\n".join(lines) + "\n")


def test_ids_and_names_are_each_of_one_rule():
    assert len(BY_ID) == len(RULES) == len({rule.name for rule in RULES})


def test_the_rules_of_the_catalogue_and_of_the_levels_are_all_listed():
    wanted = {"ID": 10, "EN": 8, "NW": 9, "DR": 9, "DE": 7, "K8": 9, "ML": 10, "CO": 7, "RE": 12, "SE": 6}
    expected = {f"{group}-{number:02}" for group, most in wanted.items() for number in range(1, most + 1)}
    assert {rule.id for rule in RULES if rule.id[:2] != "PX"} == expected | OURS


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_answers_what_a_reader_asks(rule):
    assert rule.id[:2] in GROUPS
    assert rule.title and not rule.title.endswith(".")
    for sentence in (rule.why, rule.fix):
        assert not sentence[0].islower() and sentence.endswith(".")
    assert rule.owner in {"security", "platform", "finops", "ml-governance"}
    assert rule.scope == "stack" or rule.kinds


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_of_kubernetes_objects_says_what_the_cluster_holds(rule):
    looks = any(kind == "*" or kind.startswith("kubernetes:") for kind in rule.kinds)
    assert rule.cluster or not looks


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_is_as_strict_in_prod_as_anywhere(rule):
    levels = rule.enforcement
    assert levels.level(None) is levels.prod
    if Level.MANDATORY in (levels.dev, levels.staging):
        assert levels.prod is Level.MANDATORY
