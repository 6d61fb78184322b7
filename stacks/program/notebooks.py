"""A team's notebooks, built."""

from typing import Any

from components.account import ClusterRef
from components.images import ImageNames
from components.notebooks.hub_values import Workspaces
from components.notebooks.notebooks import Notebooks, NotebooksArgs
from components.notebooks.server import NotebookServer
from components.notebooks.sign_in import LOCAL_PORT, SignIn
from components.registry.registry import Registry
from reference.vocabulary import hub_namespace
from stacks.program.context import TeamContext
from stacks.program.identity import groups_with_rights
from stacks.program.team_workspace import Workspace
from stacks.schema.notebooks import NotebookServerSpec, NotebooksSpec, SignInSpec
from stacks.schema.security_level import endpoints_only


def build_notebooks(workspace: Workspace, section: NotebooksSpec, registry: Registry) -> dict[str, Any]:
    """Declare the team's hub, and the homes of its people. Returns the output."""
    context, platform = workspace.context, workspace.context.platform
    Notebooks(
        context.name,
        NotebooksArgs(
            account=context.account,
            cluster=ClusterRef(
                name=context.cluster_name, arn=context.cluster_name.apply(context.account.cluster_arn)
            ),
            team=context.team.owner.team,
            groups=groups_with_rights(context.name, context.team.access)["develop"],
            workspaces=workspaces(context, section, registry),
            namespace=workspace.namespace.namespace,
            labels=context.labels,
            home_gib=section.home_gib,
            kubernetes_version=platform.output("cluster", "kubernetes_version"),
            vpc_cidr=platform.output("network", "vpc_cidr"),
            boundary_arn=context.boundary_arn,
            endpoints_only=endpoints_only(context.team),
            chart_version=platform.output("notebook_hub", "chart_version"),
            image_names=ImageNames(
                registry=platform.output("registry", "host"),
                upstreams=platform.output("registry", "upstreams"),
                region=context.account.region,
            ),
            protect=context.protect,
        ),
        workspace.in_both(),
    )
    return {
        "namespace": hub_namespace(context.name),
        "people": [each.name for each in section.people],
        "sizes": [server(context, each).title for each in section.servers],
        "open": f"kubectl -n {hub_namespace(context.name)} port-forward service/proxy-public {LOCAL_PORT}:80",
        "ends": f"after {section.idle_minutes} min idle, and after {section.max_hours} h",
    }


def workspaces(context: TeamContext, section: NotebooksSpec, registry: Registry) -> Workspaces:
    """The notebooks of a team as their component takes them."""
    return Workspaces(
        stack=context.name,
        region=context.account.region,
        image=f"{registry.repository_urls[section.repository]}@{section.image_digest}",
        secret_reader=context.platform.output("notebook_hub", "secret_reader"),
        sign_in=sign_in(context.name, section.sign_in, section),
        servers=tuple(server(context, each) for each in section.servers),
        idle_minutes=section.idle_minutes,
        max_hours=section.max_hours,
    )


def sign_in(stack: str, client: SignInSpec, section: NotebooksSpec) -> SignIn:
    """The client of the provider, and who is who."""
    return SignIn(
        authorize_url=client.authorize_url,
        token_url=client.token_url,
        userinfo_url=client.userinfo_url,
        client_id=client.client_id,
        secret=f"{stack}/{client.secret_name}",
        claim=client.claim,
        people={each.login: each.name for each in section.people},
    )


def server(context: TeamContext, section: NotebookServerSpec) -> NotebookServer:
    """One size, with the accelerator class of its pool."""
    accelerator = context.pool_types[section.pool].accelerator if section.pool else None
    return NotebookServer(**section.model_dump(), accelerator=accelerator)
