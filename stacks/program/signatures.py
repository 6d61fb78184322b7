"""Signed images, built: the key of a foundation, and what a platform does with it."""

from collections.abc import Mapping, Sequence

from pulumi import Input, Resource

from components.charts import POLICY_CONTROLLER
from components.platform.image_signatures import ImageSignatures, ImageSignaturesArgs
from components.security.encryption_key import deletion_window_days
from components.security.image_signing import ImageSigning, ImageSigningArgs
from stacks.program.foundation_context import Ground
from stacks.program.platform_context import Deck
from stacks.schema.security_level import signatures_required


def build_signing(ground: Ground, cluster: Input[str]) -> Mapping[str, str]:
    """The signing key, where the file names who signs. Returns what CI and the platform read of it."""
    signers = ground.stack.images.signers
    if not signers:
        return {}
    signing = ImageSigning(
        f"{ground.name}-signing",
        ImageSigningArgs(
            account=ground.account,
            stack=ground.name,
            cluster_name=ground.cluster_name,
            cluster=cluster,
            signers=signers,
            deletion_window_days=deletion_window_days(ground.stack.environment),
            protect=ground.protect,
        ),
        ground.options(),
    )
    return {"signing_key": signing.key_uri}


def build_signatures(deck: Deck, after: Sequence[Resource], monitoring: Sequence[Resource]) -> None:
    """The policy controller, where the file or its level of security asks for it."""
    if not signatures_required(deck.stack):
        return
    ImageSignatures(
        f"{deck.name}-signatures",
        ImageSignaturesArgs(
            version=deck.release.charts[POLICY_CONTROLLER.name],
            kubernetes_version=deck.release.kubernetes,
            registry=deck.foundation.output("registry", "host"),
            key_uri=deck.foundation.output("registry", "signing_key"),
            replicas=deck.replicas,
            labels=deck.tags,
            after=after,
            monitoring=monitoring,
            protect=deck.protect,
        ),
        deck.options(),
    )
