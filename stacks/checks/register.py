"""Checks of stack files against the organisation's register: a file cannot say otherwise what the register says."""

from collections.abc import Iterator, Mapping

from reference.security_level import reaches
from stacks.checks.check import check, folder_check, repeats
from stacks.checks.organisation import Organisation, StackProblem
from stacks.reading.explain import listed
from stacks.reading.problems import Problem, at
from stacks.schema import Foundation, Stack, Team
from stacks.schema.base import Section
from stacks.schema.organisation import OrganisationSpec, RegisteredTeam, Reviewers

ADDRESSES = ("email", "notify", "break_glass_notify")
"""Fields that hold addresses, in every section of every kind of stack."""

Place = tuple[str | int, ...]


@check(Foundation)
def a_hardened_foundation_has_a_register(stack: Foundation) -> Iterator[Problem]:
    """Require a register from `hardened` on: without one a team's file decides who pays and who is told."""
    if stack.organisation is None and reaches(stack.security, "hardened"):
        says = f"is needed where `security` is `{stack.security}`: mail domains, reviewers and teams"
        yield at("organisation", says=says)


@check(Foundation)
def a_team_is_registered_once(stack: Foundation) -> Iterator[Problem]:
    """Refuse a team that stands in the register twice."""
    if stack.organisation:
        yield from repeats(
            (each.team for each in stack.organisation.teams), "organisation", "teams", key="team"
        )


@check(Foundation)
def domains_and_reviewers_are_named_once(stack: Foundation) -> Iterator[Problem]:
    """Refuse a mail domain or a reviewer that stands in one list of the register twice."""
    register = stack.organisation
    if register is None:
        return
    yield from repeats(register.mail_domains, "organisation", "mail_domains")
    for role in Reviewers.model_fields:
        yield from repeats(getattr(register.reviewers, role), "organisation", "reviewers", role)
    for place, team in enumerate(register.teams):
        yield from repeats(team.mail_domains, "organisation", "teams", place, "mail_domains")
        yield from repeats(team.reviewers, "organisation", "teams", place, "reviewers")


@folder_check
def teams_are_as_registered(organisation: Organisation) -> Iterator[StackProblem]:
    """Refuse a team that is not registered, another cost center, a lower level, and a freeze that is gone."""
    for name, team, platform, foundation in organisation.on_foundations():
        if register := foundation.organisation:
            for problem in _unlike(team, register, platform.foundation):
                yield name, problem


@folder_check
def mail_goes_to_known_domains(organisation: Organisation) -> Iterator[StackProblem]:
    """Refuse addresses outside the organisation's mail domains, in every stack of an account."""
    for name, stack in sorted(organisation.stacks.items()):
        if register := register_above(name, organisation):
            for problem in _strange_addresses(stack, register):
                yield name, problem


def registers_of(organisation: Organisation) -> dict[str, OrganisationSpec]:
    """The register of each foundation that has one, by the foundation's name."""
    found = organisation.foundations.items()
    return {name: foundation.organisation for name, foundation in found if foundation.organisation}


def register_above(
    name: str, organisation: Organisation, registers: Mapping[str, OrganisationSpec] | None = None
) -> OrganisationSpec | None:
    """The register that a stack is held to: of its foundation, or its own; `registers` may be earlier ones."""
    registers = registers_of(organisation) if registers is None else registers
    above = [registers[base] for base in (name, *organisation.bases(name)) if base in registers]
    return above[0] if above else None


def security_reviewers(organisation: Organisation) -> tuple[str, ...]:
    """The security reviewers of every register, each once."""
    found: dict[str, None] = {}
    for register in registers_of(organisation).values():
        found |= dict.fromkeys(register.reviewers.security)
    return tuple(found)


def entry_of(register: OrganisationSpec, team: str) -> RegisteredTeam | None:
    """The entry of a team, where it is registered."""
    return next((each for each in register.teams if each.team == team), None)


def _unlike(stack: Team, register: OrganisationSpec, foundation: str) -> Iterator[Problem]:
    entry = entry_of(register, stack.owner.team)
    if entry is None:
        known = listed([each.team for each in register.teams]) if register.teams else "nobody"
        says = f"is `{stack.owner.team}`, which `{foundation}` does not register: it registers {known}"
        yield at("owner", "team", says=says)
        return
    registered = f"as `{foundation}` registers `{entry.team}`"
    if stack.owner.cost_center != entry.cost_center:
        says = f"must be {entry.cost_center}, {registered}, got {stack.owner.cost_center}"
        yield at("owner", "cost_center", says=says)
    if not reaches(stack.security, entry.security):
        yield at(
            "security", says=f"must be at least `{entry.security}`, {registered}, got `{stack.security}`"
        )
    yield from _late_freeze(stack, entry, registered)


def _late_freeze(stack: Team, entry: RegisteredTeam, registered: str) -> Iterator[Problem]:
    latest, freeze = entry.freeze_percent, stack.budget.freeze
    # A team without pools starts no nodes that a freeze could deny.
    if latest is None or stack.training is None or (freeze and freeze.percent <= latest):
        return
    if freeze is None:
        yield at("budget", "freeze", says=f"is needed at {latest} percent or earlier, {registered}")
    else:
        says = f"must be at most {latest}, {registered}, got {freeze.percent}"
        yield at("budget", "freeze", "percent", says=says)


def _strange_addresses(stack: Stack, register: OrganisationSpec) -> Iterator[Problem]:
    entry = entry_of(register, stack.owner.team)
    known = (*register.mail_domains, *(entry.mail_domains if entry else ()))
    domains = {domain.casefold() for domain in known}
    for path, address in addresses(stack):
        if address.rpartition("@")[2].casefold() not in domains:
            yield at(*path, says=f"is `{address}`, which is outside the mail domains {listed(known)}")


def addresses(section: Section, path: Place = ()) -> Iterator[tuple[Place, str]]:
    """Every mail address of a section and of those in it, with its place."""
    for name in type(section).model_fields:
        value, place = getattr(section, name), (*path, name)
        if isinstance(value, Section):
            yield from addresses(value, place)
        elif name in ADDRESSES:
            yield from _each(value or (), place)
        elif isinstance(value, tuple):
            yield from _of_items(value, place)


def _each(value: str | tuple[str, ...], place: Place) -> Iterator[tuple[Place, str]]:
    if isinstance(value, str):
        yield place, value
        return
    for index, address in enumerate(value):
        yield (*place, index), address


def _of_items(items: tuple[object, ...], place: Place) -> Iterator[tuple[Place, str]]:
    for index, item in enumerate(items):
        if isinstance(item, Section):
            yield from addresses(item, (*place, index))
