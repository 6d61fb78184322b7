"""Every expression of every policy, replaced by one that always holds: some attack gets through then."""

import copy
from collections import defaultdict
from collections.abc import Iterator

from tests.live.attacks.attack import Attack
from tests.live.attacks.conftest import ATTACKS, knows
from tests.live.cluster import Cluster, Manifest
from tests.live.conftest import POLICED, Deployed

pytestmark = POLICED
SECONDS = 10
"""The time in which the API server reads a changed policy."""


def by_policy() -> dict[str, list[Attack]]:
    """The attacks that the cluster knows the kinds of, by the policy that refuses them."""
    found: dict[str, list[Attack]] = defaultdict(list)
    for each in ATTACKS:
        if knows(each.kind):
            found[each.policy].append(each)
    return found


def mutants(policy: Manifest) -> Iterator[tuple[str, str, Manifest]]:
    """A policy with one of its expressions always true: the expression, its message, the mutant."""
    for number, rule in enumerate(policy["spec"]["validations"]):
        mutant = copy.deepcopy(policy)
        mutant["spec"]["validations"][number]["expression"] = "true"
        yield rule["expression"], rule["messageExpression"], mutant


def survives(cluster: Cluster, attacks: list[Attack], message: str) -> bool:
    """Whether no attack gets through, of those that the rule refuses, within the time that a change takes."""
    likely = sorted(attacks, key=lambda each: each.told not in message)

    def through() -> bool:
        return any(each.attempt.refusal(cluster) is None for each in likely if each.told in message)

    try:
        cluster.wait("an attack", through, SECONDS)
    except AssertionError:
        return all(each.attempt.refusal(cluster) is not None for each in likely)
    return False


def test_every_expression_holds_an_attack_back(deployment: Deployed, policed: Cluster):
    attacks, survivors = by_policy(), []
    for policy in deployment.platform.of("ValidatingAdmissionPolicy"):
        name = policy["metadata"]["name"]
        try:
            for expression, message, mutant in mutants(policy):
                policed.apply([mutant])
                if survives(policed, attacks[name], message):
                    survivors.append(f"{name}: {expression}")
        finally:
            policed.apply([policy])
    assert survivors == []
