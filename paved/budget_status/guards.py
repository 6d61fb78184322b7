"""Guards of a budget: whether each would warn of spend, or stop it, and why not."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date
from decimal import Decimal
from typing import Any, Literal

from paved.aws.reading.facts import Kind
from paved.budget_status.cost_tags import CostTag
from paved.budget_status.planned_guards import READERS, PlannedGuards
from paved.table_text import counted
from pricing.guard import ALERT_DELAY

Verdict = Literal["armed", "unarmed", "unknown"]
PENDING = "PendingConfirmation"
"""Stands in SNS for the ARN of a subscription that its reader has not confirmed."""
FREEZE_STATES = {
    "STANDBY": "stands by; pools of the platform are shared, and not frozen by it",
    "PENDING": "waits for approval: until then new nodes start",
    "EXECUTION_IN_PROGRESS": "being carried out",
    "EXECUTION_SUCCESS": "frozen: no new nodes until the month ends",
}
"""The effect of a freeze that acts, by the status of its action. In any other status it does nothing this month."""
ANOMALIES = "anomalies"
MOST_POLICIES = 10
"""Policies that AWS attaches to a role, unless its quota was raised."""
SETTLED_DAY = 3
"""The day of a month by which AWS Budgets has counted something of a stack that runs."""


@dataclass(frozen=True, kw_only=True)
class GuardDifference:
    """One way in which a guard differs from the plan. `property` is None where a whole resource is missing."""

    guard: str
    kind: Kind
    address: str
    property: str | None
    expected: str | None
    found: str | None


@dataclass(frozen=True, kw_only=True)
class Guard:
    """One guard, and why it would or would not act."""

    name: str
    verdict: Verdict
    why: str
    differences: tuple[GuardDifference, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FreezeFacts:
    """Status of the action, None without one; the number of policies of each role that it would freeze.

    A role that is not there has None.
    """

    status: str | None
    policies: Mapping[str, int | None]


@dataclass(frozen=True, kw_only=True)
class AnomalyFacts:
    """Differences of an anomaly monitor and its subscription from the plan, and the values that it watches.

    `watched` is None where AWS does not say. `declined` are the addresses that want no mail. `unanswered` is the
    reason where AWS did not answer.
    """

    differences: tuple[GuardDifference, ...]
    watched: int | None = None
    declined: tuple[str, ...] = ()
    unanswered: str | None = None


@dataclass(frozen=True, kw_only=True)
class BudgetFacts:
    """Facts of an account about the guards of one stack.

    `differences` are those from the plan, `unanswered` has the reason by guard. `budget` is as AWS Budgets describes
    it, None where there is none. `cost_tag` is None where only the payer may ask. `readers` are the subscriptions of
    the alerts' topic, None without a topic; `anomalies` are None without a monitor.
    """

    planned: PlannedGuards
    differences: Sequence[GuardDifference]
    unanswered: Mapping[str, str]
    budget: Mapping[str, Any] | None
    freeze: FreezeFacts | None
    cost_tag: CostTag | None
    readers: Sequence[Mapping[str, Any]] | None
    anomalies: AnomalyFacts | None = None


def budget_guards(facts: BudgetFacts, today: date) -> list[Guard]:
    """The guards of a stack's budget: each armed if nothing differs from the plan, and AWS says nothing against it."""
    return [_with_differences(guard, facts) for guard in _by_state(facts, today)]


def all_armed(guards: Sequence[Guard]) -> bool:
    """Whether every guard would act, as far as anybody knows."""
    return all(guard.verdict == "armed" for guard in guards)


def fix(difference: GuardDifference) -> str:
    """The way to be rid of a difference."""
    return (
        "take it away by hand: no plan has it" if difference.kind == "extra" else "`pulumi up` sets it back"
    )


def as_json(guard: Guard) -> dict[str, Any]:
    """A guard as JSON data."""
    differences = [{**asdict(each), "fix": fix(each)} for each in guard.differences]
    return {"name": guard.name, "verdict": guard.verdict, "why": guard.why, "differences": differences}


def _with_differences(guard: Guard, facts: BudgetFacts) -> Guard:
    own = tuple(each for each in _all_differences(facts) if each.guard == guard.name)
    if own:
        why = f"{counted(len(own), 'difference')} from the plan"
        if guard.verdict == "unarmed":
            why = f"{guard.why}; {why}"
        return Guard(name=guard.name, verdict="unarmed", why=why, differences=own)
    if guard.name in facts.unanswered:
        return Guard(name=guard.name, verdict="unknown", why=facts.unanswered[guard.name])
    return guard


def _all_differences(facts: BudgetFacts) -> list[GuardDifference]:
    return [*facts.differences, *(facts.anomalies.differences if facts.anomalies else ())]


def _by_state(facts: BudgetFacts, today: date) -> Iterator[Guard]:
    """The guards by what AWS says of their state, which no plan has."""
    yield _budget(facts, today)
    if facts.planned.cost_tag:
        yield _cost_tag(facts.cost_tag)
    if facts.budget is not None:
        yield _armed("spent alert", f"at {_percents(facts.planned.percents('ACTUAL'))}, {ALERT_DELAY} late")
        yield _forecast_alert(facts.planned.percents("FORECASTED"), facts.budget)
    if facts.freeze is not None:
        yield _freeze(facts.freeze)
    if facts.readers is not None:
        yield _readers(facts.readers)
    if facts.anomalies is not None:
        yield _anomalies(facts.anomalies)


def _budget(facts: BudgetFacts, today: date) -> Guard:
    name, budget = "budget", facts.budget
    if budget is None:
        return _unarmed(name, f"no budget `{facts.planned.name}`: deploy the stack")
    health, start = budget.get("HealthStatus", {}), budget.get("TimePeriod", {}).get("Start")
    if health.get("Status", "HEALTHY") != "HEALTHY":
        return _unarmed(
            name, f"AWS calls it {health['Status']}: {health.get('StatusReason', 'no reason given')}"
        )
    if start and start.astimezone(UTC).date() > today:
        return _unarmed(name, f"counts nothing before {start.astimezone(UTC).date()}")
    return _spend(facts, budget, today)


def _spend(facts: BudgetFacts, budget: Mapping[str, Any], today: date) -> Guard:
    """A stack that runs costs something every day: a budget that counts nothing looks elsewhere."""
    name = "budget"
    spent = budget.get("CalculatedSpend", {}).get("ActualSpend", {}).get("Amount")
    if spent is not None and Decimal(spent) > 0:
        return _armed(name, f"{_limit(facts)}, {Decimal(spent):,.2f} spent by what AWS has counted")
    if today.day < SETTLED_DAY:
        return Guard(name=name, verdict="unknown", why="AWS has counted no spend of this month yet")
    counts = "counts no spend" if spent is None else f"counts {Decimal(spent):,.2f} USD"
    tag = (
        f": see the cost tag, and whether bills show `{facts.planned.cost_tag}`"
        if facts.planned.cost_tag
        else ""
    )
    return _unarmed(name, f"{counts} this month, though the stack runs{tag}")


def _limit(facts: BudgetFacts) -> str:
    inputs = facts.planned.budget.inputs
    if inputs.get("plannedLimits"):
        return "planned months as in the file"
    return f"{Decimal(inputs['limitAmount']):,.2f} USD a month"


def _cost_tag(tag: CostTag | None) -> Guard:
    name = "cost tag"
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


def _forecast_alert(percents: Sequence[Any], budget: Mapping[str, Any]) -> Guard:
    # A new team has no history that AWS could forecast from, and its alert would never ring.
    if "ForecastedSpend" not in budget.get("CalculatedSpend", {}):
        return _unarmed("forecast alert", "AWS has no forecast yet: it needs weeks of spend first")
    return _armed("forecast alert", f"at {_percents(percents)}")


def _freeze(facts: FreezeFacts) -> Guard:
    name, status = "freeze", facts.status
    if status is None:
        return _unarmed(name, "no action on the budget: deploy the stack")
    if status not in FREEZE_STATES:
        return _unarmed(
            name, f"its action is {status}, and does nothing until the next month: see it in AWS Budgets"
        )
    for role, number in sorted(facts.policies.items()):
        if number is None:
            return _unarmed(name, f"there is no role `{role}` to freeze")
        if number >= MOST_POLICIES and status != "EXECUTION_SUCCESS":
            why = f"`{role}` has {number} policies, and AWS attaches {MOST_POLICIES} at most by default"
            return _unarmed(name, why)
    return _armed(name, FREEZE_STATES[status])


def _readers(readers: Sequence[Mapping[str, Any]]) -> Guard:
    waiting = sorted(each["Endpoint"] for each in readers if each["SubscriptionArn"] == PENDING)
    if not readers:
        return _unarmed(READERS, "nobody reads the topic of the alerts")
    if waiting:
        why = f"not confirmed by {', '.join(waiting)}: the mail from AWS has a link"
        return _unarmed(READERS, why)
    return _armed(READERS, f"{len(readers)} confirmed")


def _anomalies(facts: AnomalyFacts) -> Guard:
    if facts.unanswered:
        return Guard(name=ANOMALIES, verdict="unknown", why=facts.unanswered)
    if facts.declined:
        return _unarmed(ANOMALIES, f"declined by {', '.join(facts.declined)}")
    if facts.watched == 0:
        return _unarmed(
            ANOMALIES, "no bill has shown a value of the cost tag yet, so that nothing is watched"
        )
    watched = "" if facts.watched is None else f", {counted(facts.watched, 'value')} of the cost tag watched"
    return _armed(ANOMALIES, f"reported once a day{watched}")


def _armed(name: str, why: str) -> Guard:
    return Guard(name=name, verdict="armed", why=why)


def _unarmed(name: str, why: str) -> Guard:
    return Guard(name=name, verdict="unarmed", why=why)


def _percents(values: Sequence[Any]) -> str:
    return ", ".join(f"{value:g}%" for value in values)
