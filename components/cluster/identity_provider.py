"""People who come to a cluster by the organisation's OIDC identity provider, in groups that it says they are in."""

from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, Input, ResourceOptions

from reference.vocabulary import OIDC_PREFIX


@dataclass(frozen=True, kw_only=True)
class IdentityProviderArgs:
    """A cluster and its provider. `issuer` answers on the internet: EKS reads its keys from there."""

    cluster_name: Input[str]
    config_name: str
    issuer: str
    client_id: str
    username_claim: str
    groups_claim: str


class IdentityProvider(ComponentResource):
    """The one OIDC provider that EKS takes for a cluster, which has to go before another comes.

    Its prefix is fixed: admission knows people by it, and no group of the provider is then one of the cluster's own.
    """

    def __init__(self, name: str, args: IdentityProviderArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:cluster:IdentityProvider", name, {}, opts)
        aws.eks.IdentityProviderConfig(
            name,
            cluster_name=args.cluster_name,
            oidc=aws.eks.IdentityProviderConfigOidcArgs(
                identity_provider_config_name=args.config_name,
                issuer_url=args.issuer,
                client_id=args.client_id,
                username_claim=args.username_claim,
                username_prefix=OIDC_PREFIX,
                groups_claim=args.groups_claim,
                groups_prefix=OIDC_PREFIX,
            ),
            opts=ResourceOptions(parent=self, delete_before_replace=True),
        )
        self.register_outputs({})
