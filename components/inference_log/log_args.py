"""The values of a team's inference log."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pulumi import Input

from components.account import Account, ClusterRef


@dataclass(frozen=True, kw_only=True)
class LoggedEndpoint:
    """An endpoint, the percentage of its requests that is kept, and what is taken out of their bodies.

    `redact` are names of values, `mask` kinds of text such as `email`.
    """

    name: str
    sample_percent: float
    redact: Sequence[str] = ()
    mask: Sequence[str] = ()

    @property
    def settings(self) -> dict[str, object]:
        """The part of the collector's settings that is of it."""
        return {
            "sample_percent": self.sample_percent,
            "redact": list(self.redact),
            "mask": list(self.mask),
        }


@dataclass(frozen=True, kw_only=True)
class InferenceLogArgs:
    """A team's inference log: a bucket whose objects are kept for `days`, and the image that writes to it."""

    account: Account
    stack: str
    team: str
    namespace: Input[str]
    cluster: ClusterRef
    bucket: str  # physical, at most 63 characters
    days: int
    key_arn: Input[str]
    key_alias: str  # without the `alias/` prefix
    boundary_arn: Input[str]
    endpoints_only: bool  # whether pods reach the bucket through the account's VPC endpoints alone
    image: str  # by digest
    endpoints: Sequence[LoggedEndpoint]
    labels: Mapping[str, str] = field(default_factory=dict)
    protect: bool
    retain: bool = False  # whether the bucket stays in the account when the stack is destroyed

    @property
    def text(self) -> str:
        """The collector's settings as JSON, the same bytes for the same settings."""
        endpoints = {each.name: each.settings for each in self.endpoints}
        return json.dumps({"bucket": self.bucket, "endpoints": endpoints}, indent=1, sort_keys=True) + "\n"
