"""Every type that the samples' plans hold is known, and nothing else is."""

import re

import pytest

from policies.registry import BY_ID
from policies.rules.known_types import OF_ITSELF
from policies.rules.supply_chain import has_answer
from reference.known_types import known_types, types_without_rule
from tests.conftest import STACKS

NAMES = sorted(path.name.split(".")[1] for path in STACKS.glob("Pulumi.*.yaml"))


@pytest.mark.parametrize("name", NAMES)
def test_the_types_of_a_sample_are_listed_whatever_rules_say(name, plan_stack):
    """A rule that finds its types by structure names none: the list has to be whole without the rules."""
    types = {each.type.removesuffix("Patch") for each in plan_stack(name).resources}
    own = {each for each in types if not each.startswith((*OF_ITSELF, "pulumi:providers:"))}
    assert {each for each in own if not has_answer(each)} - known_types() == set()


def test_each_type_without_a_rule_of_its_own_has_a_reason():
    for type, why in types_without_rule().items():
        assert type.startswith(("aws:", "kubernetes:"))
        assert len(why) > 15 and not why.endswith(".")


def test_a_reason_names_rules_that_there_are():
    named = set(re.findall(r"\b[A-Z][A-Z0-9]-[0-9]{2}\b", " ".join(types_without_rule().values())))
    assert "K8-08" in named
    assert named <= set(BY_ID)


def test_types_of_other_packages_are_in_no_list():
    assert {type.partition(":")[0] for type in known_types()} == {"aws", "kubernetes"}
