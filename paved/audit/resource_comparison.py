"""Planned resources compared with an account: each value that can be, with what could not be read set apart."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from paved.audit.audited_stack import AuditedStack, SimulatorLimits
from paved.audit.comparison import Leaf, compared, compared_tags
from paved.audit.expectation import Expected, expectations
from paved.audit.resource_finder import ResourceFinder
from paved.aws.reading.account import AccountReader, Denied, LookupFailure, NotFound, NotSimulated
from paved.aws.reading.audited_types import audited_types
from paved.aws.reading.facts import (
    BESIDE_SEVERITY,
    NOT_RETURNED,
    SEVERITY,
    Concern,
    Content,
    Difference,
    Found,
    Kind,
    Unread,
)
from paved.aws.reading.lookup import UnknownName
from paved.aws.services import SimulatorGap


class ResourceComparison:
    """Compares planned resources one by one, and keeps what differs and what nobody could tell.

    `verdicts` counts the compared values, `uncertain` has those that neither the plan nor the account could say,
    each with its address.
    """

    def __init__(self, stack: AuditedStack, account: AccountReader, limits: SimulatorLimits | None = None):
        expected = expectations(stack.plan, audited_types(), stack.region)
        self.expected = {each.resource.urn: each for each in expected}
        validated = limits.validated if limits else frozenset()
        self.finder = ResourceFinder(stack.plan, stack.target, account, self.expected, validated)
        self.differences: list[Difference] = []
        self.unread: set[Unread] = set()
        self.named_elsewhere: list[str] = []
        self.uncertain: list[tuple[str, Leaf]] = []
        self.not_simulated: Counter[str] = Counter()
        self.verdicts: Counter[str] = Counter()
        self.compared = 0
        self._stack, self._limits = stack, limits

    def compare(self, urns: Iterable[str]) -> None:
        """Compare planned resources, each named by its URN."""
        chosen = [self.expected[urn] for urn in urns]
        for expected in chosen:
            self._compare_resource(expected)
        # Contents come second: by then every planned resource was looked up, so that what is left over is extra.
        for expected in chosen:
            self._compare_contents(expected)

    def _compare_resource(self, expected: Expected) -> None:
        if self._count_gap(expected, ""):
            return
        try:
            found = self.finder.find(expected.resource.urn)
        except NotFound:
            self.compared += 1
            self.add_difference("missing", expected.audited_type.concern, expected.address)
        except UnknownName:
            self.named_elsewhere.append(expected.address)
        except (Denied, NotSimulated) as failure:
            self.add_failure(expected.address, failure)
        else:
            self.compared += 1
            self._compare_values(expected, found)

    def _compare_values(self, expected: Expected, found: Found) -> None:
        for fact in expected.facts:
            value = self._resolved(expected, fact.property, found.properties.get(fact.property))
            self._add_leaves(expected, fact.concern, compared(fact, value, self.finder))
        if expected.tags and found.tags:
            tags = self._resolved(expected, "tags", found.tags)
            if tags is NOT_RETURNED:
                self._count_gap(expected, "tags")
            else:
                self._add_leaves(expected, "tags", compared_tags(expected.tags, tags or {}))

    def _compare_contents(self, expected: Expected) -> None:
        """Compare the parts of a resource with those that the plan has: a policy, a rule, a subscription more."""
        try:
            found = self.finder.find(expected.resource.urn)
        except LookupFailure:
            return
        for kind, read in found.contents.items():
            self._compare_parts(expected, f"contents.{kind}", read)

    def _compare_parts(self, expected: Expected, path: str, read: Callable[[], Iterable[Content]]) -> None:
        contents = self._resolved(expected, path, lambda: tuple(read()))
        if contents is NOT_RETURNED:
            self._count_gap(expected, path)
            return
        managed = self.finder.found_names()
        for content in contents or ():
            if content.name not in managed and not self._of_another_stack(expected, content):
                self.add_difference(
                    "extra", content.concern, expected.address, content.kind, found=content.label
                )

    def _of_another_stack(self, expected: Expected, content: Content) -> bool:
        others = set(self._stack.others) - {self._stack.plan.stack}
        return self._resolved(expected, f"contents.{content.kind}", content.service) in others

    def _resolved(self, expected: Expected, path: str, value: Any) -> Any:
        """The value with its deferred reads made. A read that fails is recorded and gives NOT_RETURNED."""
        if isinstance(value, Mapping):
            return {key: self._resolved(expected, f"{path}.{key}", item) for key, item in value.items()}
        if isinstance(value, list):
            return [self._resolved(expected, path, item) for item in value]
        if not callable(value):
            return value
        if self._gap(expected, path):
            return NOT_RETURNED
        try:
            return self._resolved(expected, path, value())
        except NotFound:
            return None
        except (Denied, NotSimulated) as failure:
            self.add_failure(expected.address, failure)
            return NOT_RETURNED

    def _gap(self, expected: Expected, path: str) -> SimulatorGap | None:
        return self._limits.gap_of(expected.resource.type, path) if self._limits else None

    def _count_gap(self, expected: Expected, path: str) -> bool:
        """Count a property that the simulator lacks. Returns whether it does."""
        gap = self._gap(expected, path)
        if gap:
            self.not_simulated[str(gap)] += 1
        return gap is not None

    def _add_leaves(self, expected: Expected, concern: Concern, leaves: Iterable[Leaf]) -> None:
        for leaf in leaves:
            if self._count_gap(expected, leaf.path):
                continue
            if leaf.verdict in ("changed", "extra"):
                self.verdicts["changed"] += 1
                self.add_difference(
                    leaf.verdict, concern, expected.address, leaf.path, leaf.planned, leaf.found
                )
            else:
                self.verdicts[leaf.verdict] += 1
                if leaf.verdict == "unknown":
                    self.uncertain.append((expected.address, leaf))

    def add_failure(self, address: str, failure: Denied | NotSimulated) -> None:
        """Record a call that was not answered."""
        if isinstance(failure, NotSimulated):
            self.not_simulated[failure.call] += 1
        else:
            self.unread.add(
                Unread(address=address, call=failure.call, action=failure.action, reason=failure.reason)
            )

    def add_difference(
        self,
        kind: Kind,
        concern: Concern,
        address: str,
        path: str | None = None,
        planned: str | None = None,
        found: str | None = None,
    ) -> None:
        """Record a way in which the account differs from the plan."""
        severity = SEVERITY[concern]
        self.differences.append(
            Difference(
                kind=kind,
                severity=BESIDE_SEVERITY[severity] if kind == "beside" else severity,
                concern=concern,
                address=address,
                property=path,
                planned=planned,
                found=found,
            )
        )
