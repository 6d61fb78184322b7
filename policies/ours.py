"""The accounts, organisations, token issuers and subjects that are ours: the one place that knows them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from policies.context import Context
from policies.resources import JudgedStack
from policies.settings import Settings

ACCOUNT = re.compile(r"[0-9]{12}")
ORGANISATION = re.compile(r"o-[a-z0-9]{10,32}")
PARTITIONS: Mapping[str, str] = {
    "cn-": "aws-cn",
    "us-gov-": "aws-us-gov",
    "us-iso": "aws-iso",
    "eusc-": "aws-eusc",
}
"""The partitions of AWS beside its own by the beginning of their regions: an account's id is of one alone."""


@dataclass(frozen=True, kw_only=True)
class Ours:
    """Everything that is ours. `issuers` and `subjects` are None where no stack file is there to say them."""

    accounts: frozenset[str]
    organisations: frozenset[str] = frozenset()
    partition: str = "aws"
    issuers: frozenset[str] | None = None
    subjects: frozenset[str] | None = None

    def has_arn(self, arn: str) -> bool:
        """Whether an ARN, or every ARN that a pattern matches by its parts, is of ours."""
        parts = arn.split(":", 5)
        if len(parts) < 6 or parts[0] != "arn" or parts[1] != self.partition:
            return False
        if parts[2] == "organizations":
            return any(name in self.organisations for name in re.findall(ORGANISATION, parts[5]))
        return parts[4] in self.accounts

    def has_name(self, name: str) -> bool:
        """Whether a principal, given as an account's id or an ARN, is of an account of ours."""
        return name in self.accounts or name in self.organisations or self.has_arn(name)


def ours(stack: JudgedStack) -> Ours:
    """Everything that is ours as a stack's file and the organisation's settings say it, worked out once for a stack."""
    return stack.derived(_ours)


def _ours(stack: JudgedStack) -> Ours:
    return ours_of(stack.context, stack.settings)


def ours_of(context: Context, settings: Settings) -> Ours:
    """Everything that is ours, by a stack's context and the settings."""
    trusted = [each.id for each in settings.trusted_accounts]
    # Without a file no account is known: then nobody is ours, and every principal is told.
    own = frozenset([context.account] if context.account else [])
    accounts = own | {each for each in trusted if ACCOUNT.fullmatch(each)}
    return Ours(
        accounts=accounts,
        organisations=frozenset(each for each in trusted if not ACCOUNT.fullmatch(each)),
        partition=partition_of(context.region or ""),
        issuers=context.issuers,
        subjects=context.ci_subjects,
    )


def partition_of(region: str) -> str:
    """The partition of a region; AWS's own where it is not known."""
    found = [partition for start, partition in PARTITIONS.items() if region.startswith(start)]
    return found[0] if found else "aws"
