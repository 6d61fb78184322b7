"""The account's trust in the issuer of a CI's tokens, from which a team's CI takes on its role."""

from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, ResourceOptions


@dataclass(frozen=True, kw_only=True)
class CiProviderArgs:
    """An OIDC issuer, and the audience that its tokens are for."""

    issuer: str
    audience: str


class CiProvider(ComponentResource):
    """The IAM provider of an issuer, of which an account has one. It lets nobody in: a role's trust policy does."""

    def __init__(self, name: str, args: CiProviderArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:identity:CiProvider", name, {}, opts)
        # Without thumbprints: IAM knows the authorities of GitHub and GitLab, and else reads the issuer's own.
        aws.iam.OpenIdConnectProvider(
            name,
            url=args.issuer,
            client_id_lists=[args.audience],
            opts=ResourceOptions(parent=self),
        )
        self.register_outputs({})
