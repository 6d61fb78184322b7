"""The rule of events that reach those who have to know."""

from collections.abc import Iterator

from policies.alarms import is_told, rings_at_first
from policies.documents import Statement, allow_statements
from policies.resources import JudgedStack, Resource
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim
from policies.values import Truth, any_of
from reference.vocabulary import EVENT_TARGET, EVENTS_SERVICE, METRIC_ALARM, SNS_TOPIC_POLICY

FAILED = "FailedInvocations"


def _delivered(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if subject.kind == EVENT_TARGET:
        told = any_of(_tells(alarm, subject, stack) for alarm in stack.of(METRIC_ALARM))
        account = stack.context.account
        ours = subject.at("arn").test(lambda raw: raw.split(":")[4:5] in ([account], [""]) or not account)
        yield claim(ours | bool(stack.targets(subject, "arn")), "`arn` is of another account")
        yield claim(
            told, f"no alarm tells of `{FAILED}` of its rule: an event that its target refuses is gone"
        )
    else:
        for each in allow_statements(subject.at("policy")):
            if _is_for_events(each):
                yield claim(
                    not each.conditions,
                    f"statement `{each.sid}` has a condition, with which SNS refuses every message of EventBridge",
                )


def _tells(alarm: Resource, target: Resource, stack: JudgedStack) -> Truth:
    """Whether an alarm rings somewhere for events of the rule of a target that are lost."""
    rule = target.at("rule").raw
    return (
        alarm.at("namespace").equals("AWS/Events")
        & alarm.at("metricName").equals(FAILED)
        & alarm.at("dimensions.RuleName").equals(rule)
        & rings_at_first(alarm)
        & is_told(alarm, stack)
    )


def _is_for_events(statement: Statement) -> bool:
    return EVENTS_SERVICE in statement.principals.get("Service", ())


RULES = (
    Rule(
        id="RE-10",
        name="events-delivered",
        title="Events reach their target, and an alarm tells when they do not",
        why="EventBridge drops what a target refuses and tells nobody: the finding of a threat, or the warning that a "
        "node is taken back, is lost in silence.",
        fix="Leave conditions out of the topic's statement for EventBridge, and set an alarm on the rule's "
        "`FailedInvocations`.",
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="platform",
        scope="stack",
        kinds=(EVENT_TARGET, SNS_TOPIC_POLICY),
        check=_delivered,
        note="EventBridge's guide rules out conditions in policies of topics, and takes them in those of queues.",
    ),
)
