"""Whether the guards of a team's budget are armed: what would warn of spend, or stop it, and what would not."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from paved.budget_status.cost_tags import CostTag

Verdict = Literal["armed", "unarmed", "unknown"]
PENDING = "PendingConfirmation"
"""What SNS gives as the ARN of a subscription that its reader has not confirmed."""
FAILED = ("EXECUTION_FAILURE", "RESET_FAILURE", "REVERSE_FAILURE")


@dataclass(frozen=True, kw_only=True)
class Guard:
    """One guard, and why it would or would not act."""

    name: str
    verdict: Verdict
    why: str


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What an account says of one team's budget.

    `budget` and `actions` are as AWS Budgets describes them, `budget` is None where there is none. `cost_tag` is
    None where only the payer may ask. `readers` are the subscriptions of the alerts' topic, None without one.
    """

    budget: Mapping[str, Any] | None
    notifications: Sequence[Mapping[str, Any]]
    actions: Sequence[Mapping[str, Any]]
    cost_tag: CostTag | None
    readers: Sequence[Mapping[str, Any]] | None


def guards(declared: Mapping[str, Any], facts: Facts) -> list[Guard]:
    """The guards of a stack. `declared` is its output `budget`."""
    return [
        _budget(declared, facts),
        _tag(declared, facts),
        *_notifications(declared, facts),
        *_freeze(declared, facts),
        *_readers(facts),
    ]


def armed(found: Sequence[Guard]) -> bool:
    """Whether every guard would act, as far as anybody knows."""
    return all(guard.verdict == "armed" for guard in found)


def _budget(declared: Mapping[str, Any], facts: Facts) -> Guard:
    name = "budget"
    if facts.budget is None:
        return Guard(
            name=name, verdict="unarmed", why=f"no budget `{declared['budget_name']}`: deploy the stack"
        )
    if "planned_usd" in declared:
        planned = sorted(
            Decimal(limit["Amount"]) for limit in facts.budget.get("PlannedBudgetLimits", {}).values()
        )
        same = planned == sorted(map(Decimal, declared["planned_usd"].values()))
        why = (
            "planned months as in the file"
            if same
            else "its planned months are not the file's: deploy the stack"
        )
        return Guard(name=name, verdict="armed" if same else "unarmed", why=why)
    found, wanted = Decimal(facts.budget["BudgetLimit"]["Amount"]), Decimal(declared["limit_usd"])
    if found != wanted:
        why = f"is {found:,.2f} USD, the file says {wanted:,.2f}: deploy the stack"
        return Guard(name=name, verdict="unarmed", why=why)
    return Guard(name=name, verdict="armed", why=f"{found:,.2f} USD a month")


def _tag(declared: Mapping[str, Any], facts: Facts) -> Guard:
    name, tag = "cost tag", facts.cost_tag
    if tag is None:
        return Guard(
            name=name, verdict="unknown", why="only the payer account may ask: run `paved tags` there"
        )
    if tag.status == "active":
        since = f" since {tag.since}: spend before counts as nobody's" if tag.since else ""
        return Guard(name=name, verdict="armed", why=f"`{tag.key}` is active{since}")
    if tag.status == "inactive":
        why = f"`{tag.key}` is not active, so the budget reads 0: run `paved tags --activate` in the payer account"
    else:
        why = f"no bill has shown `{tag.key}` yet, so the budget reads 0: AWS takes up to a day after the first `up`"
    return Guard(name=name, verdict="unarmed", why=why)


def _notifications(declared: Mapping[str, Any], facts: Facts) -> Iterator[Guard]:
    if facts.budget is None:
        return
    for kind, key in (("ACTUAL", "actual_percent"), ("FORECASTED", "forecast_percent")):
        name = f"{'spent' if kind == 'ACTUAL' else 'forecast'} alert"
        found = {int(each["Threshold"]) for each in facts.notifications if each["NotificationType"] == kind}
        missing = [percent for percent in declared[key] if percent not in found]
        if missing:
            why = f"none at {_percents(missing)}: deploy the stack"
            yield Guard(name=name, verdict="unarmed", why=why)
        elif kind == "FORECASTED" and "ForecastedSpend" not in facts.budget.get("CalculatedSpend", {}):
            why = "AWS has no forecast yet: it needs weeks of spend first"
            yield Guard(name=name, verdict="unarmed", why=why)
        else:
            late = ", 8 to 24 hours late" if kind == "ACTUAL" else ""
            yield Guard(name=name, verdict="armed", why=f"at {_percents(declared[key])}{late}")


def _freeze(declared: Mapping[str, Any], facts: Facts) -> Iterator[Guard]:
    if "freeze" not in declared:
        return
    statuses = [
        str(action["Status"]) for action in facts.actions if action["ActionType"] == "APPLY_IAM_POLICY"
    ]
    if not statuses:
        yield Guard(name="freeze", verdict="unarmed", why="no action on the budget: deploy the stack")
    elif failed := [status for status in statuses if status in FAILED]:
        why = f"AWS reports {failed[0]}: look at the action, and at the 10 policies a role may have"
        yield Guard(name="freeze", verdict="unarmed", why=why)
    else:
        said = {
            "STANDBY": "stands by; pools of the platform are shared, and not frozen by it",
            "PENDING": "waits for approval: until then new nodes start",
            "EXECUTION_SUCCESS": "frozen: no new nodes until the month ends",
        }
        yield Guard(name="freeze", verdict="armed", why=said.get(statuses[0], statuses[0]))


def _readers(facts: Facts) -> Iterator[Guard]:
    if facts.readers is None:
        return
    waiting = sorted(each["Endpoint"] for each in facts.readers if each["SubscriptionArn"] == PENDING)
    if not facts.readers:
        yield Guard(name="alert readers", verdict="unarmed", why="nobody reads the topic of the alerts")
    elif waiting:
        why = f"not confirmed by {', '.join(waiting)}: the mail from AWS has a link"
        yield Guard(name="alert readers", verdict="unarmed", why=why)
    else:
        yield Guard(name="alert readers", verdict="armed", why=f"{len(facts.readers)} confirmed")


def _percents(values: Sequence[int]) -> str:
    return ", ".join(f"{value}%" for value in values)
