"""The OIDC providers by which people come to a foundation's cluster, and teams' CI to its account."""

from typing import Annotated

from pydantic import Field

from stacks.schema.base import Section

Issuer = Annotated[
    str,
    Field(
        # OIDC compares issuers letter by letter; a path is allowed, a query and a port are not.
        pattern=r"^https://[a-z0-9-]+(\.[a-z0-9-]+)+(/[A-Za-z0-9._~-]+)*/?$",
        max_length=255,
        description="the URL of an OIDC issuer, as its tokens say it in `iss`, such as `https://login.example.com`",
    ),
]
Claim = Annotated[
    str,
    Field(
        pattern=r"^[a-zA-Z][A-Za-z0-9_.:/-]{0,127}$",
        description="the name of a claim of the provider's tokens, at most 128 letters, digits and `_.:/-`",
    ),
]
ClientId = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/-]{0,254}$",
        description="the id by which the provider knows the client that its tokens are for, at most 255 characters",
    ),
]


class PeopleProvider(Section):
    """The organisation's OIDC provider, whose groups team files name. EKS takes one for a cluster."""

    # EKS reads the provider's keys from the internet, whatever the cluster's own endpoint.
    issuer: Annotated[
        Issuer,
        Field(
            description="the URL of the OIDC issuer, as its tokens say it in `iss`, such as "
            "`https://login.example.com`; it answers on the internet"
        ),
    ]
    client_id: Annotated[
        ClientId,
        Field(description="the id of the public client that people's tokens are for, at most 255 characters"),
    ]
    username_claim: Annotated[
        Claim, Field(description="the claim that names a person and is never given to another, such as `sub`")
    ] = "sub"
    groups_claim: Annotated[Claim, Field(description="the claim that lists a person's groups")] = "groups"


class CiProviderSpec(Section):
    """The OIDC issuer of the organisation's CI, whose runs take on roles of teams."""

    issuer: Annotated[
        Issuer,
        Field(
            description="the URL of the CI's OIDC issuer, such as `https://token.actions.githubusercontent.com` or "
            "that of a GitLab"
        ),
    ]
    audience: Annotated[
        ClientId, Field(description="the `aud` of its tokens, as AWS's own actions ask for it")
    ] = "sts.amazonaws.com"
    existing: Annotated[
        bool,
        Field(
            description="`true` where the account has a provider of this issuer already, which IAM allows once; the "
            "foundation then makes none"
        ),
    ] = False


class Identity(Section):
    """`paved:identity`: the OIDC providers of people and of the CI."""

    people: Annotated[
        PeopleProvider | None,
        Field(
            description="the provider whose groups team files name; leave out where people come by IAM roles alone"
        ),
    ] = None
    ci: Annotated[
        CiProviderSpec | None,
        Field(description="the issuer of teams' CI; leave out where no CI submits runs"),
    ] = None
