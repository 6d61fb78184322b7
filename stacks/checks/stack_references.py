"""Rules between a stack and the one it stands on: it exists, and both agree on where and what they are."""

from collections.abc import Iterator, Mapping

from stacks.checks.check import folder_check
from stacks.checks.organisation import Organisation, StackProblem
from stacks.reading.explain import listed, nearest
from stacks.reading.problems import at
from stacks.schema import Foundation, Platform, Team

LOGS_OF_REGULATED_DATA = 365
"""Days. An auditor asks for a year."""


@folder_check
def bases_exist(organisation: Organisation) -> Iterator[StackProblem]:
    """A platform names a foundation, a team names a platform."""
    for name, platform in organisation.platforms.items():
        if says := _missing(platform.foundation, organisation, organisation.foundations):
            yield name, at("foundation", says=says)
    for name, team in organisation.teams.items():
        if says := _missing(team.platform, organisation, organisation.platforms):
            yield name, at("platform", says=says)


@folder_check
def bases_agree(organisation: Organisation) -> Iterator[StackProblem]:
    """A stack lands in the account, region and environment of the one it stands on."""
    for name, platform in organisation.platforms.items():
        foundation = organisation.foundations.get(platform.foundation)
        if foundation:
            yield from _disagreements(name, platform, platform.foundation, foundation)
            if platform.release != foundation.release:
                says = (
                    f"must be {foundation.release}, as `{platform.foundation}` has it, got {platform.release}"
                )
                yield name, at("release", says=says)
    for name, team, platform in organisation.on_platforms():
        yield from _disagreements(name, team, team.platform, platform)


@folder_check
def tenants_are_admitted(organisation: Organisation) -> Iterator[StackProblem]:
    """A platform says which data it may hold, and may serve one team alone."""
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
    """A stack that is to be destroyed carries none that is to stay."""
    for name, stack in sorted(organisation.stacks.items()):
        for base in organisation.bases(name):
            below = organisation.stacks.get(base)
            if below and below.lifecycle == "retiring" and stack.lifecycle == "active":
                yield (
                    name,
                    at("lifecycle", says=f"is `active`, but `{base}`, which it stands on, is retiring"),
                )


@folder_check
def regulated_data_is_logged(organisation: Organisation) -> Iterator[StackProblem]:
    """A platform for regulated data stands on a foundation that keeps its logs for a year."""
    for name, platform in organisation.platforms.items():
        foundation = organisation.foundations.get(platform.foundation)
        if foundation is None or "regulated" not in platform.tenancy.data_classes:
            continue
        kept = {
            ("network", "flow_log_days"): foundation.network.flow_log_days,
            ("cluster", "log_days"): foundation.cluster.log_days,
        }
        for path, days in kept.items():
            if days < LOGS_OF_REGULATED_DATA:
                says = f"must be at least {LOGS_OF_REGULATED_DATA}: `{name}` holds regulated data, got {days}"
                yield platform.foundation, at(*path, says=says)


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
