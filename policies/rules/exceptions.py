"""Rules of exceptions themselves. `policies.exceptions` finds their problems, once all other findings are known."""

from collections.abc import Iterator

from policies.exceptions import EMPTY, ENDING, EXPIRED, FAILED, LONG, NEVER, OWNERLESS, UNUSED
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
        title="An exception is decided anew within its longest life",
        why="What was accepted in another situation is nobody's decision any more.",
        fix="Set `expires` within `exception_days` from now, and have its owner decide again by then.",
        severity=Severity.MEDIUM,
        enforcement=EVERYWHERE,
        owner="security",
        scope="stack",
        check=_found_after_the_others,
        note="180 days where nothing is set, and 90 for a stack that promises `regulated`.",
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
        id=OWNERLESS,
        name="exception-owner",
        title="An exception has an owner who exists",
        why="A team that is nobody's answers for nothing, and is told of no end.",
        fix="Name the team of the stack, of what it stands on or of its register, or who owns the rule.",
        severity=Severity.MEDIUM,
        enforcement=EVERYWHERE,
        owner="security",
        scope="stack",
        check=_found_after_the_others,
        note="`security`, `platform`, `finops` and `ml-governance` own rules, and may own an exception of any stack.",
    ),
    Rule(
        id=EMPTY,
        name="exception-reason",
        title="An exception has a reason that says something",
        why="Whoever decides anew in half a year has that sentence and nothing else.",
        fix="Say what keeps this resource from it, and what will change: three words that neither the rule nor the "
        "resource brings.",
        severity=Severity.LOW,
        enforcement=EVERYWHERE,
        owner="security",
        scope="stack",
        check=_found_after_the_others,
        note="Words are counted, and whether they are true is for the reviewer.",
    ),
    Rule(
        id=NEVER,
        name="exception-of-one",
        title="An exception is of one resource, and of a rule that knows exceptions",
        why="A pattern excuses what nobody has seen yet, and an exception from the rules of exceptions has no end.",
        fix="Write one exception for each resource, by its name in the plan.",
        severity=Severity.MEDIUM,
        enforcement=EVERYWHERE,
        owner="security",
        scope="stack",
        check=_found_after_the_others,
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
