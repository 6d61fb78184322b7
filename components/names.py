"""Physical names, as every component makes them."""

from paved.reference.names import PREFIX, physical_name

__all__ = ["PREFIX", "physical_name"]
