"""Auditing a stack: each planned resource looked for, everything compared that can be, the rest counted."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from paved.audit.comparison import Leaf, compared, compared_tags
from paved.audit.expectation import Expected, expectations
from paved.audit.outcome import Audit
from paved.audit.resource_finder import SAID, Live
from paved.audit.simulator import GAPS, Gap, gap
from paved.audit.unmanaged import listing
from paved.aws.reading.account import AccountReader, Denied, NotFound, NotHeld
from paved.aws.reading.audited_types import NOT_COMPARED, AuditedType, audited_types
from paved.aws.reading.facts import NOT_TOLD, SEVERITY, Concern, Difference, Found, Unread
from paved.aws.reading.lookup import TargetAccount, UnknownName
from paved.plan.model import Plan
from paved.plan.planner import Planner

NO_READER = "no reader for it yet"
LISTED = "what bears the tags of the stack"


@dataclass(frozen=True, kw_only=True)
class AuditedStack:
    """The stack that is audited, where it belongs, and the tags by which its things are known.

    `others` are the stacks of the same folder: what bears the name of one of them is that one's.
    """

    plan: Plan
    place: TargetAccount
    region: str
    team: str
    others: tuple[str, ...]

    @classmethod
    def of(cls, planner: Planner, name: str) -> "AuditedStack":
        """A stack of a folder, planned. Raises ConfigError for a mistake in its file or in those it refers to."""
        declared = planner.config(name).stack
        return cls(
            plan=planner.plan(name),
            place=TargetAccount(account=declared.account.id, partition=declared.account.partition),
            region=declared.account.region,
            team=declared.owner.team,
            others=planner.names,
        )


@dataclass(frozen=True, kw_only=True)
class Simulated:
    """What a rehearsed account does not hold: URNs that were only validated, and gaps of the simulator."""

    validated: frozenset[str]
    gaps: tuple[Gap, ...] = GAPS


def audit(stack: AuditedStack, account: AccountReader, simulated: Simulated | None = None) -> Audit:
    """Compare an account with the plan of a stack. Raises BadInput where AWS cannot be asked at all."""
    return _Run(stack, account, simulated).whole()


class _Run:
    """One audit while it runs."""

    def __init__(self, stack: AuditedStack, account: AccountReader, simulated: Simulated | None):
        self._stack, self._account, self._simulated = stack, account, simulated
        self._subjects = audited_types()
        found = expectations(stack.plan, self._subjects, stack.region)
        self._expected = {each.resource.urn: each for each in found}
        validated = simulated.validated if simulated else frozenset()
        self._live = Live(stack.plan, stack.place, account, self._expected, validated)
        self._differences: list[Difference] = []
        self._unread: set[Unread] = set()
        self._untold: list[str] = []
        self._not_held: Counter[str] = Counter()
        self._verdicts: Counter[str] = Counter()
        self._compared = 0

    def whole(self) -> Audit:
        for expected in self._expected.values():
            self._resource(expected)
        for expected in self._expected.values():
            self._contents(expected)
        runtime = self._unmanaged()
        aws = [each for each in self._stack.plan.resources if each.type.startswith("aws:")]
        return Audit(
            stack=self._stack.plan.stack,
            account=self._stack.place.account,
            region=self._stack.region,
            is_rehearsed=self._simulated is not None,
            planned=len(aws),
            compared=self._compared,
            values=self._verdicts["same"] + self._verdicts["changed"],
            unknown=self._verdicts["unknown"],
            differences=tuple(sorted(self._differences, key=_order)),
            unread=tuple(sorted(self._unread, key=lambda each: (each.address, each.call))),
            untold=tuple(sorted(self._untold)),
            not_held=dict(sorted(self._not_held.items())),
            not_covered=_not_covered(Counter(each.type for each in aws), self._subjects),
            kubernetes=sum(each.type.startswith("kubernetes:") for each in self._stack.plan.resources),
            runtime=runtime,
        )

    def _resource(self, expected: Expected) -> None:
        if self._lacked(expected, ""):
            return
        try:
            found = self._live.found(expected.resource.urn)
        except NotFound:
            self._compared += 1
            self._differ("missing", expected.subject.concern, expected.address)
        except UnknownName:
            self._untold.append(expected.address)
        except (Denied, NotHeld) as refused:
            self._refused(expected.address, refused)
        else:
            self._compared += 1
            self._values(expected, found)

    def _values(self, expected: Expected, found: Found) -> None:
        for fact in expected.facts:
            value = self._told(expected, fact.property, found.properties.get(fact.property))
            self._judge(expected, fact.concern, compared(fact, value, self._live))
        if expected.tags and found.tags:
            tags = self._told(expected, "tags", found.tags)
            if tags is NOT_TOLD:
                self._lacked(expected, "tags")
            else:
                self._judge(expected, "tags", compared_tags(expected.tags, tags or {}))

    def _contents(self, expected: Expected) -> None:
        """What is inside a resource and no resource of the plan: a policy, a rule, a reader nobody asked for."""
        try:
            found = self._live.found(expected.resource.urn)
        except SAID:
            return
        contents = self._told(expected, "contents", found.contents)
        if contents is NOT_TOLD:
            self._lacked(expected, "contents")
            return
        managed = self._live.names()
        for each in contents or ():
            if each.name not in managed:
                self._differ("extra", each.concern, expected.address, each.kind, found=each.label)

    def _unmanaged(self) -> int:
        stack = self._stack
        runtime = 0
        for region in sorted({stack.region, *(each.region for each in self._expected.values())}):
            try:
                found = listing(
                    self._account,
                    region,
                    managed=self._live.names(),
                    team=stack.team,
                    stack=stack.plan.stack,
                    others=stack.others,
                )
            except (Denied, NotHeld) as refused:
                self._refused(LISTED, refused)
                continue
            runtime += found.runtime
            for arn in found.unmanaged:
                self._differ("extra", "unmanaged", arn)
        return runtime

    def _told(self, expected: Expected, path: str, value: Any) -> Any:
        """What was read, or NOT_TOLD where a read is refused, which is then said or counted."""
        if isinstance(value, Mapping):
            return {key: self._told(expected, f"{path}.{key}", item) for key, item in value.items()}
        if isinstance(value, list):
            return [self._told(expected, path, item) for item in value]
        if not callable(value):
            return value
        if self._gap(expected, path):
            return NOT_TOLD
        try:
            return self._told(expected, path, value())
        except NotFound:
            return None
        except (Denied, NotHeld) as refused:
            self._refused(expected.address, refused)
            return NOT_TOLD

    def _judge(self, expected: Expected, concern: Concern, leaves: Iterable[Leaf]) -> None:
        for leaf in leaves:
            if self._lacked(expected, leaf.path):
                continue
            if leaf.verdict in ("changed", "extra"):
                self._verdicts["changed"] += 1
                self._differ(leaf.verdict, concern, expected.address, leaf.path, leaf.planned, leaf.found)
            else:
                self._verdicts[leaf.verdict] += 1

    def _gap(self, expected: Expected, path: str) -> Gap | None:
        return gap(expected.resource.type, path, self._simulated.gaps) if self._simulated else None

    def _lacked(self, expected: Expected, path: str) -> bool:
        """Count a value that the simulator lacks. Says whether it is one."""
        found = self._gap(expected, path)
        if found:
            self._not_held[str(found)] += 1
        return found is not None

    def _refused(self, address: str, refused: Denied | NotHeld) -> None:
        if isinstance(refused, NotHeld):
            self._not_held[refused.call] += 1
        else:
            self._unread.add(
                Unread(address=address, call=refused.call, action=refused.action, reason=refused.reason)
            )

    def _differ(
        self,
        kind: Any,
        concern: Concern,
        address: str,
        what: str | None = None,
        planned: str | None = None,
        found: str | None = None,
    ) -> None:
        self._differences.append(
            Difference(
                kind=kind,
                severity=SEVERITY[concern],
                concern=concern,
                address=address,
                property=what,
                planned=planned,
                found=found,
            )
        )


def _order(difference: Difference) -> tuple[int, str, str, str, str]:
    rank = ("high", "medium", "low").index(difference.severity)
    return (rank, difference.concern, difference.address, difference.property or "", difference.found or "")


def _not_covered(types: Mapping[str, int], subjects: Mapping[str, AuditedType]) -> dict[str, tuple[int, str]]:
    left = [type for type in sorted(types) if type not in subjects]
    return {type: (types[type], NOT_COMPARED.get(type, NO_READER)) for type in left}
