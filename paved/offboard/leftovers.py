"""Resources of a stack that are still in its account, by their tags and by the names that the plan gives them."""

from collections.abc import Iterator
from dataclasses import dataclass

from paved.audit.audited_stack import AuditedStack
from paved.audit.expectation import Expected
from paved.audit.resource_comparison import ResourceComparison
from paved.audit.unmanaged import listing
from paved.aws.reading.account import AccountReader, Denied, LookupFailure, NotFound, NotSimulated
from paved.aws.reading.facts import Found
from paved.aws.reading.lookup import UnknownName
from reference.tags import SERVICE_TAG


@dataclass(frozen=True, kw_only=True)
class Leftovers:
    """ARNs, or names where there is no ARN, of a stack's resources.

    `runtime` are nodes, volumes and snapshots that the cluster made. `deleting` are keys that KMS deletes on a day
    that is set. `unread` are the calls that AWS did not answer, `not_simulated` those that an in-memory account lacks:
    with one nothing is certain.
    """

    standing: tuple[str, ...]
    runtime: tuple[str, ...]
    deleting: tuple[str, ...]
    unread: tuple[str, ...]
    not_simulated: tuple[str, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether every call was answered."""
        return not (self.unread or self.not_simulated)

    @property
    def every(self) -> tuple[str, ...]:
        """All that has to be gone, or another stack's, before the stack's file may go."""
        return (*self.standing, *self.runtime)

    def of(self, service: str) -> tuple[str, ...]:
        """The standing resources of one AWS service."""
        return tuple(arn for arn in self.standing if arn.startswith("arn:") and arn.split(":")[2] == service)


def leftovers(stack: AuditedStack, account: AccountReader) -> Leftovers:
    """Look for a stack's resources by calls that only read. Raises BadInput where AWS cannot be asked at all."""
    return _Search(stack, account).whole()


class _Search:
    """One search while it runs."""

    def __init__(self, stack: AuditedStack, account: AccountReader):
        self._stack, self._account = stack, account
        self._unread: set[str] = set()
        self._not_simulated: set[str] = set()

    def whole(self) -> Leftovers:
        standing: set[str] = set()
        runtime: set[str] = set()
        comparison = ResourceComparison(self._stack, self._account)
        for region in sorted({each.region for each in comparison.expected.values()} | {self._stack.region}):
            for arns, found in zip((standing, runtime), self._tagged(region), strict=True):
                arns.update(found)
        standing |= set(self._planned(comparison))
        standing |= set(self._model_groups())
        deleting = {arn for arn in standing if self._is_deleted_soon(arn)}
        return Leftovers(
            standing=tuple(sorted(standing - deleting)),
            runtime=tuple(sorted(runtime)),
            deleting=tuple(sorted(deleting)),
            unread=tuple(sorted(self._unread)),
            not_simulated=tuple(sorted(self._not_simulated)),
        )

    def _tagged(self, region: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        stack = self._stack
        try:
            found = listing(
                self._account,
                region,
                managed=(),
                team=stack.team,
                stack=stack.plan.stack,
                others=stack.others,
            )
        except (Denied, NotSimulated) as failure:
            self._unread.add(str(failure))
            return (), ()
        return found.unmanaged, found.runtime

    def _planned(self, comparison: ResourceComparison) -> Iterator[str]:
        """The planned resources that are there, whatever the Tagging API knows of their service."""
        for urn, expected in comparison.expected.items():
            # What bears no tags is a part of something that does, and goes or stays with it.
            if not expected.audited_type.tagged:
                continue
            try:
                found = comparison.finder.find(urn)
            except NotFound:
                continue
            except NotSimulated as failure:
                self._not_simulated.add(failure.call)
                continue
            except (Denied, UnknownName) as failure:
                self._unread.add(f"{expected.address}: {failure}")
                continue
            if self._is_the_stacks(found, expected):
                yield _arn(found)

    def _is_the_stacks(self, found: Found, expected: Expected) -> bool:
        """Whether its tags name the stack still: who hands a bucket over gives it the tags of another."""
        try:
            tags = found.tags() if found.tags else {}
        except LookupFailure:
            return True
        return tags.get(SERVICE_TAG, self._stack.plan.stack) == self._stack.plan.stack

    def _model_groups(self) -> Iterator[str]:
        """Groups of model packages, which the tracking server makes without a tag, by their names."""
        prefix = f"{self._stack.plan.stack}-"
        call = "sagemaker.ListModelPackageGroups"
        try:
            groups = self._account.pages(
                call, self._stack.region, "ModelPackageGroupSummaryList", NameContains=prefix
            )
        except NotSimulated as failure:
            self._not_simulated.add(failure.call)
            return
        except (Denied, NotFound) as failure:
            self._unread.add(str(failure))
            return
        for group in groups:
            if group["ModelPackageGroupName"].startswith(prefix):
                yield group["ModelPackageGroupArn"]

    def _is_deleted_soon(self, arn: str) -> bool:
        if not arn.startswith("arn:") or arn.split(":")[2] != "kms":
            return False
        try:
            answer = self._account.ask("kms.DescribeKey", arn.split(":")[3], KeyId=arn)
        except LookupFailure:
            return False
        return bool(answer["KeyMetadata"]["KeyState"] == "PendingDeletion")


def _arn(found: Found) -> str:
    return next((name for name in found.names if name.startswith("arn:")), found.names[0])
