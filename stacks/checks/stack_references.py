"""Checks between a stack and the one below it, which exists, is alike in place and release, and as secure."""

from collections.abc import Iterator, Mapping

from reference.security_level import reaches
from stacks.checks.check import check, folder_check
from stacks.checks.organisation import Organisation, StackProblem
from stacks.reading.explain import listed, nearest
from stacks.reading.problems import Problem, at
from stacks.schema import Foundation, Platform, Team
from stacks.schema.security_level import endpoints_only, has_private_mlflow

# An auditor asks for a year.
LOG_DAYS_OF_REGULATED_DATA = 365

# That a team has regulated data does not yet mean a platform of its own and a single admin, which `regulated` asks for.
LEVEL_OF_REGULATED_DATA = "hardened"


@folder_check
def bases_exist(organisation: Organisation) -> Iterator[StackProblem]:
    """Require the foundation that a platform names, and the platform that a team names."""
    for name, platform in organisation.platforms.items():
        if says := _missing(platform.foundation, organisation, organisation.foundations):
            yield name, at("foundation", says=says)
    for name, team in organisation.teams.items():
        if says := _missing(team.platform, organisation, organisation.platforms):
            yield name, at("platform", says=says)


@folder_check
def bases_agree(organisation: Organisation) -> Iterator[StackProblem]:
    """Refuse an account, region, environment or release other than that of the stack below."""
    for name, platform, foundation in organisation.based_platforms():
        yield from _disagreements(name, platform, platform.foundation, foundation)
        if platform.release != foundation.release:
            says = f"must be {foundation.release}, as `{platform.foundation}` has it, got {platform.release}"
            yield name, at("release", says=says)
    for name, team, platform in organisation.on_platforms():
        yield from _disagreements(name, team, team.platform, platform)


@folder_check
def tenants_are_admitted(organisation: Organisation) -> Iterator[StackProblem]:
    """Refuse a team that its platform does not serve, or whose data it may not hold."""
    for name, team, platform in organisation.on_platforms():
        tenancy = platform.tenancy
        if team.data_class not in tenancy.data_classes:
            says = f"must be {listed(tenancy.data_classes)} on `{team.platform}`, got `{team.data_class}`"
            yield name, at("data_class", says=says)
        if tenancy.dedicated_to and team.owner.team != tenancy.dedicated_to:
            says = f"is `{team.platform}`, which serves the team `{tenancy.dedicated_to}` alone"
            yield name, at("platform", says=says)


@folder_check
def nothing_stands_on_what_retires(organisation: Organisation) -> Iterator[StackProblem]:
    """Refuse an active stack above one that is to be destroyed."""
    for name, stack in sorted(organisation.stacks.items()):
        for base in organisation.bases(name):
            below = organisation.stacks.get(base)
            if below and below.lifecycle == "retiring" and stack.lifecycle == "active":
                says = f"is `active`, but `{base}`, which it stands on, is retiring"
                yield name, at("lifecycle", says=says)


@folder_check
def a_stack_is_no_more_secure_than_its_base(organisation: Organisation) -> Iterator[StackProblem]:
    """Refuse a level of security above that of the stack below, which is part of the one above."""
    for name, stack in sorted(organisation.stacks.items()):
        # The nearest alone: that one is held to the next below it.
        for base in organisation.bases(name)[-1:]:
            below = organisation.stacks.get(base)
            if below and not reaches(below.security, stack.security):
                says = f"must be at most `{below.security}`, which `{base}` below it promises, got `{stack.security}`"
                yield name, at("security", says=says)


@check(Platform, Team)
def regulated_data_is_held_securely(stack: Platform | Team) -> Iterator[Problem]:
    """Refuse regulated data on a stack that promises the standard level."""
    held = stack.tenancy.data_classes if isinstance(stack, Platform) else (stack.data_class,)
    if "regulated" in held and not reaches(stack.security, LEVEL_OF_REGULATED_DATA):
        says = f"must be at least `{LEVEL_OF_REGULATED_DATA}` for regulated data, got `{stack.security}`"
        yield at("security", says=says)


@folder_check
def regulated_data_is_logged(organisation: Organisation) -> Iterator[StackProblem]:
    """Require a year of logs of a foundation whose platform holds regulated data."""
    for name, platform, foundation in organisation.based_platforms():
        if "regulated" not in platform.tenancy.data_classes:
            continue
        kept = {
            ("network", "flow_log_days"): foundation.network.flow_log_days,
            ("cluster", "log_days"): foundation.cluster.log_days,
        }
        for path, days in kept.items():
            if days < LOG_DAYS_OF_REGULATED_DATA:
                says = f"must be at least {LOG_DAYS_OF_REGULATED_DATA}: `{name}` holds regulated data, got {days}"
                yield platform.foundation, at(*path, says=says)


@folder_check
def closed_runs_reach_mlflow(organisation: Organisation) -> Iterator[StackProblem]:
    """Require the VPC's own endpoint of MLflow for jobs that reach nothing outside of the VPC."""
    for name, team, platform, foundation in organisation.on_foundations():
        if team.tracking and endpoints_only(team) and not has_private_mlflow(foundation):
            says = f"must be true: jobs of `{name}` record to MLflow, and reach nothing outside of the VPC"
            yield platform.foundation, at("network", "private_mlflow", says=says)


def _missing(base: str, organisation: Organisation, known: Mapping[str, Foundation | Platform]) -> str | None:
    if base in known or base in organisation.unreadable:
        return None
    hint = nearest(base, list(known)) or (f"; take {listed(list(known))}" if known else "")
    if base in organisation.stacks:
        return f"is `{base}`, a {organisation.stacks[base].kind} stack{hint}"
    return f"is `{base}`, which is no stack of the folder{hint}"


def _disagreements(
    name: str, stack: Platform | Team, base_name: str, base: Foundation | Platform
) -> Iterator[StackProblem]:
    pairs = {
        ("account", "id"): (stack.account.id, base.account.id),
        ("account", "region"): (stack.account.region, base.account.region),
        ("account", "partition"): (stack.account.partition, base.account.partition),
        ("environment",): (stack.environment, base.environment),
    }
    for path, (found, wanted) in pairs.items():
        if found != wanted:
            yield name, at(*path, says=f"must be {wanted}, as `{base_name}` has it, got {found}")
