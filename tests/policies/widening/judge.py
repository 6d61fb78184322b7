"""The verdict of the rules on a widened plan: only rules that can see the change are asked again."""

from dataclasses import dataclass, field

from policies.evaluation import binds, evaluate_rule
from policies.resources import is_about
from policies.rule import Level
from tests.policies.reads import Evaluations
from tests.policies.widening.model import widened


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What rules say of one widening that they did not say before, as rule ids."""

    widening: object
    stack: str
    claimed: str | None
    """The rule that answers for it, or None."""
    refused: frozenset = frozenset()
    told: frozenset = frozenset()
    unsure: frozenset = frozenset()
    raised: frozenset = frozenset()

    @property
    def found(self):
        return self.refused | self.told

    @property
    def outcome(self):
        """How the widening fares: killed, by another rule, undetermined or silent."""
        if self.claimed in self.found:
            return "killed"
        if self.found:
            return "by another"
        return "undetermined" if self.unsure else "silent"


@dataclass
class Said:
    """What rules say, as pairs of a rule and a sentence about a resource."""

    refused: set = field(default_factory=set)
    told: set = field(default_factory=set)
    unsure: set = field(default_factory=set)
    raised: set = field(default_factory=set)

    def ask(self, rule, subject, stack):
        try:
            result = evaluate_rule(rule, subject, stack)
        except Exception as broken:  # a rule that raises is told apart, whatever it raises
            self.raised.add((rule.id, subject.urn, type(broken).__name__))
            return
        for each in result.broken:
            found = self.refused if each.level is Level.MANDATORY else self.told
            found.add((each.rule, each.urn, each.message))
        self.unsure |= {(each.rule, each.urn, each.message) for each in result.unsure}

    def beyond(self, before, what):
        """The rules that say more than before."""
        return frozenset(rule for rule, _, _ in getattr(self, what) - getattr(before, what))


class WideningJudge:
    """The rules that bind one stack, and what they say of it as it is."""

    def __init__(self, stack, rules):
        self.rules = [rule for rule in rules if binds(rule, stack)]
        self.ids = {rule.id for rule in self.rules if rule.check}
        self._evaluations = Evaluations(stack, self.rules)
        self.stack = self._evaluations.stack
        self._before = Said()
        for rule in self.rules:
            for subject in stack.of(*rule.kinds):
                self._before.ask(rule, subject, stack)

    def verdict(self, widening):
        stack = widened(self.stack, widening)
        said = Said()
        for rule, about in self._affected(widening):
            if about.urn in stack.by_urn:
                said.ask(rule, stack.by_urn[about.urn], stack)
        new = {what: said.beyond(self._before, what) for what in ("refused", "told", "unsure", "raised")}
        claimed = next((rule for rule in widening.claims if rule in self.ids), None)
        return Verdict(widening=widening, stack=stack.context.stack, claimed=claimed, **new)

    def _affected(self, widening):
        pairs = {}
        for urn, after in widening.changed.items():
            before = self.stack.by_urn[urn]
            for rule, subject in self._evaluations.affected(before):
                pairs[rule.id, subject.urn] = rule, subject
            if after is not None and after.kind != before.kind:
                self._also(pairs, after)
        for each in widening.added:
            self._also(pairs, each)
        return pairs.values()

    def _also(self, pairs, resource):
        """A resource of a kind is judged by the rules about its kind, and seen by those that look at the kind."""
        for rule, subject in self._evaluations.affected(resource):
            pairs[rule.id, subject.urn] = rule, subject
        for rule in self.rules:
            if is_about(rule.kinds, resource.type):
                pairs[rule.id, resource.urn] = rule, resource
