"""A foundation's scanning of images, built."""

from components.registry.scanning import RegistryScanning, RegistryScanningArgs
from stacks.program.foundation_context import Ground
from stacks.schema.security_level import scanning_of


def build_scanning(ground: Ground) -> None:
    """The registry's scanning configuration, of which an account has one in each region."""
    scanning = scanning_of(ground.stack)
    if scanning != "elsewhere":
        RegistryScanning(
            f"{ground.name}-scanning", RegistryScanningArgs(enhanced=scanning == "enhanced"), ground.options()
        )
