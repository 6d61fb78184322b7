"""A stack that notes which of its resources a rule looks at, so that after a change only those rules run again.

A rule is a pure function over one resource and its stack, and reaches other resources through the methods of
JudgedStack alone. So a rule that asked neither for the kind of a resource nor for the resource itself says the same
whatever happens to it.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from policies.evaluation import evaluate_rule
from policies.resources import JudgedStack


@dataclass
class Reads:
    """The kinds and the URNs that one evaluation asked for."""

    kinds: set = field(default_factory=set)
    urns: set = field(default_factory=set)


class ReadingStack(JudgedStack):
    """A stack that notes in `reads` what is asked of it. Whatever is not overridden here asks through these."""

    reads = Reads()

    def of(self, *kinds):
        self.reads.kinds.update(kinds)
        return super().of(*kinds)

    def companions(self, subject, kind, key, own=None):
        self.reads.kinds.add(kind)
        return super().companions(subject, kind, key, own)

    def targets(self, subject, key, kind=None):
        self.reads.urns.update(subject.property_dependencies.get(key, ()))
        return super().targets(subject, key, kind)

    def provider_of(self, resource):
        self.reads.urns.add(resource.provider)
        return super().provider_of(resource)

    def derived(self, work):
        """The work is done again for each rule that asks, so that each is noted with what it reads."""
        return work(self)


class Evaluations:
    """The findings of every rule on every resource of a stack, and which of them a change of a resource can alter."""

    def __init__(self, stack, rules):
        self.stack = ReadingStack(stack.resources, stack.context, stack.settings)
        self.found = set()
        self._by_kind, self._by_urn = defaultdict(list), defaultdict(list)
        for rule in rules:
            for subject in stack.of(*rule.kinds):
                self._evaluate(rule, subject)

    def _evaluate(self, rule, subject):
        self.stack.reads = Reads(urns={subject.urn})
        self.found |= findings(rule, subject, self.stack)
        for kind in self.stack.reads.kinds:
            self._by_kind[kind].append((rule, subject))
        for urn in self.stack.reads.urns:
            self._by_urn[urn].append((rule, subject))

    def affected(self, resource):
        """Each rule and resource whose findings a change of this resource can alter."""
        pairs = list(self._by_urn[resource.urn])
        for kind, found in self._by_kind.items():
            if takes_in(kind, resource.kind):
                pairs += found
        return {(rule.id, subject.urn): (rule, subject) for rule, subject in pairs}.values()


def takes_in(asked, kind):
    """Whether what was asked for is a kind: by its name, or by how it begins before a star."""
    return asked == kind or (asked.endswith("*") and kind.startswith(asked[:-1]))


def findings(rule, subject, stack):
    """What one rule finds on one resource, as plain data."""
    return {(each.rule, each.urn, each.message) for each in evaluate_rule(rule, subject, stack).broken}
