"""Checks of the roles that act for a team: each in one place, and promotion apart from training where it has to be."""

from collections.abc import Iterator

from reference.names import role_name
from reference.security_level import reaches
from reference.vocabulary import SERVICE_ACCOUNTS
from stacks.checks.check import check, folder_check, repeats
from stacks.checks.organisation import Organisation, StackProblem
from stacks.reading.problems import Keys, Problem, at
from stacks.schema import Foundation, Team
from stacks.schema.access import TeamAccess


@check(Team)
def a_role_is_named_once(stack: Team) -> Iterator[Problem]:
    """Refuse a role that stands in one list twice."""
    access = stack.access or TeamAccess()
    yield from repeats(access.members, "access", "members")
    yield from repeats(access.promoters, "access", "promoters")


@check(Team)
def roles_have_a_namespace(stack: Team) -> Iterator[Problem]:
    """Refuse roles of a team that has no namespace, and promoters of one that has no registry."""
    access = stack.access
    if access and not (stack.training or stack.serving or stack.data):
        yield at(
            "access", says="needs `training`, `serving` or `data`: without them the team has no namespace"
        )
    if access and access.promoters and stack.registry is None:
        yield at("registry", says="is required with `access.promoters`: models are promoted in its bucket")


@check(Team)
def promoters_do_not_train(stack: Team) -> Iterator[Problem]:
    """Refuse a role that both trains and promotes, from `hardened` on."""
    if not reaches(stack.security, "hardened") or stack.access is None:
        return
    members = {role.casefold() for role in stack.access.members}
    for position, role in enumerate(stack.access.promoters):
        if role.casefold() in members:
            says = (
                f"is `{role}`, one of `access.members`: where `security` is `{stack.security}`, who trains a model "
                "does not decide that it serves"
            )
            yield at("access", "promoters", position, says=says)


@folder_check
def a_role_acts_for_one_stack(organisation: Organisation) -> Iterator[StackProblem]:
    """Refuse a role with an access entry of the same cluster elsewhere: EKS has one entry for a role."""
    taken: dict[tuple[str, str], str] = {}
    for name, foundation in organisation.foundations.items():
        for role in roles_of_cluster(foundation):
            taken[name, role.casefold()] = name
    for name, team, platform in organisation.on_platforms():
        for path, role in roles(team):
            owner = taken.setdefault((platform.foundation, role.casefold()), name)
            if owner != name:
                says = f"is `{role}`, which `{owner}` names for the same cluster: a role acts for one stack"
                yield name, at(*path, says=says)


@folder_check
def pods_are_no_members(organisation: Organisation) -> Iterator[StackProblem]:
    """Refuse the roles of teams' pods: what a job may do would then be what people may."""
    of_pods: set[str] = set()
    for name in organisation.teams:
        for account in SERVICE_ACCOUNTS:
            of_pods.add(role_name(name, account).casefold())
    for name, team in organisation.teams.items():
        for path, role in roles(team):
            if role.casefold() in of_pods:
                yield name, at(*path, says=f"is `{role}`, a role of pods: name one that people take on")


def roles_of_cluster(foundation: Foundation) -> list[str]:
    """The roles to which a foundation gives access."""
    return [foundation.cluster.deploy_role, *(each.role for each in foundation.cluster.access)]


def roles(stack: Team) -> Iterator[tuple[Keys, str]]:
    """Each role of a team with its path in the file."""
    access = stack.access or TeamAccess()
    for position, role in enumerate(access.members):
        yield ("access", "members", position), role
    for position, role in enumerate(access.promoters):
        yield ("access", "promoters", position), role
