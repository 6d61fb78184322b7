"""The accounts that hands are laid on: sample stacks rehearsed, with AWS's answers where the simulator has none."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from paved.audit.audit import audit
from paved.audit.audited_stack import AuditedStack, SimulatorLimits
from paved.audit.outcome import Audit
from paved.audit.rehearsed import simulator_limits
from paved.aws.reading.account import AccountReader
from paved.aws.services import simulator_gaps
from paved.plan.planner import Planner
from paved.rehearsal.rehearsal import Rehearsal, rehearse
from tests.paved.audit.as_aws import AsAws, Clients
from tests.paved.audit.sabotage.hand import PROD, RISK, Hand

ANSWERED = ("foundation-prod", "vision-prod")
"""Stacks for which every call that the simulator lacks is answered as AWS would."""
STACKS = (*ANSWERED, "foundation-risk")
DESCRIPTIONS = SimulatorLimits(
    validated=frozenset(), gaps=tuple(gap for gap in simulator_gaps() if gap.property == "description")
)


class Accounts:
    """Two accounts, each with hands laid on it."""

    def __init__(self, planner: Planner, rehearsal: Rehearsal):
        self._planner, self._rehearsal = planner, rehearsal
        plans = [planner.plan(name) for name in ANSWERED]
        self._prod = AsAws(rehearsal.session("vision-prod"), *plans)
        self._risk = Clients(rehearsal.session("foundation-risk"), {})

    def hand(self, stack: str) -> Hand:
        """A hand in the account of a stack."""
        clients: Any = self._prod if stack in ANSWERED else self._risk
        number = PROD if stack in ANSWERED else RISK
        return Hand(self._rehearsal.session(stack), clients.answers, number)

    def audit(self, stack: str) -> Audit:
        """The audit of a stack in its account as it is now."""
        answered = stack in ANSWERED
        clients = self._prod if answered else self._risk
        limits = DESCRIPTIONS if answered else simulator_limits(self._rehearsal, stack)
        return audit(AuditedStack.of(self._planner, stack), AccountReader(clients), limits)


@contextmanager
def accounts(planner: Planner) -> Iterator[Accounts]:
    """Rehearse the stacks, and lay open their accounts."""
    for name in (*STACKS, "platform-prod"):
        planner.plan(name)  # a plan is not made while a rehearsal is open
    with rehearse(planner.folder, list(STACKS)) as rehearsal:
        yield Accounts(planner, rehearsal)
