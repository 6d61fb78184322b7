"""The kill ratio of each rule: how many of the widenings that it says it forbids it finds.

    python -m tests.policies.widenings [--stack S] [--rule ID] [--silent] [--unclaimed] [--figures FILE]

prints a line per rule. `--silent` lists the widenings that are claimed and that nobody finds, `--unclaimed` those that
no rule claims and nobody finds; `--stack` and `--rule` keep to one stack or one rule. A widening is one change of a
sample plan that lets somebody do, reach or spend more, in a plan that is otherwise the same:

- killed: the rule that claims it finds something that it did not find before
- by another: another rule does
- undetermined: a rule says that it cannot tell
- silent: no rule says anything

Productions are in tests/policies/widening, a module for each subject: each has a function `widenings(stack)` that
yields Widening. Most are rows of data: a kind, a path, a value, the claims and a sentence. `claims` names the rules
whose title, why, fix or note forbids the change, the one that ought to answer first; a rule that does not exist yet, or
does not bind the stack, is passed over. Without claims a widening is listed apart, for somebody to decide.
"""

import argparse
import json
import sys
from collections import Counter

from paved.plan.planner import Planner
from paved.policy.plan_evaluator import PlanEvaluator
from policies.registry import RULES
from tests.conftest import AS_OF, STACKS
from tests.policies.widening import documents, identities, pods, rbac
from tests.policies.widening.judge import Judge

SAMPLES = ("foundation-prod", "platform-prod", "vision-prod", "foundation-risk", "platform-risk", "risk-prod")
GRAMMAR = (documents, identities, pods, rbac)
OUTCOMES = ("killed", "by another", "undetermined", "silent")


def widenings(stack):
    """Every widening of a stack, each under a name of its own."""
    seen = set()
    for module in GRAMMAR:
        for each in module.widenings(stack):
            assert each.name not in seen, f"two widenings are called {each.name}"
            seen.add(each.name)
            yield each


def judged(planner, names=SAMPLES):
    """The verdicts on the widenings of some stacks."""
    evaluator = PlanEvaluator(planner, STACKS, AS_OF)
    for name in names:
        judge = Judge(evaluator.judged_stack(planner.plan(name)), RULES)
        for each in widenings(judge.stack):
            yield judge.verdict(each)


def figures(verdicts):
    """By rule: how its widenings fare. Under the first claim, whether or not that rule exists."""
    found = {}
    for each in verdicts:
        if each.widening.claims:
            found.setdefault(each.widening.claims[0], Counter())[each.outcome] += 1
    return {rule: {what: counts[what] for what in OUTCOMES} for rule, counts in sorted(found.items())}


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--stack", choices=SAMPLES)
    parser.add_argument("--rule")
    parser.add_argument("--silent", action="store_true")
    parser.add_argument("--unclaimed", action="store_true")
    parser.add_argument("--figures", type=argparse.FileType("w"))
    options = parser.parse_args(arguments)
    names = (options.stack,) if options.stack else SAMPLES
    verdicts = list(judged(Planner.of_folder(STACKS), names))
    if options.rule:
        verdicts = [each for each in verdicts if options.rule in each.widening.claims]
    for each in verdicts:
        if each.outcome == "silent" and (options.silent if each.claimed else options.unclaimed):
            print(f"{each.claimed or '-':6} {each.stack:16} {each.widening.name}")
    if options.figures:
        json.dump(figures(verdicts), options.figures, indent=2)
    show(verdicts)


def show(verdicts):
    by_rule = {}
    for each in verdicts:
        by_rule.setdefault(each.claimed or "nobody", Counter())[each.outcome] += 1
    print(f"{'rule':8}{'claimed':>8}" + "".join(f"{what:>14}" for what in OUTCOMES) + f"{'ratio':>8}")
    for rule, counts in sorted(by_rule.items()):
        line(rule, counts)
    line("all", sum((counts for rule, counts in by_rule.items() if rule != "nobody"), Counter()))
    broken = Counter(rule for each in verdicts for rule in each.raised)
    if broken:
        print("raise:", ", ".join(f"{rule} {count}" for rule, count in sorted(broken.items())))


def line(rule, counts):
    total = sum(counts.values())
    ratio = 100 * (total - counts["silent"]) / total if total else 100
    print(f"{rule:8}{total:>8}" + "".join(f"{counts[what]:>14}" for what in OUTCOMES) + f"{ratio:>7.0f}%")


if __name__ == "__main__":
    sys.exit(main())
