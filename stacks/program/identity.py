"""What a foundation says of the roles that team stacks make."""

from typing import Any

from components.cluster.node_provisioning import controller_role_name
from components.security.team_boundary import TeamBoundary, TeamBoundaryArgs
from stacks.program.foundation_context import FoundationContext


def build_identity(context: FoundationContext) -> dict[str, Any]:
    """Declare the boundary of the teams' roles. Returns the output that its platform passes on."""
    boundary = TeamBoundary(
        context.name,
        TeamBoundaryArgs(
            account=context.account,
            foundation=context.name,
            provisioner_role=controller_role_name(context.name),
        ),
        context.options(),
    )
    return {"identity": {"team_boundary_arn": boundary.arn}}
