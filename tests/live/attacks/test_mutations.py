"""Every expression of every policy, replaced by one that always holds: some attack gets through then."""

import copy
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from tests.live.attacks.attack import Attack
from tests.live.attacks.conftest import ATTACKS, knows
from tests.live.cluster import Cluster, Manifest
from tests.live.conftest import POLICED, Deployed

pytestmark = POLICED
SECONDS = 10
"""The time in which the API server reads a changed policy."""


@dataclass(frozen=True)
class Mutant:
    """A policy with an expression always true, and the message of that rule."""

    policy: Manifest
    expression: str
    message: str

    @property
    def name(self) -> str:
        """The policy's name."""
        return str(self.policy["metadata"]["name"])


def by_policy() -> dict[str, list[Attack]]:
    """The attacks that the cluster knows the kinds of, by the policy that refuses them."""
    found: dict[str, list[Attack]] = defaultdict(list)
    for each in ATTACKS:
        if knows(each.kind):
            found[each.policy].append(each)
    return found


def mutants(policy: Manifest) -> list[Mutant]:
    """A policy with one of its expressions always true, for each of them."""
    found = []
    for number, rule in enumerate(policy["spec"]["validations"]):
        mutant = copy.deepcopy(policy)
        mutant["spec"]["validations"][number]["expression"] = "true"
        found.append(Mutant(mutant, rule["expression"], rule["messageExpression"]))
    return found


def rounds(policies: list[Manifest]) -> Iterator[list[Mutant]]:
    """The first mutant of every policy, then the second: an attack is on one policy, which others leave alone."""
    for together in zip_longest(*map(mutants, policies)):
        yield [each for each in together if each]


def through(cluster: Cluster, attacks: list[Attack], mutant: Mutant) -> bool:
    """Whether an attack gets through, of those whose refusal the mutated rule tells."""
    told = [each for each in attacks if each.told in mutant.message]
    return any(each.attempt.refusal(cluster) is None for each in told)


def survives(cluster: Cluster, attacks: list[Attack], mutant: Mutant) -> bool:
    """Whether no attack gets through within the time that a changed policy takes."""
    try:
        cluster.wait("an attack", lambda: through(cluster, attacks, mutant), SECONDS)
    except AssertionError:
        return True
    return False


def test_every_expression_holds_an_attack_back(deployment: Deployed, policed: Cluster):
    attacks, survivors = by_policy(), []
    policies = [
        each
        for each in deployment.platform.of("ValidatingAdmissionPolicy")
        if attacks[each["metadata"]["name"]]
    ]
    try:
        for together in rounds(policies):
            policed.apply([each.policy for each in together])
            for mutant in together:
                if survives(policed, attacks[mutant.name], mutant):
                    survivors.append(f"{mutant.name}: {mutant.message}: {mutant.expression}")
    finally:
        policed.apply(policies)
    assert survivors == []
