"""Checks of images: repositories and signers once, a signer where needed, shared images that nodes may pull."""

from collections.abc import Iterator

from reference.registries import LOGIN_FOLDER, UPSTREAM, is_of_account
from stacks.checks.check import check, folder_check, repeats
from stacks.checks.organisation import Organisation, StackProblem
from stacks.reading.problems import Problem, at
from stacks.schema import Foundation, Platform, Team
from stacks.schema.security_level import cached_registries, caches_images, signatures_required


@check(Team)
def repositories_are_named_once(stack: Team) -> Iterator[Problem]:
    """Refuse a repository that is listed twice: one of a name exists once."""
    yield from repeats(stack.registry.repositories if stack.registry else (), "registry", "repositories")


@check(Foundation)
def signers_are_named_once(stack: Foundation) -> Iterator[Problem]:
    """Refuse a role that signs and is listed twice."""
    yield from repeats(stack.images.signers, "images", "signers")


@check(Platform)
def images_of_every_team_are_named_once(stack: Platform) -> Iterator[Problem]:
    """Refuse a prefix of images that every team may run and that is listed twice."""
    yield from repeats(stack.tenancy.images, "tenancy", "images")


@folder_check
def signatures_can_be_made(organisation: Organisation) -> Iterator[StackProblem]:
    """Require a signer of the foundation below a platform on which only signed images run."""
    for name, platform, foundation in organisation.based_platforms():
        if signatures_required(platform) and not foundation.images.signers:
            says = f"must name a role of CI: on `{name}` only signed images run, and nobody could sign one"
            yield platform.foundation, at("images", "signers", says=says)


@check(Foundation)
def registries_of_others_have_one_way_each(stack: Foundation) -> Iterator[Problem]:
    """Refuse a registry whose images come in two ways, or in one that is switched off."""
    yield from repeats([each.registry for each in stack.images.logins], "images", "logins")
    yield from repeats(stack.images.mirror, "images", "mirror")
    for index, login in enumerate(stack.images.logins):
        if login.secret_name.startswith(f"{LOGIN_FOLDER}/"):
            says = f"must leave out `{LOGIN_FOLDER}/`, with which each such name begins, got `{login.secret_name}`"
            yield at("images", "logins", index, "secret_name", says=says)
    cached = cached_registries(stack)
    for index, host in enumerate(stack.images.mirror):
        if host in cached:
            says = f"is `{host}`, which `images.logins` lets ECR pull through: take it out of one of them"
            yield at("images", "mirror", index, says=says)
    if caches_images(stack) == "off":
        for key in ("logins", "mirror"):
            if getattr(stack.images, key):
                says = (
                    f"has no effect: `images.cache` is `off` at `security: {stack.security}`; set it to `own`"
                )
                yield at("images", key, says=says)


@check(Foundation)
def shared_repositories_are_no_copies(stack: Foundation) -> Iterator[Problem]:
    """Refuse a prefix of shared repositories that holds those of images of others: nodes pull these one by one."""
    for index, prefix in enumerate(stack.images.shared):
        if prefix.startswith(f"{UPSTREAM}/"):
            says = f"is `{prefix}`: below `{UPSTREAM}/` are images of others, which `images.cache` and `mirror` decide"
            yield at("images", "shared", index, says=says)


@check(Foundation)
def shared_repositories_are_named_once(stack: Foundation) -> Iterator[Problem]:
    """Refuse a prefix of shared repositories that is listed twice."""
    yield from repeats(stack.images.shared, "images", "shared")


@folder_check
def shared_repositories_are_nobodys(organisation: Organisation) -> Iterator[StackProblem]:
    """Refuse a prefix of shared repositories that holds a team's: every node would pull them."""
    for name, foundation in organisation.foundations.items():
        register = foundation.organisation
        registered = [f"{each.team}-{foundation.environment}" for each in register.teams] if register else []
        for index, prefix in enumerate(foundation.images.shared):
            for stack in sorted({*registered, *organisation.teams}):
                if f"{stack}/".startswith(prefix) or prefix.startswith(f"{stack}/"):
                    says = f"is `{prefix}`, which holds repositories of `{stack}`: every node would pull them"
                    yield name, at("images", "shared", index, says=says)


@folder_check
def shared_images_can_be_pulled(organisation: Organisation) -> Iterator[StackProblem]:
    """Refuse an image of the account that every team may run and no node may pull."""
    for name, platform, foundation in organisation.based_platforms():
        for index, image in enumerate(platform.tenancy.images):
            if is_of_account(image, foundation.account.id) and not _is_shared(image, foundation):
                yield name, at("tenancy", "images", index, says=_not_pulled(image, platform.foundation))


def _is_shared(image: str, foundation: Foundation) -> bool:
    host, _, repository = image.partition("/")
    in_region = f".{foundation.account.region}." in host
    return in_region and repository.startswith(foundation.images.shared)


def _not_pulled(image: str, foundation: str) -> str:
    return (
        f"is `{image}`, which no node may pull: a repository of this account that all teams run has a prefix of "
        f"`images.shared` of `{foundation}`, and is in its region"
    )
