"""Dashboards: Grafana, and who may sign in to it."""

from typing import Annotated

from pydantic import Field

from stacks.schema.base import Section
from stacks.schema.notebooks import Url

Group = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9]([A-Za-z0-9 ._@:/-]{0,126}[A-Za-z0-9._@:/-])?$",
        description="a group of the company's login: 1 to 128 letters, digits, blanks and `._@:/-`",
    ),
]

Scope = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9._:/-]{1,100}$", description="a scope of OpenID Connect, such as `openid`"),
]


class GrafanaSpec(Section):
    """Grafana with the dashboards of this release, inside the VPC, for people of the company's login."""

    address: Annotated[
        Url, Field(description="the `https://` address that people open, which leads to its load balancer")
    ]
    certificate_arn: Annotated[
        str,
        Field(
            pattern=r"^arn:aws(-cn|-us-gov)?:acm:[a-z0-9-]+:[0-9]{12}:certificate/[0-9a-f-]{36}$",
            description="the ARN of the certificate of that address in ACM, in the platform's account and region",
        ),
    ]
    authorize_url: Url
    token_url: Url
    userinfo_url: Url
    client_id: Annotated[
        str, Field(pattern=r"^[A-Za-z0-9._:/-]{1,128}$", description="the client's id, 1 to 128 characters")
    ]
    groups_claim: Annotated[
        str,
        Field(
            pattern=r"^[A-Za-z][A-Za-z0-9_]{0,63}$",
            description="the claim by which the provider says in which groups somebody is, such as `groups`",
        ),
    ] = "groups"
    viewers: Annotated[
        tuple[Group, ...],
        Field(
            min_length=1,
            max_length=20,
            description="1 to 20 groups whose people see every dashboard, those of all teams and of cost among them",
        ),
    ]
    editors: Annotated[
        tuple[Group, ...],
        Field(max_length=5, description="up to 5 groups whose people may also ask for series by hand"),
    ] = ()
    scopes: Annotated[
        tuple[Scope, ...],
        Field(
            min_length=1,
            max_length=10,
            description="1 to 10 scopes that Grafana asks the provider for; some give groups for a scope alone",
        ),
    ] = ("openid", "profile", "email")
