"""Vision's budget in an account that answers as AWS would, and what its guards say of it."""

from datetime import date

import pytest

from paved.audit.audited_stack import AuditedStack
from paved.budget_status.account_facts import read_budget_facts
from paved.budget_status.guards import budget_guards
from paved.rehearsal.rehearsal import rehearse
from tests.paved.budget_status.budget_account import BudgetAccount

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def rehearsal(planner):
    planner.plan("vision-prod")  # a plan is not made while a rehearsal is open
    with rehearse(planner.folder, ["vision-prod"]) as made:
        yield made


@pytest.fixture
def account(rehearsal, planner):
    plans = [planner.plan(name) for name in ("foundation-prod", "vision-prod")]
    return BudgetAccount(rehearsal.session("vision-prod"), *plans)


@pytest.fixture
def audited_stack(planner):
    return lambda name: AuditedStack.of(planner, name)


@pytest.fixture
def guards(account, audited_stack):
    """The guards of vision-prod, as they are when they are asked for."""
    return lambda today=TODAY, stack="vision-prod": budget_guards(
        read_budget_facts(audited_stack(stack), account), today
    )
