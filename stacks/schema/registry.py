"""Registries: a team's models, datasets and images; how an account's images are scanned, signed and admitted."""

from typing import Annotated, Literal

from pydantic import Field

from stacks.schema.base import Generation, RoleName, Section, Slug


class RegistrySpec(Section):
    """`paved:registry`: one bucket for models, one for datasets, and an ECR repository per image."""

    repositories: Annotated[
        tuple[Slug, ...], Field(max_length=50, description="at most 50 ECR repositories, each by its slug")
    ] = ()
    noncurrent_days: Annotated[
        int, Field(ge=7, le=3650, description="7 to 3650 days a replaced or deleted object can be restored")
    ] = 90
    # S3 bills each read of infrequent access, so nothing moves unless the file asks for it.
    archive_days: Annotated[
        int | None,
        Field(
            ge=30,
            le=3650,
            description="30 to 3650 days until a dataset moves to infrequent access; leave out to keep it hot",
        ),
    ] = None
    scratch_days: Annotated[
        int | None,
        Field(
            ge=1,
            le=365,
            description="1 to 365 days until what lies under `scratch/` in the models bucket is deleted for good; "
            "leave out to keep it",
        ),
    ] = None
    keep_images: Annotated[
        int,
        Field(
            ge=5,
            le=1000,
            description="5 to 1000 images tagged `candidate-…` that a repository keeps, the newest; all others stay",
        ),
    ] = 50
    findings: Annotated[
        Literal["critical", "high", "medium"],
        Field(
            description="`critical`, `high` or `medium`: from which severity on what a scan finds in an image is "
            "mailed to `monitoring.notify`"
        ),
    ] = "high"
    generation: Generation = 1


RepositoryPrefix = Annotated[
    str,
    Field(
        pattern=r"^([a-z0-9]+([._-][a-z0-9]+)*/)+$",
        max_length=200,
        description="the start of names of repositories, which ends in `/`, such as `shared/`",
    ),
]


class UpstreamLogin(Section):
    """The secret by which ECR logs in to a registry that it pulls through."""

    registry: Annotated[
        Literal["cgr.dev", "docker.io", "ghcr.io"], Field(description="`cgr.dev`, `docker.io` or `ghcr.io`")
    ]
    # The end of the ARN and not all of it, which would hold what looks like a credential, and another account.
    secret_name: Annotated[
        str,
        Field(
            pattern=r"^[a-zA-Z0-9/_+=.@-]+-[a-zA-Z0-9]{6}$",
            max_length=500,
            description="the name behind `ecr-pullthroughcache/` in the ARN of a secret of this account and region, "
            "with the six characters that AWS adds, such as `docker-hub-x7Kq2M`",
        ),
    ]


class Images(Section):
    """The account's registry of images."""

    # None where the level of security decides, as in every option that follows it.
    scanning: Annotated[
        Literal["basic", "enhanced", "elsewhere"] | None,
        Field(
            description="`basic` (once, at the push), `enhanced` (Amazon Inspector: packages of languages too, and "
            "again when an advisory is published) or `elsewhere`, where another stack of the account decides; left "
            "out, that is `enhanced` from `security: hardened` up, else `basic`"
        ),
    ] = None
    cache: Annotated[
        Literal["own", "elsewhere", "off"] | None,
        Field(
            description="`own`: images of the charts come through the account's registry, which pulls them from where "
            "they are published; `elsewhere`, where another stack of the account made it so; or `off`; left out, that "
            "is `own` from `security: hardened` up, else `off`"
        ),
    ] = None
    logins: Annotated[
        tuple[UpstreamLogin, ...],
        Field(
            max_length=3,
            description="up to 3 secrets by which ECR logs in to registries that it pulls through in no other way; "
            "without one their images come from there directly, or by `mirror`",
        ),
    ] = ()
    mirror: Annotated[
        tuple[Literal["cgr.dev", "docker.io", "ghcr.io", "nvcr.io"], ...],
        Field(
            max_length=4,
            description="up to 4 registries whose images you copy into this account's registry, where a cache cannot: "
            "`nvcr.io`, and those without a login (docs/guides/images.md)",
        ),
    ] = ()
    shared: Annotated[
        tuple[RepositoryPrefix, ...],
        Field(
            max_length=20,
            description="up to 20 prefixes of this account's repositories that every node may pull beside those of its "
            "team, such as `shared/`; other repositories are of the stack that their names begin with",
        ),
    ] = ()
    # Roles of IAM and no public key: the private half never leaves KMS, and nobody keeps one.
    signers: Annotated[
        tuple[RoleName, ...],
        Field(
            max_length=10,
            description="up to 10 IAM roles of CI that may sign images; with any, the foundation makes the key for it",
        ),
    ] = ()


# From `regulated` up and not from `hardened`: it fails closed, and a company that hardens its clusters should not find
# out that day that its pipelines do not sign.
class Signatures(Section):
    """Which images run in teams' namespaces."""

    required: Annotated[
        bool | None,
        Field(
            description="`true`: an image that is not signed with the foundation's key does not start in a team's "
            "namespace; left out, that is so from `security: regulated` up"
        ),
    ] = None
