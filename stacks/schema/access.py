"""Rights of a team's people and of its CI, and the roles that decide which of its models serve."""

from typing import Annotated, Literal

from pydantic import Field

from stacks.schema.base import RoleName, Section

MOST_ROLES = 20
GroupName = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._/@-]{0,126}[A-Za-z0-9]$",
        description="the name of a group as the foundation's OIDC provider says it, without a prefix: 2 to 128 "
        "letters, digits, spaces and `._/@-`",
    ),
]


# The shorthand of a mere name would have rights that nobody wrote down.
class Member(Section):
    """An IAM role of the account or a group of the OIDC provider, and its rights: `{role: NAME, rights: develop}`."""

    role: Annotated[
        RoleName | None,
        Field(
            description="the name of an IAM role of the account, after its path where it has one; an entry has a role "
            "or a group"
        ),
    ] = None
    group: Annotated[
        GroupName | None,
        Field(
            description="the name of a group of the foundation's `identity.people`, as the provider says it; an entry "
            "has a role or a group"
        ),
    ] = None
    rights: Annotated[
        Literal["develop", "operate", "view"],
        Field(
            description="`develop` (makes, changes and ends jobs), `operate` (stops, starts, scales and ends what is "
            "there, and makes nothing) or `view` (reads; nobody reads Secrets or has a shell)"
        ),
    ]

    @property
    def name(self) -> str:
        """The role or the group."""
        return self.role or self.group or ""


class CiAccess(Section):
    """The team's CI, which submits runs and watches them by a role of its own and no secret."""

    subjects: Annotated[
        tuple[
            Annotated[
                str,
                Field(
                    # IAM compares it whole: a wildcard would be a letter.
                    pattern=r"^[A-Za-z0-9][A-Za-z0-9:/@_.+=-]{2,254}$",
                    description="the whole `sub` of the CI's tokens, such as `repo:example/vision:ref:refs/heads/main`",
                ),
            ],
            ...,
        ],
        Field(
            min_length=1,
            max_length=10,
            description="1 to 10 whole `sub` claims of the tokens that the foundation's `identity.ci` issues, such as "
            "`repo:example/vision:ref:refs/heads/main`",
        ),
    ]


class TeamAccess(Section):
    """`paved:access`: who acts for the team in its namespace."""

    # A role exists before the stack: EKS refuses an access entry of a role that does not.
    members: Annotated[
        tuple[Member, ...],
        Field(max_length=MOST_ROLES, description="at most 20 roles and groups, each with its rights"),
    ] = ()
    promoters: Annotated[
        tuple[RoleName, ...],
        Field(
            max_length=MOST_ROLES,
            description="at most 20 IAM roles that start promotions, which make a candidate a model that may serve",
        ),
    ] = ()
    ci: Annotated[
        CiAccess | None,
        Field(description="the team's CI, which submits runs and watches them; leave out where it has none"),
    ] = None
