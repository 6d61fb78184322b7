"""Checks of a platform's accelerator classes, data classes, frameworks and general nodes."""

from collections.abc import Iterator

from reference.instances import instance_types, regions_offering, zones_offering
from stacks.checks.check import check, folder_check, repeats
from stacks.checks.instances import not_offered
from stacks.checks.organisation import Organisation, StackProblem
from stacks.reading.explain import nearest
from stacks.reading.problems import Problem, at
from stacks.schema import Platform


@check(Platform)
def classes_are_listed_once(stack: Platform) -> Iterator[Problem]:
    """Refuse an accelerator class, a data class or a framework that is listed twice."""
    classes = (entry.accelerator for entry in stack.queues.capacity)
    yield from repeats(classes, "queues", "capacity", key="accelerator")
    yield from repeats(stack.tenancy.data_classes, "tenancy", "data_classes")
    yield from repeats(stack.queues.frameworks, "queues", "frameworks")


@check(Platform)
def families_are_known(stack: Platform) -> Iterator[Problem]:
    """Refuse a family that the region does not offer, that has accelerators, or that runs no x86 images."""
    path, region = ("nodes", "instance_families"), stack.account.region
    yield from repeats(stack.nodes.instance_families, *path)
    families = general_families()
    for position, family in enumerate(stack.nodes.instance_families):
        if family not in families:
            says = f"is `{family}`, which is not a known x86 family without GPUs"
            yield at(*path, position, says=says + nearest(family, sorted(families)))
        elif not any(zones_offering(name, region) for name in families[family]):
            offering = {where for name in families[family] for where in regions_offering(name)}
            yield at(*path, position, says=f"is `{family}`, {not_offered(region, offering)}")


@folder_check
def keda_has_an_identity_where_it_is_installed(organisation: Organisation) -> Iterator[StackProblem]:
    """Require the same of KEDA from a platform and its foundation: the operator, and what it is in AWS."""
    for name, platform, foundation in organisation.based_platforms():
        if platform.events.keda and not foundation.events.keda:
            says = f"must be true: KEDA of `{name}` could not ask how many events wait"
            yield platform.foundation, at("events", "keda", says=says)
        if foundation.events.keda and not platform.events.keda:
            says = f"must be false, or true in `{name}` too: no controller there has this identity"
            yield platform.foundation, at("events", "keda", says=says)


def general_families() -> dict[str, list[str]]:
    """Instance types that general nodes may have, by family: those without GPUs that run x86 images."""
    families: dict[str, list[str]] = {}
    for name, facts in instance_types().items():
        if not facts.gpus and facts.arch == "amd64":
            families.setdefault(name.split(".")[0], []).append(name)
    return families
