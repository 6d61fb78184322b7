"""Notebooks: a workspace for each of a team's people, who sign in to a JupyterHub of the team's own."""

from typing import Annotated

from pydantic import Field

from stacks.schema.base import Section, Slug

Url = Annotated[
    str,
    Field(
        pattern=r"^https://[a-z0-9-]+(\.[a-z0-9-]+)+(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?$",
        max_length=300,
        description="an `https://` address without a query",
    ),
]


# The client is made at the provider by hand; the hub reads its secret by its own identity when it starts.
class SignInSpec(Section):
    """The team's client at an OpenID Connect provider, which answers inside the VPC from `hardened` on."""

    authorize_url: Url
    token_url: Url
    userinfo_url: Url
    client_id: Annotated[
        str, Field(pattern=r"^[A-Za-z0-9._:/-]{1,128}$", description="the client's id, 1 to 128 characters")
    ]
    secret_name: Annotated[
        Slug,
        Field(
            description="the name of the secret in Secrets Manager that holds the client's secret as plain text, "
            "without the stack's name and the slash before it: `sign-in` for `vision-prod/sign-in`"
        ),
    ]
    claim: Annotated[
        str,
        Field(
            pattern=r"^[A-Za-z][A-Za-z0-9_]{0,63}$",
            description="the claim by which the provider says who signs in, such as `email`",
        ),
    ] = "email"


class Person(Section):
    """Somebody with a home, and at most one notebook at a time."""

    name: Annotated[Slug, Field(description="a slug, by which the person's home and notebook are named")]
    login: Annotated[
        str,
        Field(
            pattern=r"^[a-z0-9._%+@-]{1,254}$",
            description="1 to 254 lower-case letters, digits and `._%+@-`, as in the provider's claim `sign_in.claim`",
        ),
    ]


# Whole GPUs: a slice needs nodes that are cut into MIG profiles at boot and a device plugin that knows them, and time
# slicing shares memory between people.
class NotebookServerSpec(Section):
    """A size of notebook that people choose when they start theirs."""

    name: Slug
    cpu: Annotated[int, Field(ge=1, le=192, description="1 to 192 vCPUs")]
    memory_gib: Annotated[int, Field(ge=1, le=2048, description="1 to 2048 GiB")]
    pool: Annotated[
        Slug | None,
        Field(
            description="one of `training.pools` with a quota, in whose queue the notebook waits; leave out for the "
            "platform's general nodes, where it starts at once"
        ),
    ] = None
    gpus: Annotated[
        int,
        Field(
            ge=0,
            le=8,
            description="0 to 8 whole GPUs: no node is cut into MIG slices, and time slicing keeps no memory apart",
        ),
    ] = 0


class NotebooksSpec(Section):
    """`paved:notebooks`."""

    sign_in: SignInSpec
    people: Annotated[
        tuple[Person, ...],
        Field(min_length=1, max_length=50, description="1 to 50 people who may open a notebook"),
    ]
    repository: Annotated[
        Slug, Field(description="one of `registry.repositories`, whose image every notebook is of")
    ]
    image_digest: Annotated[
        str,
        Field(pattern=r"^sha256:[0-9a-f]{64}$", description="the image's digest, `sha256:` and 64 digits"),
    ]
    servers: Annotated[
        tuple[NotebookServerSpec, ...],
        Field(
            min_length=1, max_length=6, description="1 to 6 sizes to choose from; the first is the usual one"
        ),
    ]
    home_gib: Annotated[
        int, Field(ge=1, le=1000, description="1 to 1000 GiB of home for each person, which stays")
    ] = 20
    idle_minutes: Annotated[
        int,
        Field(
            ge=10, le=720, description="10 to 720 minutes after which a notebook that nobody uses is ended"
        ),
    ] = 60
    max_hours: Annotated[
        int, Field(ge=1, le=168, description="1 to 168 hours after which a notebook is ended in any case")
    ] = 12
