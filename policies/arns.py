"""ARNs as statements name them: patterns of six fields, and which accounts they reach."""

from dataclasses import dataclass
from functools import lru_cache

from policies.documents import is_everything

FIELDS = 6
SHARED_TYPES = ("capacity-reservation/", "image/", "placement-group/", "snapshot/")
"""Resources of EC2 that accounts lend each other: what is lent is named by its owner's account."""


@dataclass(frozen=True)
class ArnPattern:
    """The fields of an ARN that may hold wildcards. One that ends early has wildcards in all that it leaves out."""

    partition: str
    service: str
    region: str
    account: str
    resource: str

    @classmethod
    @lru_cache(maxsize=4096)
    def of(cls, text: str) -> "ArnPattern":
        """Read a pattern. IAM compares field by field; a wildcard at the end is read as if it went on, to be sure."""
        fields = text.split(":", FIELDS - 1)
        filled = [*fields, *["*"] * (FIELDS - len(fields))]
        return cls(*filled[1:])

    @property
    def names_none(self) -> bool:
        """Whether it names no resource: every one of a service or of an account fits it."""
        return is_everything(self.service) or is_everything(self.resource.replace("/", ""))

    def is_in(self, account: str | None, region: str | None) -> bool:
        """Whether it is of one account and region, or of a service whose ARNs have neither; no pattern is."""
        here = self.partition == partition_of(region) and not self.is_patterned
        return here and self.account in ("", account) and self.region in ("", region)

    @property
    def is_patterned(self) -> bool:
        """Whether a field before the resource holds a wildcard."""
        before = f"{self.partition}{self.service}{self.region}{self.account}"
        return "*" in before or "?" in before

    def leaves(self, account: str | None) -> bool:
        """Whether it reaches resources of other accounts than this one; none is not known, and every one may be it."""
        if not self.account or self.account == "aws":
            return False
        if "*" in self.account or "?" in self.account:
            return self.account != "*" or not self.resource.startswith(SHARED_TYPES)
        # `${aws:PrincipalAccount}` is the caller's own.
        return account is not None and self.account.isdigit() and self.account != account


def names_none(pattern: str) -> bool:
    """Whether a pattern of a statement's resources names none of them."""
    return is_everything(pattern) or ArnPattern.of(pattern).names_none


def partition_of(region: str | None) -> str:
    """The partition of a region."""
    begins = {"cn-": "aws-cn", "us-gov-": "aws-us-gov"}
    return next((name for start, name in begins.items() if (region or "").startswith(start)), "aws")
