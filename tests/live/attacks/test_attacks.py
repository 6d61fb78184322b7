"""What a member, an operator or a stranger tries in a team's namespace, and the same without the attack."""

import pytest

from tests.live.attacks.attack import Attack
from tests.live.attacks.conftest import ATTACKS, knows
from tests.live.cluster import Cluster
from tests.live.conftest import POLICED

pytestmark = POLICED
EACH = pytest.mark.parametrize("attack", ATTACKS, ids=lambda each: each.name)


@EACH
def test_an_attack_is_refused_by_its_policy_and_its_twin_passes(policed: Cluster, attack: Attack):
    if not knows(attack.kind):
        pytest.skip(f"the cluster does not know {attack.kind}")
    refusal = attack.attempt.refusal(policed) or "it was accepted"
    assert attack.told in refusal
    assert f"'{attack.policy}'" in refusal
    assert attack.twin.refusal(policed) is None
