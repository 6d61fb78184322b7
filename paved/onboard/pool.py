"""Instance types and the zone of a new team's pool, by accelerator class and what the foundation's zones offer."""

from collections.abc import Sequence
from dataclasses import dataclass

from paved.errors import BadInput
from paved.onboard.template import Template
from reference.instances import InstanceType, instance_types, why_no_cpu_pool, zones_offering
from stacks.checks.efa import JOB_NODES
from stacks.reading.explain import listed


@dataclass(frozen=True, kw_only=True)
class PoolChoice:
    """The pool that a template proposes. `units_per_node` are the GPUs, or vCPUs, of its largest type.

    `for_pods` are the units that pods get of all that may run.
    """

    name: str
    instance_types: tuple[str, ...]
    zone: str | None
    units_per_node: int
    for_pods: int


def pool_choice(
    template: Template, accelerator: str, units: int | None, region: str, zones: Sequence[str]
) -> PoolChoice:
    """The types of a class that a template wants, each offered in a zone. Raises BadInput where there are none.

    Types with more than `units`, GPUs or vCPUs, are left out, where that is known already.
    """
    chosen = _chosen(template, accelerator, units, region, zones)
    if not chosen:
        raise BadInput(_why_none(template, accelerator, units, region, zones))
    name = f"{accelerator}-serving" if template.serves else accelerator
    return PoolChoice(
        name=name,
        instance_types=tuple(each.name for each in chosen),
        zone=_first_zone(chosen[0], region, zones) if template.efa else None,
        units_per_node=max(each.units for each in chosen),
        for_pods=min((units or 0) // each.units * each.pod_units for each in chosen),
    )


def is_offered(template: Template, accelerator: str, region: str, zones: Sequence[str]) -> bool:
    """Whether the zones have a type of a class that the template wants, in the amount that it begins with."""
    return bool(_chosen(template, accelerator, template.gpus or template.vcpus or None, region, zones))


def usual_gpus(template: Template, accelerator: str, region: str, zones: Sequence[str]) -> int:
    """The GPUs that a template begins with: its own number, or two nodes that talk to each other. Raises BadInput."""
    if template.gpus:
        return template.gpus
    return JOB_NODES * pool_choice(template, accelerator, None, region, zones).units_per_node


def _chosen(
    template: Template, accelerator: str, units: int | None, region: str, zones: Sequence[str]
) -> list[InstanceType]:
    found = [each for each in _offered(accelerator, region, zones) if units is None or each.units <= units]
    return _with_efa(found) if template.efa else _of_sizes(_of_families(found, template), template.sizes)


def _offered(accelerator: str, region: str, zones: Sequence[str]) -> list[InstanceType]:
    """Types of a class that a zone offers, small ones first. A whole machine starts too slowly to come and go."""
    of_class = [each for each in instance_types().values() if each.node_class == accelerator]
    for_jobs = [each for each in of_class if each.gpus or why_no_cpu_pool(each) is None]
    offered = [each for each in for_jobs if zones_offering(each.name, region) & {*zones}]
    virtual = [each for each in offered if not each.name.endswith(".metal")]
    return sorted(virtual, key=lambda each: (each.vcpus, each.name))


def _with_efa(found: Sequence[InstanceType]) -> list[InstanceType]:
    """The one type with the most GPUs whose nodes talk over EFA; of several, the first by name."""
    able = [each for each in found if each.efa_interfaces]
    return [min(able, key=lambda each: (-each.gpus, each.name))] if able else []


def _of_families(found: Sequence[InstanceType], template: Template) -> list[InstanceType]:
    """The types of a template's families; all where it names none."""
    return [
        each for each in found if not template.families or each.name.partition(".")[0] in template.families
    ]


def _of_sizes(found: Sequence[InstanceType], sizes: Sequence[str]) -> list[InstanceType]:
    """The types of some sizes, or the smallest where a class comes in none of them."""
    chosen = [each for each in found if each.name.partition(".")[2] in sizes]
    return chosen or list(found[:1])


def _first_zone(kind: InstanceType, region: str, zones: Sequence[str]) -> str | None:
    offering = zones_offering(kind.name, region)
    return next((zone for zone in zones if zone in offering), None)


def _why_none(
    template: Template, accelerator: str, units: int | None, region: str, zones: Sequence[str]
) -> str:
    if template.vcpus:
        return (
            f"no type of {listed(template.families)} with at most {units} vCPUs is offered in {', '.join(zones)} of "
            f"{region}: take more `--vcpus`, or another `--platform`"
        )
    known = sorted({each.accelerator for each in instance_types().values() if each.accelerator})
    if accelerator not in known:
        return f"`--accelerator` must be {listed(known)}, got `{accelerator}`"
    with_efa = " with EFA" if template.efa else ""
    most = f" of at most {units} GPUs" if units is not None else ""
    there = [each for each in template.accelerators if is_offered(template, each, region, zones)]
    has = (
        f"of `{template.name}` it has {listed(there)}"
        if there
        else f"`paved regions {region}` says what it has"
    )
    return (
        f"no type of `{accelerator}`{with_efa}{most} is offered in {', '.join(zones)} of {region}; {has}: take another "
        "`--accelerator`, `--gpus` or `--platform`"
    )
