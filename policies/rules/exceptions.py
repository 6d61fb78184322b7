"""Rules of exceptions themselves. `policies.exceptions` finds their problems, once all other findings are known."""

from collections.abc import Iterator

from policies.exceptions import ENDING, EXPIRED, FAILED, LONG, UNUSED
from policies.resources import JudgedStack, Resource
from policies.rule import ADVICE, EVERYWHERE, Claim, Rule, Severity


def _found_after_the_others(_resource: Resource, _stack: JudgedStack) -> Iterator[Claim]:
    # Whether an exception is used depends on what every other rule finds.
    yield from ()


RULES = (
    Rule(
        id=EXPIRED,
        name="exception-expired",
        title="An exception has not ended",
        why="What was accepted for a while is otherwise accepted for ever.",
        fix="Mend what it excused, or have its owner decide anew with another date.",
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="security",
        scope="stack",
        check=_found_after_the_others,
    ),
    Rule(
        id=UNUSED,
        name="exception-unused",
        title="An exception covers something",
        why="One that covers nothing waits for a mistake that it will hide.",
        fix="Remove it from `stacks/policy.yaml`, or correct the resource it names.",
        severity=Severity.MEDIUM,
        enforcement=EVERYWHERE,
        owner="security",
        scope="stack",
        check=_found_after_the_others,
    ),
    Rule(
        id=LONG,
        name="exception-long",
        title="An exception of a regulated stack is decided anew every 90 days",
        why="What was accepted in another situation is nobody's decision any more.",
        fix="Set `expires` to at most 90 days from now, and have its owner decide again by then.",
        severity=Severity.MEDIUM,
        enforcement=EVERYWHERE,
        owner="security",
        scope="stack",
        security="regulated",
        check=_found_after_the_others,
    ),
    Rule(
        id=ENDING,
        name="exception-ends-soon",
        title="An exception does not end within days",
        why="On the day after its end the stack is refused, and whoever deploys then did not know.",
        fix="Mend what it excuses now, or have its owner decide anew with another date.",
        severity=Severity.LOW,
        enforcement=ADVICE,
        owner="security",
        scope="stack",
        check=_found_after_the_others,
        note="From `exception_warning_days` before its last day on, 14 where nothing is set.",
    ),
    Rule(
        id=FAILED,
        name="rule-failed",
        title="Every rule can read what it judges",
        why="A rule that stops at data of another form has judged nothing: silence would read as a pass.",
        fix="Give the property the form that the message names; where it has that form, the rule is at fault.",
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="platform",
        scope="stack",
        check=_found_after_the_others,
        note="No exception excuses it: one of the rule that failed excuses what that rule would have found.",
    ),
)
