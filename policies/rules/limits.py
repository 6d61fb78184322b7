"""Rules of the cost that a stack may have, by the estimate of its plan."""

from collections.abc import Iterator
from decimal import Decimal

from policies.resources import JudgedStack, Resource
from policies.rule import EVERYWHERE, Claim, Rule, Severity, advice, claim
from policies.values import Truth
from pricing.guard import above_account, above_budget, above_ceiling, idle_freeze
from reference.vocabulary import BUDGET, BUDGET_ACTION, EKS_NODE_GROUP, NAT_GATEWAY, NODE_POOL, PULUMI_STACK

PRICED = (NAT_GATEWAY, EKS_NODE_GROUP, NODE_POOL)
"""Kinds without whose price there is no total."""
UNPRICED_PLAN = "what it costs is told by `paved plan`: no estimate reaches the engine"


def _within(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    context = stack.context
    if subject.kind == PULUMI_STACK and context.estimated:
        # A price does not become wrong on a day: whether its age refuses is the organisation's choice.
        judged = claim if stack.settings.refuse_old_prices else advice
        yield from (judged(False, sentence) for sentence in context.estimated.outdated)
    if subject.kind in (PULUMI_STACK, BUDGET) and context.kind not in ("team", None):
        if subject.kind == PULUMI_STACK and context.estimated:
            yield from _none(above_account(context.estimated))
        return
    if context.estimated is None:
        yield claim(Truth.UNSURE, UNPRICED_PLAN)
    # The Stack, the Budget, or what has no price: an exception excuses one of them and no more.
    elif subject.kind == PULUMI_STACK:
        yield from _none(above_ceiling(context.estimated))
    elif subject.kind == BUDGET:
        yield from _none(above_budget(context.estimated))
    else:
        yield from _none(why for urn, why in context.estimated.unpriced.items() if urn == subject.urn)


def _freeze(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    cost = stack.context.estimated
    percent = subject.at("actionThreshold.actionThresholdValue")
    if cost is None:
        yield claim(Truth.UNSURE, UNPRICED_PLAN)
    else:
        yield from _none(idle_freeze(cost, Decimal(str(percent.plain(0)))))


def _none(reasons: Iterator[str]) -> Iterator[Claim]:
    """One claim for each reason to refuse, and one that holds where there is none."""
    found = list(reasons)
    yield from (claim(False, reason) for reason in found)
    if not found:
        yield claim(True, "")


RULES = (
    Rule(
        id="CO-03",
        name="budget-within-ceiling",
        title="Expected cost, budget and approved ceiling are in this order, with no unknown price",
        why="AWS tells of spend a day late: what may not be spent must not be deployable.",
        fix="Lower what the message names, or have finance raise its limit; for a while, an exception of the resource.",
        cluster="only the plan: an estimate is made of a plan",
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="finops",
        scope="stack",
        advises=True,
        kinds=(PULUMI_STACK, BUDGET, *PRICED),
        check=_within,
        note="The approved ceiling is of the Stack, the budget of its Budget, a missing price of what has none; of a "
        "platform or a foundation the Stack has to fit the account's budget beside the teams' budgets. An "
        "exception names one of them. `paved plan` and `paved cost` price a plan and refuse; inside the engine nobody "
        "has priced it, and the rule is undetermined.",
    ),
    Rule(
        id="CO-08",
        name="freeze-can-act",
        title="A freeze waits for no more than a month can cost",
        why="A brake that is set beyond the end of the road reads well in a review and stops nobody.",
        fix="Lower `budget.freeze.percent` to what the message says, or leave `budget.freeze` out.",
        severity=Severity.MEDIUM,
        enforcement=EVERYWHERE,
        owner="finops",
        scope="stack",
        kinds=(BUDGET_ACTION,),
        check=_freeze,
        note="By the estimate of the plan, as CO-03; inside the engine nobody has priced it.",
    ),
)
