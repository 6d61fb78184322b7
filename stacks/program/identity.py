"""What a foundation says of the roles that team stacks make."""

from typing import Any

from components.cluster.node_provisioning import controller_role_name
from components.security.team_boundary import TeamBoundary, TeamBoundaryArgs
from stacks.program.foundation_context import Ground


def build_identity(ground: Ground) -> dict[str, Any]:
    """Declare the boundary of the teams' roles. Returns the output that its platform passes on."""
    boundary = TeamBoundary(
        ground.name,
        TeamBoundaryArgs(
            account=ground.account,
            foundation=ground.name,
            provisioner_role=controller_role_name(ground.name),
        ),
        ground.options(),
    )
    return {"identity": {"team_boundary_arn": boundary.arn}}
