"""Rules of cost: a budget on the tag of its team, and no waste that nobody decided on."""

from collections.abc import Iterator

from policies.resources import JudgedStack, Resource, exists
from policies.rule import ADVICE, EVERYWHERE, Claim, Rule, Severity, advice, claim
from policies.values import Truth, Value, any_of
from reference.tags import COST_TAG
from reference.vocabulary import (
    BUDGET,
    EC2_NODE_CLASS,
    ECR_LIFECYCLE_POLICY,
    ECR_REPOSITORY,
    LAUNCH_TEMPLATE,
    NAT_GATEWAY,
    PULUMI_STACK,
    STORAGE_CLASS,
)

SUBSCRIBERS = ("subscriberEmailAddresses", "subscriberSnsTopicArns")
OLD_VOLUMES = ("gp2", "io1", "standard")


def _budget(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if stack.context.kind != "team":
        return
    if subject.kind == PULUMI_STACK:
        yield claim(bool(stack.of(BUDGET)), "it has no Budget")
        return
    yield claim(subject.at("budgetType").equals("COST"), "`budgetType` is not `COST`")
    yield claim(subject.at("timeUnit").equals("MONTHLY"), "`timeUnit` is not `MONTHLY`")
    notifications = subject.at("notifications").items()
    for kind in ("ACTUAL", "FORECASTED"):
        notified = any_of(
            each.at("notificationType").equals(kind) & _is_reached(each) for each in notifications
        )
        yield claim(notified, f"no notification is `{kind}`, of more than a threshold of at most 100 percent")
    for each in notifications:
        subscribed = any_of(each.at(key).is_given for key in SUBSCRIBERS)
        yield claim(subscribed, f"nobody hears of `{each.path}`")
    yield claim(
        _filters_team(subject, stack), f"its filter is not the tag `{COST_TAG}` of the stack's team, alone"
    )


def _is_reached(notification: Value) -> Truth:
    """Whether a notification is sent before the budget is spent, or as it is."""
    return (
        notification.at("comparisonOperator").one_of("GREATER_THAN", "EQUAL_TO")
        & notification.at("thresholdType").equals("PERCENTAGE")
        & notification.at("threshold").test(lambda raw: 0 < float(raw) <= 100)
    )


def _filters_team(budget: Resource, stack: JudgedStack) -> Truth:
    if not stack.context.team:
        return Truth.UNSURE
    # AWS Budgets takes a tag as one text, `user:KEY$VALUE`. A second filter or value would count other money in.
    filters = budget.at("costFilters").items()
    others = budget.at("filterExpression").is_absent
    wanted = [f"user:{COST_TAG}${stack.context.team}"]
    tagged = any_of(
        each.at("name").equals("TagKeyValue") & each.at("values").equals(wanted) for each in filters
    )
    return tagged & others & (len(filters) == 1)


def _waste(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if subject.kind == PULUMI_STACK:
        gateways = len(stack.of(NAT_GATEWAY))
        if stack.context.is_dev and gateways:
            yield claim(gateways <= 1, f"{gateways} NAT gateways, where dev needs one")
    elif subject.kind == ECR_REPOSITORY:
        found = stack.companions(subject, ECR_LIFECYCLE_POLICY, "repository", own="name")
        yield claim(
            exists(found, stack.unresolved(ECR_LIFECYCLE_POLICY, "repository")),
            "no LifecyclePolicy refers to it",
        )
    elif subject.kind == STORAGE_CLASS:
        kind = subject.at("parameters.type")
        yield claim(~kind.one_of(*OLD_VOLUMES), f"`{kind.path}` is an older kind of volume than gp3")
    else:
        spec = "spec.blockDeviceMappings" if subject.kind == EC2_NODE_CLASS else "blockDeviceMappings"
        for mapping in subject.at(spec).items():
            kind = mapping.at("ebs.volumeType")
            # Advice: the volume of a node lives as long as the node, a claim's volume stays.
            yield advice(
                kind.test(lambda raw: raw not in OLD_VOLUMES), f"`{kind.path}` is not set, or older than gp3"
            )


RULES = (
    Rule(
        id="CO-02",
        name="budget-present",
        title="A team has a monthly budget on its own tag, and somebody hears of it",
        why="AWS Budgets is the one alarm that sees what the plan did not.",
        fix="Declare `paved:budget` with actual and forecast thresholds and whom to notify.",
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="finops",
        scope="stack",
        kinds=(PULUMI_STACK, BUDGET),
        check=_budget,
    ),
    Rule(
        id="CO-07",
        name="waste",
        title="Nothing is paid for that nobody uses",
        why="A NAT gateway a zone, old volumes and images without end are what dev accounts are made of.",
        fix="Use one NAT gateway in dev, gp3 volumes, and a lifecycle policy on repositories.",
        cluster="only the plan: a volume or node class is judged when it is planned",
        severity=Severity.LOW,
        enforcement=ADVICE,
        owner="finops",
        controls=("FSBP ECR.3",),
        scope="stack",
        advises=True,
        kinds=(PULUMI_STACK, ECR_REPOSITORY, LAUNCH_TEMPLATE, EC2_NODE_CLASS, STORAGE_CLASS),
        check=_waste,
        note="An expiry tag on dev stacks is not asked for: no stack file can say when it ends.",
    ),
)
