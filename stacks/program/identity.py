"""The OIDC providers of a foundation, the groups of a team's people, and the role of its CI: everybody who gets in."""

from collections.abc import Mapping
from typing import Any

import pulumi

from components.cluster.cluster import Cluster
from components.cluster.groups import GroupEntries, GroupEntriesArgs
from components.cluster.identity_provider import IdentityProvider, IdentityProviderArgs
from components.identity.ci_provider import CiProvider, CiProviderArgs
from components.identity.service_role import RoleArgs, ServiceRole
from components.identity.trust import token_trust
from reference.names import physical_name, role_name
from reference.vocabulary import OIDC_PREFIX, Rights, promoters_group, rights_group
from stacks.program.context import FoundationContext, TeamContext
from stacks.schema.access import CiAccess, TeamAccess

CONFIG_NAME_LIMIT = 63
"""Characters of the name of an identity provider's configuration in EKS."""
OF_PEOPLE: tuple[Rights, ...] = ("develop", "operate", "view")


def build_identity_providers(context: FoundationContext, cluster: Cluster) -> None:
    """Declare the providers of people and of the CI, those that the foundation names."""
    people, ci = context.stack.identity.people, context.stack.identity.ci
    if people:
        IdentityProvider(
            f"{context.name}-people",
            IdentityProviderArgs(
                cluster_name=cluster.cluster_name,
                config_name=physical_name(context.name, "people", limit=CONFIG_NAME_LIMIT),
                issuer=people.issuer,
                client_id=people.client_id,
                username_claim=people.username_claim,
                groups_claim=people.groups_claim,
            ),
            context.options(),
        )
    if ci and not ci.existing:
        args = CiProviderArgs(issuer=ci.issuer, audience=ci.audience)
        CiProvider(f"{context.name}-ci", args, context.options())


def ci_output(context: FoundationContext) -> dict[str, str]:
    """The issuer and the audience of the CI's tokens, which a team's role trusts; empty without a CI."""
    ci = context.stack.identity.ci
    # An output of None would be none at all.
    return {"issuer": ci.issuer, "audience": ci.audience} if ci else {}


def groups_with_rights(stack: str, access: TeamAccess | None) -> dict[Rights, list[str]]:
    """The groups of the cluster that have each rights: that of IAM roles, then those of the OIDC provider.

    Who develops has a Role without anybody in it too, so that a team's first member needs nothing in the cluster.
    """
    section = access or TeamAccess()
    groups: dict[Rights, list[str]] = {"develop": [rights_group(stack)]}
    for rights in OF_PEOPLE:
        having = [member for member in section.members if member.rights == rights]
        if having:
            by_provider = [f"{OIDC_PREFIX}{member.group}" for member in having if member.group]
            groups[rights] = [rights_group(stack, rights), *by_provider]
    if section.ci:
        groups["submit"] = [rights_group(stack, "submit")]
    return groups


def build_access(context: TeamContext, section: TeamAccess) -> None:
    """Declare the access entries by which the team's roles are in its groups, and the role of its CI."""
    groups = {rights_group(context.name, rights): _roles(section, rights) for rights in OF_PEOPLE}
    groups[promoters_group(context.name)] = list(section.promoters)
    args = GroupEntriesArgs(account=context.account, cluster_name=context.cluster_name, groups=groups)
    GroupEntries(context.name, args, context.in_aws())
    if section.ci:
        build_ci(context, section.ci)


def _roles(section: TeamAccess, rights: Rights) -> list[str]:
    return [member.role for member in section.members if member.role and member.rights == rights]


def build_ci(context: TeamContext, section: CiAccess) -> None:
    """Declare the role that the team's CI takes on, without any right in AWS, and its access entry."""
    name = role_name(context.name, "ci")
    issued = context.platform.output("identity", "ci")
    role = ServiceRole(
        f"{context.name}-ci",
        RoleArgs(
            name=name,
            description=f"CI of {context.name}, which submits runs to its cluster",
            boundary_arn=context.boundary_arn,
        ),
        issued.apply(lambda found: _trust(context, section, found)),
        context.in_aws(),
    )
    groups = {rights_group(context.name, "submit"): [name]}
    args = GroupEntriesArgs(
        account=context.account, cluster_name=context.cluster_name, groups=groups, after=[role]
    )
    GroupEntries(f"{context.name}-ci", args, context.in_aws())


def _trust(context: TeamContext, section: CiAccess, issued: Mapping[str, Any]) -> str:
    if not issued:
        raise pulumi.RunError(
            f"the foundation of `{context.team.platform}` has no `identity.ci`, which `access.ci` needs: "
            "name the CI's issuer there and deploy it first"
        )
    return token_trust(
        context.account, issued["issuer"], audience=issued["audience"], subjects=section.subjects
    )
