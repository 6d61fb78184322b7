"""Strict settings, which every section of a stack file is made of, and the value types that sections share."""

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from reference.regions import regions
from stacks.schema.offered import accelerated_names, general_names, offered, pool_names, zone_names


class MistakenValue(AttributeError):
    """A value that its file has, and not as it must be: what would follow from it is not to be told."""

    def __init__(self, section: "Section", name: str):
        self.section = section
        super().__init__(f"`{name}` of {type(section).__name__} holds a mistake")


class Section(BaseModel):
    """A mapping in a stack file. Unknown keys and values of another type are refused, never coerced."""

    # A lax model turns `true` into 1 and "2" into 2. A budget that two readers see differently is worse than a refusal.
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    # Hidden from the type checker, to which any attribute would exist by it.
    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            if name in type(self).model_fields:
                raise MistakenValue(self, name)
            return super().__getattr__(name)


def exact_decimal(value: object) -> object:
    """Turn a number of a JSON document into a Decimal, the same for 5, 5.0 and 5.00.

    Refuses text, of which a Decimal would read `1_000`, ` 5 ` and digits of any script.
    """
    if isinstance(value, float):
        return Decimal(int(value)) if value.is_integer() else Decimal(repr(value))
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, Decimal):
        return value
    raise ValueError("not a number")


def whole_number(value: object) -> object:
    """Let an int pass and nothing else."""
    # A Literal compares with `==`, to which true and 1.0 are 1.
    if type(value) is not int:
        raise ValueError("not a whole number")
    return value


Exact = BeforeValidator(exact_decimal)
Whole = BeforeValidator(whole_number)

# Character classes are spelt out: the pattern engine's `\d` and `\w` take in digits and letters of every script.
SLUG = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"

Slug = Annotated[
    str,
    Field(
        pattern=SLUG,
        max_length=30,
        description="lower-case letters, digits and single hyphens, at most 30 characters",
    ),
]
# It becomes a namespace, and part of every physical name of its stack.
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
# A Decimal: sums of binary fractions do not come out to the cent.
Usd = Annotated[
    Decimal,
    Field(
        gt=0,
        le=100_000_000,
        decimal_places=2,
        description="US dollars, more than 0, with at most two decimals",
    ),
    Exact,
]
Percent = Annotated[int, Field(ge=1, le=1000, description="a whole percentage, 1 to 1000")]
# AWS Budgets mails one notification to at most 10 addresses.
Emails = Annotated[
    tuple[Email, ...], Field(min_length=1, max_length=10, description="1 to 10 e-mail addresses")
]

Environment = Annotated[Literal["dev", "staging", "prod"], Field(description="`dev`, `staging` or `prod`")]
# From the least secret to the most: checks compare classes by their place here.
DataClass = Annotated[
    Literal["public", "internal", "confidential", "regulated"],
    Field(description="`public`, `internal`, `confidential` or `regulated`"),
]
Residency = Annotated[
    Literal["af", "ap", "ca", "eu", "il", "me", "sa", "us"],
    Field(
        description="where the team's data may rest, by how the names of its regions begin: `us`, `eu`, `ap`, `ca`, "
        "`sa`, `me`, `il` or `af`"
    ),
]
Lifecycle = Annotated[
    Literal["active", "retiring"],
    Field(
        description="`active`, or `retiring` to lift the protection of stateful resources before a destroy"
    ),
]
# The level is a floor, held by the policy rules that bind from it on; a stack may well meet more.
Security = Annotated[
    Literal["standard", "hardened", "regulated"],
    Field(
        description="`standard`, `hardened` or `regulated`: the level of security that the stack promises; options "
        "that are left out follow it, and its rules refuse what is below it"
    ),
]
# Quoted, because a YAML number loses the zero of October.
Release = Annotated[
    str,
    Field(
        pattern=r"^20[0-9]{2}\.(0[1-9]|1[0-2])$",
        description='a release of the platform, quoted, such as "2026.11"',
    ),
]
RoleName = Annotated[
    str,
    Field(
        pattern=r"^([A-Za-z0-9_+=,@-][A-Za-z0-9_+=,.@-]*/){0,8}[A-Za-z0-9_+=,.@-]{1,64}$",
        max_length=512,
        description="the name of an IAM role of the account, 1 to 64 characters, after its path where it has one",
    ),
]
# Physical names are fixed, and a fixed name cannot exist twice: a replacement needs another.
Generation = Annotated[
    int,
    Field(
        ge=1, le=99, description="1 to 99; raise it to replace a protected resource under a new physical name"
    ),
]
INSTANCE_TYPE = r"^[a-z0-9-]+\.[a-z0-9-]+$"
ZoneId = Annotated[
    str,
    Field(
        pattern=r"^[a-z]{3,4}[0-9]-az[1-6]$",
        description="an AZ id such as `use1-az2`",
        json_schema_extra=offered(zone_names),
    ),
]
InstanceTypeName = Annotated[
    str,
    Field(
        pattern=INSTANCE_TYPE,
        description="an EC2 instance type, such as `m7i.xlarge`",
        json_schema_extra=offered(general_names),
    ),
]
AcceleratedTypeName = Annotated[
    str,
    Field(
        pattern=INSTANCE_TYPE,
        description="an EC2 instance type with accelerators, such as `p5.48xlarge`",
        json_schema_extra=offered(accelerated_names),
    ),
]
PoolTypeName = Annotated[
    str,
    Field(
        pattern=INSTANCE_TYPE,
        description="an EC2 instance type, such as `p5.48xlarge` with accelerators or `m7i.4xlarge` without",
        json_schema_extra=offered(pool_names),
    ),
]

CostCenter = Annotated[str, Field(pattern=r"^CC-[0-9]{4}$", description="`CC-` and four digits")]


ChatChannel = Annotated[
    str, Field(pattern=r"^#[a-z0-9][a-z0-9_-]{0,78}$", description="a chat channel, such as `#ml-vision`")
]


class Owner(Section):
    """Who answers for a stack, and who pays for it."""

    team: Slug
    email: Email
    chat: ChatChannel
    escalation: Annotated[Slug, Field(description="the slug of the escalation policy that pages this team")]
    cost_center: CostCenter


AccountId = Annotated[str, Field(pattern=r"^[0-9]{12}$", description="a quoted AWS account id of 12 digits")]
RegionName = Annotated[
    str,
    Field(
        pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9]$",
        description="an AWS region, such as `us-east-1`; `paved regions` lists them",
        json_schema_extra=offered(regions),
    ),
]


# The account is config and is not looked up, so that every ARN in a document is known before anything exists.
class AccountSpec(Section):
    """The one AWS account and region that a stack may land in."""

    id: AccountId
    region: RegionName
    partition: Annotated[
        Literal["aws", "aws-us-gov", "aws-cn"], Field(description="`aws`, `aws-us-gov` or `aws-cn`")
    ] = "aws"
