"""Auditing a stack: each planned resource is looked up, each value that can be is compared, the rest is counted."""

from collections import Counter
from collections.abc import Mapping

from paved.audit.audited_stack import AuditedStack, SimulatorLimits
from paved.audit.beside import Beside
from paved.audit.known import apart
from paved.audit.outcome import Audit
from paved.audit.pinned_images import expires, pinned_images, tags_of
from paved.audit.resource_comparison import ResourceComparison
from paved.audit.unmanaged import listing
from paved.aws.reading.account import AccountReader, Denied, NotFound, NotSimulated
from paved.aws.reading.audited_types import audited_types
from paved.aws.reading.facts import Difference
from paved.aws.services import not_compared
from reference.vocabulary import RELEASE_TAG

NO_READER = "no reader for it yet"
LISTED = "what bears the tags of the stack"
NOT_PUSHED = "images, which nobody pushes in a rehearsal"


def audit(stack: AuditedStack, account: AccountReader, limits: SimulatorLimits | None = None) -> Audit:
    """Compare an account with the plan of a stack. Raises BadInput where AWS cannot be asked at all."""
    return _Run(stack, account, limits).whole()


class _Run:
    """One audit while it runs."""

    def __init__(self, stack: AuditedStack, account: AccountReader, limits: SimulatorLimits | None):
        self._stack, self._account, self._limits = stack, account, limits
        self._comparison = ResourceComparison(stack, account, limits)

    def whole(self) -> Audit:
        made = self._comparison
        made.compare(made.expected)
        self._look_for_pinned_images()
        runtime = self._list_unmanaged()
        Beside(self._stack, self._account, made).add_differences(self._regions())
        known, differences = apart(made.differences, self._stack.known)
        stack, resources = self._stack, self._stack.plan.resources
        types = [each.type for each in resources if each.type.startswith("aws:")]
        return Audit(
            stack=stack.plan.stack,
            account=stack.target.account,
            region=stack.region,
            is_rehearsed=self._limits is not None,
            planned=len(types),
            compared=made.compared,
            values=made.verdicts["same"] + made.verdicts["changed"],
            unknown=made.verdicts["unknown"],
            differences=tuple(sorted(differences, key=_order)),
            unread=tuple(sorted(made.unread, key=lambda each: (each.address, each.call))),
            named_elsewhere=tuple(sorted(made.named_elsewhere)),
            not_simulated=dict(sorted(made.not_simulated.items())),
            not_covered=_not_covered(Counter(types)),
            kubernetes=sum(each.type.startswith("kubernetes:") for each in resources),
            runtime=runtime,
            known=known,
        )

    def _look_for_pinned_images(self) -> None:
        """Add a difference for each image that the plan names by digest and the registry lost, or is going to."""
        for image in pinned_images(self._stack.plan, self._stack.target.account):
            if self._limits:
                self._comparison.not_simulated[NOT_PUSHED] += 1
                continue
            try:
                tags = tags_of(self._account, image)
            except NotFound:
                self._comparison.add_difference("missing", "recovery", str(image))
            except (Denied, NotSimulated) as failure:
                self._comparison.add_failure(str(image), failure)
            else:
                if expires(tags):
                    self._comparison.add_difference(
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
        runtime = 0
        for region in self._regions():
            try:
                found = listing(
                    self._account,
                    region,
                    managed=self._comparison.finder.found_names(),
                    team=stack.team,
                    stack=stack.plan.stack,
                    others=stack.others,
                )
            except (Denied, NotSimulated) as failure:
                self._comparison.add_failure(LISTED, failure)
                continue
            runtime += len(found.runtime)
            for arn in found.unmanaged:
                self._comparison.add_difference("extra", "unmanaged", arn)
        return runtime

    def _regions(self) -> list[str]:
        """The regions where the stack has something."""
        return sorted({each.region for each in self._comparison.expected.values()} | {self._stack.region})


def _order(difference: Difference) -> tuple[int, str, str, str, str]:
    rank = ("high", "medium", "low").index(difference.severity)
    return (rank, difference.concern, difference.address, difference.property or "", difference.found or "")


def _not_covered(types: Mapping[str, int]) -> dict[str, tuple[int, str]]:
    left = [type for type in sorted(types) if type not in audited_types()]
    return {type: (types[type], not_compared().get(type, NO_READER)) for type in left}
