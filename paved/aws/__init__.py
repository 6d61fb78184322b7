"""One module per AWS service, each turning a resource into the calls its provider makes."""

from importlib import import_module
from pkgutil import walk_packages


def load_handlers() -> None:
    """Import every module of this package, which registers its handlers."""
    for module in walk_packages(__path__, f"{__name__}."):
        import_module(module.name)
