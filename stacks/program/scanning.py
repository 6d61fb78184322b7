"""A foundation's scanning of images, built."""

from components.registry.repository import RegistryScanning, RegistryScanningArgs
from stacks.program.foundation_context import FoundationContext
from stacks.schema.security_level import scanning_of


def build_scanning(context: FoundationContext) -> None:
    """The registry's scanning configuration, of which an account has one in each region."""
    scanning = scanning_of(context.stack)
    if scanning != "elsewhere":
        RegistryScanning(
            f"{context.name}-scanning",
            RegistryScanningArgs(enhanced=scanning == "enhanced"),
            context.options(),
        )
