"""What every section of a stack file is made of: strict settings and the value types they share."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class Section(BaseModel):
    """A mapping in a stack file. Unknown keys and values of another type are refused, never coerced."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


SLUG = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"

Slug = Annotated[
    str,
    Field(
        pattern=SLUG, max_length=30, description="lower-case letters, digits and single hyphens, at most 30 characters"
    ),
]
StackName = Annotated[
    str, Field(pattern=SLUG, max_length=40, description="the name of a stack, as in `Pulumi.<name>.yaml`")
]
Email = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$",
        max_length=254,
        description="an e-mail address",
    ),
]
Usd = Annotated[
    Decimal,
    Field(gt=0, le=100_000_000, decimal_places=2, description="US dollars, more than 0, with at most two decimals"),
]
Percent = Annotated[int, Field(ge=1, le=1000, description="a whole percentage, 1 to 1000")]
Emails = Annotated[
    tuple[Email, ...], Field(min_length=1, max_length=10, description="1 to 10 e-mail addresses")
]

Environment = Literal["dev", "staging", "prod"]
DataClass = Literal["public", "internal", "confidential", "regulated"]
Residency = Literal["us", "eu"]
Lifecycle = Literal["active", "retiring"]
Release = Annotated[
    str, Field(pattern=r"^20\d\d\.(0[1-9]|1[0-2])$", description='a release of the platform, quoted, such as "2026.11"')
]
Generation = Annotated[
    int,
    Field(ge=1, le=99, description="1 to 99; raise it to replace a protected resource under a new physical name"),
]


class Owner(Section):
    """Who answers for a stack, and who pays for it."""

    team: Slug
    email: Email
    chat: Annotated[str, Field(pattern=r"^#[a-z0-9][a-z0-9_-]{0,78}$", description="a chat channel, such as `#ml-vision`")]
    escalation: Annotated[Slug, Field(description="the escalation policy that pages this team")]
    cost_center: Annotated[str, Field(pattern=r"^CC-\d{4}$", description="`CC-` and four digits")]


class Account(Section):
    """The one AWS account and region that a stack may land in."""

    id: Annotated[str, Field(pattern=r"^\d{12}$", description="a quoted AWS account id of 12 digits")]
    region: Annotated[
        str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$", description="an AWS region, such as `us-east-1`")
    ]
    partition: Annotated[
        Literal["aws", "aws-us-gov", "aws-cn"], Field(description="`aws`, `aws-us-gov` or `aws-cn`")
    ] = "aws"
