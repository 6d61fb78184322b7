"""The accelerators and the zones that a new foundation begins with, by what its region offers of a template's types."""

from paved.onboard.pool import is_offered
from paved.onboard.template import Template
from stacks.checks.instances import zones_of

ZONES = 3
"""Of a foundation."""


def usual_class(template: Template, region: str) -> str:
    """The template's first class that the region has in a type of its kind; where it has none, the first of all."""
    zones = zones_of(region)
    found = (each for each in template.accelerators if is_offered(template, each, region, zones))
    return next(found, template.accelerators[0])


def usual_zones(template: Template, region: str, accelerator: str) -> tuple[str, ...]:
    """Three zones of a region, first those that have the class; fewer where the region has no more."""

    def is_without(zone: str) -> bool:
        return not is_offered(template, accelerator, region, [zone])

    chosen = sorted(zones_of(region), key=lambda zone: (is_without(zone), zone))[:ZONES]
    return tuple(sorted(chosen))
