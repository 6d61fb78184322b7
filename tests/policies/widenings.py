"""The kill ratio of each rule: how many of the widenings that it says it forbids are found.

    python -m tests.policies.widenings [--stack S] [--rule ID] [--silent] [--unclaimed] [--figures FILE]

prints a line per rule. `--silent` lists the widenings that a rule claims and nobody finds, `--unclaimed` those that no
rule claims and nobody finds; `--stack` and `--rule` keep to one stack or one rule. A widening is one change of a sample
plan that lets somebody do, reach or spend more, in a plan that is otherwise the same:

- killed: the rule that claims it finds something that it did not find before
- by another: another rule does
- undetermined: no rule finds anything, and one says that it cannot tell
- silent: no rule says anything

The grammar is in tests/policies/widening: a module for each subject has a function `widenings(stack)` that yields
Widening, and most of them are rows of the YAML file beside it (`rows` in model.py says what a row has). `by` names the
rules whose title, why, fix or note forbids the change, the one that ought to answer first; a rule that does not exist,
or does not bind the stack, is passed over. A widening that no rule claims is listed apart, for somebody to decide.
Never claim a widening for a rule because the rule happens to find it.

`--figures` writes the figures by claims. tests/golden/policies/widenings-before.json has those of the rules of
2026-11-30; to record them anew with more widenings, run the same command in a worktree of that commit with `tests` of
this one.
"""

import argparse
import json
import sys
from collections import Counter

from paved.cost.stack_cost import Costs
from paved.plan.planner import Planner
from paved.policy.plan_evaluator import PlanEvaluator
from policies.registry import RULES
from reference.prices import packaged_prices
from tests.conftest import AS_OF, STACKS
from tests.policies.widening import (
    admission,
    attachments,
    documents,
    identities,
    network,
    nodes,
    pods,
    rbac,
    records,
    stores,
    supply,
    unknowns,
)
from tests.policies.widening.judge import WideningJudge

SAMPLES = ("foundation-prod", "platform-prod", "vision-prod", "foundation-risk", "platform-risk", "risk-prod")
GRAMMAR = (
    documents,
    identities,
    attachments,
    pods,
    rbac,
    network,
    admission,
    stores,
    records,
    nodes,
    supply,
    unknowns,
)
OUTCOMES = ("killed", "by another", "undetermined", "silent")
NOBODY = "nobody"


def widenings(stack):
    """Every widening of a stack, each under a name of its own."""
    seen = set()
    for module in GRAMMAR:
        for each in module.widenings(stack):
            assert each.name not in seen, f"two widenings are called {each.name}"
            seen.add(each.name)
            yield each


def judges(planner, names=SAMPLES):
    """A judge for each of some stacks."""
    evaluator = PlanEvaluator(planner, STACKS, AS_OF, Costs(planner, packaged_prices(), AS_OF).estimated_of)
    for name in names:
        yield WideningJudge(evaluator.judged_stack(planner.plan(name)), RULES)


def judged(planner, names=SAMPLES):
    """The verdicts on the widenings of some stacks."""
    for judge in judges(planner, names):
        for each in widenings(judge.stack):
            yield judge.verdict(each)


def figures(verdicts, key):
    """How widenings fare, by what `key` says of a verdict."""
    found = {}
    for each in verdicts:
        found.setdefault(key(each), Counter())[each.outcome] += 1
    return {who: {what: counts[what] for what in OUTCOMES} for who, counts in sorted(found.items())}


def by_rule(verdict):
    """The rule that answers for a widening."""
    return verdict.claimed or NOBODY


def by_claims(verdict):
    """All rules that claim a widening, so that figures are of use when one of them is made or goes."""
    return " ".join(verdict.widening.claims) or NOBODY


def main(arguments=None):
    """WideningJudge the samples and print what came of it."""
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
        verdicts = [each for each in verdicts if options.rule in (each.claimed, *each.widening.claims)]
    listed = [each for each in verdicts if options.silent if each.claimed]
    listed += [each for each in verdicts if options.unclaimed if not each.claimed]
    for each in listed:
        if each.outcome == "silent":
            say(f"{by_rule(each):8}{each.stack:16} {each.widening.name}")
    if options.figures:
        json.dump(figures(verdicts, by_claims), options.figures, indent=2)
    for line in table(verdicts):
        say(line)


def table(verdicts):
    """The lines of the figures, and of the rules that raised something."""
    found = figures(verdicts, by_rule)
    claimed = [each for each in verdicts if each.claimed]
    yield f"{'rule':8}{'claimed':>9}" + "".join(f"{what:>14}" for what in OUTCOMES) + f"{'ratio':>8}"
    for rule, counts in (*found.items(), *figures(claimed, lambda verdict: "all").items()):
        total = sum(counts.values())
        cells = "".join(f"{counts[what]:>14}" for what in OUTCOMES)
        yield f"{rule:8}{total:>9}{cells}{100 * (total - counts['silent']) / total:>7.1f}%"
    for rule, count in Counter(rule for each in verdicts for rule in each.raised).items():
        yield f"{rule} raises an exception on {count}"


def say(line):
    """Print a line."""
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main()
