"""Checks of the OIDC providers that people and CI come by."""

from collections.abc import Iterator

from stacks.checks.check import folder_check
from stacks.checks.organisation import Organisation, StackProblem
from stacks.reading.problems import at


@folder_check
def providers_are_there(organisation: Organisation) -> Iterator[StackProblem]:
    """Refuse a group, or a CI, of a team whose foundation names no provider of it."""
    for name, team, platform, foundation in organisation.on_foundations():
        if team.access is None:
            continue
        for position, member in enumerate(team.access.members):
            if member.group and foundation.identity.people is None:
                needs = f"`identity.people`, of which `{member.group}` would be a group"
                path = ("access", "members", position, "group")
                yield name, at(*path, says=_missing(platform.foundation, needs, "or name an IAM role"))
        if team.access.ci and foundation.identity.ci is None:
            needs = "`identity.ci`, whose tokens the team's CI would bring"
            yield name, at("access", "ci", says=_missing(platform.foundation, needs, "or leave `ci` out"))


def _missing(foundation: str, needs: str, otherwise: str) -> str:
    return f"needs a provider: `{foundation}` has no {needs}; name it there, {otherwise}"


@folder_check
def an_account_has_one_provider_of_an_issuer(organisation: Organisation) -> Iterator[StackProblem]:
    """Refuse a second foundation of an account that makes a provider of the same issuer: IAM has one of each."""
    makers: dict[tuple[str, str], str] = {}
    for name, foundation in organisation.foundations.items():
        ci = foundation.identity.ci
        if ci is None or ci.existing:
            continue
        # Two spellings of one issuer, with a slash at the end and without, are one mistake: its tokens say one of them.
        first = makers.setdefault((foundation.account.id, ci.issuer.rstrip("/")), name)
        if first != name:
            says = (
                f"is `{ci.issuer}`, of which `{first}` makes the provider in the same account, and IAM has one of "
                "each: set `identity.ci.existing: true`, with the issuer as it is written there"
            )
            yield name, at("identity", "ci", "issuer", says=says)
