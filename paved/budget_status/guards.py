"""Guards of a team's budget: whether each would warn of spend, or stop it, and why not."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from paved.budget_status.cost_tags import CostTag

Verdict = Literal["armed", "unarmed", "unknown"]
PENDING = "PendingConfirmation"
"""Stands in SNS for the ARN of a subscription that its reader has not confirmed."""
FAILED = ("EXECUTION_FAILURE", "RESET_FAILURE", "REVERSE_FAILURE")
FREEZE_STATES = {
    "STANDBY": "stands by; pools of the platform are shared, and not frozen by it",
    "PENDING": "waits for approval: until then new nodes start",
    "EXECUTION_SUCCESS": "frozen: no new nodes until the month ends",
}
"""The effect of the freeze, by the status of its action in AWS Budgets."""


@dataclass(frozen=True, kw_only=True)
class Guard:
    """One guard, and why it would or would not act."""

    name: str
    verdict: Verdict
    why: str


@dataclass(frozen=True, kw_only=True)
class BudgetFacts:
    """Facts of an account about one team's budget.

    `budget` and `actions` are as AWS Budgets describes them, `budget` is None where there is none. `cost_tag` is
    None where only the payer may ask. `readers` are the subscriptions of the alerts' topic, None without one.
    """

    budget: Mapping[str, Any] | None
    notifications: Sequence[Mapping[str, Any]]
    actions: Sequence[Mapping[str, Any]]
    cost_tag: CostTag | None
    readers: Sequence[Mapping[str, Any]] | None


def budget_guards(declared: Mapping[str, Any], facts: BudgetFacts) -> list[Guard]:
    """The guards of a stack. `declared` is its output `budget`."""
    found = [_budget(declared, facts), _cost_tag(facts)]
    found.extend(_notifications(declared, facts))
    found.extend(_freeze(declared, facts))
    found.extend(_readers(facts))
    return found


def all_armed(guards: Sequence[Guard]) -> bool:
    """Whether every guard would act, as far as anybody knows."""
    return all(guard.verdict == "armed" for guard in guards)


def _budget(declared: Mapping[str, Any], facts: BudgetFacts) -> Guard:
    if facts.budget is None:
        return _unarmed("budget", f"no budget `{declared['budget_name']}`: deploy the stack")
    if "planned_usd" in declared:
        return _planned_budget(declared, facts.budget)
    limit, wanted = Decimal(facts.budget["BudgetLimit"]["Amount"]), Decimal(declared["limit_usd"])
    if limit != wanted:
        return _unarmed("budget", f"is {limit:,.2f} USD, the file says {wanted:,.2f}: deploy the stack")
    return _armed("budget", f"{limit:,.2f} USD a month")


def _planned_budget(declared: Mapping[str, Any], budget: Mapping[str, Any]) -> Guard:
    # AWS keys the limits by epoch seconds, the file by month: amounts are compared, in order of size.
    limits = [Decimal(limit["Amount"]) for limit in budget.get("PlannedBudgetLimits", {}).values()]
    if sorted(limits) != sorted(map(Decimal, declared["planned_usd"].values())):
        return _unarmed("budget", "its planned months are not the file's: deploy the stack")
    return _armed("budget", "planned months as in the file")


def _cost_tag(facts: BudgetFacts) -> Guard:
    name, tag = "cost tag", facts.cost_tag
    if tag is None:
        why = "only the payer account may ask: run `paved tags` there"
        return Guard(name=name, verdict="unknown", why=why)
    if tag.status == "active":
        # Activation is not retroactive: spend of the days before carries no tag in any bill.
        since = f" since {tag.since}: spend before counts as nobody's" if tag.since else ""
        return _armed(name, f"`{tag.key}` is active{since}")
    if tag.status == "inactive":
        reason = "is not active, so the budget reads 0: run `paved tags --activate` in the payer account"
        return _unarmed(name, f"`{tag.key}` {reason}")
    reason = "so the budget reads 0: AWS takes up to a day after the first `up`"
    return _unarmed(name, f"no bill has shown `{tag.key}` yet, {reason}")


def _notifications(declared: Mapping[str, Any], facts: BudgetFacts) -> Iterator[Guard]:
    if facts.budget is None:
        return
    yield _spent_alert(declared["actual_percent"], facts)
    yield _forecast_alert(declared["forecast_percent"], facts, facts.budget)


def _spent_alert(percents: Sequence[int], facts: BudgetFacts) -> Guard:
    if missing := _missing(percents, facts, "ACTUAL"):
        return _unarmed("spent alert", f"none at {_percents(missing)}: deploy the stack")
    return _armed("spent alert", f"at {_percents(percents)}, 8 to 24 hours late")


def _forecast_alert(percents: Sequence[int], facts: BudgetFacts, budget: Mapping[str, Any]) -> Guard:
    if missing := _missing(percents, facts, "FORECASTED"):
        return _unarmed("forecast alert", f"none at {_percents(missing)}: deploy the stack")
    # A new team has no history that AWS could forecast from, and its alert would never ring.
    if "ForecastedSpend" not in budget.get("CalculatedSpend", {}):
        return _unarmed("forecast alert", "AWS has no forecast yet: it needs weeks of spend first")
    return _armed("forecast alert", f"at {_percents(percents)}")


def _missing(percents: Sequence[int], facts: BudgetFacts, kind: str) -> list[int]:
    """The declared percentages that no notification of a kind has."""
    found = {int(each["Threshold"]) for each in facts.notifications if each["NotificationType"] == kind}
    return [percent for percent in percents if percent not in found]


def _freeze(declared: Mapping[str, Any], facts: BudgetFacts) -> Iterator[Guard]:
    if "freeze" not in declared:
        return
    actions = [action for action in facts.actions if action["ActionType"] == "APPLY_IAM_POLICY"]
    statuses = [str(action["Status"]) for action in actions]
    if not statuses:
        yield _unarmed("freeze", "no action on the budget: deploy the stack")
    elif failed := [status for status in statuses if status in FAILED]:
        yield _unarmed(
            "freeze",
            f"AWS reports {failed[0]}: look at the action, and at the 10 policies a role may have",
        )
    else:
        yield _armed("freeze", FREEZE_STATES.get(statuses[0], statuses[0]))


def _readers(facts: BudgetFacts) -> Iterator[Guard]:
    if facts.readers is None:
        return
    waiting = sorted(each["Endpoint"] for each in facts.readers if each["SubscriptionArn"] == PENDING)
    if not facts.readers:
        yield _unarmed("alert readers", "nobody reads the topic of the alerts")
    elif waiting:
        why = f"not confirmed by {', '.join(waiting)}: the mail from AWS has a link"
        yield _unarmed("alert readers", why)
    else:
        yield _armed("alert readers", f"{len(facts.readers)} confirmed")


def _armed(name: str, why: str) -> Guard:
    return Guard(name=name, verdict="armed", why=why)


def _unarmed(name: str, why: str) -> Guard:
    return Guard(name=name, verdict="unarmed", why=why)


def _percents(values: Sequence[int]) -> str:
    return ", ".join(f"{value}%" for value in values)
