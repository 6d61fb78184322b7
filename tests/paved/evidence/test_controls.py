"""The state of a rule for an auditor: one that the stack's level does not take in is not said to have found nothing."""

import pytest

from paved.evidence.controls import state
from policies.evaluation import Finding, PolicyReport
from policies.registry import BY_ID

FOUND = Finding(rule="SE-03", urn="urn::one", resource="Thing one", message="is wrong")


@pytest.mark.parametrize(
    ("promised", "findings", "above", "said"),
    [
        ("hardened", (), (FOUND,), "binds from regulated on"),
        ("hardened", (), (), "binds from regulated on"),
        ("regulated", (), (), "no finding"),
        ("regulated", (FOUND,), (), "violated"),
    ],
)
def test_a_rule_above_the_promise_is_said_to_bind_from_its_level_on(promised, findings, above, said):
    report = PolicyReport(
        stack="a-prod",
        security=promised,
        findings=findings,
        undetermined=(),
        excepted=(),
        passed=0,
        pending=(),
        above=above,
    )
    assert state(BY_ID["SE-03"], report) == said
