"""Checks of the roles that act for a team: each in one place, and promotion apart from training where it has to be."""

from collections.abc import Iterator, Sequence

from reference.names import PREFIX, without_path
from reference.security_level import reaches
from stacks.checks.check import check, folder_check, repeats
from stacks.checks.organisation import Organisation, StackProblem
from stacks.reading.problems import Keys, Problem, at
from stacks.schema import Foundation, Team
from stacks.schema.access import Member, TeamAccess


@check(Team)
def a_member_is_a_role_or_a_group(stack: Team) -> Iterator[Problem]:
    """Refuse a member that is neither, or both at once."""
    for position, member in enumerate(_access(stack).members):
        if (member.role is None) == (member.group is None):
            found = "neither" if member.role is None else f"`{member.role}` and `{member.group}`"
            says = f"has a `role` or a `group`, got {found}"
            yield at("access", "members", position, says=says)


@check(Team)
def a_role_is_named_once(stack: Team) -> Iterator[Problem]:
    """Refuse a role or a group that stands in one list twice, with other rights too."""
    access = _access(stack)
    yield from _repeated_members(access.members)
    # IAM has one role of a name, whatever its path.
    yield from repeats((role.rpartition("/")[2] for role in access.promoters), "access", "promoters")


def _repeated_members(members: Sequence[Member]) -> Iterator[Problem]:
    first_of: dict[tuple[str, str], int] = {}
    for position, member in enumerate(members):
        kind, name = ("role", without_path(member.role)) if member.role else ("group", member.name)
        first = first_of.setdefault((kind, name), position)
        if first != position:
            other = members[first].rights
            rights = f" with `{other}`" if other != member.rights else ""
            says = f"is `{member.name}`, as entry {first + 1} of the list is{rights}: keep one"
            yield at("access", "members", position, kind, says=says)


def _access(stack: Team) -> TeamAccess:
    return stack.access or TeamAccess()


@check(Team)
def ci_runs_what_was_reviewed(stack: Team) -> Iterator[Problem]:
    """Refuse a CI's subject that stands for whatever somebody proposes."""
    ci = _access(stack).ci
    for position, subject in enumerate(ci.subjects if ci else ()):
        if subject.endswith(":pull_request"):
            says = (
                f"is `{subject}`, by which whoever opens a pull request submits runs: name a branch, such as "
                "`repo:example/vision:ref:refs/heads/main`, or an environment that somebody approves"
            )
            yield at("access", "ci", "subjects", position, says=says)


@check(Team)
def roles_have_a_namespace(stack: Team) -> Iterator[Problem]:
    """Refuse roles of a team that has no namespace, and promoters of one that has no registry."""
    access = stack.access
    if access and not stack.has_namespace:
        says = "needs `training`, `serving`, `data` or `notebooks`: without them the team has no namespace"
        yield at("access", says=says)
    if access and access.promoters and stack.registry is None:
        yield at("registry", says="is required with `access.promoters`: models are promoted in its bucket")


@check(Team)
def promoters_do_not_train(stack: Team) -> Iterator[Problem]:
    """Refuse a role that both trains and promotes, from `hardened` on."""
    if not reaches(stack.security, "hardened") or stack.access is None:
        return
    having = [member.role for member in stack.access.members if member.rights == "develop"]
    members = {without_path(role) for role in having if role}
    for position, role in enumerate(stack.access.promoters):
        if without_path(role) in members:
            says = (
                f"is `{role}`, one of `access.members` with `develop`: where `security` is `{stack.security}`, who "
                "trains a model does not decide that it serves"
            )
            yield at("access", "promoters", position, says=says)


@folder_check
def a_role_acts_for_one_stack(organisation: Organisation) -> Iterator[StackProblem]:
    """Refuse a role with an access entry of the same cluster elsewhere: EKS has one entry for a role."""
    taken: dict[tuple[str, str], str] = {}
    for name, foundation in organisation.foundations.items():
        for role in roles_of_cluster(foundation):
            taken[name, without_path(role)] = name
    for name, team, platform in organisation.on_platforms():
        for path, role in roles(team):
            owner = taken.setdefault((platform.foundation, without_path(role)), name)
            if owner != name:
                says = f"is `{role}`, which `{owner}` names for the same cluster: a role acts for one stack"
                yield name, at(*path, says=says)


@folder_check
def people_have_roles_of_their_own(organisation: Organisation) -> Iterator[StackProblem]:
    """Refuse roles that stacks make: what a pod, a node or a controller may do would then be what people may."""
    for name, foundation in organisation.foundations.items():
        for position, entry in enumerate(foundation.cluster.access):
            if maker := _maker(entry.role, organisation):
                yield name, at("cluster", "access", position, "role", says=_is_made(entry.role, maker))
    for name, team in organisation.teams.items():
        for path, role in roles(team):
            if maker := _maker(role, organisation):
                yield name, at(*path, says=_is_made(role, maker))


def _maker(role: str, organisation: Organisation) -> str | None:
    """The stack whose roles have names like this one."""
    name = without_path(role)
    made = [
        each for each in organisation.stacks if name.startswith((f"{PREFIX}-{each}-", f"{PREFIX}-{each}."))
    ]
    return made[0] if made else None


def _is_made(role: str, maker: str) -> str:
    return f"is `{role}`, a role that `{maker}` makes: name one that people take on"


def roles_of_cluster(foundation: Foundation) -> list[str]:
    """The roles to which a foundation gives access."""
    return [foundation.cluster.deploy_role, *(each.role for each in foundation.cluster.access)]


def roles(stack: Team) -> Iterator[tuple[Keys, str]]:
    """Each role of a team with its path in the file."""
    access = _access(stack)
    for position, member in enumerate(access.members):
        if member.role:
            yield ("access", "members", position, "role"), member.role
    for position, role in enumerate(access.promoters):
        yield ("access", "promoters", position), role
