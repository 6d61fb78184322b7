"""Images: how the account's registry is scanned, who signs, and whether only signed ones run."""

from typing import Annotated, Literal

from pydantic import Field

from stacks.schema.base import RoleName, Section


class Images(Section):
    """The account's registry of images."""

    scanning: Annotated[
        Literal["basic", "enhanced", "elsewhere"] | None,
        Field(
            description="`basic` (once, at the push), `enhanced` (Amazon Inspector: packages of languages too, and "
            "again when an advisory is published) or `elsewhere`, where another stack of the account decides; left "
            "out, that is `enhanced` from `security: hardened` up, else `basic`"
        ),
    ] = None
    signers: Annotated[
        tuple[RoleName, ...],
        Field(
            max_length=10,
            description="up to 10 IAM roles of CI that may sign images; with any, the foundation makes the key for it",
        ),
    ] = ()


class Signatures(Section):
    """Which images run in teams' namespaces."""

    required: Annotated[
        bool | None,
        Field(
            description="`true`: an image that is not signed with the foundation's key does not start in a team's "
            "namespace; left out, that is so from `security: regulated` up"
        ),
    ] = None
