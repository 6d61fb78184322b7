"""Images of others, built: the ways by which a foundation's registry gets them, and who pulls them."""

from collections.abc import Sequence

from components.cluster.node_roles import SharedImages
from components.registry.upstream_images import UpstreamImages, UpstreamImagesArgs
from components.security.encryption_key import EncryptionKey
from reference.chart_images import images_from
from stacks.program.context import FoundationContext
from stacks.schema.security_level import cached_registries, caches_images


def build_upstream_images(context: FoundationContext, key: EncryptionKey | None) -> Sequence[str]:
    """Declare the caches and the repositories of copies. Returns the registries whose images the account's own holds.

    Without a key another stack of the account makes them, or none does.
    """
    if key:
        UpstreamImages(
            f"{context.name}-upstream",
            UpstreamImagesArgs(
                account=context.account,
                key=key,
                role_name=context.role("image-cache"),
                caches=cached_registries(context.stack),
                mirrors=context.stack.images.mirror,
                tags=context.tags,
                protect=context.protect,
            ),
            context.options(),
        )
    return sorted([*cached_registries(context.stack), *_mirrors(context)])


def makes_caches(context: FoundationContext) -> bool:
    """Whether this stack makes the caches of the account's registry."""
    return caches_images(context.stack) == "own"


def shared_images(context: FoundationContext) -> SharedImages:
    """The images that every node pulls."""
    return SharedImages(
        prefixes=context.stack.images.shared,
        cached=images_from(cached_registries(context.stack)),
        mirrored=images_from(_mirrors(context)),
    )


def _mirrors(context: FoundationContext) -> Sequence[str]:
    return () if caches_images(context.stack) == "off" else context.stack.images.mirror
