"""The accelerators and the zones that a new foundation begins with, by what its region offers."""

from paved.onboard.template import Template
from reference.instances import instance_types, zones_offering
from stacks.checks.instances import zones_of

ZONES = 3
"""Of a foundation."""


def usual_class(template: Template, region: str) -> str:
    """The template's first class of accelerators that the region has; where it has none, the first of all."""
    offered: set[str] = set()
    for zone in zones_of(region):
        offered |= _classes_of(zone, region)
    return next((each for each in template.accelerators if each in offered), template.accelerators[0])


def usual_zones(region: str, accelerator: str) -> tuple[str, ...]:
    """Three zones of a region, first those that have the class; fewer where the region has no more."""

    def is_without(zone: str) -> bool:
        return accelerator not in _classes_of(zone, region)

    chosen = sorted(zones_of(region), key=lambda zone: (is_without(zone), zone))[:ZONES]
    return tuple(sorted(chosen))


def _classes_of(zone: str, region: str) -> set[str]:
    found: set[str] = set()
    for each in instance_types().values():
        if each.accelerator and zone in zones_offering(each.name, region):
            found.add(each.accelerator)
    return found
