"""Things of an account beside the stacks of a folder: made by hand, or by somebody who answers for them elsewhere."""

import json
from collections.abc import Iterable, Iterator

from paved.audit.audited_stack import AuditedStack
from paved.audit.resource_comparison import ResourceComparison
from paved.aws.beside.identity import ROLES
from paved.aws.reading.account import AccountReader, Denied, NotSimulated
from paved.aws.reading.facts import Content, Kind
from paved.aws.reading.listings import AccountList, AccountListing, account_lists
from paved.runtime.values import as_json
from reference.names import PREFIX


class Beside:
    """Lists an account, and tells what no plan of the folder has.

    A foundation answers for its account and asks for everything. Another stack asks for what bears its name alone.
    """

    def __init__(self, stack: AuditedStack, account: AccountReader, made: ResourceComparison):
        self._stack, self._account, self._made = stack, account, made
        plan = json.dumps([as_json(each.inputs) for each in stack.plan.resources])
        self._text = plan + stack.files

    def add_differences(self, regions: list[str]) -> None:
        """Add a difference for each thing that is in no plan and that nobody answers for."""
        wanted = account_lists().values()
        for each in wanted if self._stack.answers_for_account else [account_lists()[ROLES]]:
            for region in [self._stack.region] if each.everywhere else regions:
                self._add(
                    each, AccountListing(account=self._account, region=region, target=self._stack.target)
                )

    def _add(self, wanted: AccountList, listing: AccountListing) -> None:
        where = f"each {wanted.kind} of the account"
        try:
            found = list(self._strange(wanted.list(listing)))
        except (Denied, NotSimulated) as failure:
            self._made.add_failure(where, failure)
            return
        for content in found:
            kind: Kind = "extra" if self._is_namesake(content) else "beside"
            is_told = any(each.address == content.label for each in self._made.differences)
            if not is_told and (kind == "extra" or self._stack.answers_for_account):
                self._made.add_difference(kind, content.concern, content.label)

    def _strange(self, contents: Iterable[Content]) -> Iterator[Content]:
        managed = self._made.finder.found_names()
        others = set(self._stack.others) - {self._stack.plan.stack}
        for each in contents:
            # A role that the plan or a stack file names by its ARN is somebody whom the folder knows.
            if each.name in managed or self._is_named(each.name) or each.service() in others:
                continue
            yield each

    def _is_named(self, arn: str) -> bool:
        """Whether a plan or a file has an ARN, or a file the name of a role alone."""
        return f'"{arn}"' in self._text or _role_of(arn) in self._stack.files

    def _is_namesake(self, content: Content) -> bool:
        """Whether a role bears the name of this stack and no other one's whose name begins with this one's."""
        name = content.name.rpartition("/")[2]
        owners = [each for each in self._stack.others if name.startswith(f"{PREFIX}-{each}-")]
        return content.kind == ROLES and max(owners, key=len, default=None) == self._stack.plan.stack


def _role_of(arn: str) -> str:
    """The name of a role as a stack file has it, or the ARN of anything else."""
    return f'"{arn.partition(":role/")[2] or arn}"'
