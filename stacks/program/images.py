"""Images, built: a foundation's scanning and signing key, and the controller that lets signed images run."""

from collections.abc import Mapping, Sequence

from pulumi import Resource

from components.account import ClusterScope
from components.charts import POLICY_CONTROLLER
from components.platform.image_signatures import ImageSignatures, ImageSignaturesArgs
from components.registry.repository import RegistryScanning, RegistryScanningArgs
from components.security.encryption_key import deletion_window_days
from components.security.image_signing import ImageSigning, ImageSigningArgs
from reference.registries import is_of_account, registry_host
from stacks.program.context import FoundationContext, PlatformContext
from stacks.schema import Platform
from stacks.schema.security_level import cached_registries, scanning_of, signatures_required


def build_scanning(context: FoundationContext) -> None:
    """Declare the registry's scanning, unless another stack of the account does: there is one in each region."""
    scanning = scanning_of(context.stack)
    if scanning != "elsewhere":
        RegistryScanning(
            f"{context.name}-scanning",
            RegistryScanningArgs(enhanced=scanning == "enhanced"),
            context.options(),
        )


def build_signing(context: FoundationContext, scope: ClusterScope) -> Mapping[str, str]:
    """Declare the signing key, where the file names signers. Returns what CI and the platform read of it."""
    signers = context.stack.images.signers
    if not signers:
        return {}
    signing = ImageSigning(
        f"{context.name}-signing",
        ImageSigningArgs(
            scope=scope,
            signers=signers,
            cached=team_images(context),
            deletion_window_days=deletion_window_days(context.stack.environment),
            protect=context.protect,
        ),
        context.options(),
    )
    return {"signing_key": signing.key_uri}


def build_signatures(
    context: PlatformContext, after: Sequence[Resource], monitoring: Sequence[Resource]
) -> None:
    """Declare the policy controller, where the file or its level of security asks for it."""
    # It fails closed: where it is not asked for, nothing of it is there to stop a pod.
    if not signatures_required(context.stack):
        return
    ImageSignatures(
        f"{context.name}-signatures",
        ImageSignaturesArgs(
            version=context.release.charts[POLICY_CONTROLLER.name],
            kubernetes_version=context.release.kubernetes,
            images=context.release.images,
            image_names=context.image_names,
            registry=context.foundation.output("registry", "host"),
            environment=context.stack.environment,
            shared=own_shared_images(context.stack),
            key_uri=context.foundation.output("registry", "signing_key"),
            replicas=context.replicas,
            labels=context.tags,
            after=after,
            monitoring=monitoring,
            protect=context.protect,
        ),
        context.options(),
    )


def own_shared_images(platform: Platform) -> list[str]:
    """The prefixes of the account's own images that every team may run."""
    return [each for each in platform.tenancy.images if is_of_account(each, platform.account.id)]


def team_images(context: FoundationContext) -> list[str]:
    """The images of others that run in teams' namespaces and come through a cache."""
    cached = cached_registries(context.stack)
    images = [each.repository for each in context.release.images.values()]
    return sorted(image for image in images if registry_host(image) in cached)
