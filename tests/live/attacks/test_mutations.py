"""Every expression of every policy, replaced by one that always holds: some attack gets through then."""

import copy
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from tests.live.attacks.attack import Attack
from tests.live.attacks.conftest import ATTACKS, knows
from tests.live.cluster import Cluster, Manifest
from tests.live.conftest import POLICED, Deployed

pytestmark = POLICED
SHORT = 12
"""Texts of a message that are too short to tell it from others."""
SECONDS = 6
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


@dataclass(frozen=True)
class Refused:
    """An attack, and the words by which it is refused while every rule holds."""

    attack: Attack
    words: str


def by_policy(cluster: Cluster) -> dict[str, list[Refused]]:
    """The attacks that the cluster knows the kinds of, by the policy that refuses them."""
    found: dict[str, list[Refused]] = defaultdict(list)
    for each in ATTACKS:
        if knows(each.kind):
            found[each.policy].append(Refused(each, each.attempt.refusal(cluster) or ""))
    return found


def told(message: str, words: str) -> bool:
    """Whether a message, an expression of texts and values, has been told in these words."""
    texts = [text for text in re.findall(r"'([^']*)'", message) if len(text) > SHORT]
    return bool(texts) and all(text in words for text in texts[:1])


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


def through(cluster: Cluster, attacks: list[Refused], mutant: Mutant) -> bool:
    """Whether an attack gets through, of those whose refusal the mutated rule tells."""
    tried = [each.attack for each in attacks if told(mutant.message, each.words)]
    return any(each.attempt.refusal(cluster) is None for each in tried)


def survives(cluster: Cluster, attacks: list[Refused], mutant: Mutant) -> bool:
    """Whether no attack gets through within the time that a changed policy takes."""
    try:
        cluster.wait("an attack", lambda: through(cluster, attacks, mutant), SECONDS)
    except AssertionError:
        return True
    return False


def test_every_expression_holds_an_attack_back(deployment: Deployed, policed: Cluster):
    attacks, survivors = by_policy(policed), []
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
                    survivors.append(f"{mutant.name}: {mutant.message}")
    finally:
        policed.apply(policies)
    assert not survivors, "\n".join(survivors)
