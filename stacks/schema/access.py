"""Who of a team gets into the cluster, and who decides which of its models serve."""

from typing import Annotated

from pydantic import Field

from stacks.schema.base import RoleName, Section

MOST_ROLES = 20


class TeamAccess(Section):
    """`paved:access`: IAM roles of the account that act for the team in its namespace."""

    # Each exists before the stack: EKS refuses an access entry of a role that does not.
    members: Annotated[
        tuple[RoleName, ...],
        Field(max_length=MOST_ROLES, description="at most 20 IAM roles that run the team's jobs"),
    ] = ()
    promoters: Annotated[
        tuple[RoleName, ...],
        Field(
            max_length=MOST_ROLES,
            description="at most 20 IAM roles that start promotions, which make a candidate a model that may serve",
        ),
    ] = ()
