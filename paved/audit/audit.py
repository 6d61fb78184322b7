"""Auditing a stack: each planned resource is looked up, each value that can be is compared, the rest is counted."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from paved.audit.comparison import Leaf, compared, compared_tags
from paved.audit.expectation import Expected, expectations
from paved.audit.outcome import Audit
from paved.audit.pinned_images import expires, pinned_images, tags_of
from paved.audit.resource_finder import ResourceFinder
from paved.audit.unmanaged import listing
from paved.aws.reading.account import AccountReader, Denied, LookupFailure, NotFound, NotSimulated
from paved.aws.reading.audited_types import audited_types
from paved.aws.reading.facts import (
    NOT_RETURNED,
    SEVERITY,
    Concern,
    Difference,
    Found,
    Kind,
    Unread,
)
from paved.aws.reading.lookup import TargetAccount, UnknownName
from paved.aws.services import SimulatorGap, not_compared
from paved.plan.model import Plan
from paved.plan.planner import Planner
from reference.vocabulary import RELEASE_TAG

NO_READER = "no reader for it yet"
LISTED = "what bears the tags of the stack"
NOT_PUSHED = "images, which nobody pushes in a rehearsal"


@dataclass(frozen=True, kw_only=True)
class AuditedStack:
    """The stack that is audited, the account and region it belongs in, and the tags of its resources.

    `others` are the stacks of the same folder: a resource with the tag of one of them belongs to that one.
    """

    plan: Plan
    target: TargetAccount
    region: str
    team: str
    others: tuple[str, ...]

    @classmethod
    def of(cls, planner: Planner, name: str) -> "AuditedStack":
        """A stack of a folder, planned. Raises ConfigError for a mistake in its file or in those it refers to."""
        declared = planner.config(name).stack
        return cls(
            plan=planner.plan(name),
            target=TargetAccount(account=declared.account.id, partition=declared.account.partition),
            region=declared.account.region,
            team=declared.owner.team,
            others=planner.names,
        )


@dataclass(frozen=True, kw_only=True)
class SimulatorLimits:
    """The limits of a rehearsed account: URNs that were only validated, and properties that moto does not return."""

    validated: frozenset[str]
    gaps: tuple[SimulatorGap, ...]

    def gap_of(self, type: str, path: str) -> SimulatorGap | None:
        """The gap that a property of a resource is in."""
        return next((gap for gap in self.gaps if gap.covers(type, path)), None)


def audit(stack: AuditedStack, account: AccountReader, limits: SimulatorLimits | None = None) -> Audit:
    """Compare an account with the plan of a stack. Raises BadInput where AWS cannot be asked at all."""
    return _Run(stack, account, limits).whole()


class _Run:
    """One audit while it runs."""

    def __init__(self, stack: AuditedStack, account: AccountReader, limits: SimulatorLimits | None):
        self._stack, self._account, self._limits = stack, account, limits
        expected = expectations(stack.plan, audited_types(), stack.region)
        self._expected = {each.resource.urn: each for each in expected}
        validated = limits.validated if limits else frozenset()
        self._finder = ResourceFinder(stack.plan, stack.target, account, self._expected, validated)
        self._differences: list[Difference] = []
        self._unread: set[Unread] = set()
        self._named_elsewhere: list[str] = []
        self._not_simulated: Counter[str] = Counter()
        self._verdicts: Counter[str] = Counter()
        self._compared = 0

    def whole(self) -> Audit:
        for expected in self._expected.values():
            self._compare_resource(expected)
        # Contents come second: by then every planned resource was looked up, so that what is left over is extra.
        for expected in self._expected.values():
            self._compare_contents(expected)
        self._look_for_pinned_images()
        runtime = self._list_unmanaged()
        stack, resources = self._stack, self._stack.plan.resources
        types = [each.type for each in resources if each.type.startswith("aws:")]
        return Audit(
            stack=stack.plan.stack,
            account=stack.target.account,
            region=stack.region,
            is_rehearsed=self._limits is not None,
            planned=len(types),
            compared=self._compared,
            values=self._verdicts["same"] + self._verdicts["changed"],
            unknown=self._verdicts["unknown"],
            differences=tuple(sorted(self._differences, key=_order)),
            unread=tuple(sorted(self._unread, key=lambda each: (each.address, each.call))),
            named_elsewhere=tuple(sorted(self._named_elsewhere)),
            not_simulated=dict(sorted(self._not_simulated.items())),
            not_covered=_not_covered(Counter(types)),
            kubernetes=sum(each.type.startswith("kubernetes:") for each in resources),
            runtime=runtime,
        )

    def _compare_resource(self, expected: Expected) -> None:
        if self._count_gap(expected, ""):
            return
        try:
            found = self._finder.find(expected.resource.urn)
        except NotFound:
            self._compared += 1
            self._add_difference("missing", expected.audited_type.concern, expected.address)
        except UnknownName:
            self._named_elsewhere.append(expected.address)
        except (Denied, NotSimulated) as failure:
            self._add_failure(expected.address, failure)
        else:
            self._compared += 1
            self._compare_values(expected, found)

    def _compare_values(self, expected: Expected, found: Found) -> None:
        for fact in expected.facts:
            value = self._resolved(expected, fact.property, found.properties.get(fact.property))
            self._add_leaves(expected, fact.concern, compared(fact, value, self._finder))
        if expected.tags and found.tags:
            tags = self._resolved(expected, "tags", found.tags)
            if tags is NOT_RETURNED:
                self._count_gap(expected, "tags")
            else:
                self._add_leaves(expected, "tags", compared_tags(expected.tags, tags or {}))

    def _compare_contents(self, expected: Expected) -> None:
        """Compare the parts of a resource with those that the plan has: a policy, a rule, a subscription more."""
        try:
            found = self._finder.find(expected.resource.urn)
        except LookupFailure:
            return
        contents = self._resolved(expected, "contents", found.contents)
        if contents is NOT_RETURNED:
            self._count_gap(expected, "contents")
            return
        managed, others = self._finder.found_names(), set(self._stack.others) - {self._stack.plan.stack}
        for content in contents or ():
            if content.name not in managed and content.service not in others:
                self._add_difference(
                    "extra", content.concern, expected.address, content.kind, found=content.label
                )

    def _look_for_pinned_images(self) -> None:
        """Add a difference for each image that the plan names by digest and the registry lost, or is going to."""
        for image in pinned_images(self._stack.plan, self._stack.target.account):
            if self._limits:
                self._not_simulated[NOT_PUSHED] += 1
                continue
            try:
                tags = tags_of(self._account, image)
            except NotFound:
                self._add_difference("missing", "recovery", str(image))
            except (Denied, NotSimulated) as failure:
                self._add_failure(str(image), failure)
            else:
                if expires(tags):
                    self._add_difference(
                        "changed",
                        "recovery",
                        str(image),
                        "tags",
                        f"one that stays, such as `{RELEASE_TAG}…`",
                        ", ".join(tags),
                    )

    def _list_unmanaged(self) -> int:
        """Add a difference for each resource that nobody planned. Returns how many the cluster made at runtime."""
        stack = self._stack
        regions = {each.region for each in self._expected.values()} | {stack.region}
        runtime = 0
        for region in sorted(regions):
            try:
                found = listing(
                    self._account,
                    region,
                    managed=self._finder.found_names(),
                    team=stack.team,
                    stack=stack.plan.stack,
                    others=stack.others,
                )
            except (Denied, NotSimulated) as failure:
                self._add_failure(LISTED, failure)
                continue
            runtime += found.runtime
            for arn in found.unmanaged:
                self._add_difference("extra", "unmanaged", arn)
        return runtime

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
            self._add_failure(expected.address, failure)
            return NOT_RETURNED

    def _gap(self, expected: Expected, path: str) -> SimulatorGap | None:
        return self._limits.gap_of(expected.resource.type, path) if self._limits else None

    def _count_gap(self, expected: Expected, path: str) -> bool:
        """Count a property that the simulator lacks. Returns whether it does."""
        gap = self._gap(expected, path)
        if gap:
            self._not_simulated[str(gap)] += 1
        return gap is not None

    def _add_leaves(self, expected: Expected, concern: Concern, leaves: Iterable[Leaf]) -> None:
        for leaf in leaves:
            if self._count_gap(expected, leaf.path):
                continue
            if leaf.verdict in ("changed", "extra"):
                self._verdicts["changed"] += 1
                self._add_difference(
                    leaf.verdict, concern, expected.address, leaf.path, leaf.planned, leaf.found
                )
            else:
                self._verdicts[leaf.verdict] += 1

    def _add_failure(self, address: str, failure: Denied | NotSimulated) -> None:
        if isinstance(failure, NotSimulated):
            self._not_simulated[failure.call] += 1
        else:
            self._unread.add(
                Unread(address=address, call=failure.call, action=failure.action, reason=failure.reason)
            )

    def _add_difference(
        self,
        kind: Kind,
        concern: Concern,
        address: str,
        path: str | None = None,
        planned: str | None = None,
        found: str | None = None,
    ) -> None:
        self._differences.append(
            Difference(
                kind=kind,
                severity=SEVERITY[concern],
                concern=concern,
                address=address,
                property=path,
                planned=planned,
                found=found,
            )
        )


def _order(difference: Difference) -> tuple[int, str, str, str, str]:
    rank = ("high", "medium", "low").index(difference.severity)
    return (rank, difference.concern, difference.address, difference.property or "", difference.found or "")


def _not_covered(types: Mapping[str, int]) -> dict[str, tuple[int, str]]:
    left = [type for type in sorted(types) if type not in audited_types()]
    return {type: (types[type], not_compared().get(type, NO_READER)) for type in left}
